// A start cut at every byte of its request, and at every byte of its reply.

import com.fasterxml.jackson.databind.JsonNode
import rongcloud.recording.RecordingClient

class Sweep(private val simulator: Simulator, private val settings: JsonNode) {
    private val door = simulator.door("none")

    suspend fun run(write: (Map<String, Any?>) -> Unit) {
        simulator.renewRoom()
        val whole = length()
        // One client, so that what a cut leaves behind would show in the calls after it.
        Caller(door.url).client(settings).use { client ->
            for (byte in 0..whole.request) write(cut(client, "request", byte))
            for (byte in 0..<whole.reply) write(cut(client, "reply", byte))
        }
        door.close()
    }

    private class Length(val request: Int, val reply: Int)

    private suspend fun length(): Length {
        Caller(door.url).client(settings).use { Operation.START.call(it) }
        val connection = door.connections().single()
        return Length(connection["requestBytes"].intValue(), connection["replyBytes"].intValue())
    }

    private suspend fun cut(client: RecordingClient, what: String, byte: Int): Map<String, Any?> {
        simulator.forgetRequests()
        door.fault(mapOf("${what}Bytes" to byte, "then" to "reset"))
        val outcome = outcomeOf { Operation.START.call(client) }
        return mapOf("case" to "cut $what at byte", "byte" to byte, "operation" to Operation.START.title) + outcome +
            ("executions" to simulator.executions(Operation.START))
    }
}
