// The example of a webhook: it fails or is killed at every step, and no event is lost.

package rongcloud.recording.tests

import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import org.junit.jupiter.api.extension.ExtendWith
import org.junit.jupiter.api.io.TempDir
import rongcloud.recording.CallbackReceiver
import rongcloud.recording.ReplayGuard
import rongcloud.recording.parseRecordingEvent
import rongcloud.recording.support.Dropping
import rongcloud.recording.support.Files
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.anyProfile
import rongcloud.recording.support.blockingClient
import rongcloud.recording.support.java
import rongcloud.recording.support.json
import rongcloud.simulator.CallbackDelivery
import rongcloud.simulator.CallbackState
import rongcloud.simulator.RongCloudSimulatorExtension
import webhook.EventFolder
import webhook.EventStore
import webhook.webhook
import java.io.IOException
import java.net.ServerSocket
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ExecutorService
import java.util.concurrent.atomic.AtomicInteger
import kotlin.io.path.ExperimentalPathApi
import kotlin.io.path.createTempDirectory
import kotlin.io.path.deleteRecursively
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readText
import kotlin.random.Random
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

private const val RECORDINGS = 12
private const val KILLS = 4

/** Where a delivery fails. */
private enum class Step { BEFORE_REMEMBERING, AFTER_REMEMBERING, BEFORE_STORING, AFTER_STORING, BEFORE_ANSWERING }

/** Fails the first deliveries of each event at one step. */
private class Failing(private val step: Step, private val times: Int) {
    private val seen = ConcurrentHashMap<String, Int>()
    val failures = AtomicInteger()

    fun isDue(step: Step, event: String): Boolean =
        (step == this.step && seen.merge(event, 1, Int::plus)!! <= times).also { if (it) failures.incrementAndGet() }

    fun at(step: Step, event: String) {
        if (isDue(step, event)) throw IOException("ordered")
    }
}

@ExtendWith(RongCloudSimulatorExtension::class)
class WebhookTest {
    @TestFactory
    fun `a webhook that fails at any step loses no event and keeps each once`(): List<DynamicTest> =
        listOf(false, true).flatMap { isSignedAnew ->
            Step.entries.map { step ->
                val signature = if (isSignedAnew) "new" else "same"
                DynamicTest.dynamicTest("$step, $signature signature") { failsTwice(step, isSignedAnew) }
            }
        }

    private fun failsTwice(step: Step, isSignedAnew: Boolean) = Simulator().use { simulator ->
        withFolder { folder ->
            val failing = Failing(step, times = 2)
            val remembered = ConcurrentHashMap<String, String>()
            val guard = ReplayGuard { key, fingerprint, _ ->
                failing.at(Step.BEFORE_REMEMBERING, fingerprint)
                remembered.putIfAbsent(key, fingerprint).also { failing.at(Step.AFTER_REMEMBERING, fingerprint) }
            }
            val events = EventFolder(folder)
            simulator.deliver(CallbackDelivery(attempts = 10, isSignedAnew = isSignedAnew))
            simulator.withWebhook(
                guard,
                isDropped = { failing.isDue(Step.BEFORE_ANSWERING, it) },
                store = { received ->
                    failing.at(Step.BEFORE_STORING, received.fingerprint)
                    events.keep(received)
                    failing.at(Step.AFTER_STORING, received.fingerprint)
                },
            )
            val kept = simulator.assertEveryEventIsKeptOnce(folder)
            assertEquals(2 * kept, failing.failures.get())
        }
    }

    @Test
    fun `an event whose handling fails once comes again under the same signature, and is not lost`(
        simulator: Simulator,
        @TempDir folder: Path,
    ) {
        val failures = AtomicInteger()
        val events = EventFolder(folder)
        simulator.deliver(CallbackDelivery(attempts = 2, isSignedAnew = false))
        simulator.withWebhook(guard = null) { received ->
            if (failures.getAndIncrement() == 0) throw IOException("full")
            events.keep(received)
        }
        simulator.assertEveryEventIsKeptOnce(folder)
        assertEquals(1, simulator.callbacks().sumOf { it.attempts.size - 1 })
    }

