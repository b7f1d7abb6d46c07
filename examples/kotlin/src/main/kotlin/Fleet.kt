// One process of several that record together: whichever asks first starts a session's recording, any of them takes the
// callbacks in, and all know how far it has come. With Ktor as the web server.
//
// Run as many as you like, with one RONGCLOUD_LEDGER_URL, such as sqlite:///var/lib/app/recordings.db on one machine, and
// a RONGCLOUD_CALLBACK_PORT each. Set what StartRecording.kt names, and let the console's recording callback reach
// http://<this machine>:<RONGCLOUD_CALLBACK_PORT>/recording of any of them, by way of whatever serves your HTTPS.

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
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import rongcloud.recording.AudioFormat
import rongcloud.recording.CallbackRefusedException
import rongcloud.recording.OnUnknown
import rongcloud.recording.RecordingClient
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingLedger
import rongcloud.recording.RecordingMode
import rongcloud.recording.RecordingProfile
import rongcloud.recording.Resolution
import rongcloud.recording.SliceLength
import rongcloud.recording.SplitStreamRecording
import rongcloud.recording.VideoFormat
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.minutes

suspend fun main() {
    val asked = CompletableDeferred<Unit>()
    val main = Thread.currentThread()
    // The process ends only after this has: a start that is on its way is waited for.
    Runtime.getRuntime().addShutdownHook(
        thread(start = false) {
            asked.complete(Unit)
            main.join()
        },
    )
    RecordingClient.fromEnvironment().use { client ->
        // What may be running though nobody knows is stopped, so that it costs no more.
        RecordingLedger(client, OnUnknown.STOP).use { ledger -> serve(ledger, asked) }
    }
    println("ended")
}

private suspend fun serve(ledger: RecordingLedger, asked: CompletableDeferred<Unit>) = coroutineScope {
    ledger.keepUp(1.minutes)
    val port = System.getenv("RONGCLOUD_CALLBACK_PORT")?.toInt() ?: 8700
    val webhook =
        embeddedServer(CIO, port, host = "127.0.0.1") {
            routing { post("/recording") { call.respond(call.takenIn(ledger)) } }
        }
    webhook.startSuspend(wait = false)
    println("listening")
    launch { record(ledger, System.getenv("RONGCLOUD_ROOM_ID") ?: "room1") }
    asked.await()

    // A callback that is not answered any more comes again, here or elsewhere.
    webhook.stopSuspend()
    ledger.close()
}

/** Starts recording the room's call, unless another process has, and tells how the recording goes on. */
private suspend fun record(ledger: RecordingLedger, roomId: String) {
    val recording =
        SplitStreamRecording(
            mode = RecordingMode.SINGLE_AUDIO_VIDEO,
            videoResolution = Resolution.R1280X720,
            videoFormat = VideoFormat.MP4,
            audioFormat = AudioFormat.AAC,
            sliceLength = SliceLength.MINUTES_60,
        )
    try {
        val found = ledger.startInRoom(roomId, RecordingProfile(recording))
        println("${if (found.isMine) "started" else "found"} ${found.recording.recordId}")
        ledger.follow(found.recording.sessionId).collect { known -> println(known.entry.state) }
    } catch (failure: RecordingException) {
        // Callbacks are taken in all the same.
        System.err.println(failure.message)
    }
}

/** Puts a recording callback on record, and gives the status to answer with: 200 only after that. */
private suspend fun ApplicationCall.takenIn(ledger: RecordingLedger): HttpStatusCode = try {
    ledger.take(request.headers.toMap(), receive<ByteArray>(), request.queryString())
    HttpStatusCode.OK
} catch (refusal: CallbackRefusedException) {
    System.err.println(refusal.message)
    HttpStatusCode.fromValue(refusal.httpStatus)
} catch (failure: RecordingException) {
    System.err.println(failure.message)
    HttpStatusCode.ServiceUnavailable
}
