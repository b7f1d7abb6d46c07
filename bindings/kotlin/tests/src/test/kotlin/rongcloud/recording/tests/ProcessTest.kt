// What only a process of its own can show: the environment, all output, the end.

package rongcloud.recording.tests

import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.support.CallInGroup
import rongcloud.recording.support.LeaveCallUnderWay
import rongcloud.recording.support.ShowEverything
import rongcloud.recording.support.ShutDownRuntime
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.StartFromEnvironment
import rongcloud.recording.support.runJvm
import rongcloud.simulator.RongCloudSimulatorExtension
import rongcloud.simulator.Step
import java.util.Base64
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNull

@ExtendWith(RongCloudSimulatorExtension::class)
class ProcessTest {
    private val app = mapOf("RONGCLOUD_APP_KEY" to Simulator.APP_KEY, "RONGCLOUD_APP_SECRET" to Simulator.APP_SECRET)

    @Test
    fun `everything can come from the environment`(simulator: Simulator) {
        val output = start(environment = app + ("RONGCLOUD_API_URL" to simulator.url))
        assertEquals("record id: ${simulator.recordings().single().recordId}", output)
    }

    @Test
    fun `a builder without settings takes everything from the environment`(simulator: Simulator) {
        start("builder", environment = app + ("RONGCLOUD_API_URL" to simulator.url))
        assertEquals(1, simulator.recordings().size)
    }

    @Test
    fun `an empty environment is told variable by variable, all at once`() {
        val told = start()
        assertEquals(listOf("app_key required", "app_secret required", "data_center required"), headings(told))
        assertContains(told, "app_key required: is not given and RONGCLOUD_APP_KEY is not set\n")
    }

    @Test
    fun `a variable that is set to nothing is named as that, beside everything else that is wrong`() {
        val environment = mapOf(
            "RONGCLOUD_APP_KEY" to "",
            "RONGCLOUD_APP_SECRET" to "a\nb",
            "RONGCLOUD_API_URL" to "x",
        )
        val told = start(environment = environment)
        val codes = listOf("APP_KEY empty", "APP_SECRET control_character", "API_URL invalid_url")
        assertEquals(codes.map { "RONGCLOUD_$it" }, headings(told))
        assertContains(told, "RONGCLOUD_APP_KEY empty: is set but empty")
    }

    private fun headings(violations: String) = violations.lines().map { it.substringBefore(":") }

    @Test
    fun `what is given wins over the environment`(simulator: Simulator) {
        val elsewhere = mapOf(
            "RONGCLOUD_APP_KEY" to "x",
            "RONGCLOUD_APP_SECRET" to "x",
            "RONGCLOUD_API_URL" to "http://127.0.0.1:1",
        )
        start("explicit", simulator.url, environment = elsewhere)
        assertEquals(1, simulator.recordings().size)
    }

    @Test
    fun `a data center that is given wins over an address of the environment`() {
        assertEquals("made", start("data center", environment = app + ("RONGCLOUD_API_URL" to "not an address")))
    }

    @Test
    fun `an unknown data center in the environment is told with the known ones`() {
        val output = start(environment = app + ("RONGCLOUD_DATA_CENTER" to "mars"))
        assertContains(
            output,
            "RONGCLOUD_DATA_CENTER unknown_value: \"mars\" is not a data center: known are beijing, singapore",
        )
    }

    @Test
    fun `no output of any kind ever holds a secret`(simulator: Simulator) {
        val canary = "canary4f1d0c"
        simulator.next(
            // The service's own answer; a refusal; a failure that is tried again; no answer of the service's.
            Step(),
            Step.reply(429, headers = mapOf("Retry-After" to "1")),
            Step.reply(503),
            Step(),
            Step.reply(200, "<html>"),
        )
        val ended = runJvm(ShowEverything::class.qualifiedName!!, listOf(simulator.url, canary), app)
        val proxyCredentials = Base64.getEncoder().encodeToString("user:$canary".toByteArray())
        for (secret in listOf(canary, proxyCredentials, Simulator.APP_KEY, Simulator.APP_SECRET)) {
            assertFalse(secret in ended.output, ended.output)
        }
        // Forty hexadecimal digits would be a signature.
        assertNull(Regex("\\b\\p{XDigit}{40}\\b").find(ended.output), ended.output)
        // It did get as far as everything that could have shown one.
        for (shown in listOf(
            "Signature: [redacted]",
            "refused with code 1001",
            "refused with HTTP 429",
            "attempt failed, to be made again",
            "unreadable reply",
            "look swapped",
            "api_url",
            "app_secret",
            "proxy",
            "ClientBuilder",
            "BlockingRecordingClient@",
            "BlockingRecordingLedger@",
            "Credentials([redacted])",
            "not sent: the client is closed",
        )) {
            assertContains(ended.output, shown)
        }
        assertEquals(0, ended.status)
    }

    @Test
    fun `a program that ends with a call under way ends at once`(simulator: Simulator) {
        simulator.next(Step.hold())
        val ended = runJvm(LeaveCallUnderWay::class.qualifiedName!!, listOf(simulator.url))
        assertEquals(0 to """{"requests":1,"abandoned":0}""", ended.status to ended.output.trim())
        simulator.await(abandoned = 1)
    }

    @Test
    fun `nobody who ends the threads of a program's group waits for one of this library`(simulator: Simulator) {
        val ended = runJvm(CallInGroup::class.qualifiedName!!, listOf(simulator.url))
        assertEquals("left: []\nrongcloud-recording: in system, a daemon", ended.output.trim())
    }

    @Test
    fun `the end of the runtime cancels calls under way and refuses later ones`(simulator: Simulator) {
        simulator.next(Step.hold())
        val ended = runJvm(ShutDownRuntime::class.qualifiedName!!, listOf(simulator.url))
        assertEquals("Cancelled\nNotSent", ended.output.trim())
    }

    @Test
    fun `a native library that can't be loaded is told in a sentence`() {
        val ended = runJvm(
            StartFromEnvironment::class.qualifiedName!!,
            listOf("explicit", "http://127.0.0.1:1"),
            options = listOf("-Drongcloud.recording.library=/nowhere/lib.so"),
        )
        assertContains(
            ended.output,
            "RecordingException\$NotSent: not sent: the native library can't be loaded on linux-",
        )
        assertContains(ended.output, "/nowhere/lib.so")
    }

    private fun start(vararg arguments: String, environment: Map<String, String> = emptyMap()): String =
        runJvm(StartFromEnvironment::class.qualifiedName!!, arguments.toList(), environment).output.trim()
}
