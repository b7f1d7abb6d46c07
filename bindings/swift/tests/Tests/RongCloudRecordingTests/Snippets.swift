// The README's code, so that it is compiled. ReadmeTests compares the two.

import Logging
import RongCloudRecording

func startRecording() async throws {
  // Validated once; a server keeps it for all its rooms.
  let profile = try RecordingProfile(
    SplitStreamRecording(
      mode: .singleAudioVideo,
      videoResolution: Resolution.r1280x720,
      videoFormat: .mp4,
      audioFormat: .aac,
      sliceLength: .minutes60))

  let client = try RecordingClient()
  let started = try await client.start(roomId: "room1", sessionId: "session-of-room1", profile: profile)
  print(started.recordId)
}

func readProfile(_ text: String) throws {
  let profile = try RecordingProfile(json: text)
  print(profile.json)
}

func makeClient(_ appKey: String, _ appSecret: String) throws -> RecordingClient {
  let client = try RecordingClient(
    appKey: appKey, appSecret: appSecret, dataCenter: .singapore, timeout: .seconds(10))
  return client
}

func handleErrors(
  _ client: RecordingClient, _ roomId: String, _ sessionId: String, _ profile: RecordingProfile
) async throws -> String? {
  do {
    let started = try await client.start(roomId: roomId, sessionId: sessionId, profile: profile)
    return started.recordId
  } catch RecordingError.invalidInput(let violations) {
    for violation in violations {
      print("\(violation.path): \(violation.reason)")
    }
  } catch let error as RecordingError where error.isRetryable {
    print("it provably did not start, and may be tried again: \(error)")
  } catch let error as RecordingError where error.maybeSent {
    print("a recording may be running; the vendor finds request \(error.requestId ?? "none"): \(error)")
  }
  return nil
}

func startWithDeadline(
  _ client: RecordingClient, _ roomId: String, _ sessionId: String, _ profile: RecordingProfile
) async throws -> StartedRecording {
  let started = try await client.start(
    roomId: roomId, sessionId: sessionId, profile: profile, timeout: .seconds(3))
  return started
}

func forwardLog(to logger: Logger) {
  RecordingLog.forward(.info) { record in
    let level: Logger.Level =
      switch record.level {
      case .debug: .debug
      case .warn: .warning
      case .info, .off: .info
      }
    logger.log(level: level, "\(record.text)", metadata: record.metadata.mapValues { .string($0) })
  }
}
