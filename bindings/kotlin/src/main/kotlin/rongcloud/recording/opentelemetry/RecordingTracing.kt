// A span for each call, and one for each of its attempts.

package rongcloud.recording.opentelemetry

import io.opentelemetry.api.OpenTelemetry
import io.opentelemetry.api.trace.Span
import io.opentelemetry.api.trace.SpanKind
import io.opentelemetry.api.trace.StatusCode
import io.opentelemetry.api.trace.Tracer
import io.opentelemetry.context.Context
import rongcloud.recording.Acknowledged
import rongcloud.recording.Attempt
import rongcloud.recording.LedgerRecording
import rongcloud.recording.RecordingException
import rongcloud.recording.Room
import rongcloud.recording.StartedRecording
import rongcloud.recording.internal.LedgerReply
import rongcloud.recording.internal.Observed
import rongcloud.recording.internal.Observer

/** Traces calls. Needs `io.opentelemetry:opentelemetry-api` on the class path. */
public object RecordingTracing {
    /**
     * Makes a span for each call of any client or ledger from now on, until what is returned is closed.
     *
     * The span is a child of the one that is current where the call is made. Each attempt is a child of the call's, with
     * the attributes of OpenTelemetry's conventions for HTTP clients. No span names a room, a session or a user.
     *
     * @param openTelemetry who makes the spans
     */
    @JvmStatic
    public fun trace(openTelemetry: OpenTelemetry): AutoCloseable {
        val tracer = openTelemetry.getTracer(SCOPE)
        val observer = Observer { operation -> Traced(tracer, operation) }
        Observer.current = observer
        return AutoCloseable { if (Observer.current === observer) Observer.current = null }
    }

    internal const val SCOPE = "rongcloud.recording"
}

private class Traced(private val tracer: Tracer, operation: String) : Observed {
    private val span = tracer.spanBuilder("rongcloud.recording $operation")
        .setAttribute("rongcloud.recording.operation", operation)
        .startSpan()

    override fun ended(answer: Any?, failure: RecordingException?) {
        if (span.isRecording) {
            val about = failure?.failure?.call?.let { it.callId to it.attempts } ?: about(answer)
            about?.first?.let { span.setAttribute("rongcloud.recording.call_id", it) }
            failure?.failure?.let {
                span.fail(it.kind.name.lowercase(), it.reason)
                span.setAttribute("rongcloud.recording.may_be_recording", it.mayBeRecording)
            }
            about?.second?.forEachIndexed(::tell)
        }
        span.end()
    }

    private fun about(answer: Any?): Pair<String?, List<Attempt>>? = when (answer) {
        is StartedRecording -> answer.callId to answer.attempts
        is Acknowledged -> answer.callId to answer.attempts
        is Room -> answer.callId to answer.attempts
        is LedgerRecording -> about(answer.recording)
        is LedgerReply.Start -> about(answer.value)
        is LedgerReply.StartInRoom -> about(answer.value)
        is LedgerReply.Stop -> about(answer.value)
        else -> null
    }

    private fun tell(number: Int, attempt: Attempt) {
        val made = tracer.spanBuilder("POST").setSpanKind(SpanKind.CLIENT).setParent(Context.root().with(span))
            .setStartTimestamp(attempt.sentAt)
            .setAttribute("http.request.method", "POST")
            .setAttribute("server.address", attempt.host.substringBefore(':'))
            .setAttribute("rongcloud.recording.request_id", attempt.requestId)
            .setAttribute("rongcloud.recording.connection_reused", attempt.connectionReused)
        attempt.host.substringAfter(':', "").toLongOrNull()?.let { made.setAttribute("server.port", it) }
        attempt.status?.let { made.setAttribute("http.response.status_code", it.toLong()) }
        if (number > 0) made.setAttribute("http.request.resend_count", number.toLong())
        val child = made.startSpan()
        if (attempt.reason.isNotEmpty()) {
            child.fail(attempt.cause?.name?.lowercase() ?: "${attempt.status}", attempt.reason)
        }
        child.end(attempt.sentAt + attempt.took)
    }

    private fun Span.fail(kind: String, reason: String) {
        setAttribute("error.type", kind)
        setStatus(StatusCode.ERROR, reason)
    }
}
