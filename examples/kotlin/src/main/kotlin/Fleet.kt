// One of several processes that record, with Ktor as the web server: a session is recorded once, whoever is asked.
//
// Run as many as you like behind one address that speaks HTTPS, all with the same RONGCLOUD_LEDGER_URL:
//
//     POST /rooms/{room}/sessions/{session}/recording      starts recording, unless somebody has already
//     GET /rooms/{room}/sessions/{session}/recording       tells what is known, whichever process took it in
//     DELETE /rooms/{room}/sessions/{session}/recording    stops it
//     POST /recording    takes callbacks in: the recording callback's URL in the console
//     GET /health        200 while the store answers, with what is in progress
//
// SIGTERM and Ctrl-C end it after the requests and calls in progress. `make demo-fleet-kotlin` runs two of them, and kills one.

import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.request.queryString
import io.ktor.server.request.receive
import io.ktor.server.response.header
import io.ktor.server.response.respond
import io.ktor.server.response.respondText
import io.ktor.server.routing.delete
import io.ktor.server.routing.get
import io.ktor.server.routing.post
import io.ktor.server.routing.route
import io.ktor.server.routing.routing
import io.ktor.server.util.getOrFail
import io.ktor.util.toMap
import kotlinx.coroutines.CompletableDeferred
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject
import rongcloud.recording.AudioFormat
import rongcloud.recording.CallbackRefusedException
import rongcloud.recording.OnUnknown
import rongcloud.recording.RecordingClient
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingLedger
import rongcloud.recording.RecordingMode
import rongcloud.recording.RecordingProfile
import rongcloud.recording.RecordingTarget
import rongcloud.recording.Resolution
import rongcloud.recording.SliceLength
import rongcloud.recording.SplitStreamRecording
import rongcloud.recording.VideoFormat
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** Longer than any call takes. */
private val longestRequest = 20.seconds

private val profile =
    RecordingProfile(
        SplitStreamRecording(
            mode = RecordingMode.SINGLE_AUDIO_VIDEO,
            videoResolution = Resolution.R1280X720,
            videoFormat = VideoFormat.MP4,
            audioFormat = AudioFormat.AAC,
            sliceLength = SliceLength.MINUTES_60,
        ),
    )

suspend fun main() {
    val asked = CompletableDeferred<Unit>()
    val main = Thread.currentThread()
    // The process ends only after this has.
    Runtime.getRuntime().addShutdownHook(
        thread(start = false) {
            asked.complete(Unit)
            main.join()
        },
    )
    // App Key, App Secret, data center and store come from the environment.
    RecordingClient.fromEnvironment().use { client ->
        // What may be running though nobody knows is stopped, so that it costs no more.
        RecordingLedger(client, OnUnknown.STOP).use { ledger ->
            ledger.keepUp(1.minutes)
            val port = System.getenv("RONGCLOUD_CALLBACK_PORT")?.toInt() ?: 8700
            val server = embeddedServer(CIO, port, host = "127.0.0.1") { fleet(client, ledger) }
            server.startSuspend(wait = false)
            println("listening on 127.0.0.1:$port")
            asked.await()
            server.stopSuspend(longestRequest.inWholeMilliseconds, longestRequest.inWholeMilliseconds)
            // Calls that no request waits for any more.
            client.close(longestRequest)
        }
    }
}

private fun Application.fleet(client: RecordingClient, ledger: RecordingLedger) = routing {
    route("/rooms/{room}/sessions/{session}/recording") {
        post {
            call.answering {
                val started = ledger.start(parameters.getOrFail("room"), parameters.getOrFail("session"), profile)
                respondJson {
                    put("recordId", started.recording.recordId)
                    put("isNew", started.isMine)
                }
            }
        }
        get {
            call.answering {
                val found = ledger.get(parameters.getOrFail("session"))
                if (found == null) {
                    respond(HttpStatusCode.NotFound)
                } else {
                    respondJson {
                        put("state", found.entry.state.name.lowercase())
                        put("recordId", found.entry.recordId)
                        put("events", found.entry.eventCount)
                        put("isDoubled", found.entry.isDoubled)
                        put("isSettled", found.isSettled)
                    }
                }
            }
        }
        delete {
            call.answering {
                ledger.stop(RecordingTarget(parameters.getOrFail("room"), parameters.getOrFail("session")))
                respond(HttpStatusCode.NoContent)
            }
        }
    }
    post("/recording") { call.respond(call.takenIn(ledger)) }
    get("/health") {
        call.answering {
            // Fails where the store doesn't answer, and then no recording can be started here.
            ledger.get("health")
            val now = client.statistics()
            respondJson {
                put("callsInFlight", now.callsInFlight)
                putJsonObject("domains") { now.domains.forEach { put(it.host, it.isWell) } }
            }
        }
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
    // So that the service sends it again.
    HttpStatusCode.ServiceUnavailable
}

/** Answers what fails with a status that tells. */
private suspend fun ApplicationCall.answering(answer: suspend ApplicationCall.() -> Unit) = try {
    answer()
} catch (failure: RecordingException) {
    System.err.println(failure.message)
    val status =
        when {
            failure is RecordingException.InvalidInput -> HttpStatusCode.BadRequest

            // A start is under way, or its outcome is unknown, or the session is recorded otherwise.
            failure is RecordingException.Conflict -> HttpStatusCode.Conflict

            failure.isRetryable -> HttpStatusCode.ServiceUnavailable

            else -> HttpStatusCode.BadGateway
        }
    failure.failure.retryAfter?.let { response.header(HttpHeaders.RetryAfter, it.plusMillis(999).toSeconds()) }
    respondText("${failure.message}", status = status)
}

private suspend fun ApplicationCall.respondJson(content: JsonObjectBuilder.() -> Unit) {
    respondText("${buildJsonObject(content)}", ContentType.Application.Json)
}
