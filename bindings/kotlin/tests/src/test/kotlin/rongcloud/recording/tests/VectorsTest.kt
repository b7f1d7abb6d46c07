// Runs every entry of every golden file that the suites of all languages share.

package rongcloud.recording.tests

import com.fasterxml.jackson.databind.JsonNode
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.TestFactory
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.McuMode
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingProfile
import rongcloud.recording.Resolution
import rongcloud.recording.ServiceCode
import rongcloud.recording.signature
import rongcloud.recording.support.Files
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.SimulatorForTest
import rongcloud.recording.support.advice
import rongcloud.recording.support.anyProfile
import rongcloud.recording.support.json
import rongcloud.recording.support.text
import rongcloud.recording.support.violations
import rongcloud.recording.support.violationsOf
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readText
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.fail

@ExtendWith(SimulatorForTest::class)
class VectorsTest {
    @TestFactory
    fun `every golden file is kept`(simulator: Simulator): List<DynamicTest> =
        Files.vectors.listDirectoryEntries().sorted().flatMap { file ->
            val content = json.readTree(file.readText())
            when (file.name) {
                "signatures.json" -> content.each(file.name, ::keepsSignature)
                "configs.json" -> content.each(file.name, ::keepsConfig)
                "violations.json" -> content.each(file.name, ::keepsViolations)
                "calls.json" -> content.each(file.name) { keepsCall(it, simulator) }
                "bodies.json" -> content.each(file.name) { keepsBody(it, simulator) }
                "replies.json" -> content.each(file.name) { keepsReply(it, simulator) }
                "options.json" -> content.each(file.name, ::keepsOptions)
                "operations.json" -> content.each(file.name) { keepsOperation(it, simulator) }
                "rooms.json" -> content.each(file.name) { keepsRoom(it, simulator) }
                "arrangements.json" -> content.each(file.name, ::keepsArrangement)
                "callbacks.json" -> content.each(file.name, ::keepsCallback)
                "trackers.json" -> content.each(file.name, ::keepsTracker)
                "constants.json" -> listOf(DynamicTest.dynamicTest(file.name) { keepsConstants(content) })
                else -> listOf(DynamicTest.dynamicTest(file.name) { fail("${file.name} is unknown to this suite") })
            }
        }

    private fun JsonNode.each(file: String, keeps: (JsonNode) -> Unit) =
        map { entry -> DynamicTest.dynamicTest("$file: ${entry["name"].textValue()}") { keeps(entry) } }

    private fun keepsSignature(entry: JsonNode) = assertEquals(
        entry.text("signature"),
        signature(entry.text("app_secret"), entry.text("nonce"), entry.text("timestamp")),
    )

    private fun keepsConfig(entry: JsonNode) {
        val profile = RecordingProfile.fromJson(entry.text("input"))
        assertEquals(entry.text("json"), profile.toJson())
        assertEquals(entry.advice(), profile.advice)
        assertEquals(entry.text("json"), RecordingProfile(profile.config).toJson(), "typed")
    }

    private fun keepsViolations(entry: JsonNode) =
        assertEquals(entry.violations(), violationsOf { RecordingProfile.fromJson(entry.text("input")) })

    private fun keepsCall(entry: JsonNode, simulator: Simulator) = simulator.blockingClient().use { client ->
        simulator.forget()
        val found = violationsOf { client.start(entry.text("room_id"), entry.text("session_id"), anyProfile) }
        assertEquals(entry.violations(), found)
        assertEquals(0, simulator.requests().size, "requests sent")
    }

    private fun keepsBody(entry: JsonNode, simulator: Simulator) = simulator.blockingClient().use { client ->
        simulator.room("bodies", entry.text("session_id"))
        val profile = RecordingProfile.fromJson(entry.text("config"))
        client.start("bodies", entry.text("session_id"), profile, extra = entry["extra"].textValue())
        assertEquals(entry.text("body"), simulator.requests().last().text("body"))
    }

    private fun keepsReply(entry: JsonNode, simulator: Simulator) = simulator.blockingClient().use { client ->
        simulator.next(
            "status" to entry["status"],
            "contentType" to entry["content_type"],
            "body" to entry["body"],
        )
        if (entry.has("record_id")) {
            assertEquals(entry.text("record_id"), client.start("room1", "aaa", anyProfile).recordId)
        } else {
            val failure = assertFailsWith<RecordingException> { client.start("room1", "aaa", anyProfile) }
            assertEquals(entry["error"], json.valueToTree<JsonNode>(failure.asVector()))
        }
    }

    private fun RecordingException.asVector(): Map<String, Any?> {
        val (kind, reason) =
            when (this) {
                is RecordingException.Refused -> "refused" to reason
                is RecordingException.OutcomeUnknown -> "outcome_unknown" to reason
                is RecordingException.UnreadableReply -> "unreadable_reply" to reason
                else -> throw this
            }
        return linkedMapOf(
            "kind" to kind,
            "status" to status,
            "code" to code,
            "retryable" to isRetryable,
            "maybe_sent" to maybeSent,
            "reason" to reason,
        )
    }

    private fun keepsConstants(content: JsonNode) {
        val known = mapOf(
            "resolutions" to Resolution::class.java,
            "mcu_modes" to McuMode::class.java,
            "service_codes" to ServiceCode::class.java,
        )
        val constants =
            known.mapValues { (_, type) ->
                type.fields.filter { it.name != "INSTANCE" }.associate { it.name to it.get(null) }
            }
        assertEquals(content, json.valueToTree<JsonNode>(constants))
    }
}
