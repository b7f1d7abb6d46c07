// A cancelled task ends its call.

import RongCloudRecording
import RongCloudSimulator
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

  @Test("is told of the call that was on its way: its request, that it had left, that it may be recording")
  func onItsWay() async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    let client = try simulator.client()
    let call = Task {
      try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile, extra: "lesson 7")
    }
    try await simulator.wait(requests: 1)
    call.cancel()
    let (sent, error) = try await cancellation { try await call.value }
    let requestId = try #require(try await simulator.requests().first?.header("x-request-id"))
    #expect(sent && error.maybeSent && error.mayBeRecording && !error.isRetryable)
    #expect(error.requestId == requestId && error.sentAt != nil)
    #expect(error.operation == .start && error.roomId == "room1" && error.sessionId == "aaa")
    #expect(error.extra == "lesson 7")
    #expect("\(error)".hasPrefix("start: cancelled after the request had begun to leave (request \(requestId), room"))
  }

  @Test("is told that a request that waits for its turn has not left, and it never does")
  func notLeft() async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    let client = try simulator.client(connections: ConnectionPolicy(maxConcurrent: 1))
    async let first = client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    try await simulator.wait(requests: 1)
    let waiting = Task {
      try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile, extra: "second")
    }
    waiting.cancel()
    let (sent, error) = try await cancellation { try await waiting.value }
    #expect(!sent && !error.maybeSent && !error.mayBeRecording && error.extra == "second")
    try await simulator.release()
    _ = try await first
    #expect(try await simulator.recordings().count == 1)
  }

  @Test("may be recording only where it was a start", arguments: OperationTests.each.indices)
  func otherOperations(_ index: Int) async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    let client = try simulator.client()
    let call = Task { try await OperationTests.each[index].call(client) }
    try await simulator.wait(requests: 1)
    call.cancel()
    let (_, error) = try await cancellation { try await call.value }
    // The first is a start by its room, of which the question is on its way.
    let operations: [OperationKind] = [.start, .updateLayout, .stop, .queryRoom]
    #expect(error.operation == operations[index] && !error.mayBeRecording)
  }

  @Test("gets what its call ended with, where that had ended by then", arguments: [200, 503])
  @available(macOS 15.0, *)
  func ended(_ status: Int) async throws {
    let simulator = try Simulator()
    try await simulator.next(status == 200 ? .hold() : .init(hold: true, status: status))
    let client = try simulator.client()
    let gate = Gate()
    let call = Task(executorPreference: gate) {
      try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    }
    await gate.waitForStep()
    // It begins the call and waits for the reply, which is held.
    gate.run()
    try await simulator.wait(requests: 1)
    try await simulator.release()
    // Its next step is to take the outcome, and has to wait.
    await gate.waitForStep()
    call.cancel()
    gate.open()
    if status == 200 {
      #expect(try await call.value.recordId == simulator.recordings().first?.recordId)
    } else {
      let error = try await failure { try await call.value }
      #expect(error.status == status && error.mayBeRecording, "\(error)")
    }
  }

  @Test("is told at any moment what agrees with what the service has seen")
  func exact() async throws {
    let simulator = try Simulator()
    let client = try simulator.client()
    var results: [String: Result<StartedRecording, any Error>] = [:]
    for number in 0..<200 {
      let extra = "start \(number)"
      let call = Task { try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile, extra: extra) }
      // Longer each time: from before the call begins to after its end.
      for _ in 0..<number { await Task.yield() }
      call.cancel()
      results[extra] = await call.result
    }
    let recordings = try await simulator.recordings()
    for (extra, result) in results {
      let started = recordings.filter { $0.extra == extra }.map(\.recordId)
      switch result {
      case .success(let recording): #expect(started == [recording.recordId])
      case .failure(let error as RecordingError): #expect(error.mayBeRecording || started.isEmpty, "\(error)")
      case .failure(let error): Issue.record("\(error)")
      }
    }
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
    let (sent, error) = try await cancellation { try await call.value }
    #expect(!sent && error.operation == .start && error.roomId == "room1" && error.requestId == nil)
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
    #expect(try await simulator.requests().map(\.verdict) == [.abandoned, .accepted])
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
