// Builders of delivery policies for Java, which has no named arguments.

package rongcloud.recording

import java.time.Duration
import kotlin.time.toKotlinDuration

/**
 * Builds a [RetryPolicy] step by step, for Java; see [RetryPolicy.builder].
 *
 * What is not set keeps the default that the property of the same name documents, as it does unit and range.
 */
public class RetryPolicyBuilder internal constructor() {
    private var policy = RetryPolicy()

    /** Sets the most attempts of one call, the first included. 1 tries nothing again. */
    public fun maxAttempts(maxAttempts: Int): RetryPolicyBuilder = set { copy(maxAttempts = maxAttempts) }

    /** Sets the longest time for one attempt of a call that may be repeated. */
    public fun attemptTimeout(attemptTimeout: Duration): RetryPolicyBuilder =
        set { copy(attemptTimeout = attemptTimeout.toKotlinDuration()) }

    /** Sets the longest wait before the first repetition. */
    public fun firstBackoff(firstBackoff: Duration): RetryPolicyBuilder =
        set { copy(firstBackoff = firstBackoff.toKotlinDuration()) }

    /** Sets what the longest wait doesn't grow beyond. */
    public fun longestBackoff(longestBackoff: Duration): RetryPolicyBuilder =
        set { copy(longestBackoff = longestBackoff.toKotlinDuration()) }

    /** Sets how many repetitions a client may make in a row of failures. */
    public fun budget(budget: Int): RetryPolicyBuilder = set { copy(budget = budget) }

    /** The policy. It is validated where a client is made with it. */
    public fun build(): RetryPolicy = policy

    private fun set(change: RetryPolicy.() -> RetryPolicy) = apply { policy = policy.change() }
}

/**
 * Builds a [FailoverPolicy] step by step, for Java; see [FailoverPolicy.builder].
 *
 * What is not set keeps the default that the property of the same name documents, as it does unit and range.
 */
public class FailoverPolicyBuilder internal constructor() {
    private var policy = FailoverPolicy()

    /** Sets how many failures in a row make calls begin with the other domain. */
    public fun afterFailures(afterFailures: Int): FailoverPolicyBuilder = set { copy(afterFailures = afterFailures) }

    /** Sets how long a domain is left alone before it is tried again. */
    public fun probeAfter(probeAfter: Duration): FailoverPolicyBuilder =
        set { copy(probeAfter = probeAfter.toKotlinDuration()) }

    /** The policy. It is validated where a client is made with it. */
    public fun build(): FailoverPolicy = policy

    private fun set(change: FailoverPolicy.() -> FailoverPolicy) = apply { policy = policy.change() }
}

/**
 * Builds a [ConnectionPolicy] step by step, for Java; see [ConnectionPolicy.builder].
 *
 * What is not set keeps the default that the property of the same name documents, as it does unit and range.
 */
public class ConnectionPolicyBuilder internal constructor() {
    private var policy = ConnectionPolicy()

    /** Sets whether a connection serves more than one request. */
    public fun keepAlive(keepAlive: Boolean): ConnectionPolicyBuilder = set { copy(keepAlive = keepAlive) }

    /** Sets how long a connection may be idle before it is closed. */
    public fun maxIdle(maxIdle: Duration): ConnectionPolicyBuilder = set { copy(maxIdle = maxIdle.toKotlinDuration()) }

    /** Sets how many requests a connection serves. */
    public fun maxRequests(maxRequests: Int): ConnectionPolicyBuilder = set { copy(maxRequests = maxRequests) }

    /** Sets how many requests of a client are on their way at once. */
    public fun maxConcurrent(maxConcurrent: Int): ConnectionPolicyBuilder = set { copy(maxConcurrent = maxConcurrent) }

    /** Sets how many calls wait for their turn at most. */
    public fun maxWaiting(maxWaiting: Int): ConnectionPolicyBuilder = set { copy(maxWaiting = maxWaiting) }

    /** The policy. It is validated where a client is made with it. */
    public fun build(): ConnectionPolicy = policy

    private fun set(change: ConnectionPolicy.() -> ConnectionPolicy) = apply { policy = policy.change() }
}
