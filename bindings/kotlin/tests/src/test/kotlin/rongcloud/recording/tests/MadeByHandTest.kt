// Errors and options as values that programs make, in tests of theirs for instance.

package rongcloud.recording.tests

import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.Attempt
import rongcloud.recording.BlockingRecordingClient
import rongcloud.recording.CallContext
import rongcloud.recording.CallbackOptions
import rongcloud.recording.CallbackReceiver
import rongcloud.recording.ClientOptions
import rongcloud.recording.Credentials
import rongcloud.recording.Failure
import rongcloud.recording.FailureCause
import rongcloud.recording.FailureKind
import rongcloud.recording.LedgerEntry
import rongcloud.recording.LedgerState
import rongcloud.recording.OperationKind
import rongcloud.recording.RecordingClient
import rongcloud.recording.RecordingException
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.violationsOf
import rongcloud.simulator.RongCloudSimulatorExtension
import java.time.Instant
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

@ExtendWith(RongCloudSimulatorExtension::class)
class MadeByHandTest {
    private val call = CallContext(OperationKind.START, "room1", "aaa", "66", "request1", null)
    private val entry = LedgerEntry(
        appKey = Simulator.APP_KEY,
        sessionId = "aaa",
        roomId = "room1",
        state = LedgerState.UNKNOWN,
        generation = 1,
        version = 2,
        recordId = null,
        otherRecordIds = emptyList(),
        extra = "66",
        holder = "worker-7",
        requestId = "request0",
        requestedAt = null,
        deadline = null,
        lastNewsAt = null,
        eventCount = 0,
        changedAt = Instant.EPOCH,
        hasFailed = false,
        isDoubled = false,
        reason = null,
    )

    @Test
    fun `an error of each kind can be made, and what follows from it is completed`() {
        for (kind in FailureKind.entries) {
            val cause = FailureCause.CONNECTION
            val given = Failure(kind, reason = "why", cause = cause, status = 500, entry = entry, call = call)
            val made = RecordingException.of(given)
            assertEquals(kind.name.replace("_", ""), made.javaClass.simpleName.uppercase())
            assertTrue("start: " in made.message.orEmpty() || kind == FailureKind.INTERNAL, made.message)
            assertEquals("66" to "request1", made.extra to made.requestId)
        }
        val unknown = RecordingException.of(
            Failure(FailureKind.OUTCOME_UNKNOWN, cause = FailureCause.TIMEOUT, call = call),
        )
        assertTrue(assertIs<RecordingException.OutcomeUnknown>(unknown).mayBeRecording && unknown.maybeSent)
        assertFalse(unknown.isRetryable)
        val conflict = RecordingException.of(Failure(FailureKind.CONFLICT, entry = entry))
        assertEquals(entry, assertIs<RecordingException.Conflict>(conflict).entry)
    }

    @Test
    fun `an error that lacks what its kind has is refused`() {
        val found = violationsOf { throw RecordingException.of(Failure(FailureKind.OUTCOME_UNKNOWN)) }
        assertEquals(listOf("cause", "call"), found.map { it.path })
    }

    @Test
    fun `an error tells the same as its record`() {
        val refused =
            Failure(FailureKind.REFUSED, reason = "no", status = 429, retryAfter = 7.seconds.toJava(), call = call)
        val made = RecordingException.of(refused)
        assertEquals(7.seconds, made.retryAfter)
        assertEquals(made.failure.sentence, made.message)
        assertEquals(emptyList(), made.violations)
    }

    @Test
    fun `an error about no call has attempts, too, which are none`() {
        val ofNoCall = RecordingException.of(Failure(FailureKind.INVALID_INPUT))
        val ofNoRequest = RecordingException.of(Failure(FailureKind.INVALID_INPUT, call = call))
        val attempts: List<List<Attempt>> = listOf(ofNoCall, ofNoRequest).map { it.attempts }
        assertEquals(listOf(emptyList(), emptyList()), attempts)
    }

    @Test
    suspend fun `all settings are one value, too`(simulator: Simulator) {
        val options = ClientOptions(apiUrl = simulator.url, timeout = 5.seconds)
        val (key, secret) = Simulator.APP_KEY to Simulator.APP_SECRET
        RecordingClient(key, secret, options).use { it.queryRoom("room1") }
        BlockingRecordingClient(key, secret, options).use { it.queryRoom("room1") }
        RecordingClient.builder().credentials(key, secret).options(options).build().use { it.queryRoom("room1") }
        val negative = options.copy(timeout = (-1).milliseconds)
        assertEquals(
            listOf("timeout"),
            violationsOf {
                RecordingClient.fromEnvironment(negative)
            }.map { it.path }.takeLast(1),
        )
    }

    @Test
    fun `a receiver's settings are one value, too`() {
        val credentials = listOf(Credentials(Simulator.APP_KEY, Simulator.APP_SECRET))
        CallbackReceiver(credentials, CallbackOptions(timeWindow = 1.seconds))
        val found = violationsOf { CallbackReceiver(credentials, CallbackOptions((-1).seconds, largestBody = 0)) }
        assertEquals(listOf("time_window", "largest_body"), found.map { it.path })
    }

    @Test
    fun `the text of settings has no address, which may hold a password`() {
        val options = ClientOptions(apiUrl = "https://u:hunter2@x", proxy = "http://u:hunter2@y", timeout = 5.seconds)
        assertFalse("hunter2" in "$options", "$options")
        assertTrue("timeout=5s" in "$options" && "backupApiUrl=null" in "$options", "$options")
    }

    private fun kotlin.time.Duration.toJava() = java.time.Duration.ofNanos(inWholeNanoseconds)
}
