// Profiles as Swift values.

import Foundation
import RongCloudRecording
import RongCloudSimulator
import Testing

@Suite("A profile")
struct ProfileTests {
  private let recording = SplitStreamRecording(
    mode: .mixAudioOnly, videoFormat: .hls, audioFormat: .mp3, sliceLength: .minutes30)

  @Test("gives back the config it was made of")
  func config() throws {
    #expect(try RecordingProfile(recording).config == .splitStream(recording: recording))
  }

  @Test("of a recording with the golden config's eight mistakes has its eight violations")
  func eightMistakes() async throws {
    struct Golden: Decodable {
      let name: String
      let violations: [[String: String]]
    }
    let file = URL(fileURLWithPath: "\(TestEnvironment.repository)/tests/vectors/violations.json")
    let all = try JSONDecoder().decode([Golden].self, from: Data(contentsOf: file))
    let golden = try #require(all.first { $0.name == "eight mistakes" })
    let mistaken = SplitStreamRecording(
      mode: .mixAudioVideo,
      videoResolution: "640*480",
      videoFormat: .mp4,
      audioFormat: .aac,
      layout: .custom(windows: [
        Window(userId: "", streamId: "111_RongCloudRTC", x: -0.1, y: 0, width: 0.5, height: 0.5),
        Window(userId: "2222", streamId: "", x: 0.6, y: 0.5, width: 0.5, height: 0),
      ]),
      sliceLength: .minutes60,
      host: RecordingHost(userId: "", streamId: ""))
    let found = try await violations { try RecordingProfile(mistaken) }
    #expect(found.map { ["path": $0.path, "code": $0.code, "reason": $0.reason] } == golden.violations)
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

  @Test("is a picture, as a layout is")
  func picture() throws {
    #expect(try RecordingProfile(recording).svg().contains("mode 5: audio only"))
    let halves = Layout.custom(windows: [
      Window(userId: "alice", streamId: "s", x: 0, y: 0, width: 0.5, height: 1),
      Window(userId: "bob", streamId: "t", x: 0.5, y: 0, width: 0.5, height: 1),
    ])
    #expect(try halves.svg(resolution: "1280x720", renderMode: .fill, cameras: "16:9").contains("50 % cropped"))
    let host = RecordingHost(userId: "carol", streamId: "u")
    #expect(try Layout.adaptive.svg(host: host).contains("host carol: top left"))
    #expect(throws: RecordingError.self) { try halves.svg(cameras: "wide") }
  }

  @Test("is printed as what it sends")
  func printed() throws {
    let profile = try RecordingProfile(recording)
    #expect("\(profile)" == profile.json)
  }
}

@Suite("A value")
struct PlainValueTests {
  @Test("of a closed list is the API's, in both directions")
  func closed() {
    #expect(
      VideoFormat.mp4.rawValue == "mp4" && VideoFormat(rawValue: "mkv") == .mkv && VideoFormat(rawValue: "x") == nil)
    #expect(RecordType.splitStream.rawValue == 1 && RecordType(rawValue: 2) == .mcu)
    #expect(SliceLength.minutes60.rawValue == 60 && RenderMode(rawValue: 2) == .fit)
    #expect(DataCenter.singaporeB.rawValue == "singapore-b" && DataCenter(rawValue: "beijing") == .beijing)
  }

  @Test("of a closed list is coded as the API writes it")
  func coded() throws {
    #expect(try String(decoding: JSONEncoder().encode([VideoFormat.mp4]), as: UTF8.self) == #"["mp4"]"#)
    #expect(try JSONDecoder().decode([RecordType].self, from: Data("[2,1]".utf8)) == [.mcu, .splitStream])
  }

  @Test("of an open list is the API's where that has one")
  func open() {
    #expect(RecordingEventKind.uploaded.apiValue == 4 && RecordingEventKind(apiValue: 1) == .started)
    #expect(RecordingEventKind.other.apiValue == nil && RecordingEventKind(apiValue: 99) == nil)
    #expect(MediaType.video.apiValue == 1 && RoomEventKind(apiValue: 20) == .streamsChanged)
  }

  @Test("of all settings makes the client that they make one by one")
  func options() async throws {
    let simulator = try Simulator()
    let options = ClientOptions(apiUrl: simulator.url, timeout: .seconds(3), headerStyle: .prefixed)
    let client = try RecordingClient(
      appKey: Simulator.appKey, appSecret: Simulator.appSecret, options: options)
    _ = try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    #expect(try await simulator.requests().first?.header("rc-app-key") == Simulator.appKey)
    let found = try await violations {
      try CallbackReceiver(credentials: [], options: CallbackOptions(timeWindow: .zero))
    }
    #expect(found.map(\.path) == ["credentials", "time_window"])
  }

  @Test("of settings shows no address, which may have a password in it")
  func redacted() {
    let options = ClientOptions(
      apiUrl: "https://u:canary@a", backupApiUrl: "https://u:canary@b", timeout: .seconds(3), proxy: "http://u:canary@c"
    )
    var dumped = ""
    dump(options, to: &dumped)
    for text in ["\(options)", String(reflecting: options), dumped] {
      #expect(!text.contains("canary") && text.contains("[redacted]") && text.contains("3.0 seconds"))
    }
  }
}
