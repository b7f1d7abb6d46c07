// This library, as its book shows it.

import RongCloudRecording

func makeOurs(_ target: Target) throws -> Call {
  let example = recording(windows: 2)
  let profile = try RecordingProfile(example)
  let client = try makeClient(target)
  let running = RecordingTarget(roomId: roomId, sessionId: sessionId)
  switch target.operation {
  case .start:
    return {
      let started = try await client.start(roomId: roomId, sessionId: sessionId, profile: profile)
      if started.recordId.isEmpty { throw Failure(description: "no recordId") }
    }
  case .stop:
    return { try await client.stop(running) }
  case .layout:
    guard let layout = example.layout else { throw Failure(description: "no layout") }
    return {
      try await client.updateLayout(of: running, to: layout, renderMode: example.renderMode, host: example.host)
    }
  case .query:
    return {
      if try await client.queryRoom(roomId).sessionId.isEmpty { throw Failure(description: "no room") }
    }
  }
}

func makeClient(_ target: Target) throws -> RecordingClient {
  try RecordingClient(appKey: appKey, appSecret: appSecret, apiUrl: target.url)
}

/// The documentation's example, with any number of windows.
func recording(windows: Int) -> SplitStreamRecording {
  SplitStreamRecording(
    mode: .mixAudioVideo,
    videoResolution: Resolution.r640x480,
    videoFormat: .mkv,
    audioFormat: .aac,
    layout: .custom(
      windows: (0..<windows).map { number in
        Window(
          userId: "user\(number)", streamId: "user\(number)_RongCloudRTC",
          x: Double(number) / Double(windows), y: 0, width: 1 / Double(windows), height: 0.5)
      }),
    sliceLength: .minutes60,
    renderMode: .fill,
    host: RecordingHost(userId: "user0", streamId: "user0_RongCloudRTC"))
}
