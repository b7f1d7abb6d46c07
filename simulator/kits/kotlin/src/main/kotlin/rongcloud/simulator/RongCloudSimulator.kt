// A running simulator, and all that a test can ask of it.

package rongcloud.simulator

import rongcloud.simulator.internal.Control
import rongcloud.simulator.internal.Program
import rongcloud.simulator.internal.array
import rongcloud.simulator.internal.callback
import rongcloud.simulator.internal.connections
import rongcloud.simulator.internal.delivery
import rongcloud.simulator.internal.executions
import rongcloud.simulator.internal.failure
import rongcloud.simulator.internal.list
import rongcloud.simulator.internal.number
import rongcloud.simulator.internal.obj
import rongcloud.simulator.internal.recording
import rongcloud.simulator.internal.request
import rongcloud.simulator.internal.room
import rongcloud.simulator.internal.segment
import rongcloud.simulator.internal.step
import rongcloud.simulator.internal.stream
import rongcloud.simulator.internal.textOrNull
import rongcloud.simulator.internal.word
import java.time.Duration

internal val DEFAULT_WAIT: Duration = Duration.ofSeconds(10)

/**
 * A stand-in for the RongCloud RTC recording service: a process of its own at a loopback address, that checks requests
 * by the service's documented rules. At first it has one room, `room1`, with the session `aaa` and the members `111`
 * and `2222`, who publish audio and video.
 *
 * It ends when it is closed, and with the JVM. All methods may be called from any thread; they block until it is done.
 * They throw a [SimulatorException] if the simulator doesn't accept what is asked.
 *
 * @property appKey the app key whose requests are accepted
 * @property appSecret its secret
 * @param arguments further options of the program, as `rongcloud-simulator --help` lists them, such as
 * `--callback-signature=query`. Not `--tls`, for which there are doors, and not `--no-control`
 * @throws SimulatorException if it can't be started: there is no program for this platform in the jar, the folder for
 * temporary files allows no programs, or an argument is wrong
 */
