// What a program sees of its calls: attempts, ids, statistics, metrics; and a client that is closed after its calls.

package rongcloud.recording.tests

import io.micrometer.core.instrument.simple.SimpleMeterRegistry
import io.opentelemetry.api.trace.StatusCode
import io.opentelemetry.sdk.OpenTelemetrySdk
import io.opentelemetry.sdk.metrics.SdkMeterProvider
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter
import io.opentelemetry.sdk.trace.SdkTracerProvider
import io.opentelemetry.sdk.trace.data.SpanData
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor
import io.opentelemetry.sdk.trace.samplers.Sampler
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.FailureKind
import rongcloud.recording.LedgerOptions
import rongcloud.recording.OnUnknown
import rongcloud.recording.OperationKind
import rongcloud.recording.RecordingClient
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingLedger
import rongcloud.recording.RetryPolicy
import rongcloud.recording.micrometer.RecordingMeters
import rongcloud.recording.opentelemetry.RecordingMetrics
import rongcloud.recording.opentelemetry.RecordingTracing
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.anyProfile
import rongcloud.recording.support.blockingClient
import rongcloud.recording.support.client
import rongcloud.recording.support.violationsOf
import rongcloud.simulator.RongCloudSimulatorExtension
import rongcloud.simulator.Step
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes

@ExtendWith(RongCloudSimulatorExtension::class)
class ObservedTest {
    private val failing = Step.reply(503, "down")
    private val quick = RetryPolicy(firstBackoff = 1.milliseconds)

    private fun Simulator.ids() = requests().map { it.header("x-request-id") }

    @Test
    suspend fun `an answer tells every attempt that led to it`(simulator: Simulator) {
        simulator.next(failing)
        val room = simulator.client(retry = quick).use { it.queryRoom("room1") }
        assertEquals(simulator.ids(), room.attempts.map { it.requestId })
        val (first, second) = room.attempts
        assertEquals(listOf(503, "down", false), listOf(first.status, first.replyHead, first.connectionReused))
        assertEquals(
            listOf(200, 200, "", true),
            listOf(second.status, second.code, second.reason, second.connectionReused),
        )
        assertEquals(listOf(first.requestId, second.requestId), listOf(room.callId, room.requestId))
        assertTrue(second.took > java.time.Duration.ZERO)
    }

    @Test
    suspend fun `a call has the id that it was given`(simulator: Simulator) {
        simulator.client(retry = quick).use { client ->
            simulator.next(failing)
            val room = client.queryRoom("room1", requestId = "order-7")
            assertEquals(listOf("order-7", "order-7"), listOf(room.callId, simulator.ids().first()))
            val violations = violationsOf { client.queryRoom("room1", requestId = "x".repeat(37)) }
            assertEquals(listOf("X-Request-ID" to "too_long"), violations.map { it.path to it.code })
        }
    }

    @Test
    suspend fun `statistics are what the service has seen`(simulator: Simulator) {
        simulator.client(retry = quick).use { client ->
            val started = client.start("room1", "aaa", anyProfile)
            simulator.next(failing)
            client.stop(started)
            simulator.next(failing)
            assertFailsWith<RecordingException.OutcomeUnknown> { client.start("room1", "aaa", anyProfile) }
            val counted = client.statistics()
            val calls = counted.calls.associate { (it.operation to it.failure) to it.count }
            val expected = mapOf(
                (OperationKind.START to null) to 1L,
                (OperationKind.STOP to null) to 1L,
                (OperationKind.START to FailureKind.OUTCOME_UNKNOWN) to 1L,
            )
            assertEquals(expected, calls)
            assertEquals(listOf(simulator.requests().size.toLong(), 1L), listOf(counted.attempts, counted.retries))
            assertEquals(listOf(true), counted.domains.map { it.isLeading })
        }
    }

    @Test
    suspend fun `draining waits for calls and refuses later ones`(simulator: Simulator) = coroutineScope {
        val client = simulator.client()
        simulator.next(Step.hold())
        val call = async(Dispatchers.Default) { client.queryRoom("room1") }
        simulator.await(requests = 1)
        val closing = async(Dispatchers.Default) { client.close(1.minutes) }
        val refused = refusal(client)
        assertTrue(closing.isActive && refused is RecordingException.NotSent, "$refused")
        simulator.release()
        assertTrue(closing.await())
        assertEquals("room1", call.await().roomId)
    }

    private tailrec suspend fun refusal(client: RecordingClient): RecordingException {
        val error = runCatching { client.queryRoom("room1") }.exceptionOrNull()
        return error as? RecordingException ?: refusal(client)
    }

