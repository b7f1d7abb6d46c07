// Further addresses of the simulator, where connections fail.

package rongcloud.simulator

import rongcloud.simulator.internal.Control
import rongcloud.simulator.internal.array
import rongcloud.simulator.internal.doorConnections
import rongcloud.simulator.internal.fault
import rongcloud.simulator.internal.obj
import java.time.Duration

/**
 * A further address of a simulator, in front of the same rooms, recordings and script. It only relays, until a [Fault]
 * happens. [RongCloudSimulator.door] opens one.
 *
 * @property url the address
 */
public class Door internal constructor(private val control: Control, id: Long, public val url: String) : AutoCloseable {
    private val path = "doors/$id"

    /**
     * Replaces the pending faults, which happen one after another. After the last one, the door only relays.
     *
     * @param faults the faults
     */
    public fun inject(vararg faults: Fault) {
        control.send("PUT", "$path/faults", array(faults.map(::fault)))
    }

    /** Ends its connections, and refuses new ones until [reopen]. */
    public fun shut() {
        control.send("PUT", path, obj("shut" to true))
    }

    /** Accepts connections again, at the same address. */
    public fun reopen() {
        control.send("PUT", path, obj("shut" to false))
    }

    /** Its connections, oldest first. */
    public fun connections(): List<DoorConnection> = doorConnections(control.get(path).obj)

    /**
     * Waits until so many connections and requests have come, and at most [open] connections are open.
     *
     * @param connections how many connections must have come
     * @param requests how many requests must have begun
     * @param open how many connections may be open; `null` allows any number
     * @param timeout how long to wait
     * @throws SimulatorException if the time is over
     */
    @JvmOverloads
    public fun await(connections: Int = 0, requests: Int = 0, open: Int? = null, timeout: Duration = DEFAULT_WAIT) {
        val counts = "connections=$connections&requests=$requests${open?.let { "&open=$it" }.orEmpty()}"
        control.get("$path/wait?$counts&timeoutMs=${timeout.toMillis()}", timeout)
    }

    /** Closes it for good, with its connections. */
    override fun close() {
        control.send("DELETE", path)
    }
}

/**
 * What goes wrong below HTTP, at a [Door]. The companion's functions make it.
 */
public class Fault private constructor(
    internal val connection: Cut? = null,
    internal val requestBytes: Long? = null,
    internal val replyBytes: Long? = null,
    internal val then: Cut? = null,
    internal val drip: Duration? = null,
    internal val times: Int,
) {
    /** Makes faults. */
    public companion object {
        /**
         * A connection is accepted, and cut before any of its bytes is read; with TLS, before the handshake.
         *
         * @param cut how
         * @param times how many connections it happens to
         */
        @JvmStatic
        @JvmOverloads
        public fun connection(cut: Cut, times: Int = 1): Fault = Fault(connection = cut, times = times)

        /**
         * The service gets only the beginning of a request; if that is all of it, it is executed. There is no reply.
         *
         * @param bytes how many bytes the service gets
         * @param then how the connection is cut then
         * @param times how many requests it happens to
         */
        @JvmStatic
        @JvmOverloads
        public fun requestBytes(bytes: Long, then: Cut, times: Int = 1): Fault =
            Fault(requestBytes = bytes, then = then, times = times)

        /**
         * The service executes a request, and the client gets only the beginning of the reply.
         *
         * @param bytes how many bytes the client gets
         * @param then how the connection is cut then
         * @param times how many requests it happens to
         */
        @JvmStatic
        @JvmOverloads
        public fun replyBytes(bytes: Long, then: Cut, times: Int = 1): Fault =
            Fault(replyBytes = bytes, then = then, times = times)

        /**
         * A reply arrives byte by byte; after a minute, the rest of it at once.
         *
         * @param pause between two bytes, at most a second
         * @param times how many requests it happens to
         */
        @JvmStatic
        @JvmOverloads
        public fun drip(pause: Duration, times: Int = 1): Fault = Fault(drip = pause, times = times)
    }
}

/** How a connection is cut. */
public enum class Cut {
    /** By a TCP reset. */
    RESET,

    /** By a TCP FIN, with TLS without a word before it. */
    CLOSE,

    /** Not at all: nothing more arrives until the client leaves. */
    HANG,
}

/** What a [Door] presents to its clients. The CA of all but the last is [RongCloudSimulator.caCertificate]. */
public enum class DoorTls {
    /** Plain http. */
    NONE,

    /** A certificate for `localhost` and 127.0.0.1. */
    VALID,

    /** One whose time is over. */
    EXPIRED,

    /** One for another host. */
    WRONG_HOST,

    /** One that another CA has signed. */
    UNTRUSTED,
}

/**
 * A connection through a [Door].
 *
 * @property connection its number, the one that its requests are listed with
 * @property requests how many requests have begun on it
 * @property isOpen whether it is still there; one that the door has closed stays open until the client closes it, too
 * @property ended who ended it; `null` while it isn't
 * @property requestBytes how many bytes were relayed to the service
 * @property replyBytes how many bytes were relayed to the client
 */
public data class DoorConnection internal constructor(
    public val connection: Long,
    public val requests: Int,
    public val isOpen: Boolean,
    public val ended: Ended?,
    public val requestBytes: Long,
    public val replyBytes: Long,
)

/** Who has ended a connection. */
public enum class Ended {
    /** The client left, or no TLS handshake came about with it. */
    CLIENT,

    /** The service closed it. */
    SERVICE,

    /** A fault, or the door was shut or closed. */
    FAULT,
}
