// The example programs, side by side with the same programs in Rust.

package rongcloud.recording.tests

import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import org.junit.jupiter.api.io.TempDir
import rongcloud.recording.support.Ended
import rongcloud.recording.support.Files
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.java
import rongcloud.recording.support.json
import rongcloud.recording.support.run
import rongcloud.simulator.CallbackState
import rongcloud.simulator.RongCloudSimulatorExtension
import rongcloud.simulator.Step
import java.net.ServerSocket
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.nio.file.Path
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertTrue

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
        val (first, second) = List(2) { simulator.together(folder) }
        simulator.callBack("http://127.0.0.1:${second.port}/recording")
        val started = listOf(first, second).map { json.readTree(it.ask("POST", recording).body()) }
        assertEquals(listOf(true, false), started.map { it["isNew"].booleanValue() })
        assertEquals(204, first.ask("DELETE", recording).statusCode())
        assertEquals(setOf(CallbackState.DELIVERED), simulator.flushCallbacks().map { it.state }.toSet())
        val known = json.readTree(first.ask("GET", recording).body())
        assertEquals("uploaded", known["state"].textValue())
        assertEquals(simulator.recordings().single().recordId, known["recordId"].textValue())
        for (process in listOf(first, second)) {
            process.process.destroy()
            // As the virtual machine ends where SIGTERM has told it to.
            assertEquals(128 + 15, process.process.waitFor())
        }
        assertEquals(1, simulator.executions().start)
    }

    @Test
    fun `those that record together answer what fails with statuses that tell`(
        simulator: Simulator,
        @TempDir folder: Path,
    ) {
        val one = simulator.together(folder)
        assertEquals(404, one.ask("GET", recording).statusCode())
        assertEquals(400, one.ask("POST", "/rooms/%20/sessions/aaa/recording").statusCode())
        assertEquals(502, one.ask("POST", "/rooms/nobodys/sessions/bbb/recording").statusCode())
        assertEquals(401, one.ask("POST", "/recording").statusCode())
        simulator.next(Step.reply(503))
        // The outcome of the first start is unknown, so that a second one is a conflict.
        assertEquals(listOf(502, 409), List(2) { one.ask("POST", recording).statusCode() })
        one.process.destroy()
        one.process.waitFor()
    }

    private val recording = "/rooms/room1/sessions/aaa/recording"

    /** One of those that record together, once it listens. */
    private fun Simulator.together(folder: Path): Together {
        val port = ServerSocket(0).use { it.localPort }
        val process =
            ProcessBuilder(java, "-cp", Files.example.toString(), "FleetKt")
                .redirectErrorStream(true)
                .apply {
                    environment() += this@together.environment
                    environment()["RONGCLOUD_CALLBACK_PORT"] = "$port"
                    environment()["RONGCLOUD_LEDGER_URL"] = "sqlite://$folder/recordings.db"
                }.start()
        val lines = generateSequence { process.inputReader().readLine() }
        val before = lines.takeWhile { !it.startsWith("listening") }.toList()
        assertTrue(process.isAlive, before.joinToString("\n"))
        return Together(process, port)
    }

    private class Together(val process: Process, val port: Int) {
        fun ask(method: String, path: String): HttpResponse<String> {
            val request = HttpRequest.newBuilder(URI("http://127.0.0.1:$port$path"))
            return HttpClient.newHttpClient().send(
                request.method(method, HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.ofString(),
            )
        }
    }

    /** Of each start another one. */
    private val tag = Regex("room1-[^\"]+")

    /** Runs a program to whose port the simulator's callbacks go. */
    private fun Simulator.follow(command: List<String>): Ended {
        val port = ServerSocket(0).use { it.localPort }
        callBack("http://127.0.0.1:$port/recording")
        return run(command, environment + ("RONGCLOUD_CALLBACK_PORT" to "$port"))
    }
}
