// What is tried again, where, over which connections, and what a failure tells of it.

package rongcloud.recording.tests

import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.ConnectionPolicy
import rongcloud.recording.DataCenter
import rongcloud.recording.FailoverPolicy
import rongcloud.recording.FailureCause
import rongcloud.recording.RecordingClient
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingTarget
import rongcloud.recording.RetryPolicy
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.anyProfile
import rongcloud.recording.support.client
import rongcloud.recording.support.violationsOf
import rongcloud.simulator.DoorTls
import rongcloud.simulator.RecordingState
import rongcloud.simulator.RongCloudSimulatorExtension
import rongcloud.simulator.Step
import rongcloud.simulator.Verdict
import java.net.InetAddress
import java.net.ServerSocket
import java.time.Instant
import java.util.Base64
import kotlin.concurrent.thread
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNotEquals
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

private val target = RecordingTarget("room1", "aaa")
private val failing = Step.reply(503, "down")

@ExtendWith(RongCloudSimulatorExtension::class)
class DeliveryTest {
    private val once = RetryPolicy(maxAttempts = 1)
    private val quick = RetryPolicy(firstBackoff = 1.milliseconds)

    @Test
    suspend fun `what may be repeated is tried again by itself`(simulator: Simulator) {
        simulator.next(failing)
        simulator.client(retry = quick).use { it.queryRoom("room1") }
        assertEquals(2, simulator.requests().size)
    }

    @Test
    suspend fun `with one attempt allowed, nothing is tried again`(simulator: Simulator) {
        simulator.next(failing)
        simulator.client(retry = once).use {
            assertFailsWith<RecordingException.OutcomeUnknown> { it.queryRoom("room1") }
        }
        assertEquals(1, simulator.requests().size)
    }

    @Test
    suspend fun `a start whose outcome is unknown is not tried again`(simulator: Simulator) {
        simulator.next(failing)
        simulator.client(retry = quick).use {
            assertFailsWith<RecordingException.OutcomeUnknown> { it.start("room1", "aaa", anyProfile) }
        }
        assertEquals(1, simulator.requests().size)
    }

    @Test
    suspend fun `an attempt that hangs leaves time for the next one`(simulator: Simulator) {
        simulator.next(Step.hold())
        val retry = RetryPolicy(attemptTimeout = 100.milliseconds, firstBackoff = 1.milliseconds)
        // It would take longer than any test, if the first attempt had all of it.
        simulator.client(timeout = 10.minutes, retry = retry).use { it.queryRoom("room1") }
        assertEquals(Verdict.ABANDONED, simulator.requests().first().verdict)
    }

    @Test
    suspend fun `a stop that an earlier attempt may have done is refused, and says so`(simulator: Simulator) {
        val client = simulator.client()
        client.use { it.start("room1", "aaa", anyProfile) }
        // The first attempt stops the recording, and its reply never comes.
        simulator.next(Step.hold())
        val retry = RetryPolicy(attemptTimeout = 100.milliseconds, firstBackoff = 1.milliseconds)
        val refused = simulator.client(retry = retry).use {
            assertFailsWith<RecordingException.Refused> { it.stop(target) }
        }
        assertTrue(refused.earlierMayHaveActed)
        assertContains(refused.message.orEmpty(), "an earlier attempt whose outcome is unknown may have done it")
        assertEquals(RecordingState.STOPPED, simulator.recordings().single().state)
    }

    @Test
    suspend fun `a start goes to the backup where the address can't be reached`(simulator: Simulator) {
        val door = simulator.door()
        door.shut()
        val client = RecordingClient(
            Simulator.APP_KEY,
            Simulator.APP_SECRET,
            apiUrl = door.url,
            backupApiUrl = simulator.url,
        )
        val started = client.use { it.start("room1", "aaa", anyProfile) }
        assertEquals(started.recordId, simulator.recordings().single().recordId)
    }

    @Test
    suspend fun `calls one after the other share a connection`(simulator: Simulator) {
        simulator.client().use { client -> repeat(3) { client.queryRoom("room1") } }
        assertEquals(1, simulator.connectionsUsed().size)
    }

    @Test
    suspend fun `a connection serves no more requests than allowed`(simulator: Simulator) {
        simulator.client(connections = ConnectionPolicy(maxRequests = 2)).use { client ->
            repeat(4) { client.queryRoom("room1") }
        }
        assertEquals(listOf(2, 2), simulator.connectionsUsed().values.toList())
    }

    @Test
    suspend fun `without keep-alive, each call has a connection of its own`(simulator: Simulator) {
        simulator.client(connections = ConnectionPolicy(keepAlive = false)).use { client ->
            repeat(3) { client.queryRoom("room1") }
        }
        assertEquals(3, simulator.connectionsUsed().size)
    }

    @Test
    suspend fun `no connection carries eighty requests, and none outlives its client`(simulator: Simulator) {
        simulator.client().use { client -> repeat(200) { client.queryRoom("room1") } }
        assertEquals(79, simulator.awaitConnections(open = 0).mostRequests)
    }

    @Test
    suspend fun `a certificate authority of one's own is trusted where it is given`(simulator: Simulator) {
        val door = simulator.door(DoorTls.VALID)
        simulator.client(door.url, caCertificates = simulator.caCertificate).use { it.queryRoom("room1") }
        assertEquals(1, simulator.requests().size)
    }

    @Test
    suspend fun `a certificate authority of one's own is not trusted where it isn't given`(simulator: Simulator) {
        val failure = simulator.client(simulator.door(DoorTls.VALID).url).use {
            assertFailsWith<RecordingException.NotSent> { it.queryRoom("room1") }
        }
        assertEquals(FailureCause.TLS, failure.failureCause)
    }

