// Starting recordings from coroutines.

package rongcloud.recording.tests

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.FailureCause
import rongcloud.recording.HeaderStyle
import rongcloud.recording.Host
import rongcloud.recording.Layout
import rongcloud.recording.LayoutUpdate
import rongcloud.recording.RecordType
import rongcloud.recording.RecordingClient
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingTarget
import rongcloud.recording.StartedRecording
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.anyProfile
import rongcloud.recording.support.client
import rongcloud.recording.support.violationsOf
import rongcloud.simulator.RongCloudSimulatorExtension
import rongcloud.simulator.Step
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

@ExtendWith(RongCloudSimulatorExtension::class)
class StartTest {
    @Test
    suspend fun `a started recording has its id and the call's own ids`(simulator: Simulator) {
        val started = simulator.client().use { it.start("room1", "aaa", anyProfile) }
        val recording = simulator.recordings().single()
        assertEquals(
            StartedRecording(
                recording.recordId,
                "room1",
                "aaa",
                recording.requestId.orEmpty(),
                RecordType.SPLIT_STREAM,
                callId = recording.requestId.orEmpty(),
                attempts = started.attempts,
            ),
            started,
        )
        assertEquals(listOf(recording.requestId), started.attempts.map { it.requestId })
    }

    @Test
    suspend fun `the tag reaches the service`(simulator: Simulator) {
        simulator.client().use { it.start("room1", "aaa", anyProfile, extra = "order 66") }
        assertEquals("order 66", simulator.recordings().single().extra)
    }

    @Test
    suspend fun `the user agent names the language`(simulator: Simulator) {
        simulator.client().use { it.start("room1", "aaa", anyProfile) }
        assertEquals("rongcloud-recording/0.1.0 (kotlin)", simulator.requests().single().header("user-agent"))
    }

    @Test
    suspend fun `prefixed headers are sent where asked for`(simulator: Simulator) {
        RecordingClient(
            Simulator.APP_KEY,
            Simulator.APP_SECRET,
            apiUrl = simulator.url,
            headerStyle = HeaderStyle.PREFIXED,
        ).use { it.start("room1", "aaa", anyProfile) }
        assertEquals(Simulator.APP_KEY, simulator.requests().single().header("rc-app-key"))
    }

    @Test
    suspend fun `a wrong secret is refused with 1004 and the request's id`(simulator: Simulator) {
        val client = RecordingClient(Simulator.APP_KEY, "wrong", apiUrl = simulator.url)
        val refused =
            client.use { assertFailsWith<RecordingException.Refused> { it.start("room1", "aaa", anyProfile) } }
        assertEquals(401 to 1004, refused.status to refused.code)
        assertEquals(simulator.requests().single().header("x-request-id"), refused.requestId)
    }

    @Test
    suspend fun `a failure's text is the core's sentence`(simulator: Simulator) {
        simulator.next(Step.reply(429, """{"code":1008,"errorMessage":"slow down"}"""))
        val refused =
            simulator.client().use {
                assertFailsWith<RecordingException.Refused> { it.start("room1", "aaa", anyProfile) }
            }
        assertEquals(
            "start: refused with code 1008, HTTP 429 (request ${refused.requestId}, room room1, session aaa): " +
                refused.reason,
            refused.message,
        )
    }

    @Test
    suspend fun `a call's own timeout wins over the client's`(simulator: Simulator) {
        simulator.next(Step.hold())
        val unknown = simulator.client(timeout = 10.minutes).use {
            assertFailsWith<RecordingException.OutcomeUnknown> {
                it.start("room1", "aaa", anyProfile, timeout = 50.milliseconds)
            }
        }
        assertEquals(FailureCause.TIMEOUT, unknown.failureCause)
    }

    @Test
    suspend fun `a timeout of nothing, of less, without end or too long is a violation`(simulator: Simulator) {
        val wrong = listOf(Duration.ZERO, (-1).seconds, -Duration.INFINITE, Duration.INFINITE, 366.days)
        val target = RecordingTarget("room1", "aaa")
        val update = LayoutUpdate(Layout.Adaptive, host = Host("111", "s"))
        simulator.client().use { client ->
            for (timeout in wrong) {
                val violations = listOf(
                    violationsOf { client.start("room1", "aaa", anyProfile, timeout = timeout) },
                    violationsOf { client.startInRoom("room1", anyProfile, timeout = timeout) },
                    violationsOf { client.updateLayout(target, update, timeout) },
                    violationsOf { client.stop(target, timeout) },
                    violationsOf { client.queryRoom("room1", timeout) },
                )
                val expected = List(violations.size) { listOf("timeout" to "out_of_range") }
                assertEquals(expected, violations.map { all -> all.map { it.path to it.code } }, "$timeout")
            }
        }
        assertEquals(0, simulator.requests().size)
    }

    @Test
    suspend fun `half of a surrogate pair is a violation, wherever it stands`(simulator: Simulator) {
        val violations = simulator.client().use {
            violationsOf { it.start("\uD83D", "\uDE00", anyProfile, extra = "\uD83D") }
        }
        assertEquals(listOf("Room-Id", "sessionId", "extra"), violations.map { it.path })
    }

    @Test
    suspend fun `an unconfined caller goes on, but not on a thread of the core`(simulator: Simulator) = coroutineScope {
        simulator.next(Step.hold())
        simulator.client().use { client ->
            val thread = async(Dispatchers.Unconfined) {
                client.start("room1", "aaa", anyProfile)
                Thread.currentThread().name
            }
            simulator.await(requests = 1)
            simulator.release()
            assertContains(thread.await(), "DefaultDispatcher")
        }
    }

    @Test
    suspend fun `input that breaks rules tells of no request`(simulator: Simulator) {
        val failure =
            simulator.client().use {
                assertFailsWith<RecordingException.InvalidInput> { it.start("", "aaa", anyProfile) }
            }
        assertFalse(failure.maybeSent)
        assertNull(failure.requestId)
    }
}
