// The whole life of a recording: asks for a room, starts, changes the layout, stops, and follows the callbacks up to the
// uploaded files, with Ktor as the web server.
//
// `make demo-kotlin` runs it against the simulator. To talk to the service, set what StartRecording.kt names, and let the
// console's recording callback reach http://<this machine>:<RONGCLOUD_CALLBACK_PORT>/recording.

import io.ktor.http.HttpStatusCode
import io.ktor.server.application.ApplicationCall
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.request.queryString
import io.ktor.server.request.receive
import io.ktor.server.response.respond
import io.ktor.server.routing.post
import io.ktor.server.routing.routing
import io.ktor.util.toMap
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.withTimeout
import rongcloud.recording.AudioFormat
import rongcloud.recording.CallbackReceiver
import rongcloud.recording.CallbackRefusedException
import rongcloud.recording.Host
import rongcloud.recording.Layout
import rongcloud.recording.LayoutUpdate
import rongcloud.recording.RecordingClient
import rongcloud.recording.RecordingEvent
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingMode
import rongcloud.recording.RecordingPhase
import rongcloud.recording.RecordingProfile
import rongcloud.recording.RecordingTarget
import rongcloud.recording.RecordingTracker
import rongcloud.recording.Resolution
import rongcloud.recording.SliceLength
import rongcloud.recording.SplitStreamRecording
import rongcloud.recording.VideoFormat
import java.util.UUID
import kotlin.time.Duration.Companion.seconds

private val LONGEST_WAIT = 30.seconds

suspend fun main() {
    val receiver =
        CallbackReceiver(
            System.getenv("RONGCLOUD_APP_KEY") ?: error("RONGCLOUD_APP_KEY is not set"),
            System.getenv("RONGCLOUD_APP_SECRET") ?: error("RONGCLOUD_APP_SECRET is not set"),
        )
    val events = Channel<RecordingEvent>(capacity = 16)
    val port = System.getenv("RONGCLOUD_CALLBACK_PORT")?.toInt() ?: 8700
    val webhook =
        embeddedServer(CIO, port, host = "127.0.0.1") {
            routing { post("/recording") { call.receiveRecordingEvent(receiver, events) } }
        }
    webhook.startSuspend(wait = false)
    try {
        val tracker = RecordingClient.fromEnvironment().use { record(it) }
        withTimeout(LONGEST_WAIT) { follow(tracker, events) }
        println("uploaded")
    } finally {
        webhook.stopSuspend()
    }
}

private suspend fun record(client: RecordingClient): RecordingTracker {
    val room = client.queryRoom(System.getenv("RONGCLOUD_ROOM_ID") ?: "room1")
    val streams = room.videoStreams
    println("room ${room.roomId} has session ${room.sessionId} and ${streams.size} video streams")

    val main = streams.firstOrNull() ?: error("nobody publishes video")
    val recording =
        SplitStreamRecording(
            mode = RecordingMode.MIX_AUDIO_VIDEO,
            videoResolution = Resolution.R1280X720,
            videoFormat = VideoFormat.MP4,
            audioFormat = AudioFormat.AAC,
            layout = Layout.Floating,
            sliceLength = SliceLength.MINUTES_60,
            host = Host(main.userId, main.streamId),
        )
    // No other start has this tag, which comes back in every callback of the recording.
    val extra = "${room.roomId}-${UUID.randomUUID()}"
    val tracker = RecordingTracker.byExtra(extra)
    try {
        val started = client.start(room.roomId, room.sessionId, RecordingProfile(recording), extra)
        println("started ${started.recordId}")
        tracker.requested(started)
    } catch (failure: RecordingException) {
        // Never started again: whether it records, its callbacks will tell.
        if (!failure.mayBeRecording) throw failure
        System.err.println(failure.message)
    }
    val target = RecordingTarget(room.roomId, room.sessionId)

    client.updateLayout(target, LayoutUpdate(Layout.grid(streams, Resolution.R1280X720)))
    println("changed to a grid")
    client.stop(target)
    println("stopped")
    return tracker
}

private suspend fun follow(tracker: RecordingTracker, events: Channel<RecordingEvent>) {
    for (event in events) {
        println("event ${event.kind}: ${event.json}")
        try {
            tracker.record(event)
        } catch (failure: RecordingException.InvalidInput) {
            // Another recording's, for there may be several.
            System.err.println(failure.message)
        }
        val tracked = tracker.state(LONGEST_WAIT)
        check(tracked.phase != RecordingPhase.FAILED) { "the recording failed: ${tracked.failures}" }
        if (tracked.phase == RecordingPhase.UPLOADED) break
    }
}

/**
 * Verifies a callback and passes it on, one that comes again too: the tracker takes equal events as one. A program that must
 * not lose an event when it ends stores it before it answers, as the one in the folder `webhook` does.
 */
private suspend fun ApplicationCall.receiveRecordingEvent(receiver: CallbackReceiver, events: Channel<RecordingEvent>) {
    val status =
        try {
            val received =
                receiver.recordingEvent(request.headers.toMap(), receive<ByteArray>(), request.queryString())
            events.send(received.event)
            HttpStatusCode.OK
        } catch (refusal: CallbackRefusedException) {
            System.err.println(refusal.message)
            HttpStatusCode.fromValue(refusal.httpStatus)
        }
    respond(status)
}
