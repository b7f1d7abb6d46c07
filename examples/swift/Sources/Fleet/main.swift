// One process of several that record together: whichever asks first starts a session's recording, any of them takes the
// callbacks in, and all know how far it has come.
//
// Run as many as you like, with one RONGCLOUD_LEDGER_URL, such as sqlite:///var/lib/app/recordings.db on one machine, and
// a RONGCLOUD_CALLBACK_PORT each. Set RONGCLOUD_APP_KEY, RONGCLOUD_APP_SECRET, RONGCLOUD_DATA_CENTER (or
// RONGCLOUD_API_URL) and RONGCLOUD_ROOM_ID, and let the console's recording callback reach
// http://<this machine>:<RONGCLOUD_CALLBACK_PORT>/recording of any of them, by way of a proxy that speaks HTTPS.

import CallbackServer
import Foundation
import RongCloudRecording

/// A line, at once.
@Sendable func say(_ text: String) {
  FileHandle.standardOutput.write(Data("\(text)\n".utf8))
}

/// The status to answer a recording callback with: 200 only once it is on record.
@Sendable func answer(_ request: CallbackRequest, _ ledger: RecordingLedger) async -> Int {
  do {
    try await ledger.take(request)
    return 200
  } catch let refused as CallbackRefused {
    say("\(refused)")
    return refused.httpStatus
  } catch {
    say("\(error)")
    return 503
  }
}

/// Starts recording the room's call, unless another process has, and tells how the recording goes on.
@Sendable func record(_ roomId: String, _ ledger: RecordingLedger) async {
  do {
    let profile = try RecordingProfile(
      SplitStreamRecording(
        mode: .singleAudioVideo, videoResolution: Resolution.r1280x720, videoFormat: .mp4, audioFormat: .aac,
        sliceLength: .minutes60))
    let found = try await ledger.start(inRoom: roomId, profile: profile)
    say("\(found.isMine ? "started" : "found") \(found.recording.recordId)")
    for try await known in ledger.follow(found.recording.sessionId) { say("\(known.entry.state)") }
  } catch {
    // Callbacks are taken in all the same.
    say("\(error)")
  }
}

/// Returns once this process is asked to end.
func untilAskedToEnd() async {
  let (asked, asking) = AsyncStream.makeStream(of: Void.self)
  let signals = [SIGINT, SIGTERM].map { number in
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number)
    source.setEventHandler { asking.finish() }
    source.resume()
    return source
  }
  for await _ in asked {}
  withExtendedLifetime(signals) {}
}

func run() async throws {
  let environment = ProcessInfo.processInfo.environment
  let end = Task { await untilAskedToEnd() }
  // What may be running though nobody knows is stopped, so that it costs no more.
  let ledger = try RecordingLedger(client: RecordingClient(), onUnknown: .stop)
  try ledger.keepUp(every: .seconds(60))
  let server = try CallbackServer(port: UInt16(environment["RONGCLOUD_CALLBACK_PORT"] ?? "") ?? 8700) { path, request in
    path == "/recording" ? await answer(request, ledger) : 404
  }
  say("listening")
  let recording = Task { await record(environment["RONGCLOUD_ROOM_ID"] ?? "room1", ledger) }
  await end.value

  // A start that is on its way is waited for; a callback that is not answered any more comes again, here or elsewhere.
  ledger.close()
  await recording.value
  withExtendedLifetime(server) {}
  say("ended")
}

do {
  try await run()
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(EXIT_FAILURE)
}
