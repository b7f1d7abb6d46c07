// What golden files say of a client's settings.

package rongcloud.recording.tests

import com.fasterxml.jackson.databind.JsonNode
import rongcloud.recording.BlockingRecordingClient
import rongcloud.recording.ConnectionPolicy
import rongcloud.recording.FailoverPolicy
import rongcloud.recording.RetryPolicy
import rongcloud.recording.support.violations
import rongcloud.recording.support.violationsOf
import kotlin.test.assertEquals
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

fun keepsOptions(entry: JsonNode) {
    val settings = Settings(entry, "name", "violations")
    val found = violationsOf {
        BlockingRecordingClient(
            appKey = "key",
            appSecret = "secret",
            apiUrl = settings.text("api_url"),
            connectTimeout = settings.duration("connect_timeout_ms"),
            timeout = settings.duration("timeout_ms"),
            backupApiUrl = settings.text("backup_api_url"),
            proxy = settings.text("proxy"),
            caCertificates = settings.text("ca_certificates"),
            retry = settings.policy("retry")?.retry(),
            failover = settings.policy("failover")?.failover(),
            connections = settings.policy("connections")?.connections(),
        )
    }
    assertEquals(entry.violations(), found)
    settings.assertAllRead()
}

private fun Settings.retry() = RetryPolicy(
    maxAttempts = count("max_attempts"),
    attemptTimeout = duration("attempt_timeout_ms"),
    firstBackoff = duration("first_backoff_ms"),
    longestBackoff = duration("longest_backoff_ms"),
    budget = count("budget"),
).also { assertAllRead() }

private fun Settings.failover() = FailoverPolicy(
    afterFailures = count("after_failures"),
    probeAfter = duration("probe_after_ms"),
).also { assertAllRead() }

private fun Settings.connections() = ConnectionPolicy(
    keepAlive = flag("keep_alive"),
    maxIdle = duration("max_idle_ms"),
    maxRequests = count("max_requests"),
    maxConcurrent = count("max_concurrent"),
    maxWaiting = count("max_waiting"),
).also { assertAllRead() }

/** An entry's fields, each optional, of which none may stay unread: it would be a setting that isn't tested. */
private class Settings(private val entry: JsonNode, vararg others: String) {
    private val read = others.toMutableSet()

    fun text(field: String): String? = value(field)?.textValue()

    fun count(field: String): Int? = value(field)?.intValue()

    fun flag(field: String): Boolean? = value(field)?.booleanValue()

    fun duration(field: String): Duration? = value(field)?.longValue()?.milliseconds

    fun policy(field: String): Settings? = value(field)?.let { Settings(it) }

    fun assertAllRead() = assertEquals(emptySet(), entry.fieldNames().asSequence().toSet() - read, "fields unread")

    private fun value(field: String): JsonNode? {
        read += field
        return entry[field]?.takeUnless { it.isNull }
    }
}
