// What README and book show of Kotlin, as code that is compiled and run. The marks name regions: scripts/shown.py.

package rongcloud.recording.tests

import io.micrometer.core.instrument.MeterRegistry
import io.opentelemetry.api.OpenTelemetry
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.withTimeout
import org.slf4j.LoggerFactory
import rongcloud.recording.AsyncCallbackReceiver
import rongcloud.recording.AudioFormat
import rongcloud.recording.CallbackReceiver
import rongcloud.recording.CallbackRefusedException
import rongcloud.recording.ConnectionPolicy
import rongcloud.recording.DataCenter
import rongcloud.recording.FailoverPolicy
import rongcloud.recording.Host
import rongcloud.recording.Layout
import rongcloud.recording.LayoutUpdate
import rongcloud.recording.OnUnknown
import rongcloud.recording.RecordingClient
import rongcloud.recording.RecordingEvent
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingLedger
import rongcloud.recording.RecordingMode
import rongcloud.recording.RecordingProfile
import rongcloud.recording.RecordingTarget
import rongcloud.recording.RecordingTracker
import rongcloud.recording.Resolution
import rongcloud.recording.RetryPolicy
import rongcloud.recording.ServiceCode
import rongcloud.recording.SliceLength
import rongcloud.recording.SplitStreamRecording
import rongcloud.recording.TrackedRecording
import rongcloud.recording.VideoFormat
import rongcloud.recording.micrometer.RecordingMeters
import rongcloud.recording.opentelemetry.RecordingMetrics
import rongcloud.recording.opentelemetry.RecordingTracing
import rongcloud.recording.recordingException
import java.time.Instant
import java.util.UUID
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

class ReadmeExamples {
    // ANCHOR: profile
    val profile = RecordingProfile(
        SplitStreamRecording(
            mode = RecordingMode.MIX_AUDIO_VIDEO,
            videoFormat = VideoFormat.MP4,
            audioFormat = AudioFormat.AAC,
            sliceLength = SliceLength.MINUTES_60,
            videoResolution = Resolution.R1280X720,
            host = Host("alice", "alice_RongCloudRTC"),
        ),
    )
    // ANCHOR_END: profile

    // ANCHOR: start
    suspend fun record(client: RecordingClient, roomId: String, sessionId: String): String =
        client.start(roomId, sessionId, profile, extra = "order 66").recordId
    // ANCHOR_END: start

    fun makeClient(appKey: String, appSecret: String): RecordingClient {
        // ANCHOR: client
        val client = RecordingClient(
            appKey = appKey,
            appSecret = appSecret,
            dataCenter = DataCenter.SINGAPORE,
            timeout = 10.seconds,
        )
        // ANCHOR_END: client
        return client
    }

    fun makeClientOfPolicies(appKey: String, appSecret: String): RecordingClient {
        // ANCHOR: policies
        val client = RecordingClient(
            appKey = appKey,
            appSecret = appSecret,
            dataCenter = DataCenter.SINGAPORE,
            retry = RetryPolicy(maxAttempts = 3, attemptTimeout = 3.seconds),
            failover = FailoverPolicy(probeAfter = 1.minutes),
            connections = ConnectionPolicy(maxConcurrent = 64, maxWaiting = 1_000),
            proxy = "http://proxy.example:3128",
        )
        // ANCHOR_END: policies
        return client
    }

    fun readProfile(): RecordingProfile {
        // ANCHOR: json
        val profile = RecordingProfile.fromJson(
            """{"mode": 0, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}""",
        )
        // ANCHOR_END: json
        return profile
    }

    val decisions = mutableListOf<String>()

    suspend fun decide(client: RecordingClient, roomId: String, sessionId: String) {
        // ANCHOR: unknown_outcome
        val extra = UUID.randomUUID().toString() // of this start alone; keep it before you start
        try {
            client.start(roomId, sessionId, profile, extra)
        } catch (failure: RecordingException) {
            when {
                failure.mayBeRecording -> waitForCallback(extra, failure.requestId)
                failure.isRetryable -> tryAgainLater(roomId)
                else -> throw failure
            }
        }
        // ANCHOR_END: unknown_outcome
    }

    private fun tryAgainLater(roomId: String) {
        decisions += "try $roomId again later"
    }

    private fun waitForCallback(extra: String, requestId: String?) {
        decisions += "wait for ${extra.length} characters after ${requestId?.length}"
    }

    suspend fun inTime(client: RecordingClient, roomId: String, sessionId: String, extra: String) {
        // ANCHOR: interrupted
        try {
            withTimeout(5.seconds) { client.start(roomId, sessionId, profile, extra) }
        } catch (cancelled: CancellationException) {
            val ended = cancelled.recordingException
            if (ended?.mayBeRecording == true) waitForCallback(extra, ended.requestId)
            throw cancelled
        }
        // ANCHOR_END: interrupted
    }

    fun advise(profile: RecordingProfile) {
        // ANCHOR: advice
        for (advice in profile.advice) logger.warn("${advice.path}: ${advice.reason}")
        // ANCHOR_END: advice
    }

    fun tell(failure: RecordingException) {
        // ANCHOR: errors
        when {
            failure.violations.isNotEmpty() -> failure.violations.forEach { logger.warn("${it.path}: ${it.reason}") }
            failure.code == ServiceCode.ROOM_NOT_FOUND -> logger.info("the call is over")
            failure.isRetryable -> logger.warn("it provably did not start, and may be tried again")
            failure.mayBeRecording -> logger.warn("a recording may be running; the vendor finds ${failure.requestId}")
            else -> throw failure
        }
        // ANCHOR_END: errors
    }

