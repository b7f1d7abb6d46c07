// The README shows only code that is compiled, and that does what it says.

package rongcloud.recording.tests

import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.support.Files
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.SimulatorForTest
import rongcloud.recording.support.violationsOf
import java.nio.file.Path
import kotlin.io.path.readText
import kotlin.test.assertContains
import kotlin.test.assertEquals

@ExtendWith(SimulatorForTest::class)
class ReadmeTest {
    private val folder: Path = Files.tests
    private val compiled = mapOf(
        "kotlin" to folder.resolve("kotlin/rongcloud/recording/tests/ReadmeExamples.kt"),
        "java" to folder.resolve("java/rongcloud/recording/tests/JavaReadmeExamples.java"),
    )

    @TestFactory
    fun `all code shown is compiled`(): List<DynamicTest> {
        val shown = Regex("```(kotlin|java)\n(.*?)```", RegexOption.DOT_MATCHES_ALL).findAll(Files.readme.readText())
        return shown.toList().map { block ->
            val (language, code) = block.destructured
            DynamicTest.dynamicTest("$language: ${code.lineSequence().first()}") {
                assertContains(compiled.getValue(language).readText().unindented(), code.unindented())
            }
        }
    }

    @Test
    suspend fun `Kotlin's first example starts a recording`(simulator: Simulator) {
        val recordId = simulator.client().use { ReadmeExamples().record(it, "room1", "aaa") }
        assertEquals(simulator.recordings().single()["recordId"].textValue(), recordId)
    }

    @Test
    fun `Kotlin's client can be made`() = ReadmeExamples().makeClient("key", "secret").close()

    @Test
    fun `the JSON is a valid config`() {
        assertContains(ReadmeExamples().readProfile().toJson(), "\"mode\":0")
    }

    @Test
    suspend fun `a start that was not sent is tried again`(simulator: Simulator) {
        val examples = ReadmeExamples()
        simulator.next("status" to 429)
        simulator.client().use { examples.decide(it, "room1", "aaa") }
        assertEquals(listOf("try room1 again later"), examples.decisions)
    }

    @Test
    suspend fun `a start whose outcome is unknown is looked after`(simulator: Simulator) {
        val examples = ReadmeExamples()
        simulator.next("status" to 503)
        simulator.client().use { examples.decide(it, "room1", "aaa") }
        assertEquals(listOf("look whether room1 records after 32 characters"), examples.decisions)
    }

    @Test
    suspend fun `a start with mistakes in it fails`(simulator: Simulator) {
        simulator.client().use { client ->
            assertEquals(listOf("Room-Id"), violationsOf { ReadmeExamples().decide(client, "", "aaa") }.map { it.path })
        }
    }

    @Test
    fun `Java's example starts a recording`(simulator: Simulator) {
        val recordId = simulator.client().use {
            JavaReadmeExamples.future(it, "room1", "aaa", JavaReadmeExamples.profile()).join()
        }
        assertEquals(simulator.recordings().single()["recordId"].textValue(), recordId)
    }

    private fun String.unindented() = lines().joinToString("\n") { it.trim() }.trim()
}
