// The log as an SLF4J provider gets it.

package rongcloud.recording.tests

import ch.qos.logback.classic.Level
import ch.qos.logback.classic.Logger
import ch.qos.logback.classic.spi.ILoggingEvent
import ch.qos.logback.core.Appender
import ch.qos.logback.core.read.ListAppender
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import org.slf4j.LoggerFactory
import org.slf4j.MDC
import rongcloud.recording.Layout
import rongcloud.recording.LayoutUpdate
import rongcloud.recording.RecordingClient
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingTarget
import rongcloud.recording.RetryPolicy
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.anyProfile
import rongcloud.recording.support.blockingClient
import rongcloud.recording.support.client
import rongcloud.simulator.RongCloudSimulatorExtension
import rongcloud.simulator.Step
import java.lang.reflect.Proxy
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

@ExtendWith(RongCloudSimulatorExtension::class)
class LogTest {
    private val logger = LoggerFactory.getLogger("rongcloud.recording") as Logger
    private val appender =
        object : ListAppender<ILoggingEvent>() {
            /** As appenders do that write later: what belongs to the thread is kept with the event. */
            override fun append(event: ILoggingEvent) = super.append(event.apply { prepareForDeferredProcessing() })
        }

    @BeforeEach
    fun listen() {
        appender.start()
        logger.addAppender(appender)
        logger.isAdditive = false
    }

    @AfterEach
    fun silence() {
        logger.detachAppender(appender)
        logger.isAdditive = true
        logger.level = null
        MDC.clear()
    }

    @Test
    fun `info tells of each recording started, with its ids as key-value pairs`(simulator: Simulator) {
        logger.level = Level.INFO
        val started = simulator.blockingClient().use { it.start("room1", "aaa", anyProfile) }
        val expected =
            mapOf(
                "target" to "rongcloud_recording::client::deliver",
                "request_id" to started.requestId,
                "call_id" to started.callId,
                "room_id" to "room1",
                "session_id" to "aaa",
                "record_id" to started.recordId,
                "attempts" to "1",
            )
        assertEquals(expected, appender.list.single().fields() - "duration_ms")
        // Numbers are numbers.
        val numbers = appender.list.single().keyValuePairs.filter { it.key in setOf("attempts", "duration_ms") }
        assertEquals(listOf(true, true), numbers.map { it.value is Long })
    }

    @Test
    fun `a line is whole without its key-value pairs`(simulator: Simulator) {
        logger.level = Level.INFO
        val started = simulator.blockingClient().use { it.start("room1", "aaa", anyProfile) }
        assertEquals(
            "recording started request_id=${started.requestId} call_id=${started.callId} room_id=room1 " +
                "session_id=aaa record_id=${started.recordId} attempts=1",
            appender.list.single().message.substringBefore(" duration_ms="),
        )
    }

    @Test
    suspend fun `debug shows the request as it was sent, the reply, and the result`(simulator: Simulator) {
        logger.level = Level.DEBUG
        simulator.client().use { it.start("room1", "aaa", anyProfile) }
        assertEquals(
            listOf("DEBUG request", "DEBUG reply", "INFO recording started"),
            appender.list.map {
                it.heading()
            },
        )
        assertEquals(simulator.requests().single().body, appender.list.first().fields()["body"])
    }

    @Test
    suspend fun `warn tells of each recording that was not started`(simulator: Simulator) {
        logger.level = Level.WARN
        val failure =
            simulator.client().use {
                assertFailsWith<RecordingException> { it.start("room1", "another session", anyProfile) }
            }
        val event = appender.list.single()
        assertEquals("WARN recording not started", event.heading())
        assertEquals(failure.message, event.fields()["error"])
        assertEquals(failure.requestId, event.fields()["request_id"])
    }

    @Test
    suspend fun `warn tells of a start of which nobody knows, and does not say that nothing was started`(
        simulator: Simulator,
    ) {
        logger.level = Level.WARN
        simulator.next(Step.reply(503))
        simulator.client().use {
            assertFailsWith<RecordingException.OutcomeUnknown> { it.start("room1", "aaa", anyProfile) }
        }
        assertEquals("WARN outcome unknown: may be recording", appender.list.single().heading())
    }