    suspend fun live(client: RecordingClient, roomId: String): String {
        // ANCHOR: life
        val started = client.startInRoom(roomId, profile)

        val room = client.queryRoom(roomId)
        val grid = Layout.grid(room.videoStreams, Resolution.R1280X720)
        client.updateLayout(started, LayoutUpdate(grid))

        client.stop(started)
        // ANCHOR_END: life
        return started.recordId
    }

    suspend fun stop(client: RecordingClient, roomId: String, sessionId: String) {
        // ANCHOR: stop_by_ids
        client.stop(RecordingTarget(roomId, sessionId))
        // ANCHOR_END: stop_by_ids
    }

    /** As a table with a unique index. */
    class Store {
        val events = mutableMapOf<String, String>()

        fun keep(fingerprint: String, event: String) {
            events.putIfAbsent(fingerprint, event)
        }
    }

    val store = Store()

    fun answer(receiver: CallbackReceiver, headers: Map<String, List<String>>, body: ByteArray, query: String?): Int =
        // ANCHOR: webhook
        try {
            val received = receiver.recordingEvent(headers, body, query)
            store.keep(received.fingerprint, received.event.json)
            200
        } catch (refusal: CallbackRefusedException) {
            logger.warn(refusal.message)
            refusal.httpStatus
        }
    // ANCHOR_END: webhook

    private val logger = LoggerFactory.getLogger(javaClass)

    fun track(recordId: String, event: RecordingEvent): TrackedRecording {
        // ANCHOR: tracker
        val tracker = RecordingTracker(recordId)
        tracker.record(event)
        val tracked = tracker.state(staleAfter = 10.minutes)
        // ANCHOR_END: tracker
        return tracked
    }

    fun trackByExtra(extra: String, failure: RecordingException, event: RecordingEvent): String? {
        // ANCHOR: by_extra
        val tracker = RecordingTracker.byExtra(extra, since = failure.sentAt)
        tracker.record(event)
        val recordId = tracker.state(staleAfter = 10.minutes).recordId
        // ANCHOR_END: by_extra
        return recordId
    }

    var kept: String? = null
    private val lock = ReentrantLock()

    fun save(news: RecordingTracker) {
        // ANCHOR: snapshot
        lock.withLock {
            val tracker = kept?.let(RecordingTracker::restore) ?: news
            tracker.merge(news)
            kept = tracker.snapshot()
        }
        // ANCHOR_END: snapshot
    }

    suspend fun recordTogether(client: RecordingClient, store: String, roomId: String) {
        // ANCHOR: ledger
        val ledger = RecordingLedger(client, OnUnknown.STOP, store = store)
        ledger.keepUp(1.minutes)
        val found = ledger.startInRoom(roomId, profile)
        ledger.follow(found.recording.sessionId).collect { known ->
            logger.info("${known.entry.state} ${known.recording?.uploads?.map { it.json }}")
        }
        // ANCHOR_END: ledger
    }

    // ANCHOR: ledger_webhook
    suspend fun take(
        ledger: RecordingLedger,
        headers: Map<String, List<String>>,
        body: ByteArray,
        query: String?,
    ): Int = try {
        ledger.take(headers, body, query)
        200
    } catch (refusal: CallbackRefusedException) {
        refusal.httpStatus
    } catch (failure: RecordingException) {
        503 // the store can't be reached: the service sends it again
    }
    // ANCHOR_END: ledger_webhook

    fun guarded(receiver: CallbackReceiver, redis: Redis): AsyncCallbackReceiver {
        // ANCHOR: replay_guard
        val guarded = AsyncCallbackReceiver(receiver) { key, fingerprint, expiresAt ->
            redis.setIfAbsent(key, fingerprint, expiresAt) // Redis 7: SET key fingerprint NX GET PXAT expiresAt
        }
        // ANCHOR_END: replay_guard
        return guarded
    }

    fun interface Redis {
        suspend fun setIfAbsent(key: String, value: String, expiresAt: Instant): String?
    }

    suspend fun attempts(client: RecordingClient): Int {
        // ANCHOR: attempts
        val room = client.queryRoom("room1", requestId = "order-7")
        for (attempt in room.attempts) {
            println("${attempt.host} ${attempt.requestId} ${attempt.status} ${attempt.waited} ${attempt.took}")
        }
        // ANCHOR_END: attempts
        return room.attempts.size
    }

    fun statistics(client: RecordingClient): Long {
        // ANCHOR: statistics
        val now = client.statistics()
        println("${now.attempts} attempts, ${now.retries} retries, ${now.callsInFlight} calls in flight")
        // ANCHOR_END: statistics
        return now.attempts
    }

    fun telemetry(openTelemetry: OpenTelemetry, registry: MeterRegistry, client: RecordingClient): List<AutoCloseable> {
        // ANCHOR: telemetry
        val tracing = RecordingTracing.trace(openTelemetry) // a span for each call, a child of the caller's
        val metrics = RecordingMetrics.measure(openTelemetry, client::measurements)
        RecordingMeters(client::measurements).bindTo(registry) // or with Micrometer
        // ANCHOR_END: telemetry
        return listOf(tracing, metrics)
    }

    suspend fun drain(client: RecordingClient): Boolean {
        // ANCHOR: drain
        val allEnded = client.close(20.seconds)
        if (!allEnded) System.err.println("calls were cut off after 20 seconds")
        // ANCHOR_END: drain
        return allEnded
    }
}
