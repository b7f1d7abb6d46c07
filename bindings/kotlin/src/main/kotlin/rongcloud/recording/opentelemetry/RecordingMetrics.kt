// Statistics of clients and ledgers for OpenTelemetry.

package rongcloud.recording.opentelemetry

import io.opentelemetry.api.OpenTelemetry
import io.opentelemetry.api.common.Attributes
import io.opentelemetry.api.metrics.Meter
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement
import io.opentelemetry.api.metrics.ObservableMeasurement
import rongcloud.recording.Measurement
import rongcloud.recording.MeasurementKind
import java.util.function.Supplier

/** Gives statistics to OpenTelemetry. Needs `io.opentelemetry:opentelemetry-api` on the class path. */
public object RecordingMetrics {
    /**
     * Gives the statistics of a client or a ledger to OpenTelemetry whenever it collects, until what is returned is
     * closed: `RecordingMetrics.measure(openTelemetry, client::measurements)`.
     *
     * Names, units and attributes are those of the table in `docs/metrics.md`; no attribute names a room, a session or a
     * user.
     *
     * @param openTelemetry who collects
     * @param measurements the `measurements` of a client or a ledger
     */
    @JvmStatic
    public fun measure(openTelemetry: OpenTelemetry, measurements: Supplier<List<Measurement>>): AutoCloseable {
        val meter = openTelemetry.getMeter(SCOPE)
        val instruments = measurements.get().distinctBy { it.name }.associate { it.name to observer(meter, it) }
        val all = instruments.values.toTypedArray<ObservableMeasurement>()
        return meter.batchCallback({ tell(measurements.get(), instruments) }, all.first(), *all.drop(1).toTypedArray())
    }

    private fun observer(meter: Meter, metric: Measurement): ObservableDoubleMeasurement = when (metric.kind) {
        MeasurementKind.COUNTER -> meter.counterBuilder(metric.name).ofDoubles()
            .setUnit(metric.unit).setDescription(metric.description).buildObserver()

        MeasurementKind.GAUGE -> meter.gaugeBuilder(metric.name)
            .setUnit(metric.unit).setDescription(metric.description).buildObserver()
    }

    private fun tell(measured: List<Measurement>, instruments: Map<String, ObservableDoubleMeasurement>) {
        for (measurement in measured) {
            val attributes = Attributes.builder()
            measurement.attributes.forEach { attributes.put(it.name, it.value) }
            instruments[measurement.name]?.record(measurement.value, attributes.build())
        }
    }

    private const val SCOPE = "rongcloud.recording"
}
