// What users ask of the simulator, as the JSON that it reads.

package rongcloud.simulator.internal

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import rongcloud.simulator.CallbackDelivery
import rongcloud.simulator.CallbackFailure
import rongcloud.simulator.Fault
import rongcloud.simulator.SimulatedStream
import rongcloud.simulator.Step
import java.time.Duration

/** An object without what is null. */
internal fun obj(vararg fields: Pair<String, Any?>): JsonObject =
    JsonObject(fields.filter { it.second != null }.associate { (name, value) -> name to json(value) })

private fun json(value: Any?): JsonElement = when (value) {
    null -> JsonNull
    is JsonElement -> value
    is String -> JsonPrimitive(value)
    is Number -> JsonPrimitive(value)
    is Boolean -> JsonPrimitive(value)
    is Enum<*> -> JsonPrimitive(word(value))
    is Duration -> JsonPrimitive(value.toMillis())
    is Collection<*> -> JsonArray(value.map(::json))
    is Map<*, *> -> JsonObject(value.entries.associate { (name, element) -> "$name" to json(element) })
    else -> error("nothing that the simulator reads: ${value::class}")
}

/** As the simulator spells the value of an enum. */
internal fun word(value: Enum<*>): String = value.name.lowercase().replace('_', '-')

internal fun step(step: Step): JsonObject = obj(
    "times" to step.times,
    "hold" to step.hold.takeIf { it },
    "status" to step.status,
    "body" to step.body,
    "contentType" to step.contentType,
    "headers" to step.headers.takeIf { it.isNotEmpty() },
    "padBytes" to step.padBytes,
)

internal fun stream(stream: SimulatedStream): JsonObject = obj(
    "streamId" to stream.streamId,
    "mediaType" to stream.kind.ordinal,
    "uri" to stream.uri,
    "tag" to stream.tag,
)

internal fun delivery(delivery: CallbackDelivery): JsonObject = obj(
    "delivery" to if (delivery.isHeld) "held" else "immediate",
    "duplicate" to delivery.duplicate,
    "shuffle" to delivery.shuffle,
    "lose" to delivery.lose.takeIf { it.isNotEmpty() },
    "attempts" to delivery.attempts,
    "retrySignature" to if (delivery.isSignedAnew) "new" else "same",
    "backoffMs" to delivery.backoff,
)

internal fun failure(failure: CallbackFailure): JsonObject = obj(
    "type" to failure.type,
    "code" to failure.code,
    "errorMessage" to failure.errorMessage,
    "times" to failure.times,
)

internal fun fault(fault: Fault): JsonObject = obj(
    "connection" to fault.connection,
    "requestBytes" to fault.requestBytes,
    "replyBytes" to fault.replyBytes,
    "then" to fault.then,
    "dripMs" to fault.drip,
    "times" to fault.times,
)