    @Test
    suspend fun `draining cancels what takes too long`(simulator: Simulator) = coroutineScope {
        val client = simulator.client()
        simulator.next(Step.hold())
        val call = async(Dispatchers.Default) { runCatching { client.queryRoom("room1") } }
        simulator.await(requests = 1)
        assertFalse(client.close(Duration.ZERO))
        assertTrue(call.await().exceptionOrNull() is RecordingException.Cancelled)
    }

    @Test
    suspend fun `Micrometer has the values of the statistics`(simulator: Simulator) {
        val registry = SimpleMeterRegistry()
        simulator.client().use { client ->
            RecordingMeters(client::measurements).bindTo(registry)
            client.queryRoom("room1")
            assertFailsWith<RecordingException.Refused> { client.queryRoom("another") }
            fun calls(error: String) = registry.get("rongcloud.recording.client.calls")
                .tags("rongcloud.recording.operation", "query_room", "error.type", error).functionCounter().count()
            assertEquals(listOf(1.0, 1.0), listOf(calls("none"), calls("refused")))
            assertEquals(2.0, registry.get("rongcloud.recording.client.attempts").functionCounter().count())
            val tags = registry.meters.flatMap { it.id.tags }.map { it.value }
            assertTrue("room1" !in tags && "another" !in tags, "$tags")
        }
    }

    @Test
    suspend fun `OpenTelemetry has the values of the statistics`(simulator: Simulator) {
        val reader = InMemoryMetricReader.create()
        val provider = SdkMeterProvider.builder().registerMetricReader(reader).build()
        val telemetry = OpenTelemetrySdk.builder().setMeterProvider(provider).build()
        simulator.client().use { client ->
            RecordingLedger(client, OnUnknown.HOLD, LedgerOptions(store = "memory:")).use { ledger ->
                val measured = listOf(client::measurements, ledger::measurements)
                val closing = measured.map { RecordingMetrics.measure(telemetry, it) }
                ledger.start("room1", "aaa", anyProfile)
                val found = reader.collectAllMetrics().associateBy { it.name }
                assertEquals(measured.flatMap { it() }.map { it.name }.toSet(), found.keys)
                val attempts = found.getValue("rongcloud.recording.client.attempts").doubleSumData.points.single()
                assertEquals(1.0, attempts.value)
                closing.forEach { it.close() }
                assertEquals(0, reader.collectAllMetrics().size)
            }
        }
    }

    private fun traced(sampler: Sampler, exporter: InMemorySpanExporter): OpenTelemetrySdk {
        val processor = SimpleSpanProcessor.create(exporter)
        val provider = SdkTracerProvider.builder().setSampler(sampler).addSpanProcessor(processor).build()
        return OpenTelemetrySdk.builder().setTracerProvider(provider).build()
    }

    @Test
    fun `a call is a child of the caller's span, and each attempt one of the call`(simulator: Simulator) {
        val exporter = InMemorySpanExporter.create()
        val telemetry = traced(Sampler.alwaysOn(), exporter)
        val caller = telemetry.getTracer("caller").spanBuilder("caller").startSpan()
        simulator.next(failing)
        RecordingTracing.trace(telemetry).use {
            simulator.blockingClient().use { client ->
                caller.makeCurrent().use { client.queryRoom("room1") }
            }
        }
        val spans = exporter.finishedSpanItems
        val (first, second, call) = spans
        assertEquals(caller.spanContext.spanId, call.parentSpanId)
        assertEquals(listOf(call.spanId, call.spanId), listOf(first.parentSpanId, second.parentSpanId))
        assertEquals(
            listOf("rongcloud.recording query_room", "POST", "POST"),
            listOf(call.name, first.name, second.name),
        )
        fun attribute(of: SpanData, name: String) =
            of.attributes.asMap().entries.singleOrNull { it.key.key == name }?.value
        assertEquals(
            listOf<Any?>(503L, "server_failure"),
            listOf(attribute(first, "http.response.status_code"), attribute(first, "error.type")),
        )
        assertEquals(1L, attribute(second, "http.request.resend_count"))
        assertEquals(
            listOf(StatusCode.ERROR, StatusCode.UNSET),
            listOf(first.status.statusCode, call.status.statusCode),
        )
        assertTrue(spans.none { "room1" in it.attributes.asMap().values.map(Any::toString) })
    }

    @Test
    suspend fun `nothing is traced where the sampler is off, nor after the end`(simulator: Simulator) {
        val exporter = InMemorySpanExporter.create()
        simulator.client().use { client ->
            RecordingTracing.trace(traced(Sampler.alwaysOff(), exporter)).use { client.queryRoom("room1") }
            RecordingTracing.trace(traced(Sampler.alwaysOn(), exporter)).close()
            client.queryRoom("room1")
        }
        assertEquals(emptyList(), exporter.finishedSpanItems)
    }
}
