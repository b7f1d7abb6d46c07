// Statistics of clients and ledgers for Micrometer, and so for Spring Boot's actuator.

package rongcloud.recording.micrometer

import io.micrometer.core.instrument.FunctionCounter
import io.micrometer.core.instrument.Gauge
import io.micrometer.core.instrument.MeterRegistry
import io.micrometer.core.instrument.Tag
import io.micrometer.core.instrument.binder.MeterBinder
import rongcloud.recording.FailureKind
import rongcloud.recording.Measurement
import rongcloud.recording.MeasurementKind
import java.util.function.Supplier
import java.util.function.ToDoubleFunction

/**
 * Gives the statistics of a client or a ledger to a Micrometer registry: `RecordingMeters(client::measurements)`. As a
 * bean of Spring Boot it is bound by itself.
 *
 * Names, units and tags are those of the table in `docs/metrics.md`; no tag names a room, a session or a user. Needs
 * `io.micrometer:micrometer-core` on the class path.
 *
 * @param measurements the `measurements` of a client or a ledger
 * @param tags further tags, for example the name of the client if there are several
 */
public class RecordingMeters @JvmOverloads constructor(
    private val measurements: Supplier<List<Measurement>>,
    private val tags: Iterable<Tag> = emptyList(),
) : MeterBinder {
    /** Registers a meter for each statistic; each reads its value when the registry asks. */
    override fun bindTo(registry: MeterRegistry) {
        val collection = Collection(measurements)
        for (measurement in measurements.get().flatMap(::series)) {
            val own = measurement.tags() + tags
            val value = ToDoubleFunction<Collection> { it.value(measurement) }
            when (measurement.kind) {
                MeasurementKind.COUNTER -> FunctionCounter.builder(measurement.name, collection, value)
                    .baseUnit(measurement.unit.trim('{', '}'))
                    .description(measurement.description).tags(own).register(registry)

                MeasurementKind.GAUGE -> Gauge.builder(measurement.name, collection, value)
                    .baseUnit(measurement.unit.trim('{', '}')).strongReference(true)
                    .description(measurement.description).tags(own).register(registry)
            }
        }
    }

    /** What has succeeded so far may fail later, and Micrometer has to know each series beforehand. */
    private fun series(measurement: Measurement): List<Measurement> {
        val names = measurement.attributes.map { it.name }
        if (OPERATION !in names || ERROR in names) return listOf(measurement)
        val failures = FailureKind.entries.map { kind ->
            val error = rongcloud.recording.MeasurementAttribute(ERROR, kind.name.lowercase())
            measurement.copy(attributes = measurement.attributes + error)
        }
        return failures + measurement
    }

    private companion object {
        const val OPERATION = "rongcloud.recording.operation"
        const val ERROR = "error.type"
    }
}

/** Every series of a metric has the same tags, so one that doesn't apply says so. */
private fun Measurement.tags(): List<Tag> {
    val own = attributes.map { Tag.of(it.name, it.value) }
    val isCall = attributes.any { it.name == "rongcloud.recording.operation" }
    return if (isCall && own.size == 1) own + Tag.of("error.type", "none") else own
}

/** What was measured last, asked for once for all meters that are read at the same time. */
private class Collection(private val measurements: Supplier<List<Measurement>>) {
    private var at = 0L
    private var values = emptyMap<Pair<String, Any>, Double>()

    @Synchronized
    fun value(of: Measurement): Double {
        if (values.isEmpty() || System.nanoTime() - at > LENGTH) {
            values = measurements.get().associate { it.name to it.attributes as Any to it.value }
            at = System.nanoTime()
        }
        return values[of.name to of.attributes] ?: 0.0
    }

    private companion object {
        const val LENGTH = 50_000_000L
    }
}
