// Callbacks taken in: what is believed, what is refused, and what a replay guard may do.

package rongcloud.recording.tests

import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import rongcloud.recording.CallbackHeaderNames
import rongcloud.recording.CallbackReceiver
import rongcloud.recording.CallbackRefusedException
import rongcloud.recording.Credentials
import rongcloud.recording.RefusalReason
import rongcloud.recording.ReplayGuard
import rongcloud.recording.TimestampUnit
import rongcloud.recording.checkReplay
import rongcloud.recording.parseRecordingEvent
import rongcloud.recording.parseRoomEvent
import rongcloud.recording.signature
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.anyProfile
import rongcloud.recording.support.blockingClient
import rongcloud.recording.support.violationsOf
import java.io.IOException
import java.security.MessageDigest
import java.time.Instant
import java.util.HexFormat
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.Executors
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertNull
import kotlin.test.assertSame
import kotlin.test.assertTrue
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

private const val KEY = Simulator.APP_KEY
private const val SECRET = Simulator.APP_SECRET

class CallbacksTest {
    private val body = """{"type":1,"recordId":"r-1","appKey":"$KEY"}""".toByteArray()

    private fun receiver(guard: ReplayGuard? = null) = CallbackReceiver(KEY, SECRET, replayGuard = guard)

    private fun signed(nonce: String = "14314", at: Instant = Instant.now()): Map<String, List<String>> {
        val timestamp = at.toEpochMilli().toString()
        return mapOf(
            "Nonce" to listOf(nonce),
            "Timestamp" to listOf(timestamp),
            "Signature" to listOf(signature(SECRET, nonce, timestamp)),
        )
    }

    private fun refusal(block: () -> Unit) = assertFailsWith<CallbackRefusedException> { block() }

    @Test
    fun `a captured signature under a forged body is refused`() {
        val receiver = receiver()
        val headers = signed()
        receiver.recordingEvent(headers, body)
        val forged = """{"type":4,"recordId":"r-2","appKey":"$KEY"}""".toByteArray()
        assertEquals(RefusalReason.REPLAYED, refusal { receiver.recordingEvent(headers, forged) }.reason)
    }

    @Test
    fun `the same callback again is taken in again, under the same fingerprint`() {
        val receiver = receiver()
        val headers = signed()
        val (first, second) = List(2) { receiver.recordingEvent(headers, body) }
        assertEquals(first.event to first.fingerprint, second.event to second.fingerprint)
        // SHA-1 of the body, however it is signed.
        assertEquals(first.fingerprint, receiver.recordingEvent(signed(nonce = "2"), body).fingerprint)
        assertEquals(sha1(body), first.fingerprint)
    }

    @Test
    fun `what is verified by hand is compared with a store of one's own`() {
        val receiver = receiver()
        val headers = signed()
        val received = receiver.verifyRecordingEvent(headers, body)
        checkReplay(received.fingerprint, null)
        checkReplay(received.fingerprint, received.fingerprint)
        val refusal = refusal { checkReplay(received.fingerprint, "another") }
        assertEquals(RefusalReason.REPLAYED to 401, refusal.reason to refusal.httpStatus)
        // Nothing was remembered: another body under the same signature is verified, too.
        receiver.verifyRecordingEvent(headers, """{"type":2,"recordId":"r-2","appKey":"$KEY"}""".toByteArray())
    }

    @Test
    fun `a room's callback is verified by hand, too`() {
        val room = """{"event":1,"channelId":"room1","appKey":"$KEY"}""".toByteArray()
        val headers = signed() + ("appKey" to listOf(KEY))
        val received = receiver().verifyRoomEvent(headers, room)
        assertEquals("room1" to sha1(room), received.event.roomId to received.fingerprint)
        assertEquals(received.key, receiver().roomEvent(headers.flatten(), room).key)
    }

    @Test
    fun `a receiver of seconds takes no milliseconds`() {
        val receiver = CallbackReceiver(KEY, SECRET, timestampUnit = TimestampUnit.SECONDS)
        assertEquals(RefusalReason.MALFORMED_SIGNATURE, refusal { receiver.recordingEvent(signed(), body) }.reason)
        val seconds = Instant.now().epochSecond.toString()
        val headers = signed() + ("Timestamp" to listOf(seconds)) +
            ("Signature" to listOf(signature(SECRET, "14314", seconds)))
        assertEquals("r-1", receiver.recordingEvent(headers, body).event.recordId)
        assertEquals(RefusalReason.MALFORMED_SIGNATURE, refusal { receiver().recordingEvent(headers, body) }.reason)
    }

