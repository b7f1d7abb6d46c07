// The README shows only code that is compiled, and that does what it says.

package rongcloud.recording.tests

import com.sun.net.httpserver.HttpServer
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.CallbackReceiver
import rongcloud.recording.RecordingEvent
import rongcloud.recording.RecordingEventKind
import rongcloud.recording.RecordingPhase
import rongcloud.recording.signature
import rongcloud.recording.support.Files
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.SimulatorForTest
import rongcloud.recording.support.violationsOf
import java.net.InetSocketAddress
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
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
    fun `clients with policies can be made`() {
        ReadmeExamples().makeClientOfPolicies("key", "secret").close()
        JavaReadmeExamples.policies("key", "secret").close()
    }

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

    @Test
    suspend fun `the life of a recording is as shown`(simulator: Simulator) {
        simulator.members("room1", "aaa", "111", "2222")
        val recordId = simulator.client().use { client ->
            ReadmeExamples().live(client, "room1")
        }
        assertEquals(recordId, simulator.recordings().single()["recordId"].textValue())
    }

    @Test
    suspend fun `a recording is stopped by its ids alone`(simulator: Simulator) {
        simulator.client().use { client ->
            client.start("room1", "aaa", ReadmeExamples().profile)
            ReadmeExamples().stop(client, "room1", "aaa")
        }
        assertEquals("stopped", simulator.recordings().single()["state"].textValue())
    }

    @Test
    fun `Java's life of a recording, with its webhook, tells of the upload`(simulator: Simulator) {
        simulator.members("room1", "aaa", "111", "2222")
        val receiver =
            JavaReadmeExamples.receiver(Simulator.APP_KEY, Simulator.APP_SECRET, "old", ConcurrentHashMap())
        val events = CopyOnWriteArrayList<RecordingEvent>()
        val server = HttpServer.create(InetSocketAddress("127.0.0.1", 0), 0)
        server.createContext("/recording") { JavaReadmeExamples.answer(it, receiver, events) }
        server.start()
        simulator.callBack("http://127.0.0.1:${server.address.port}/recording")
        val recordId = simulator.blockingClient().use {
            JavaReadmeExamples.live(it, "room1", ReadmeExamples().profile)
        }
        assertEquals(setOf("delivered"), simulator.callbacks().map { it["state"].textValue() }.toSet())
        server.stop(0)
        assertEquals(setOf(recordId), events.map { it.recordId }.toSet())
        assertEquals(RecordingEventKind.UPLOADED, events.last().kind)
    }

    @Test
    fun `a webhook answers as shown, and hands on each event once`() {
        val examples = ReadmeExamples()
        val receiver = CallbackReceiver(Simulator.APP_KEY, Simulator.APP_SECRET)
        val body = """{"type":1,"recordId":"r-1","appKey":"${Simulator.APP_KEY}"}""".toByteArray()
        val now = System.currentTimeMillis().toString()
        val query = "nonce=1&timestamp=$now&signature=${signature(Simulator.APP_SECRET, "1", now)}"
        val answers = listOf(query, query, null).map { examples.answer(receiver, emptyMap(), body, it) }
        assertEquals(listOf(200, 200, 401), answers)
        assertEquals(RecordingPhase.RECORDING, examples.track("r-1", examples.events.single()).phase)
    }

    private fun String.unindented() = lines().joinToString("\n") { it.trim() }.trim()
}
