// The client for threads that may block.

package rongcloud.recording

import rongcloud.recording.internal.AppKeyAndSecret
import rongcloud.recording.internal.Core
import rongcloud.recording.internal.NativeClient
import rongcloud.recording.internal.native
import rongcloud.recording.internal.openClient
import rongcloud.recording.internal.settings
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import rongcloud.recording.internal.queryRoom as queryRoomOperation
import rongcloud.recording.internal.start as startOperation
import rongcloud.recording.internal.startInRoom as startInRoomOperation
import rongcloud.recording.internal.stop as stopOperation
import rongcloud.recording.internal.updateLayout as updateLayoutOperation

/**
 * Starts, changes and stops recordings from threads that may block, virtual ones too. From coroutines use [RecordingClient].
 *
 * One client serves a whole program: it is safe for use by many threads at once, and nothing is shared between two
 * clients but the core's worker threads. Closing it ends its calls.
 */
public class BlockingRecordingClient internal constructor(private val native: NativeClient) : AutoCloseable {
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

    /**
     * Starts recording a session of a room: `POST /rtc/record/start.json`. The console's recording trigger must be set
     * to manual.
     *
     * The request leaves this machine at most once, whatever happens: the service has no key by which it could know a
     * repeated start. It is tried again only where it provably never left (name, connection, TLS handshake). Anything else
     * is the caller's decision, for which [RecordingException.isRetryable] is there.
     *
     * Interrupting the thread ends the call at once and closes its connection. The [recordingException] of the
     * [InterruptedException] then says whether the request had begun to leave, and its id. A call that had just succeeded
     * returns its result, and the thread stays interrupted.
     *
     * @param roomId the room: `Room-Id`; visible ASCII, not empty
     * @param sessionId the current call of the room, from the room status callback or the room query: `sessionId`;
     *   not empty
     * @param profile what to record: `config`
     * @param extra a tag of your own that comes back in the recording's callbacks: `extra`; best unique for each start, so
     *   that one whose outcome is unknown can be found again; default: empty. The longest one that the service takes is not
     *   documented
     * @param timeout the longest time for this call; above zero, at most 365 days; default: the client's
     * @throws RecordingException every failure but interruption
     * @throws InterruptedException where the thread is interrupted before the call has ended; its flag is then cleared
     */
    @JvmOverloads
    @Throws(InterruptedException::class)
    public fun start(
        roomId: String,
        sessionId: String,
        profile: RecordingProfile,
        extra: String? = null,
        timeout: java.time.Duration? = null,
    ): StartedRecording = startOperation(roomId, sessionId, profile, extra, timeout).block(native)

    /** Starts recording as the other [start] does, with Kotlin's own duration. */
    @JvmSynthetic
    public fun start(
        roomId: String,
        sessionId: String,
        profile: RecordingProfile,
        extra: String? = null,
        timeout: Duration,
    ): StartedRecording = start(roomId, sessionId, profile, extra, timeout.toJavaDuration())

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
     * @throws InterruptedException as [start]
     */
    @JvmOverloads
    @Throws(InterruptedException::class)
    public fun startInRoom(
        roomId: String,
        profile: RecordingProfile,
        extra: String? = null,
        timeout: java.time.Duration? = null,
    ): StartedRecording = startInRoomOperation(roomId, profile, extra, timeout).block(native)

    /** Starts recording as the other [startInRoom] does, with Kotlin's own duration. */
    @JvmSynthetic
    public fun startInRoom(
        roomId: String,
        profile: RecordingProfile,
        extra: String? = null,
        timeout: Duration,
    ): StartedRecording = startInRoom(roomId, profile, extra, timeout.toJavaDuration())

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
     * @throws InterruptedException as [start]
     */
    @JvmOverloads
    @Throws(InterruptedException::class)
    public fun updateLayout(
        recording: Recording,
        update: LayoutUpdate,
        timeout: java.time.Duration? = null,
    ): Acknowledged = updateLayoutOperation(recording, update, timeout).block(native)

    /** Changes the layout as the other [updateLayout] does, with Kotlin's own duration. */
    @JvmSynthetic
    public fun updateLayout(recording: Recording, update: LayoutUpdate, timeout: Duration): Acknowledged =
        updateLayout(recording, update, timeout.toJavaDuration())

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
     * @throws InterruptedException as [start]
     */
    @JvmOverloads
    @Throws(InterruptedException::class)
    public fun stop(recording: Recording, timeout: java.time.Duration? = null): Acknowledged =
        stopOperation(recording, timeout).block(native)

    /** Stops recording as the other [stop] does, with Kotlin's own duration. */
    @JvmSynthetic
    public fun stop(recording: Recording, timeout: Duration): Acknowledged = stop(recording, timeout.toJavaDuration())

    /**
     * Asks for a room's session, members and streams: `POST /rtc/room/query.json`. The client tries it again as its
     * [RetryPolicy] says.
     *
     * @param roomId the room: `Room-Id` and `roomId`; visible ASCII, not empty
     * @param timeout the longest time for this call; above zero, at most 365 days; default: the client's
     * @throws RecordingException as [start]; [RecordingException.Refused] with code 40003: there is no call in that room
     * @throws InterruptedException as [start]
     */
    @JvmOverloads
    @Throws(InterruptedException::class)
    public fun queryRoom(roomId: String, timeout: java.time.Duration? = null): Room =
        queryRoomOperation(roomId, timeout).block(native)

    /** Asks for a room as the other [queryRoom] does, with Kotlin's own duration. */
    @JvmSynthetic
    public fun queryRoom(roomId: String, timeout: Duration): Room = queryRoom(roomId, timeout.toJavaDuration())

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
         * A client of the environment, as [RecordingClient.fromEnvironment] reads it. What is given wins. The
         * parameters are the constructor's.
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
        ): BlockingRecordingClient = BlockingRecordingClient(
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
        public fun builder(): RecordingClientBuilder<BlockingRecordingClient> =
            RecordingClientBuilder(::BlockingRecordingClient)
    }
}