    @Test
    suspend fun `every operation is told of, with its request's id`(simulator: Simulator) {
        logger.level = Level.INFO
        simulator.setRoom("room1", "aaa", "111")
        val ids = simulator.client().use { client ->
            val room = client.queryRoom("room1")
            val started = client.start("room1", "aaa", anyProfile)
            val changed = client.updateLayout(started, LayoutUpdate(Layout.grid(room.videoStreams)))
            listOf(room.requestId, started.requestId, changed.requestId, client.stop(started).requestId)
        }
        assertEquals(
            listOf("room queried", "recording started", "layout changed", "recording stopped").zip(ids),
            appender.list.map { it.heading().removePrefix("INFO ") to it.fields()["request_id"] },
        )
    }

    @Test
    suspend fun `warn tells of each attempt that is made again, and why`(simulator: Simulator) {
        logger.level = Level.WARN
        simulator.next(Step.reply(503))
        simulator.client(retry = RetryPolicy(firstBackoff = 1.milliseconds)).use { it.queryRoom("room1") }
        val event = appender.list.single()
        val fields = event.fields()
        assertEquals("WARN attempt failed, to be made again", event.heading())
        assertEquals(setOf("target", "request_id", "call_id", "attempt", "wait_ms", "error"), fields.keys)
        assertEquals(simulator.requests().first().header("x-request-id"), fields["request_id"])
        assertContains(fields.getValue("error"), "HTTP 503")
    }

    @Test
    suspend fun `warn tells of a domain that fails`(simulator: Simulator) {
        logger.level = Level.WARN
        val door = simulator.door()
        door.shut()
        RecordingClient(Simulator.APP_KEY, Simulator.APP_SECRET, apiUrl = door.url, backupApiUrl = simulator.url)
            .use { it.queryRoom("room1") }
        val event = appender.list.first()
        assertEquals("WARN domain fails: calls begin with the other one", event.heading())
        assertEquals(setOf("target", "request_id", "call_id", "domain"), event.fields().keys)
        assertEquals(door.url, event.fields()["domain"])
    }

    @Test
    suspend fun `warn tells of a call that was cancelled, with its request's id`(simulator: Simulator): Unit =
        coroutineScope {
            logger.level = Level.WARN
            simulator.next(Step.hold())
            simulator.client().use { client ->
                val call = launch(Dispatchers.Default) { client.start("room1", "aaa", anyProfile) }
                simulator.await(requests = 1)
                call.cancelAndJoin()
            }
            val event = appender.list.single()
            assertEquals("WARN outcome unknown: may be recording", event.heading())
            assertEquals(simulator.requests().single().header("x-request-id"), event.fields()["request_id"])
        }

    @Test
    suspend fun `a call cancelled amid the wait for its next attempt makes none`(simulator: Simulator): Unit =
        coroutineScope {
            logger.level = Level.WARN
            // Longer than any test: nothing but its cancellation ends the wait.
            simulator.next(Step.reply(429, headers = mapOf("Retry-After" to "600")))
            val client = simulator.client(timeout = 1_000.seconds)
            val call = launch(Dispatchers.Default) { client.stop(RecordingTarget("room1", "aaa")) }
            simulator.await(requests = 1)
            // Each call that ends fetches the log of all.
            while (appender.list.none { "to be made again" in it.message }) {
                simulator.client().use { it.queryRoom("room1") }
            }
            call.cancelAndJoin()
            client.close()
            simulator.awaitConnections(open = 0)
            assertEquals("WARN outcome unknown: the recording may have stopped", appender.list.last().heading())
            assertEquals(1, simulator.requests().count { it.path == "/rtc/record/stop.json" })
        }

    @Test
    fun `what happened while the logger was off is not told later`(simulator: Simulator) {
        simulator.blockingClient().use { client ->
            logger.level = Level.OFF
            client.start("room1", "aaa", anyProfile)
            logger.level = Level.INFO
            val second = client.start("room1", "aaa", anyProfile)
            assertEquals(second.recordId, appender.list.single().fields()["record_id"])
        }
    }

