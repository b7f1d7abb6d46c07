// The builder of clients for Java, which has no named arguments.

package rongcloud.recording

import rongcloud.recording.internal.AppKeyAndSecret
import rongcloud.recording.internal.NativeClient
import rongcloud.recording.internal.openClient
import rongcloud.recording.internal.settings
import java.time.Duration
import kotlin.time.toKotlinDuration

/**
 * Builds a client step by step, for Java; see [RecordingClient.builder] and [BlockingRecordingClient.builder].
 *
 * Everything has a default but the service's address, which is the app's own. What is not set is taken from the
 * environment, as [RecordingClient.fromEnvironment] describes it.
 *
 * @param C the kind of client
 */
public class RecordingClientBuilder<C> internal constructor(private val make: (NativeClient) -> C) {
    private var app: AppKeyAndSecret? = null
    private var dataCenter: DataCenter? = null
    private var apiUrl: String? = null
    private var connectTimeout: Duration? = null
    private var timeout: Duration? = null
    private var headerStyle: HeaderStyle? = null
    private var backupApiUrl: String? = null
    private var proxy: String? = null
    private var caCertificates: String? = null
    private var retry: RetryPolicy? = null
    private var failover: FailoverPolicy? = null
    private var connections: ConnectionPolicy? = null

    /**
     * Sets the app's key and secret, from the console's App Key page. Default: `RONGCLOUD_APP_KEY` and
     * `RONGCLOUD_APP_SECRET`.
     */
    public fun credentials(appKey: String, appSecret: String): RecordingClientBuilder<C> =
        apply { app = AppKeyAndSecret(appKey, appSecret) }

    /** Sets the app's data center. Default: `RONGCLOUD_DATA_CENTER`. */
    public fun dataCenter(dataCenter: DataCenter): RecordingClientBuilder<C> = apply { this.dataCenter = dataCenter }

    /**
     * Sets the API's address in place of a data center's, for instance `https://gateway.example`; plain http for this
     * machine only. Wins over [dataCenter]. Default: `RONGCLOUD_API_URL`.
     */
    public fun apiUrl(apiUrl: String): RecordingClientBuilder<C> = apply { this.apiUrl = apiUrl }

    /** Sets the longest time for name, connection and TLS handshake. Above zero, at most 365 days. Default: 5 seconds. */
    public fun connectTimeout(connectTimeout: Duration): RecordingClientBuilder<C> =
        apply { this.connectTimeout = connectTimeout }

    /** Sets the longest time for a whole call, to the last byte of the reply. Above zero, at most 365 days. Default: 15 seconds. */
    public fun timeout(timeout: Duration): RecordingClientBuilder<C> = apply { this.timeout = timeout }

    /** Sets how the signing headers are named. Default: plain. */
    public fun headerStyle(headerStyle: HeaderStyle): RecordingClientBuilder<C> =
        apply { this.headerStyle = headerStyle }

    /**
     * Sets a second address of the same service, used while [apiUrl] fails, as a data center's backup domain is. Only
     * beside [apiUrl]. Default: none.
     */
    public fun backupApiUrl(backupApiUrl: String): RecordingClientBuilder<C> =
        apply { this.backupApiUrl = backupApiUrl }

    /**
     * Sets the proxy to go through, for instance `http://proxy.example:3128`, with user and password if it needs them,
     * which no text ever shows; or `direct` for none. Default: what `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
     */
    public fun proxy(proxy: String): RecordingClientBuilder<C> = apply { this.proxy = proxy }

    /**
     * Sets CA certificates as PEM, trusted in addition to the platform's: a company's own, for instance. Default: none.
     */
    public fun caCertificates(caCertificates: String): RecordingClientBuilder<C> =
        apply { this.caCertificates = caCertificates }

    /** Sets how often and how fast calls are tried again; see [RetryPolicy.builder]. */
    public fun retry(retry: RetryPolicy): RecordingClientBuilder<C> = apply { this.retry = retry }

    /** Sets when the other domain of a data center is used; see [FailoverPolicy.builder]. */
    public fun failover(failover: FailoverPolicy): RecordingClientBuilder<C> = apply { this.failover = failover }

    /** Sets how connections are kept, and how many calls there are at once; see [ConnectionPolicy.builder]. */
    public fun connections(connections: ConnectionPolicy): RecordingClientBuilder<C> =
        apply { this.connections = connections }

    /**
     * The client.
     *
     * @throws RecordingException.InvalidInput for unusable settings, all at once
     * @throws RecordingException.NotSent where this host can't speak HTTPS, for want of CA certificates
     */
    public fun build(): C = make(
        openClient(
            app,
            settings(
                dataCenter = dataCenter,
                apiUrl = apiUrl,
                connectTimeout = connectTimeout?.toKotlinDuration(),
                timeout = timeout?.toKotlinDuration(),
                headerStyle = headerStyle,
                backupApiUrl = backupApiUrl,
                proxy = proxy,
                caCertificates = caCertificates,
                retry = retry,
                failover = failover,
                connections = connections,
            ),
        ),
    )
}
