// Faults below HTTP, from a socket that behaves badly.

package rongcloud.recording.tests

import org.junit.jupiter.api.Test
import rongcloud.recording.BlockingRecordingClient
import rongcloud.recording.FailureCause
import rongcloud.recording.OperationKind
import rongcloud.recording.RecordingException
import rongcloud.recording.support.anyProfile
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import kotlin.concurrent.thread
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds

class FaultTest {
    @Test
    fun `a refused connection sends nothing, so that calling again is safe`() {
        val port = ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { it.localPort }
        val failure = assertFailsWith<RecordingException.NotSent> { startAt("http://127.0.0.1:$port") }
        assertEquals(FailureCause.CONNECTION, failure.failureCause)
        assertTrue(failure.isRetryable && !failure.maybeSent)
        assertNotNull(failure.requestId)
        assertEquals(OperationKind.START to false, failure.operation to failure.mayBeRecording)
        assertEquals(listOf("room1", "aaa", ""), listOf(failure.roomId, failure.sessionId, failure.extra))
    }

    @Test
    fun `a failed TLS handshake sends nothing`() {
        val failure =
            assertFailsWith<RecordingException.NotSent> {
                withServer({ it.getOutputStream().write("HTTP/1.1 400 no TLS here\r\n\r\n".toByteArray()) }) { port ->
                    startAt("https://127.0.0.1:$port")
                }
            }
        assertEquals(FailureCause.TLS, failure.failureCause)
    }

    @Test
    fun `a connection lost after the request leaves the outcome unknown`() {
        val failure =
            assertFailsWith<RecordingException.OutcomeUnknown> {
                withServer(::readRequest) { startAt("http://127.0.0.1:$it") }
            }
        assertEquals(FailureCause.CONNECTION_LOST, failure.failureCause)
        assertTrue(failure.maybeSent && !failure.isRetryable)
        assertEquals("room1" to "aaa", failure.roomId to failure.sessionId)
        assertTrue(failure.mayBeRecording)
    }

    @Test
    fun `a reply cut short leaves the outcome unknown`() {
        val cut = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 80\r\n\r\n{\"code\":200,"
        val failure =
            assertFailsWith<RecordingException.OutcomeUnknown> {
                withServer({ socket ->
                    readRequest(socket)
                    socket.getOutputStream().write(cut.toByteArray())
                }) { startAt("http://127.0.0.1:$it") }
            }
        assertEquals(FailureCause.CONNECTION_LOST, failure.failureCause)
    }

    @Test
    fun `silence leaves the outcome unknown`() {
        val failure =
            assertFailsWith<RecordingException.OutcomeUnknown> {
                withServer({ socket ->
                    readRequest(socket)
                    socket.getInputStream().read()
                }) { startAt("http://127.0.0.1:$it") }
            }
        assertEquals(FailureCause.TIMEOUT, failure.failureCause)
        assertFalse(failure.isRetryable)
    }

    private fun startAt(url: String) =
        BlockingRecordingClient("key", "secret", apiUrl = url, timeout = 500.milliseconds).use {
            it.start("room1", "aaa", anyProfile)
        }

    /** A server that serves one connection as told, then closes it. */
    private fun <T> withServer(serve: (Socket) -> Unit, block: (port: Int) -> T): T =
        ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { server ->
            val serving = thread { server.accept().use(serve) }
            try {
                block(server.localPort)
            } finally {
                serving.join()
            }
        }

    /** Reads a request to the end of its body. */
    private fun readRequest(socket: Socket) {
        val input = socket.getInputStream()
        val head = StringBuilder()
        while (!head.endsWith("\r\n\r\n")) head.append(input.read().toChar())
        val length = Regex("content-length: (\\d+)", RegexOption.IGNORE_CASE).find(head)!!.groupValues[1].toInt()
        input.readNBytes(length)
    }
}
