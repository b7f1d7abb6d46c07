// Lets requests through to a server, and drops some of its answers.

package rongcloud.recording.support

import java.io.DataInputStream
import java.io.InputStream
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.net.SocketException
import kotlin.concurrent.thread

/** A relay of one request for each connection. Where a body's answer is to be dropped, the connection just ends. */
class Dropping(private val target: Int, private val isDropped: (body: String) -> Boolean) : AutoCloseable {
    private val server = ServerSocket(0, 50, InetAddress.getLoopbackAddress())
    private val relaying = thread {
        try {
            while (true) server.accept().use(::relay)
        } catch (_: SocketException) {
            // It was closed.
        }
    }

    val port: Int = server.localPort

    private fun relay(client: Socket) {
        val head = client.getInputStream().readHead()
        val body = ByteArray(head.contentLength()).also { DataInputStream(client.getInputStream()).readFully(it) }
        val answer = Socket(InetAddress.getLoopbackAddress(), target).use { socket ->
            socket.getOutputStream().write(head.toByteArray(Charsets.ISO_8859_1) + body)
            socket.getInputStream().readHead()
        }
        if (isDropped(String(body))) return
        // Only the status matters, and that nothing more is expected of this connection.
        val closing = "${answer.lineSequence().first()}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        client.getOutputStream().write(closing.toByteArray())
    }

    override fun close() {
        server.close()
        relaying.join()
    }
}

private fun InputStream.readHead(): String {
    val head = StringBuilder()
    while (!head.endsWith("\r\n\r\n")) {
        val next = read()
        check(next >= 0) { "cut off amid a head: $head" }
        head.append(next.toChar())
    }
    return head.toString()
}

private fun String.contentLength() =
    Regex("content-length: (\\d+)", RegexOption.IGNORE_CASE).find(this)?.groupValues?.get(1)?.toInt() ?: 0
