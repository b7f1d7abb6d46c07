// The whole life of a recording: asks for a room, starts, changes the layout, stops, and follows the callbacks up to the
// uploaded files.
//
// `make demo-swift` runs it against the simulator. To talk to the service, set what StartRecording names, and let the
// console's recording callback reach http://<this machine>:<RONGCLOUD_CALLBACK_PORT>/recording.

import CallbackServer
import Foundation
import RongCloudRecording

struct Failure: Error, CustomStringConvertible {
  let description: String
}

func printError(_ text: String) {
  FileHandle.standardError.write(Data("\(text)\n".utf8))
}

let longestWait = Duration.seconds(30)
let environment = ProcessInfo.processInfo.environment

/// Verifies a callback and passes it on, one that comes again too: the tracker takes equal events as one. A program that
/// must not lose an event when it ends stores it before it answers, as the Webhook example does.
func handle(
  _ request: CallbackRequest, _ receiver: CallbackReceiver, _ events: AsyncStream<RecordingEvent>.Continuation
) async -> Int {
  do {
    events.yield(try await receiver.recordingEvent(request).event)
    return 200
  } catch {
    printError("\(error)")
    return error.httpStatus
  }
}

/// Notes the events until the recording has ended and one of its files has been uploaded.
func follow(_ events: AsyncStream<RecordingEvent>, _ tracker: RecordingTracker) async throws {
  for await event in events {
    print("event \(event.kind): \(event.json)")
    do {
      try tracker.record(event)
    } catch {
      // Another recording's, for there may be several.
      printError("\(error)")
    }
    let state = try tracker.state(staleAfter: longestWait)
    if state.phase == .uploaded { return }
    if state.phase == .failed { throw Failure(description: "the recording failed: \(state.failures.map(\.json))") }
  }
}

func run() async throws {
  let roomId = environment["RONGCLOUD_ROOM_ID"] ?? "room1"
  guard let port = UInt16(environment["RONGCLOUD_CALLBACK_PORT"] ?? "8700") else {
    throw Failure(description: "RONGCLOUD_CALLBACK_PORT is not a port")
  }

  let receiver = try CallbackReceiver(credentials: [
    Credentials(
      appKey: environment["RONGCLOUD_APP_KEY"] ?? "", appSecret: environment["RONGCLOUD_APP_SECRET"] ?? "")
  ])
  let (events, arriving) = AsyncStream.makeStream(of: RecordingEvent.self)
  let server = try CallbackServer(port: port) { path, request in
    path == "/recording" ? await handle(request, receiver, arriving) : 404
  }
  defer { withExtendedLifetime(server) {} }

  let client = try RecordingClient()
  let room = try await client.queryRoom(roomId)
  let streams = room.videoStreams
  print("room \(room.roomId) has session \(room.sessionId) and \(streams.count) video streams")

  guard let main = streams.first else { throw Failure(description: "nobody publishes video") }
  let profile = try RecordingProfile(
    SplitStreamRecording(
      mode: .mixAudioVideo,
      videoResolution: Resolution.r1280x720,
      videoFormat: .mp4,
      audioFormat: .aac,
      layout: .floating,
      sliceLength: .minutes60,
      host: RecordingHost(userId: main.userId, streamId: main.streamId)))
  // No other start has this tag, which comes back in every callback of the recording.
  let extra = UUID().uuidString
  let tracker = try RecordingTracker(extra: extra, since: Date())
  do {
    let started = try await client.start(
      roomId: roomId, sessionId: room.sessionId, profile: profile, extra: extra)
    print("started \(started.recordId)")
    try tracker.requested(started)
  } catch let error as RecordingError where error.mayBeRecording {
    // Never started again: whether it records, its callbacks will tell.
    printError("\(error)")
  }
  let recording = RecordingTarget(roomId: roomId, sessionId: room.sessionId)

  try await client.updateLayout(of: recording, to: .grid(streams, resolution: Resolution.r1280x720))
  print("changed to a grid")
  try await client.stop(recording)
  print("stopped")

  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await follow(events, tracker) }
    group.addTask {
      try await Task.sleep(for: longestWait)
      throw Failure(description: "no upload within \(longestWait)")
    }
    defer { group.cancelAll() }
    try await group.next()
  }
  print("uploaded")
}

do {
  try await run()
} catch {
  printError("\(error)")
  exit(EXIT_FAILURE)
}
