// A client's settings on their way to the core, which opens it.

package rongcloud.recording.internal

import rongcloud.recording.ConnectionPolicy
import rongcloud.recording.DataCenter
import rongcloud.recording.FailoverPolicy
import rongcloud.recording.HeaderStyle
import rongcloud.recording.RecordingException
import rongcloud.recording.RetryPolicy
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import rongcloud.recording.internal.ConnectionPolicy as NativeConnectionPolicy
import rongcloud.recording.internal.FailoverPolicy as NativeFailoverPolicy
import rongcloud.recording.internal.RetryPolicy as NativeRetryPolicy

/** App Key and App Secret on their way to the core, which keeps them. What is missing is the environment's. */
internal class AppKeyAndSecret(val appKey: String?, val appSecret: String?)

/** Settings as the core takes them, which decides what is right. */
internal class Settings(
    val options: ClientOptions,
    /** The waits of less than nothing, by their paths: the boundary knows none, and the core takes none of nothing ill. */
    val negative: List<String>,
)

/** Settings that a user gave, each of which may be missing. */
internal fun settings(
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
): Settings {
    val negative = listOf("first_backoff" to retry?.firstBackoff, "longest_backoff" to retry?.longestBackoff)
        .mapNotNull { (name, wait) -> "retry.$name".takeIf { wait?.isNegative() == true } }
    val options = ClientOptions(
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
    return Settings(options, negative)
}

/** Opens a client. What is missing or wrong is told at once. */
internal fun openClient(app: AppKeyAndSecret?, settings: Settings): NativeClient {
    val options = settings.options
    requireUnicode(
        "app_key" to app?.appKey,
        "app_secret" to app?.appSecret,
        "api_url" to options.apiUrl,
        "backup_api_url" to options.backupApiUrl,
        "proxy" to options.proxy,
        "ca_certificates" to options.caCertificates,
    )
    try {
        return native {
            Linkage.check()
            Log.prepare()
            NativeClient.ofKeys(app?.appKey, app?.appSecret, options, "kotlin")
        }
    } catch (refused: RecordingException.InvalidInput) {
        throw if (settings.negative.isEmpty()) refused else refused.withNegative(settings.negative)
    }
}

/** The same violations, of which some are of less than nothing. */
private fun RecordingException.InvalidInput.withNegative(paths: List<String>) = invalid(
    violations.map { if (it.path in paths) it.copy(reason = "must not be negative") else it },
)

private fun RetryPolicy.carried() = NativeRetryPolicy(
    maxAttempts = maxAttempts,
    attemptTimeout = attemptTimeout?.carried(),
    firstBackoff = firstBackoff?.carriedWait(),
    longestBackoff = longestBackoff?.carriedWait(),
    budget = budget,
)

private fun FailoverPolicy.carried() =
    NativeFailoverPolicy(afterFailures = afterFailures, probeAfter = probeAfter?.carried())

private fun ConnectionPolicy.carried() = NativeConnectionPolicy(
    keepAlive = keepAlive,
    maxIdle = maxIdle?.carried(),
    maxRequests = maxRequests,
    maxConcurrent = maxConcurrent,
    maxWaiting = maxWaiting,
)

/** Less than nothing becomes nothing, which is refused as well. */
private fun Duration.carried() = toJavaDuration().notNegative()

/** A wait of nothing is none to refuse; one without end is. */
private fun Duration.carriedWait() = if (isNegative()) Duration.INFINITE.toJavaDuration() else carried()
