// How coming requests are answered.

package rongcloud.simulator

/**
 * How the next requests to the service are answered: a step of [RongCloudSimulator.next]'s script. [hold] and [reply]
 * make the usual ones.
 *
 * @property times how many requests it applies to
 * @property hold holds the reply until [RongCloudSimulator.release], or until the client leaves. The request is
 * checked, and a recording started, before that
 * @property status the HTTP status of a canned reply, as from a gateway in front of the service: the request is listed
 * but not checked, and nothing is started. If it is `null` and there is a [body], 200
 * @property body the body of a canned reply. If it is `null` and there is a [status], empty
 * @property contentType the reply's content type; `null` leaves it as it is
 * @property headers further headers of the reply
 * @property padBytes how many spaces follow the reply's body, at most 67,108,864
 */
public data class Step @JvmOverloads constructor(
    public val times: Int = 1,
    public val hold: Boolean = false,
    public val status: Int? = null,
    public val body: String? = null,
    public val contentType: String? = null,
    public val headers: Map<String, String> = emptyMap(),
    public val padBytes: Int? = null,
) {
    /** Makes the usual steps. */
    public companion object {
        /**
         * Requests are executed, and their replies held.
         *
         * @param times how many requests it applies to
         */
        @JvmStatic
        @JvmOverloads
        public fun hold(times: Int = 1): Step = Step(times, hold = true)

        /**
         * A canned reply: nothing is executed.
         *
         * @param status its HTTP status
         * @param body its body
         * @param headers further headers, such as `Retry-After`
         * @param times how many requests it applies to
         */
        @JvmStatic
        @JvmOverloads
        public fun reply(
            status: Int,
            body: String = "",
            headers: Map<String, String> = emptyMap(),
            times: Int = 1,
        ): Step = Step(times, status = status, body = body, headers = headers)
    }
}
