// The first test of a package.

// ANCHOR: first
import RongCloudRecording
import RongCloudSimulator
import Testing

@Test("A recording is started")
func starts() async throws {
  let simulator = try await Simulator.start()
  try await simulator.setRoom("lesson", session: "session-1", members: ["teacher", "pupil"])
  let client = try RecordingClient(appKey: simulator.appKey, appSecret: simulator.appSecret, apiUrl: simulator.url)
  _ = try await client.start(inRoom: "lesson", profile: anyProfile)
  #expect(try await simulator.recordings().map(\.sessionId) == ["session-1"])
}

private let anyProfile = try! RecordingProfile(
  SplitStreamRecording(mode: .singleAudioVideo, videoFormat: .mp4, audioFormat: .aac, sliceLength: .minutes60))
// ANCHOR_END: first
