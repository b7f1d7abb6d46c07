// Profiles as Swift values.

import Foundation
import RongCloudRecording
import Testing

@Suite("A profile")
struct ProfileTests {
  private let recording = SplitStreamRecording(
    mode: .mixAudioOnly, videoFormat: .hls, audioFormat: .mp3, sliceLength: .minutes30)

  @Test("gives back the config it was made of")
  func config() throws {
    #expect(try RecordingProfile(recording).config == .splitStream(recording: recording))
  }

  @Test("can be of an MCU recording")
  func mcu() throws {
    let profile = try RecordingProfile(
      McuRecording(
        videoFormat: .mp4, audioFormat: .aac, sliceLength: .minutes120,
        mcuConfig: McuConfig(mode: McuMode.documentedExample, videoResolution: Resolution.r1280x720)))
    #expect(
      profile.json
        == #"{"recordType":2,"videoFormat":"mp4","audioFormat":"aac","sliceMin":120,"renderMode":2,"#
        + #""mcuConfig":{"mode":6,"videoResolution":"1280x720"}}"#)
  }

  @Test("equals another that sends the same bytes")
  func equal() throws {
    let written = try RecordingProfile(recording)
    #expect(try written == RecordingProfile(json: written.json))
  }

  @Test("does not follow a later change of the recording it was made of")
  func copied() throws {
    var changed = recording
    let profile = try RecordingProfile(changed)
    changed.sliceLength = .minutes90
    #expect(profile.config == .splitStream(recording: recording))
  }

  @Test("tells what may not have been meant, and starts all the same")
  func advice() async throws {
    let profile = try RecordingProfile(
      SplitStreamRecording(mode: .mixAudioVideo, videoFormat: .mp4, audioFormat: .aac, sliceLength: .minutes60))
    #expect(profile.advice.map(\.path) == ["config.hostUserId"] && profile.advice.map(\.code) == ["host_missing"])
    #expect(profile.advice.first?.description.hasPrefix("config.hostUserId: a floating layout ") == true)
    let simulator = try Simulator()
    _ = try await simulator.client().start(roomId: "room1", sessionId: "aaa", profile: profile)
    #expect(try await simulator.recordings().count == 1)
  }

  @Test("is printed as what it sends")
  func printed() throws {
    let profile = try RecordingProfile(recording)
    #expect("\(profile)" == profile.json)
  }
}