    @Test
    fun `a logger switched off in between is silent again`(simulator: Simulator) {
        simulator.blockingClient().use { client ->
            logger.level = Level.DEBUG
            client.start("room1", "aaa", anyProfile)
            appender.list.clear()
            logger.level = Level.OFF
            client.start("room1", "aaa", anyProfile)
        }
        assertEquals(0, appender.list.size)
    }

    @Test
    fun `signature and key are redacted in the request shown`(simulator: Simulator) {
        logger.level = Level.DEBUG
        simulator.blockingClient().use { it.start("room1", "aaa", anyProfile) }
        val headers = appender.list.first().fields()["headers"].orEmpty()
        assertContains(headers, "App-Key: [redacted]")
        assertContains(headers, "Signature: [redacted]")
    }

    @Test
    fun `each line has the context of whoever made its call, whoever writes it`(simulator: Simulator) {
        logger.level = Level.DEBUG
        simulator.next(Step.hold())
        MDC.put("user", "first")
        val future = simulator.client().use { client ->
            val held = client.startAsync("room1", "aaa", anyProfile)
            simulator.await(requests = 1)
            MDC.put("user", "second")
            val second = simulator.blockingClient().use { it.start("room1", "aaa", anyProfile) }
            // The first call's request is in the log by now, fetched by the second.
            assertEquals(listOf("first", "second", "second", "second"), appender.list.map { it.mdcPropertyMap["user"] })
            assertEquals("second", MDC.get("user"))
            assertEquals(second.requestId, appender.list.last().fields()["request_id"])
            simulator.release()
            held.join()
        }
        val users = appender.list.filter {
            it.fields()["request_id"] == future.requestId
        }.map { it.mdcPropertyMap["user"] }
        assertEquals(listOf("first", "first", "first"), users)
    }

    @Test
    suspend fun `a cancelled call's line has its context`(simulator: Simulator): Unit = coroutineScope {
        logger.level = Level.WARN
        simulator.next(Step.hold())
        simulator.client().use { client ->
            val call =
                launch(Dispatchers.Default) {
                    MDC.put("user", "first")
                    try {
                        client.start("room1", "aaa", anyProfile)
                    } finally {
                        MDC.clear()
                    }
                }
            simulator.await(requests = 1)
            call.cancelAndJoin()
        }
        assertEquals("first", appender.list.single().mdcPropertyMap["user"])
    }

    @Test
    fun `a line written late has the time of what it tells`(simulator: Simulator) {
        logger.level = Level.DEBUG
        simulator.next(Step.hold())
        simulator.client().use { client ->
            val call = client.startAsync("room1", "aaa", anyProfile)
            simulator.await(requests = 1)
            val arrived = System.currentTimeMillis()
            simulator.release()
            call.join()
            val sent = appender.list.first().keyValuePairs.single { it.key == "timestamp_ms" }.value as Long
            assertTrue(sent <= arrived, "$sent is later than $arrived")
        }
    }

    @Test
    fun `a logger that fails takes nothing from the call`(simulator: Simulator) {
        logger.level = Level.INFO
        val failing = Proxy.newProxyInstance(javaClass.classLoader, arrayOf(Appender::class.java)) {
                it,
                method,
                given,
            ->
            when (method.name) {
                "doAppend" -> throw NoSuchMethodError("ordered")
                "equals" -> it === given[0]
                else -> null
            }
        }
        @Suppress("UNCHECKED_CAST")
        logger.addAppender(failing as Appender<ILoggingEvent>)
        try {
            val started = simulator.blockingClient().use { it.start("room1", "aaa", anyProfile) }
            assertEquals(simulator.recordings().single().recordId, started.recordId)
        } finally {
            logger.detachAppender(failing)
        }
    }

    private fun ILoggingEvent.fields() =
        keyValuePairs.orEmpty().associate { it.key to it.value.toString() } - "timestamp_ms"

    /** Level and text, without the details. */
    private fun ILoggingEvent.heading() = "$level ${message.substringBefore(" request_id=")}"
}