public class RongCloudSimulator @JvmOverloads constructor(
    public val appKey: String = APP_KEY,
    public val appSecret: String = APP_SECRET,
    arguments: List<String> = emptyList(),
) : AutoCloseable {
    private val program =
        Program(arguments, mapOf("RONGCLOUD_APP_KEY" to appKey, "RONGCLOUD_APP_SECRET" to appSecret))
    private val control = Control(program.url)

    /** Where it is, `http://127.0.0.1:PORT`: the client's API URL. */
    public val url: String = program.url

    /** The variables that a program with the client finds it by: its URL, the app key and the secret. */
    public val environment: Map<String, String> =
        mapOf("RONGCLOUD_API_URL" to url, "RONGCLOUD_APP_KEY" to appKey, "RONGCLOUD_APP_SECRET" to appSecret)

    /** The certificate of the CA for doors with TLS, as PEM. It is another one for each simulator. */
    public val caCertificate: String by lazy { control.text("ca.pem") }

    /** The requests to the service, oldest first, at most 10,000. */
    public fun requests(): List<SeenRequest> = control.get("requests").list(::request)

    /** Forgets the requests, and counts those, executions and connections from 0 again. */
    public fun forgetRequests() {
        control.send("DELETE", "requests")
    }

    /** How often each operation was executed. */
    public fun executions(): Executions = executions(control.get("executions").obj)

    /** The recordings that were started, oldest first, at most 10,000. */
    public fun recordings(): List<SimulatedRecording> = control.get("recordings").list(::recording)

    /** The service's connections. */
    public fun connections(): Connections = connections(control.get("connections").obj)

    /**
     * Waits until at most so many of the service's connections are open.
     *
     * @param open how many
     * @param timeout how long to wait
     * @throws SimulatorException if the time is over
     */
    @JvmOverloads
    public fun awaitConnections(open: Int = 0, timeout: Duration = DEFAULT_WAIT): Connections =
        connections(control.get("connections/wait?open=$open&timeoutMs=${timeout.toMillis()}", timeout).obj)

    /**
     * Waits until so many requests have arrived, and so many clients have left without a reply.
     *
     * @param requests how many requests
     * @param abandoned how many of them without a reply
     * @param timeout how long to wait
     * @throws SimulatorException if the time is over
     */
    @JvmOverloads
    public fun await(requests: Int = 0, abandoned: Int = 0, timeout: Duration = DEFAULT_WAIT) {
        control.get("wait?requests=$requests&abandoned=$abandoned&timeoutMs=${timeout.toMillis()}", timeout)
    }

    /**
     * Says how the next requests are answered, in place of what was said before. After the last step, the service
     * behaves normally again.
     *
     * @param steps one after another
     */
    public fun next(vararg steps: Step) {
        control.send("PUT", "next", array(steps.map(::step)))
    }

    /** Sends the replies that are held now. */
    public fun release() {
        control.send("POST", "release")
    }

    /** All rooms, by id. */
    public fun rooms(): List<SimulatedRoom> = control.get("rooms").obj.map { (roomId, told) -> room(roomId, told.obj) }

    /**
     * The room as it is now.
     *
     * @param roomId its id
     * @return `null` if there is none
     */
    public fun room(roomId: String): SimulatedRoom? = control.find(path(roomId))?.let { room(roomId, it.obj) }

    /**
     * Creates a room, or changes the one that is there. With another session than before, it is destroyed and created
     * again, and what is recorded in it ends.
     *
     * @param roomId its id
     * @param sessionId its session
     * @param userIds who is in it, and nobody else; each publishes [both][SimulatedStream.both] audio and video
     */
    public fun setRoom(roomId: String, sessionId: String, vararg userIds: String) {
        val members = userIds.map { obj("userId" to it, "streams" to SimulatedStream.both(it).map(::stream)) }
        control.send("PUT", path(roomId), obj("sessionId" to sessionId, "members" to members))
    }

    /**
     * Removes a room; its session ends.
     *
     * @param roomId its id
     */
    public fun removeRoom(roomId: String) {
        control.send("DELETE", path(roomId))
    }

    /**
     * A user joins a room, or publishes something else from now on.
     *
     * @param roomId the room
     * @param userId the user
     * @param streams what they publish
     */
    @JvmOverloads
    public fun join(roomId: String, userId: String, streams: List<SimulatedStream> = SimulatedStream.both(userId)) {
        control.send("PUT", path(roomId, userId), obj("streams" to streams.map(::stream)))
    }

    /**
     * A user leaves a room.
     *
     * @param roomId the room
     * @param userId the user
     */
    public fun leave(roomId: String, userId: String) {
        control.send("DELETE", path(roomId, userId))
    }

    /**
     * Moves the time in rooms and recordings. Slices close on the way.
     *
     * @param by how far, at most 30 days
     */
    public fun advance(by: Duration) {
        control.send("POST", "clock", obj("advanceMs" to by))
    }

    /**
     * Sets the service's clock wrong, which the check of timestamps goes by, and the signatures of callbacks.
     *
     * @param by how far it is ahead of this machine's; negative if it is behind
     */
    public fun skew(by: Duration) {
        control.send("PUT", "skew", obj("ms" to by))
    }

    /**
     * Says where coming callbacks go. At first, none are made.
     *
     * @param recordingUrl for those about recordings: an http URL of a loopback address; `null` makes none
     * @param roomUrl for those about rooms and their members
     */
    @JvmOverloads
    public fun callBack(recordingUrl: String?, roomUrl: String? = null) {
        control.send("PUT", "callbacks/urls", obj("recording" to recordingUrl, "room" to roomUrl))
    }

    /**
     * Says how coming callbacks are delivered, in place of what was said before.
     *
     * @param delivery how
     */
    public fun deliver(delivery: CallbackDelivery) {
        control.send("PUT", "callbacks", delivery(delivery))
    }

    /**
     * Makes coming callbacks report failures, in place of those before.
     *
     * @param failures which
     */
    public fun failCallbacks(vararg failures: CallbackFailure) {
        control.send("PUT", "callbacks/failures", array(failures.map(::failure)))
    }

    /** The callbacks made, oldest first, as they are now. */
    public fun callbacks(): List<SentCallback> = control.get("callbacks").list(::callback)

    /** The callbacks made, once none is on its way; those held stay held. */
    public fun flushCallbacks(): List<SentCallback> {
        control.send("POST", "callbacks/flush")
        return callbacks()
    }

    /** Sends the callbacks that are held, and lists them once none is on its way. */
    public fun deliverCallbacks(): List<SentCallback> {
        control.send("POST", "callbacks/deliver")
        return callbacks()
    }

    /**
     * Sends a callback once more.
     *
     * @param number its number
     * @param signedAnew whether with a signature of its own, or with the same bytes as in its latest attempt
     */
    @JvmOverloads
    public fun resendCallback(number: Long, signedAnew: Boolean = true) {
        control.send("POST", "callbacks/$number/resend", obj("signature" to if (signedAnew) "new" else "same"))
    }

    /**
     * Opens a further address of the simulator, where connections can fail.
     *
     * @param tls its certificate
     */
    @JvmOverloads
    public fun door(tls: DoorTls = DoorTls.NONE): Door {
        val opened = control.send("POST", "doors", obj("tls" to word(tls))).obj
        return Door(control, opened.number("door"), opened.textOrNull("url").orEmpty())
    }

    /** Ends it. */
    override fun close(): Unit = program.close()

    /** Where it is. */
    override fun toString(): String = "RongCloudSimulator($url)"

    private fun path(roomId: String, userId: String? = null) =
        "rooms/${segment(roomId)}${userId?.let { "/members/${segment(it)}" }.orEmpty()}"

    /** The credentials that it has by default. */
    public companion object {
        /** The app key of the documentation's examples. */
        public const val APP_KEY: String = "uwd1c0sxdlx2"

        /** The secret of the vendor's published signature example. It is nobody's. */
        public const val APP_SECRET: String = "Y1W2MeFwwwRxa0"
    }
}

/** The simulator can't be started, or doesn't accept what it is asked, or something hasn't come in time. */
public class SimulatorException internal constructor(message: String, cause: Throwable? = null) :
    RuntimeException(message, cause)
