// A client's settings on their way to the core.

package rongcloud.recording.internal

import rongcloud.recording.ConnectionPolicy
import rongcloud.recording.DataCenter
import rongcloud.recording.FailoverPolicy
import rongcloud.recording.HeaderStyle
import rongcloud.recording.RetryPolicy
import rongcloud.recording.Violation
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import rongcloud.recording.internal.ConnectionPolicy as NativeConnectionPolicy
import rongcloud.recording.internal.FailoverPolicy as NativeFailoverPolicy
import rongcloud.recording.internal.RetryPolicy as NativeRetryPolicy

/** Settings as the core takes them. It decides what is right but for what the boundary can't carry. */
internal fun options(
    dataCenter: DataCenter?,
    apiUrl: String?,
    connectTimeout: Duration?,
    timeout: Duration?,
    headerStyle: HeaderStyle?,
    backupApiUrl: String?,
    proxy: String?,
    caCertificates: String?,
    retry: RetryPolicy?,
    failover: FailoverPolicy?,
    connections: ConnectionPolicy?,
): ClientOptions = ClientOptions(
    dataCenter = dataCenter,
    apiUrl = apiUrl,
    connectTimeout = connectTimeout?.carried(),
    timeout = timeout?.carried(),
    headerStyle = headerStyle,
    backupApiUrl = backupApiUrl,
    proxy = proxy,
    caCertificates = caCertificates,
    retry = retry?.carried(),
    failover = failover?.carried(),
    connections = connections?.carried(),
)

private fun RetryPolicy.carried(): NativeRetryPolicy {
    // The boundary would make nothing of them, and to the core, nothing is a wait like any other.
    val violations = listOf("first_backoff" to firstBackoff, "longest_backoff" to longestBackoff)
        .filter { (_, wait) -> wait != null && wait.isNegative() }
        .map { (name, _) -> Violation("retry.$name", "out_of_range", "must not be negative") }
    if (violations.isNotEmpty()) throw invalid(*violations.toTypedArray())
    return NativeRetryPolicy(
        maxAttempts = maxAttempts,
        attemptTimeout = attemptTimeout?.carried(),
        firstBackoff = firstBackoff?.carried(),
        longestBackoff = longestBackoff?.carried(),
        budget = budget,
    )
}

private fun FailoverPolicy.carried() =
    NativeFailoverPolicy(afterFailures = afterFailures, probeAfter = probeAfter?.carried())

private fun ConnectionPolicy.carried() = NativeConnectionPolicy(
    keepAlive = keepAlive,
    maxIdle = maxIdle?.carried(),
    maxRequests = maxRequests,
    maxConcurrent = maxConcurrent,
    maxWaiting = maxWaiting,
)

private fun Duration.carried() = toJavaDuration().notNegative()