    @Test
    suspend fun `https goes through the proxy that is given, with its user and password`() {
        ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { server ->
            val head = mutableListOf<String>()
            val proxy = thread {
                server.accept().use { socket ->
                    head += socket.getInputStream().bufferedReader().lineSequence().takeWhile { it.isNotEmpty() }
                }
            }
            RecordingClient(
                "key",
                "secret",
                apiUrl = "https://api.example",
                proxy = "http://user:hunter2@127.0.0.1:${server.localPort}",
                retry = once,
            ).use { assertFailsWith<RecordingException.NotSent> { it.start("room1", "aaa", anyProfile) } }
            proxy.join()
            assertEquals("CONNECT api.example:443 HTTP/1.1", head.first())
            val credentials = Base64.getEncoder().encodeToString("user:hunter2".toByteArray())
            assertContains(head.map { it.lowercase() }, "proxy-authorization: basic $credentials".lowercase())
        }
    }

    @Test
    suspend fun `a refusal tells how long the service asks to wait`(simulator: Simulator) {
        simulator.next(Step.reply(429, headers = mapOf("Retry-After" to "7")))
        val refused = simulator.client().use {
            assertFailsWith<RecordingException.Refused> { it.start("room1", "aaa", anyProfile) }
        }
        assertEquals(7.seconds, refused.retryAfter)
        assertTrue(refused.isRetryable)
    }

    @Test
    suspend fun `a refusal without that wish tells none`(simulator: Simulator) {
        simulator.next(Step.reply(429))
        val refused = simulator.client().use {
            assertFailsWith<RecordingException.Refused> { it.start("room1", "aaa", anyProfile) }
        }
        assertNull(refused.retryAfter)
    }

    @Test
    suspend fun `an unknown outcome tells when the request was sent`(simulator: Simulator) {
        simulator.next(failing)
        val before = Instant.ofEpochMilli(System.currentTimeMillis())
        val unknown = simulator.client().use {
            assertFailsWith<RecordingException.OutcomeUnknown> { it.start("room1", "aaa", anyProfile) }
        }
        assertTrue(unknown.sentAt in before..Instant.now(), "${unknown.sentAt}")
        assertTrue(unknown.mayBeRecording)
    }

    @Test
    suspend fun `an unknown outcome of a start says what to do`(simulator: Simulator) {
        simulator.next(failing)
        val unknown = simulator.client().use {
            assertFailsWith<RecordingException.OutcomeUnknown> { it.start("room1", "aaa", anyProfile) }
        }
        assertContains(
            unknown.message.orEmpty(),
            "a recording may be running: wait for its callback, or stop",
        )
    }

    @Test
    fun `a wait of less than nothing is a violation among all others`() {
        val retry = RetryPolicy(maxAttempts = 0, firstBackoff = (-1).milliseconds, longestBackoff = -Duration.INFINITE)
        val found = violationsOf { RecordingClient("", "s", apiUrl = "ftp://x", retry = retry) }
        assertEquals(
            listOf(
                "app_key" to "empty",
                "api_url" to "invalid_url",
                "retry.max_attempts" to "out_of_range",
                "retry.first_backoff" to "out_of_range",
                "retry.longest_backoff" to "out_of_range",
            ),
            found.map { it.path to it.code },
        )
        assertEquals(List(2) { "must not be negative" }, found.takeLast(2).map { it.reason })
    }

    @Test
    fun `waits of nothing are allowed`() {
        val retry = RetryPolicy(firstBackoff = Duration.ZERO, longestBackoff = Duration.ZERO)
        RecordingClient("key", "secret", dataCenter = DataCenter.SINGAPORE, retry = retry).close()
    }

    @Test
    fun `an endless, a negative and a too long time are violations wherever a time is given`() {
        for (time in listOf(Duration.INFINITE, -Duration.INFINITE, (-1).milliseconds, 366.days)) {
            val found = violationsOf {
                RecordingClient(
                    "key",
                    "secret",
                    dataCenter = DataCenter.SINGAPORE,
                    connectTimeout = time,
                    timeout = time,
                    retry = RetryPolicy(attemptTimeout = time, firstBackoff = time, longestBackoff = time),
                    failover = FailoverPolicy(probeAfter = time),
                    connections = ConnectionPolicy(maxIdle = time),
                )
            }
            val paths = listOf(
                "connect_timeout",
                "timeout",
                "retry.attempt_timeout",
                "retry.first_backoff",
                "retry.longest_backoff",
                "failover.probe_after",
                "connections.max_idle",
            )
            assertEquals(paths.map { it to "out_of_range" }, found.map { it.path to it.code }, "$time")
        }
    }

    @Test
    fun `half of a surrogate pair in a setting is a violation`() {
        val half = "\uD83D"
        val violations = violationsOf {
            RecordingClient("k", "s", apiUrl = half, backupApiUrl = half, proxy = half, caCertificates = half)
        }
        assertEquals(listOf("api_url", "backup_api_url", "proxy", "ca_certificates"), violations.map { it.path })
    }

    @Test
    fun `policies are values`() {
        val policy = RetryPolicy(maxAttempts = 2, attemptTimeout = 2.seconds)
        assertEquals(policy, RetryPolicy(2, 2_000.milliseconds))
        assertNotEquals(policy, policy.copy(maxAttempts = 3))
        assertContains("$policy", "maxAttempts=2, attemptTimeout=2s")
    }

    /** How many requests each connection has carried. */
    private fun Simulator.connectionsUsed() = requests().groupingBy { it.connection }.eachCount()
}
