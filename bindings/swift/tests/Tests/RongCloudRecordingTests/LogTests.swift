// The forwarded log. It is the process's, so these tests run one after another and look only at their own rooms.

import Foundation
import Logging
import RongCloudRecording
import RongCloudSimulator
import Testing

extension Kept<RecordingLog.Record> {
  func records(ofRoom room: String) -> [RecordingLog.Record] {
    lines.filter { $0.metadata["room_id"] == room }
  }

  func records(ofRequest id: String?) -> [RecordingLog.Record] {
    lines.filter { $0.metadata["request_id"] == id }
  }
}

/// Whoever makes a call.
private enum Caller {
  @TaskLocal static var id = "nobody"
}

@Suite("The log", .serialized)
struct LogTests {
  private let kept = Kept<RecordingLog.Record>()

  /// Starts a recording in a room that no other test uses, and gives what the simulator has seen of it.
  private func start(
    _ room: String, appSecret: String = Simulator.appSecret, logging level: RecordingLog.Level
  ) async throws -> SeenRequest {
    let simulator = try Simulator()
    try await simulator.setRoom(room, session: "aaa")
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
    let simulator = try Simulator(arguments: ["--room", "log-operations:aaa:111"])
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
    #expect(record.metadata["error"]?.hasPrefix("start: refused with code 1004, HTTP 401") == true)
  }

  @Test("has a warning of each attempt that is to be made again, with its request, its error and the wait")
  func madeAgain() async throws {
    let simulator = try Simulator()
    try await simulator.next(.failing)
    RecordingLog.forward(.warn) { [kept] in kept.keep($0) }
    defer { RecordingLog.stop() }
    _ = try await simulator.client().queryRoom("room1")
    let requestId = try await simulator.requests().first?.header("x-request-id")
    let record = try #require(kept.records(ofRequest: requestId).first)
    #expect(record.level == .warn && record.text == "attempt failed, to be made again")
    #expect(record.metadata["error"]?.contains("HTTP 503") == true)
    #expect(record.metadata["wait_ms"].flatMap { Int($0) } != nil)
  }

  @Test("says when calls leave a domain, and when they return")
  func domains() async throws {
    let simulator = try Simulator()
    let door = try await simulator.openDoor()
    try await door.shut()
    let client = try RecordingClient(
      appKey: Simulator.appKey, appSecret: Simulator.appSecret, apiUrl: door.url, backupApiUrl: simulator.url,
      failover: FailoverPolicy(probeAfter: .nanoseconds(1)))
    RecordingLog.forward(.info) { [kept] in kept.keep($0) }
    defer { RecordingLog.stop() }
    _ = try await client.queryRoom("room1")
    try await door.reopen()
    _ = try await client.queryRoom("room1")
    let records = kept.lines.filter { $0.metadata["domain"] == door.url }
    #expect(records.map(\.text) == ["domain fails: calls begin with the other one", "domain answers again"])
    #expect(records.map(\.level) == [.warn, .info])
    #expect(records.allSatisfy { $0.metadata["request_id"] != nil })
  }

  @Test("has a warning of a call whose task was cancelled, by the time the call returns")
  func cancelled() async throws {
    let simulator = try Simulator()
    try await simulator.setRoom("log-cancelled", session: "aaa")
    try await simulator.next(.hold())
    RecordingLog.forward(.warn) { [kept] in kept.keep($0) }
    defer { RecordingLog.stop() }
    let client = try simulator.client()
    let call = Task { try await client.start(roomId: "log-cancelled", sessionId: "aaa", profile: anyProfile) }
    try await simulator.wait(requests: 1)
    call.cancel()
    _ = await call.result
    let record = try #require(kept.records(ofRoom: "log-cancelled").first)
    #expect(record.level == .warn && record.text == "outcome unknown: may be recording")
    #expect(try await record.metadata["request_id"] == simulator.requests().first?.header("x-request-id"))
  }

