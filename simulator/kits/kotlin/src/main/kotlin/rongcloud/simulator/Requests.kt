// What the simulator has seen of its clients.

package rongcloud.simulator

import java.time.Duration
import java.time.Instant

/**
 * A request to the service, as it arrived.
 *
 * @property number counted from 1
 * @property time when it arrived
 * @property duration until it was answered or abandoned; `null` while its reply is held
 * @property connection the number of the connection that it came on, counted from 1
 * @property method the HTTP method
 * @property path the path, with the query if there was one
 * @property headers in the order received, signatures redacted
 * @property body as text
 * @property verdict what became of it
 * @property recordId of the recording that it started, if any
 * @property why the rule that it breaks; `null` where it isn't [Verdict.REFUSED]
 * @property problems where it is wrong, as far as that can be named
 * @property answer what it was answered; `null` where it wasn't
 */
public data class SeenRequest internal constructor(
    public val number: Long,
    public val time: Instant,
    public val duration: Duration?,
    public val connection: Long,
    public val method: String,
    public val path: String,
    public val headers: List<Header>,
    public val body: String,
    public val verdict: Verdict,
    public val recordId: String?,
    public val why: String?,
    public val problems: List<Problem>,
    public val answer: GivenAnswer?,
) {
    /** The value of the first header of a name, which is in lower case; `null` if there is none. */
    public fun header(name: String): String? = headers.firstOrNull { it.name == name }?.value
}

/**
 * A header, of a request or of a callback.
 *
 * @property name in lower case
 * @property value `(redacted)` if it is a signature
 */
public data class Header internal constructor(public val name: String, public val value: String)

/** What became of a request. */
public enum class Verdict {
    /** It was answered with success. */
    ACCEPTED,

    /** It was answered with an error. */
    REFUSED,

    /** It was given a canned reply, see [Step.reply]. */
    SCRIPTED,

    /** It arrived completely, and its reply is held, see [Step.hold]. */
    HELD,

    /** The client left before the reply was sent. */
    ABANDONED,
}

/**
 * Something that is wrong in a request.
 *
 * @property part `header` or `body`
 * @property path where in that part
 * @property sentence what is wrong
 */
public data class Problem internal constructor(
    public val part: String,
    public val path: String,
    public val sentence: String,
)

/**
 * What a request was answered.
 *
 * @property status the HTTP status
 * @property body its beginning
 */
public data class GivenAnswer internal constructor(public val status: Int, public val body: String)

/**
 * How often each operation was executed. An accepted request is executed, whether or not the reply gets through.
 *
 * @property start starts of recordings
 * @property config changes of layouts
 * @property stop stops
 * @property query queries of rooms
 */
public data class Executions internal constructor(
    public val start: Int,
    public val config: Int,
    public val stop: Int,
    public val query: Int,
)

/**
 * The service's connections, those through doors included.
 *
 * @property open how many are open now
 * @property seen how many there were in all, with at least one request to the service
 * @property mostRequests the most requests that one of them has had
 */
public data class Connections internal constructor(
    public val open: Int,
    public val seen: Int,
    public val mostRequests: Int,
)