    @Test
    fun `a signature of a request of ours is refused as that`() {
        Simulator().use { simulator ->
            simulator.blockingClient().use { it.start("room1", "aaa", anyProfile) }
            val request = simulator.requests().single()
            val (nonce, timestamp) = listOf("nonce", "timestamp").map { request.header(it).orEmpty() }
            val headers = mapOf(
                "nonce" to listOf(nonce),
                "timestamp" to listOf(timestamp),
                "signature" to listOf(signature(SECRET, nonce, timestamp)),
            )
            assertEquals(RefusalReason.OWN_REQUEST, refusal { receiver().recordingEvent(headers, body) }.reason)
        }
    }

    @Test
    fun `secrets of which one begins with another are a violation`() {
        val credentials = listOf(Credentials(KEY, SECRET), Credentials("other", SECRET + "2"))
        assertEquals("ambiguous", violationsOf { CallbackReceiver(credentials) }.single().code)
    }

    @Test
    fun `an endless, a negative and a too long time window are violations, and so is a body of nothing`() {
        for (window in listOf(Duration.INFINITE, (-1).seconds, 366.days)) {
            val violation = violationsOf { CallbackReceiver(KEY, SECRET, timeWindow = window, largestBody = 0) }
            assertEquals(
                listOf("time_window" to "out_of_range", "largest_body" to "out_of_range"),
                violation.map { it.path to it.code },
                "$window",
            )
        }
    }

    @Test
    fun `a refusal is an exception with reason, status and a whole sentence`() {
        val refusal = refusal { receiver().recordingEvent(emptyMap(), body) }
        assertEquals(RefusalReason.MISSING_SIGNATURE, refusal.reason)
        assertEquals(401, refusal.httpStatus)
        assertTrue(refusal.message.orEmpty().startsWith("callback refused: "), refusal.message)
        assertNull(refusal.cause)
    }

    @Test
    fun `headers as pairs and signatures in the query are taken, too`() {
        val pairs = signed().mapValues { it.value.single() }
        assertEquals("r-1", receiver().recordingEvent(pairs.entries, body).event.recordId)
        val query = pairs.entries.joinToString("&") { (name, value) -> "${name.lowercase()}=$value" }
        assertEquals("r-1", receiver().recordingEvent(emptyMap(), body, query).event.recordId)
    }

    @Test
    fun `other names of the signing fields can be set`() {
        val headers = signed().mapKeys { (name, _) -> "X-$name" }
        val names = CallbackHeaderNames("x-nonce", "x-timestamp", "x-signature")
        val receiver = CallbackReceiver(KEY, SECRET, headerNames = names)
        assertEquals("r-1", receiver.recordingEvent(headers, body).event.recordId)
    }

    @Test
    fun `the time window can be set`() {
        val late = signed(at = Instant.now().minusSeconds(60))
        val receiver = CallbackReceiver(KEY, SECRET, timeWindow = 30.seconds)
        assertEquals(RefusalReason.OUTSIDE_TIME_WINDOW, refusal { receiver.recordingEvent(late, body) }.reason)
        CallbackReceiver(KEY, SECRET, timeWindow = 2.minutes).recordingEvent(late, body)
    }

    @Test
    fun `the largest body can be set`() {
        val receiver = CallbackReceiver(KEY, SECRET, largestBody = body.size - 1L)
        assertEquals(413, refusal { receiver.recordingEvent(signed(), body) }.httpStatus)
    }

    @Test
    fun `text that no encoding can carry is refused, not a crash`() {
        val headers = signed() + ("Signature" to listOf("\uD83D")) + ("X\uD83D" to listOf("\uDE00"))
        assertEquals(401, refusal { receiver().recordingEvent(headers, body, "\uD83D=1") }.httpStatus)
    }

    @Test
    fun `a receiver without credentials is not made`() {
        assertEquals("credentials", violationsOf { CallbackReceiver(emptyList()) }.single().path)
    }

    @Test
    fun `a time window of nothing is refused`() {
        assertEquals("time_window", violationsOf { CallbackReceiver(KEY, SECRET, Duration.ZERO) }.single().path)
    }

