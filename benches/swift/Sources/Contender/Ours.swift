// This library, as its book shows it.

import RongCloudRecording

func makeOurs(_ target: Target) throws -> Start {
  let profile = try RecordingProfile(recording(windows: 2))
  let client = try makeClient(target)
  return {
    let started = try await client.start(roomId: roomId, sessionId: sessionId, profile: profile)
    if started.recordId.isEmpty { throw Failure(description: "no recordId") }
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