    /** The example's jar has libraries of its own, so that it is the same under all those that the suite runs with. */
    @Tag("newest")
    @Test
    fun `a webhook that is killed again and again loses no event and keeps each once`(
        simulator: Simulator,
        @TempDir folder: Path,
    ) {
        val port = ServerSocket(0).use { it.localPort }
        // Each kill costs an event some attempts, and the pauses grow: ten are enough for what is hit twice.
        simulator.deliver(CallbackDelivery(attempts = 10, isSignedAnew = false, backoff = Duration.ofMillis(50)))
        simulator.callBack("http://127.0.0.1:$port/recording")
        var program = startProgram(port, folder)
        try {
            simulator.record()
            val random = Random(17)
            val begun = TimeSource.Monotonic.markNow()
            repeat(KILLS) {
                val wanted = folder.whole().size + random.nextInt(1, 5)
                while (folder.whole().size < wanted && simulator.callbacks().any { it.state == CallbackState.QUEUED }) {
                    assertTrue(begun.elapsedNow() < 60.seconds, "no further event arrives")
                }
                val moment = TimeSource.Monotonic.markNow()
                val pause = random.nextInt(3_000).microseconds
                while (moment.elapsedNow() < pause) Thread.onSpinWait()
                program.destroyForcibly().waitFor()
                program = startProgram(port, folder)
            }
            simulator.flushCallbacks()
        } finally {
            program.destroyForcibly().waitFor()
        }
        simulator.assertEveryEventIsKeptOnce(folder)
    }

    private fun startProgram(port: Int, folder: Path): Process {
        val command = listOf(java, "-cp", Files.example.toString(), "webhook.WebhookKt")
        val program = ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .apply {
                environment() += mapOf(
                    "RONGCLOUD_APP_KEY" to Simulator.APP_KEY,
                    "RONGCLOUD_APP_SECRET" to Simulator.APP_SECRET,
                    "RONGCLOUD_CALLBACK_PORT" to "$port",
                    "RONGCLOUD_EVENT_FOLDER" to "$folder",
                )
            }.start()
        assertEquals("listening on 127.0.0.1:$port", program.inputReader().readLine())
        return program
    }

    /** Records, while a webhook takes in what the simulator calls back, until all of it has been taken in. */
    private fun Simulator.withWebhook(
        guard: ReplayGuard?,
        isDropped: (event: String) -> Boolean = { false },
        store: EventStore,
    ) {
        val receiver = CallbackReceiver(Simulator.APP_KEY, Simulator.APP_SECRET, replayGuard = guard)
        val server = webhook(0, receiver, store)
        server.start()
        try {
            Dropping(server.address.port, isDropped).use { dropping ->
                callBack("http://127.0.0.1:${dropping.port}/recording")
                record()
                flushCallbacks()
            }
        } finally {
            server.stop(0)
            (server.executor as ExecutorService).shutdown()
        }
    }

    /** Starts and stops recordings. */
    private fun Simulator.record() = blockingClient().use { client ->
        repeat(RECORDINGS) {
            val started = client.start("room1", "aaa", anyProfile, extra = "tag $it")
            client.stop(started)
        }
    }

    private fun Simulator.assertEveryEventIsKeptOnce(folder: Path): Int {
        val callbacks = flushCallbacks()
        assertTrue(callbacks.size >= 3 * RECORDINGS, "${callbacks.size}")
        assertEquals(setOf(CallbackState.DELIVERED), callbacks.map { it.state }.toSet())
        val kept = folder.whole().map { json.readTree(it.readText()) }
        assertEquals(callbacks.map { "${json.readTree(it.body)}" }.sorted(), kept.map { "$it" }.sorted())
        folder.whole().forEach { parseRecordingEvent(it.readText().toByteArray()) }
        return kept.size
    }

    private fun Path.whole() = listDirectoryEntries("*.json")

    @OptIn(ExperimentalPathApi::class)
    private fun withFolder(block: (Path) -> Unit) {
        val folder = createTempDirectory("webhook")
        try {
            block(folder)
        } finally {
            folder.deleteRecursively()
        }
    }
}
