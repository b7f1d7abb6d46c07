// The forwarded log. It is the process's, so these tests run one after another and look only at their own rooms.

import Foundation
import Logging
import RongCloudRecording
import Testing

/// Keeps what a log is given.
final class Kept<Line: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var kept: [Line] = []

  func keep(_ line: Line) { lock.withLock { kept.append(line) } }
  var lines: [Line] { lock.withLock { kept } }
}

extension Kept<RecordingLog.Record> {
  func records(ofRoom room: String) -> [RecordingLog.Record] {
    lines.filter { $0.metadata["room_id"] == room }
  }
}

@Suite("The log", .serialized)
struct LogTests {
  private let kept = Kept<RecordingLog.Record>()

  /// Starts a recording in a room that no other test uses, and gives what the simulator has seen of it.
  private func start(
    _ room: String, appSecret: String = Simulator.appSecret, logging level: RecordingLog.Level
  ) async throws -> Simulator.SeenRequest {
    let simulator = try Simulator()
    try await simulator.setSession("aaa", ofRoom: room)
    RecordingLog.forward(level) { [kept] in kept.keep($0) }
    defer { RecordingLog.stop() }
    _ = try? await simulator.client(appSecret: appSecret).start(
      roomId: room, sessionId: "aaa", profile: anyProfile)
    return try #require(try await simulator.requests().first)
  }

  @Test("has a record of each recording that was started, by the time the call returns")
  func started() async throws {
    let request = try await start("log-started", logging: .info)
    let record = try #require(kept.records(ofRoom: "log-started").first)
    #expect(record.level == .info)
    #expect(record.text == "recording started")
    #expect(record.metadata["request_id"] == request.header("x-request-id"))
  }

  @Test("has a record of each operation on a recording, by the time the call returns")
  func operations() async throws {
    let simulator = try Simulator(room: "log-operations:aaa:111")
    let client = try simulator.client()
    RecordingLog.forward(.info) { [kept] in kept.keep($0) }
    defer { RecordingLog.stop() }
    let started = try await client.start(inRoom: "log-operations", profile: anyProfile)
    try await client.updateLayout(of: started, to: .grid(client.queryRoom("log-operations").videoStreams))
    try await client.stop(started)
    let texts = kept.records(ofRoom: "log-operations").map(\.text)
    #expect(Set(["recording started", "layout changed", "recording stopped"]).isSubset(of: texts), "\(texts)")
  }

  @Test("has a warning of each call that failed, with the error's sentence")
  func failed() async throws {
    _ = try await start("log-failed", appSecret: "wrong", logging: .warn)
    let record = try #require(kept.records(ofRoom: "log-failed").first)
    #expect(record.level == .warn)
    #expect(record.metadata["error"]?.hasPrefix("refused with code 1004, HTTP 401") == true)
  }

  @Test("has nothing below its level")
  func level() async throws {
    _ = try await start("log-level", logging: .warn)
    #expect(kept.records(ofRoom: "log-level").isEmpty)
  }

  @Test("shows the request as it is sent, without the signature")
  func debug() async throws {
    let request = try await start("log-debug", logging: .debug)
    let id = request.header("x-request-id")
    let record = try #require(kept.lines.first { $0.text == "request" && $0.metadata["request_id"] == id })
    #expect(record.metadata["body"] == request.body)
    #expect(record.metadata["headers"]?.contains("Room-Id: log-debug") == true)
    #expect(record.metadata["headers"]?.contains("Signature: [redacted]") == true)
  }

  @Test("gives nothing to a handler that was taken away")
  func stopped() async throws {
    let simulator = try Simulator()
    try await simulator.setSession("aaa", ofRoom: "log-stopped")
    RecordingLog.forward(.debug) { [kept] in kept.keep($0) }
    RecordingLog.stop()
    _ = try await simulator.client().start(roomId: "log-stopped", sessionId: "aaa", profile: anyProfile)
    #expect(kept.records(ofRoom: "log-stopped").isEmpty)
  }

  @Test("never calls its handler twice at once")
  func oneAtATime() async throws {
    let simulator = try Simulator()
    let client = try simulator.client()
    let busy = NSLock()
    let overlaps = Kept<Bool>()
    RecordingLog.forward(.debug) { _ in
      guard busy.try() else { return overlaps.keep(true) }
      // Long enough for the next call to end meanwhile.
      _ = (0..<20_000).reduce(0, &+)
      busy.unlock()
    }
    defer { RecordingLog.stop() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<100 {
        group.addTask { _ = try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile) }
      }
      try await group.waitForAll()
    }
    #expect(overlaps.lines.isEmpty)
  }

  @Test("stops at once when its handler stops it")
  func reentrant() async throws {
    let simulator = try Simulator()
    RecordingLog.forward(.debug) { [kept] in
      kept.keep($0)
      RecordingLog.stop()
    }
    _ = try await simulator.client().start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    #expect(kept.lines.count == 1)
  }

  @Test("says when")
  func date() async throws {
    let before = Date()
    _ = try await start("log-date", logging: .info)
    let record = try #require(kept.records(ofRoom: "log-date").first)
    // A record's time is cut to the millisecond.
    #expect(record.date >= before.addingTimeInterval(-0.001) && record.date <= Date())
  }

  @Test("is a readable line: text and details")
  func line() {
    let record = RecordingLog.Record(
      level: .info, target: "t", text: "recording started",
      fields: [.init(name: "room_id", value: "room1"), .init(name: "record_id", value: "r")], timestampMs: 0)
    #expect("\(record)" == "recording started room_id=room1 record_id=r")
  }

  @Test("reaches swift-log with level, text and details, as the README bridges it")
  func bridge() async throws {
    let simulator = try Simulator()
    try await simulator.setSession("aaa", ofRoom: "log-bridge")
    let lines = Kept<(Logger.Level, String, Logger.Metadata)>()
    forwardLog(to: Logger { lines.keep(($0, $1, $2)) })
    defer { RecordingLog.stop() }
    _ = try await simulator.client().start(roomId: "log-bridge", sessionId: "aaa", profile: anyProfile)
    let line = try #require(
      lines.lines.first { if case .string("log-bridge") = $0.2["room_id"] { true } else { false } })
    #expect(line.0 == .info && line.1 == "recording started")
  }
}
