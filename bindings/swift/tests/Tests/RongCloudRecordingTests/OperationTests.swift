// The life of a recording against the simulator.

import Foundation
import RongCloudRecording
import RongCloudSimulator
import Testing

@Suite("A recording")
struct OperationTests {
  @Test("has the session that was found by its room")
  func startInRoom() async throws {
    let simulator = try Simulator()
    #expect(try await simulator.client().start(inRoom: "room1", profile: anyProfile).sessionId == "aaa")
  }

  @Test("started by its room carries the tag")
  func extra() async throws {
    let simulator = try Simulator()
    _ = try await simulator.client().start(inRoom: "room1", profile: anyProfile, extra: "lesson 7")
    #expect(try await simulator.recordings().first?.extra == "lesson 7")
  }

  @Test("is not started in a room that has no call")
  func noRoom() async throws {
    let simulator = try Simulator()
    let client = try simulator.client()
    let error = try await failure { try await client.start(inRoom: "room2", profile: anyProfile) }
    #expect(error.code == ServiceCode.roomNotFound)
    #expect(error.operation == .queryRoom && !error.mayBeRecording && "\(error)".hasPrefix("room query: refused"))
    #expect(error.reason.hasSuffix("nothing was started"))
    #expect(try await simulator.recordings().isEmpty)
  }

  @Test("is arranged anew while it runs")
  func updateLayout() async throws {
    let simulator = try Simulator()
    let client = try simulator.client()
    let started = try await client.start(inRoom: "room1", profile: anyProfile)
    let streams = try await client.queryRoom("room1").videoStreams
    let changed = try await client.updateLayout(of: started, to: .grid(streams), renderMode: .fill)
    let layout = try #require(try await simulator.recordings().first?.layout)
    #expect(layout.contains(#""mixLayout":1"#) && layout.contains(#""renderMode":1"#))
    #expect(changed.recordId == started.recordId && changed.sessionId == "aaa")
  }

  @Test("is stopped")
  func stop() async throws {
    let simulator = try Simulator()
    let client = try simulator.client()
    let started = try await client.start(inRoom: "room1", profile: anyProfile)
    #expect(try await client.stop(started).recordId == started.recordId)
    #expect(try await simulator.recordings().map(\.state) == [.stopped])
  }

  @Test("is stopped by its room and session too")
  func stopByTarget() async throws {
    let simulator = try Simulator()
    let client = try simulator.client()
    let started = try await client.start(inRoom: "room1", profile: anyProfile)
    let stopped = try await client.stop(RecordingTarget(roomId: "room1", sessionId: "aaa"))
    #expect(stopped.recordId == started.recordId)
  }

  @Test("of the mixed stream is not arranged anew where that is known, and nothing is sent")
  func mcu() async throws {
    let simulator = try Simulator()
    let client = try simulator.client()
    let profile = try RecordingProfile(McuRecording(videoFormat: .mp4, audioFormat: .aac, sliceLength: .minutes60))
    let started = try await client.start(roomId: "room1", sessionId: "aaa", profile: profile)
    let layout = try Layout.grid([StreamRef(userId: "u", streamId: "s")])
    _ = try await violations { try await client.updateLayout(of: started, to: layout) }
    #expect(try await simulator.requests().count == 1)
  }

  @Test("that may have been stopped may be stopped again")
  func unknownStop() async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    let client = try simulator.client()
    let error = try await failure {
      try await client.stop(RecordingTarget(roomId: "room1", sessionId: "aaa"), timeout: .milliseconds(150))
    }
    guard case .outcomeUnknown = error, error.cause == .timeout else {
      Issue.record("\(error)")
      return
    }
    #expect(error.isRetryable && error.maybeSent && !error.mayBeRecording && error.operation == .stop)
  }

  /// One of each operation, with an hour of its own: no default may end it.
  static let each: [(name: String, call: @Sendable (RecordingClient) async throws -> Void)] = [
    ("start", { _ = try await $0.start(inRoom: "room1", profile: anyProfile, timeout: .seconds(3600)) }),
    (
      "updateLayout",
      {
        try await $0.updateLayout(
          of: RecordingTarget(roomId: "room1", sessionId: "aaa"), to: .grid([StreamRef(userId: "u", streamId: "s")]),
          timeout: .seconds(3600))
      }
    ),
    ("stop", { try await $0.stop(RecordingTarget(roomId: "room1", sessionId: "aaa"), timeout: .seconds(3600)) }),
    ("queryRoom", { _ = try await $0.queryRoom("room1", timeout: .seconds(3600)) }),
  ]

  @Test("has no operation that outlives its cancelled task", arguments: each.indices)
  func cancelled(_ index: Int) async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    let client = try simulator.client()
    let call = Task { try await Self.each[index].call(client) }
    try await simulator.wait(requests: 1)
    call.cancel()
    _ = try await cancellation { try await call.value }
    try await simulator.wait(abandoned: 1)
  }

  @Test("has no operation that outlives its client", arguments: each.indices)
  func closed(_ index: Int) async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    let client = try simulator.client()
    async let error = failure { try await Self.each[index].call(client) }
    try await simulator.wait(requests: 1)
    client.close()
    guard case .cancelled = try await error else {
      Issue.record("\(try await error)")
      return
    }
  }

  @Test("has no operation whose timeout may be zero", arguments: each.indices)
  func timeouts(_ index: Int) async throws {
    let client = try RecordingClient(appKey: "key", appSecret: "secret", apiUrl: "https://host.example")
    let target = RecordingTarget(roomId: "room1", sessionId: "aaa")
    let grid = try Layout.grid([StreamRef(userId: "u", streamId: "s")])
    let found = try await violations {
      switch index {
      case 0: _ = try await client.start(inRoom: "room1", profile: anyProfile, timeout: .zero)
      case 1: try await client.updateLayout(of: target, to: grid, timeout: .zero)
      case 2: try await client.stop(target, timeout: .zero)
      default: _ = try await client.queryRoom("room1", timeout: .zero)
      }
    }
    #expect(found == [Violation(path: "timeout", code: "out_of_range", reason: "must be above zero")])
  }
}
