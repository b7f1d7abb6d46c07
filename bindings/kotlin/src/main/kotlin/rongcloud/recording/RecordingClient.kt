// The client for coroutines and, through futures, for asynchronous Java.

package rongcloud.recording

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import rongcloud.recording.internal.AppKeyAndSecret
import rongcloud.recording.internal.Core
import rongcloud.recording.internal.Log
import rongcloud.recording.internal.NativeClient
import rongcloud.recording.internal.Operation
import rongcloud.recording.internal.future
import rongcloud.recording.internal.native
import rongcloud.recording.internal.openClient
import rongcloud.recording.internal.settings
import java.util.concurrent.CompletableFuture
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import rongcloud.recording.internal.queryRoom as queryRoomOperation
import rongcloud.recording.internal.start as startOperation
import rongcloud.recording.internal.startInRoom as startInRoomOperation
import rongcloud.recording.internal.stop as stopOperation
import rongcloud.recording.internal.updateLayout as updateLayoutOperation

/**
 * Starts, changes and stops recordings, from coroutines ([start]) or as futures ([startAsync]). For threads that may
 * block, there is [BlockingRecordingClient].
 *
 * One client serves a whole program: it is safe for use by many threads and coroutines at once, and nothing is shared
 * between two clients but the core's worker threads. Closing it ends its calls.
 */