    @Test
    fun `no text made of credentials, receiver or refusal has the secret or the signature`() {
        val headers = signed() + ("Nonce" to listOf("1"))
        val texts = listOf(
            Credentials(KEY, SECRET),
            CallbackReceiver(KEY, SECRET),
            CallbackReceiver.builder().credentials(KEY, SECRET),
            refusal { receiver().recordingEvent(headers, body) }.stackTraceToString(),
            violationsOf { Credentials(KEY, "$SECRET\n") },
        ).joinToString()
        assertFalse(SECRET in texts || headers.getValue("Signature").single() in texts, texts)
    }

    @TestFactory
    fun `whatever a guard throws refuses the callback and asks for another try`(): List<DynamicTest> =
        listOf(IOException("down"), IllegalStateException(), StackOverflowError(), AssertionError()).map { thrown ->
            DynamicTest.dynamicTest(thrown.javaClass.simpleName) {
                val refusal = refusal { receiver { _, _, _ -> throw thrown }.recordingEvent(signed(), body) }
                assertEquals(RefusalReason.GUARD_FAILED to 503, refusal.reason to refusal.httpStatus)
                assertSame(thrown, refusal.cause)
                assertContains(refusal.message.orEmpty(), thrown.javaClass.name)
            }
        }

    @Test
    fun `an interrupted guard leaves the thread interrupted`() {
        val receiver = receiver { _, _, _ -> throw InterruptedException() }
        assertEquals(RefusalReason.GUARD_FAILED, refusal { receiver.recordingEvent(signed(), body) }.reason)
        assertTrue(Thread.interrupted())
    }

    @Test
    fun `a guard's nonsense is taken for another body`() {
        val receiver = receiver { _, _, _ -> "\uD83D" }
        assertEquals(RefusalReason.REPLAYED, refusal { receiver.recordingEvent(signed(), body) }.reason)
    }

    @Test
    fun `a failure of the guard does not stick`() {
        var isDown = true
        val receiver = receiver { _, _, _ -> if (isDown) throw IOException("down") else null }
        refusal { receiver.recordingEvent(signed(), body) }
        isDown = false
        receiver.recordingEvent(signed(), body)
        assertNull(refusal { receiver.recordingEvent(emptyMap(), body) }.cause)
    }

    @Test
    fun `receivers that share a guard know each other's signatures, until both time windows are over`() {
        val store = ConcurrentHashMap<String, String>()
        var expires = Instant.MIN
        val guard = ReplayGuard { key, fingerprint, expiresAt ->
            expires = expiresAt
            store.putIfAbsent(key, fingerprint)
        }
        val headers = signed()
        val received = receiver(guard).recordingEvent(headers, body)
        receiver(guard).recordingEvent(headers, body)
        assertEquals(mapOf(received.key to received.fingerprint), store.toMap())
        val forged = """{"type":4,"recordId":"r-2","appKey":"$KEY"}""".toByteArray()
        assertEquals(RefusalReason.REPLAYED, refusal { receiver(guard).recordingEvent(headers, forged) }.reason)
        assertTrue(expires in Instant.now().plusSeconds(540)..Instant.now().plusSeconds(600), "$expires")
    }

    @Test
    fun `of many bodies at once under one signature, one is believed`() {
        val store = ConcurrentHashMap<String, String>()
        for (receiver in listOf(receiver(), receiver { key, fingerprint, _ -> store.putIfAbsent(key, fingerprint) })) {
            val headers = signed()
            val threads = Executors.newFixedThreadPool(16)
            val believed = List(400) { number ->
                threads.submit<String?> {
                    val body = """{"type":1,"recordId":"r-${number % 50}","appKey":"$KEY"}""".toByteArray()
                    runCatching { receiver.recordingEvent(headers, body).event.recordId }.getOrNull()
                }
            }.mapNotNull { it.get() }
            threads.shutdown()
            assertEquals(8 to 1, believed.size to believed.toSet().size)
        }
    }

    @Test
    fun `every kept field of a callback can be read`() {
        val recording = """{"type":2,"recordId":"r","files":[{"name":"a.mkv","big":123456789012345678901234567890}]}"""
        assertEquals(recording, parseRecordingEvent(recording.toByteArray()).json)
        val room = """{"event":1,"channelId":"room1","roomType":7}"""
        assertEquals(room, parseRoomEvent(room.toByteArray()).json)
    }

    @Test
    fun `a stored body that can't be read is refused`() {
        assertEquals(RefusalReason.UNREADABLE_BODY, refusal { parseRoomEvent(byteArrayOf(-1)) }.reason)
    }

    private fun Map<String, List<String>>.flatten() = mapValues { it.value.single() }.entries

    private fun sha1(bytes: ByteArray) = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes))
}
