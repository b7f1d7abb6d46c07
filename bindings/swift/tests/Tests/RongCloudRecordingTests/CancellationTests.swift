// A cancelled task ends its call.

import RongCloudRecording
import Testing

@Suite("A cancelled task")
struct CancellationTests {
  @Test("ends its call within 100 ms, while the reply is held")
  func endsAtOnce() async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    let client = try simulator.client()
    let call = Task { try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile) }
    try await simulator.wait(requests: 1)
    let duration = await ContinuousClock().measure {
      call.cancel()
      _ = await call.result
    }
    #expect(duration < .milliseconds(100))
  }

  @Test("gets a CancellationError")
  func error() async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    let client = try simulator.client()
    let call = Task { try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile) }
    try await simulator.wait(requests: 1)
    call.cancel()
    await #expect(throws: CancellationError.self) { try await call.value }
  }

  @Test("leaves the connection, as the service sees")
  func leaves() async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    let client = try simulator.client()
    let call = Task { try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile) }
    try await simulator.wait(requests: 1)
    call.cancel()
    try await simulator.wait(abandoned: 1)
  }

  @Test("that was cancelled before makes no call at all")
  func before() async throws {
    let client = try RecordingClient(appKey: "key", appSecret: "secret", apiUrl: "https://host.example")
    // A call would now fail as not sent.
    client.close()
    let call = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    }
    await #expect(throws: CancellationError.self) { try await call.value }
  }

  @Test("leaves the client to other tasks")
  func others() async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    let client = try simulator.client()
    let call = Task { try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile) }
    try await simulator.wait(requests: 1)
    call.cancel()
    try await simulator.wait(abandoned: 1)
    _ = try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    #expect(try await simulator.requests().map(\.verdict) == ["abandoned", "accepted"])
  }

  struct DeadlineExceeded: Error {}

  @Test("may be the loser of a race against a deadline")
  func deadline() async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    let client = try simulator.client()
    await #expect(throws: DeadlineExceeded.self) {
      try await withThrowingTaskGroup(of: StartedRecording.self) { group in
        group.addTask { try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile) }
        group.addTask {
          // The deadline is an event: the request has arrived, and its reply is held.
          try await simulator.wait(requests: 1)
          throw DeadlineExceeded()
        }
        defer { group.cancelAll() }
        return try await group.next()!
      }
    }
    try await simulator.wait(abandoned: 1)
  }
}