public class RecordingClient internal constructor(private val native: NativeClient) : AutoCloseable {
    /**
     * A client of the given App Key and App Secret. The secret is kept by the core alone: it can't be read back, and no
     * text made of the client has it.
     *
     * @param appKey the app's key, from the console's App Key page
     * @param appSecret the app's secret, from the same page
     * @param dataCenter the app's data center; default: see [fromEnvironment]
     * @param apiUrl the API's address in place of a data center's, for instance `https://gateway.example`; plain http
     *   for this machine only; wins over [dataCenter]; default: see [fromEnvironment]
     * @param connectTimeout the longest time for name, connection and TLS handshake; above zero, at most 365 days;
     *   default: 5 seconds
     * @param timeout the longest time for a whole call, to the last byte of the reply; above zero, at most 365 days;
     *   default: 15 seconds
     * @param headerStyle how the signing headers are named; default: plain
     * @param backupApiUrl a second address of the same service, used while [apiUrl] fails, as a data center's backup
     *   domain is; only beside [apiUrl]; default: none
     * @param proxy the proxy to go through, for instance `http://proxy.example:3128`, with user and password if it needs
     *   them, which no text ever shows; or `direct` for none; default: what `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say
     * @param caCertificates CA certificates as PEM, trusted in addition to the platform's: a company's own, for instance;
     *   default: none
     * @param retry how often and how fast calls are tried again; default: see each of its properties
     * @param failover when the other domain of a data center is used; default: see each of its properties
     * @param connections how connections are kept, and how many calls there are at once; default: see each of its
     *   properties
     * @throws RecordingException.InvalidInput for unusable settings, all at once
     * @throws RecordingException.NotSent where this host can't speak HTTPS, for want of CA certificates
     */
    public constructor(
        appKey: String,
        appSecret: String,
        dataCenter: DataCenter? = null,
        apiUrl: String? = null,
        connectTimeout: Duration? = null,
        timeout: Duration? = null,
        headerStyle: HeaderStyle? = null,
        backupApiUrl: String? = null,
        proxy: String? = null,
        caCertificates: String? = null,
        retry: RetryPolicy? = null,
        failover: FailoverPolicy? = null,
        connections: ConnectionPolicy? = null,
    ) : this(
        openClient(
            AppKeyAndSecret(appKey, appSecret),
            settings(
                dataCenter = dataCenter,
                apiUrl = apiUrl,
                connectTimeout = connectTimeout,
                timeout = timeout,
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

    private val futures = CoroutineScope(SupervisorJob() + Dispatchers.Default)

    /**
     * Starts recording a session of a room: `POST /rtc/record/start.json`. The console's recording trigger must be set
     * to manual.
     *
     * The request leaves this machine at most once, whatever happens: the service has no key by which it could know a
     * repeated start. It is tried again only where it provably never left (name, connection, TLS handshake). Anything else
     * is the caller's decision, for which [RecordingException.isRetryable] is there.
     *
     * Cancelling the coroutine ends the call at once and closes its connection. A request that had begun to leave may
     * still have reached the service: the [recordingException] of the `CancellationException` says whether it had.
     *
     * @param roomId the room: `Room-Id`; visible ASCII, not empty
     * @param sessionId the current call of the room, from the room status callback or the room query: `sessionId`;
     *   not empty
     * @param profile what to record: `config`
     * @param extra a tag of your own that comes back in the recording's callbacks: `extra`; best unique for each start, so
     *   that one whose outcome is unknown can be found again; default: empty. The longest one that the service takes is not
     *   documented
     * @param timeout the longest time for this call; above zero, at most 365 days; default: the client's
     * @throws RecordingException every failure but cancellation, for which there is kotlinx's `CancellationException`
     */
    @JvmSynthetic
    public suspend fun start(
        roomId: String,
        sessionId: String,
        profile: RecordingProfile,
        extra: String? = null,
        timeout: Duration? = null,
    ): StartedRecording = startOperation(roomId, sessionId, profile, extra, timeout?.toJavaDuration()).await(native)

    /**
     * Starts recording as [start] does, for asynchronous Java. Cancelling the future ends the call: its
     * `CancellationException` then has what is known of it, as [recordingException]. A call that had just ended completes
     * the future with its result, and `cancel` returns false.
     *
     * A failure completes the future with the [RecordingException], which `get()` wraps in an `ExecutionException` and
     * `join()` in a `CompletionException`. Dependent stages run on the threads of kotlinx's default dispatcher.
     *
     * @param roomId the room: `Room-Id`; visible ASCII, not empty
     * @param sessionId the current call of the room: `sessionId`; not empty
     * @param profile what to record: `config`
     * @param extra a tag of your own that comes back in the recording's callbacks: `extra`; default: empty
     * @param timeout the longest time for this call; above zero, at most 365 days; default: the client's
     */
    @JvmOverloads
    public fun startAsync(
        roomId: String,
        sessionId: String,
        profile: RecordingProfile,
        extra: String? = null,
        timeout: java.time.Duration? = null,
    ): CompletableFuture<StartedRecording> = future { startOperation(roomId, sessionId, profile, extra, timeout) }

    /**
     * Starts recording whatever call is going on in a room: asks for the room's session, then starts.
     *
     * A failure of the question says that nothing was started. What holds for [start] holds here.
     *
     * @param roomId the room: `Room-Id`; visible ASCII, not empty
     * @param profile what to record: `config`
     * @param extra a tag of your own that comes back in the recording's callbacks: `extra`; default: empty
     * @param timeout the longest time for both together; above zero, at most 365 days; default: the client's
     * @throws RecordingException as [start]; [RecordingException.Refused] with code 40003: there is no call in that room
     */
    @JvmSynthetic
    public suspend fun startInRoom(
        roomId: String,
        profile: RecordingProfile,
        extra: String? = null,
        timeout: Duration? = null,
    ): StartedRecording = startInRoomOperation(roomId, profile, extra, timeout?.toJavaDuration()).await(native)

    /** Starts recording as [startInRoom] does, for asynchronous Java; see [startAsync]. */
    @JvmOverloads
    public fun startInRoomAsync(
        roomId: String,
        profile: RecordingProfile,
        extra: String? = null,
        timeout: java.time.Duration? = null,
    ): CompletableFuture<StartedRecording> = future { startInRoomOperation(roomId, profile, extra, timeout) }

    /**
     * Changes the layout of a running split-stream recording: `POST /rtc/record/config.json`.
     *
     * Changing it twice is the same as once: the client tries it again as its [RetryPolicy] says, and what fails with an
     * unknown outcome all the same may be repeated.
     *
     * @param recording what a start returned, or a [RecordingTarget]
     * @param update the new arrangement
     * @param timeout the longest time for this call; above zero, at most 365 days; default: the client's
     * @throws RecordingException as [start]; [RecordingException.InvalidInput] also for what is known to be an MCU
     *   recording, which has no layout
     */
    @JvmSynthetic
    public suspend fun updateLayout(
        recording: Recording,
        update: LayoutUpdate,
        timeout: Duration? = null,
    ): Acknowledged = updateLayoutOperation(recording, update, timeout?.toJavaDuration()).await(native)

    /** Changes the layout as [updateLayout] does, for asynchronous Java; see [startAsync]. */
    @JvmOverloads
    public fun updateLayoutAsync(
        recording: Recording,
        update: LayoutUpdate,
        timeout: java.time.Duration? = null,
    ): CompletableFuture<Acknowledged> = future { updateLayoutOperation(recording, update, timeout) }

    /**
     * Stops recording a session of a room: `POST /rtc/record/stop.json`. The files follow later, by callback.
     *
     * Stopping twice is the same as once: the client tries it again as its [RetryPolicy] says, and what fails with an
     * unknown outcome all the same may be repeated. A repeated stop, the client's own or yours, may be refused because the
     * first one did it: nothing runs any more. Where the client repeated it, [RecordingException.Refused.reason] then says
     * that an earlier attempt whose outcome is unknown may have done it.
     *
     * @param recording what a start returned, or a [RecordingTarget]
     * @param timeout the longest time for this call; above zero, at most 365 days; default: the client's
     * @throws RecordingException as [start]
     */
    @JvmSynthetic
    public suspend fun stop(recording: Recording, timeout: Duration? = null): Acknowledged =
        stopOperation(recording, timeout?.toJavaDuration()).await(native)

    /** Stops recording as [stop] does, for asynchronous Java; see [startAsync]. */
    @JvmOverloads
    public fun stopAsync(recording: Recording, timeout: java.time.Duration? = null): CompletableFuture<Acknowledged> =
        future { stopOperation(recording, timeout) }

    /**
     * Asks for a room's session, members and streams: `POST /rtc/room/query.json`. The client tries it again as its
     * [RetryPolicy] says.
     *
     * @param roomId the room: `Room-Id` and `roomId`; visible ASCII, not empty
     * @param timeout the longest time for this call; above zero, at most 365 days; default: the client's
     * @throws RecordingException as [start]; [RecordingException.Refused] with code 40003: there is no call in that room
     */
    @JvmSynthetic
    public suspend fun queryRoom(roomId: String, timeout: Duration? = null): Room =
        queryRoomOperation(roomId, timeout?.toJavaDuration()).await(native)

    /** Asks for a room as [queryRoom] does, for asynchronous Java; see [startAsync]. */
    @JvmOverloads
    public fun queryRoomAsync(roomId: String, timeout: java.time.Duration? = null): CompletableFuture<Room> =
        future { queryRoomOperation(roomId, timeout) }

    private fun <T : Any> future(operation: () -> Operation<T>): CompletableFuture<T> {
        val context = Log.context()
        return try {
            futures.future(native, context, operation())
        } catch (failure: RecordingException) {
            CompletableFuture.failedFuture(failure)
        }
    }

    /**
     * Ends calls under way at once as [RecordingException.Cancelled]; later ones fail as [RecordingException.NotSent].
     * Closing twice does no harm.
     */
    override fun close() {
        if (!Core.isLetGo()) native { native.shutDown() }
    }

    /** Makes clients of the environment, or step by step. */
    public companion object {
        /**
         * A client of the environment's `RONGCLOUD_APP_KEY` and `RONGCLOUD_APP_SECRET`, and of `RONGCLOUD_API_URL` or
         * else `RONGCLOUD_DATA_CENTER` (`beijing`, `singapore`, `singapore-b`, `north-america`, `saudi-arabia`) where
         * neither [dataCenter] nor [apiUrl] is given. What is given wins. The parameters are the constructor's.
         *
         * @throws RecordingException.InvalidInput for unusable settings, naming each variable that is missing
         * @throws RecordingException.NotSent where this host can't speak HTTPS, for want of CA certificates
         */
        @JvmSynthetic
        public fun fromEnvironment(
            dataCenter: DataCenter? = null,
            apiUrl: String? = null,
            connectTimeout: Duration? = null,
            timeout: Duration? = null,
            headerStyle: HeaderStyle? = null,
            backupApiUrl: String? = null,
            proxy: String? = null,
            caCertificates: String? = null,
            retry: RetryPolicy? = null,
            failover: FailoverPolicy? = null,
            connections: ConnectionPolicy? = null,
        ): RecordingClient = RecordingClient(
            openClient(
                null,
                settings(
                    dataCenter = dataCenter,
                    apiUrl = apiUrl,
                    connectTimeout = connectTimeout,
                    timeout = timeout,
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

        /** Builds a client step by step, for Java. Kotlin names the constructor's arguments instead. */
        @JvmStatic
        public fun builder(): RecordingClientBuilder<RecordingClient> = RecordingClientBuilder(::RecordingClient)
    }
}
