// How golden files are read, and how what they compare is written as they write it.

package rongcloud.recording.support

import com.fasterxml.jackson.databind.JsonNode
import rongcloud.recording.Advice
import rongcloud.recording.Member
import rongcloud.recording.Violation
import java.time.Instant
import kotlin.io.path.readText
import kotlin.test.assertEquals

/** All entries of one file. */
fun vectors(file: String): List<JsonNode> = json.readTree(Files.vectors.resolve(file).readText()).toList()

fun JsonNode.text(field: String): String = this[field].textValue()

fun JsonNode.violations() = this["violations"].map { Violation(it.text("path"), it.text("code"), it.text("reason")) }

fun JsonNode.advice() = this["advice"].map { Advice(it.text("path"), it.text("code"), it.text("reason")) }

/** Compares what an entry expects with what was seen, numbers by their value. */
fun assertAsVector(expected: JsonNode, seen: Any?) =
    assertEquals(expected, json.readTree(json.writeValueAsString(seen)))

fun Instant?.asVector(): Long? = this?.toEpochMilli()

/** A constant as golden files name it. */
fun Enum<*>.asVector() = name.lowercase()

fun Member.asVector() = mapOf(
    "user_id" to userId,
    "joined_at_ms" to joinedAt.asVector(),
    "streams" to streams.map {
        mapOf(
            "stream_id" to it.streamId,
            "media_type" to it.mediaType.asVector(),
            "uri" to it.uri,
            "tag" to it.tag,
        )
    },
)