  @Test("shows that a call waits to be made again, and a task cancelled meanwhile leaves nothing behind")
  func cancelledWhileWaiting() async throws {
    let simulator = try Simulator()
    let door = try await simulator.openDoor()
    try await simulator.next(.failing)
    let (texts, told) = AsyncStream.makeStream(of: String.self)
    RecordingLog.forward(.warn) { told.yield($0.text) }
    defer { RecordingLog.stop() }
    let hour = Duration.seconds(3600)
    let client = try simulator.client(
      at: door.url, timeout: hour * 10, retry: RetryPolicy(firstBackoff: hour, longestBackoff: hour),
      connections: ConnectionPolicy(keepAlive: false))
    let call = Task { try await client.stop(anyRecording) }
    #expect(await texts.first { _ in true } == "attempt failed, to be made again")
    call.cancel()
    _ = try await cancellation { try await call.value }
    try await door.wait(open: 0)
    #expect(try await door.requests() == 1)
  }

  @Test("says of every record where it comes from and which request it is about")
  func origins() async throws {
    let simulator = try Simulator()
    try await simulator.next(.failing)
    RecordingLog.forward(.debug) { [kept] in kept.keep($0) }
    defer { RecordingLog.stop() }
    let client = try simulator.client()
    _ = try await client.queryRoom("room1")
    _ = try? await client.stop(anyRecording)
    let requestIds = try await Set(simulator.requests().map { $0.header("x-request-id") })
    #expect(Set(kept.lines.map { $0.metadata["request_id"] }) == requestIds && requestIds.count == 3)
    #expect(kept.lines.allSatisfy { $0.target.hasPrefix("rongcloud_recording::") })
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
    try await simulator.setRoom("log-stopped", session: "aaa")
    RecordingLog.forward(.debug) { [kept] in kept.keep($0) }
    RecordingLog.stop()
    _ = try await simulator.client().start(roomId: "log-stopped", sessionId: "aaa", profile: anyProfile)
    #expect(kept.records(ofRoom: "log-stopped").isEmpty)
  }

  @Test("runs its handler on the task of the call that a record is of, with its task-local values")
  func ownTask() async throws {
    let simulator = try Simulator()
    let client = try simulator.client()
    let (own, others) = (Kept<String>(), Kept<String>())
    RecordingLog.forward(.debug) { record in
      let id = record.metadata["call_id"] ?? ""
      (id == Caller.id ? own : others).keep(id)
    }
    defer { RecordingLog.stop() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        group.addTask {
          let id = "caller-\(number)"
          try await Caller.$id.withValue(id) { _ = try await client.queryRoom("room1", requestId: id) }
        }
      }
      try await group.waitForAll()
    }
    #expect(others.lines.isEmpty && own.lines.count == 600)
  }

  @Test("tells of a call while it hangs")
  func hanging() async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    let (texts, told) = AsyncStream.makeStream(of: String.self)
    RecordingLog.forward(.debug) { told.yield($0.text) }
    defer { RecordingLog.stop() }
    let client = try simulator.client()
    let call = Task { try await client.queryRoom("room1") }
    #expect(await texts.first { _ in true } == "request")
    call.cancel()
    _ = await call.result
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
      fields: [.init(name: "room_id", value: "room1"), .init(name: "record_id", value: "r")], timestampMs: 0, call: nil)
    #expect("\(record)" == "recording started room_id=room1 record_id=r")
  }

  @Test("reaches swift-log with level, text and details, as the book bridges it")
  func bridge() async throws {
    let simulator = try Simulator()
    try await simulator.setRoom("log-bridge", session: "aaa")
    let lines = Kept<(Logger.Level, String, Logger.Metadata)>()
    forwardLog(to: Logger { lines.keep(($0, $1, $2)) })
    defer { RecordingLog.stop() }
    _ = try await simulator.client().start(roomId: "log-bridge", sessionId: "aaa", profile: anyProfile)
    let line = try #require(
      lines.lines.first { if case .string("log-bridge") = $0.2["room_id"] { true } else { false } })
    #expect(line.0 == .info && line.1 == "recording started")
  }
}
