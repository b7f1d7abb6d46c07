// Clients of the simulated service.

package rongcloud.recording.support

import com.fasterxml.jackson.databind.ObjectMapper
import rongcloud.recording.BlockingRecordingClient
import rongcloud.recording.ConnectionPolicy
import rongcloud.recording.RecordingClient
import rongcloud.recording.RetryPolicy
import rongcloud.simulator.RongCloudSimulator
import kotlin.time.Duration

val json = ObjectMapper()

typealias Simulator = RongCloudSimulator

fun Simulator.client(
    apiUrl: String = url,
    timeout: Duration? = null,
    caCertificates: String? = null,
    retry: RetryPolicy? = null,
    connections: ConnectionPolicy? = null,
) = RecordingClient(
    appKey,
    appSecret,
    apiUrl = apiUrl,
    timeout = timeout,
    caCertificates = caCertificates,
    retry = retry,
    connections = connections,
)

// Java calls it, too.
fun Simulator.client() = client(url)

fun Simulator.blockingClient() = BlockingRecordingClient(appKey, appSecret, apiUrl = url)
