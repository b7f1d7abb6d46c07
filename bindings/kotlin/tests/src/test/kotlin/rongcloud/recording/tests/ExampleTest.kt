// The example programs, side by side with the same programs in Rust.

package rongcloud.recording.tests

import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import org.junit.jupiter.api.io.TempDir
import rongcloud.recording.RecordingTarget
import rongcloud.recording.support.Ended
import rongcloud.recording.support.Files
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.blockingClient
import rongcloud.recording.support.java
import rongcloud.recording.support.run
import rongcloud.simulator.RongCloudSimulatorExtension
import java.net.ServerSocket
import java.nio.file.Path
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertNotNull

@ExtendWith(RongCloudSimulatorExtension::class)
class ExampleTest {
    private val kotlin = listOf(java, "-jar", Files.example.toString())
    private val rust = listOf(Files.rustExample.toString())
    private val kotlinFollower = listOf(java, "-cp", Files.example.toString(), "FollowRecordingKt")
    private val rustFollower = listOf(Files.rustExample.resolveSibling("follow_recording").toString())

    @Test
    fun `it sends the same bytes as the example in Rust`(simulator: Simulator) {
        val (first, second) =
            listOf(kotlin, rust).map { command ->
                assertEquals(0, run(command, simulator.environment).status)
                simulator.requests().last().body
            }
        assertEquals(second, first)
    }

    @Test
    fun `it prints the record id`(simulator: Simulator) {
        val output = run(kotlin, simulator.environment).output
        assertContains(output, "record id: ${simulator.recordings().single().recordId}")
    }

    @Test
    fun `it shows the request as sent, on SLF4J's simple logger, each detail once`(simulator: Simulator) {
        val output = run(kotlin, simulator.environment).output
        val request = simulator.requests().single()
        assertEquals(2, output.split("body=${request.body}").size)
        assertContains(output, "DEBUG rongcloud.recording - request request_id=")
    }

    @Test
    fun `it fails with advice where the service refuses`(simulator: Simulator) {
        val ended = run(kotlin, simulator.environment + ("RONGCLOUD_SESSION_ID" to "another"))
        assertContains(ended.output, "nothing was started: correct what is wrong first")
        assertEquals(1, ended.status)
    }

    @Test
    fun `the one that follows a recording ends with its upload`(simulator: Simulator) {
        val ended = simulator.follow(kotlinFollower)
        val events = Regex("event ([A-Z]+): ").findAll(ended.output).map { it.groupValues[1] }.toList()
        assertEquals(listOf("STARTED", "ENDED", "UPLOADED"), events, ended.output)
        assertContains(ended.output, "\nuploaded\n")
        assertEquals(0, ended.status)
    }

    @Test
    fun `the one that follows a recording sends the same bytes as the example in Rust`(simulator: Simulator) {
        val (first, second) = listOf(kotlinFollower, rustFollower).map { command ->
            simulator.forgetRequests()
            val ended = simulator.follow(command)
            assertEquals(0, ended.status, ended.output)
            simulator.requests().map { it.path to it.body.replace(tag, "tag") }
        }
        assertEquals(second, first)
    }

    @Test
    fun `those that record together start once, take callbacks in for each other and end when asked`(
        simulator: Simulator,
        @TempDir folder: Path,
    ) {
        val first = simulator.together(folder)
        val recordId = assertNotNull(first.lineAfter("started "))
        val second = simulator.together(folder)
        assertEquals(recordId, second.lineAfter("found "))
        simulator.blockingClient().use { it.stop(RecordingTarget("room1", "aaa")) }
        for (process in listOf(first, second)) {
            assertNotNull(process.lineAfter("UPLOADED"))
            // Unlike the process's own, it leaves the output to be read.
            process.toHandle().destroy()
            assertNotNull(process.lineAfter("ended"))
            process.waitFor()
        }
        assertEquals(1, simulator.executions().start)
    }

    /** Runs one of them, to whose port the simulator's callbacks go from now on. */
    private fun Simulator.together(folder: Path): Process {
        val port = ServerSocket(0).use { it.localPort }
        callBack("http://127.0.0.1:$port/recording")
        return ProcessBuilder(java, "-cp", Files.example.toString(), "FleetKt")
            .redirectErrorStream(true)
            .apply {
                environment() += this@together.environment
                environment()["RONGCLOUD_CALLBACK_PORT"] = "$port"
                environment()["RONGCLOUD_LEDGER_URL"] = "sqlite://$folder/recordings.db"
            }.start()
    }

    /** The rest of the next line that begins so. `null` where none comes. */
    private fun Process.lineAfter(beginning: String): String? =
        generateSequence { inputReader().readLine() }.firstOrNull { it.startsWith(beginning) }?.removePrefix(beginning)

    /** Of each start another one. */
    private val tag = Regex("room1-[^\"]+")

    /** Runs a program to whose port the simulator's callbacks go. */
    private fun Simulator.follow(command: List<String>): Ended {
        val port = ServerSocket(0).use { it.localPort }
        callBack("http://127.0.0.1:$port/recording")
        return run(command, environment + ("RONGCLOUD_CALLBACK_PORT" to "$port"))
    }
}
