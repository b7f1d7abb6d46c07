// Many calls at once: all are made, or said not to be, and none leaves anything behind.

import RongCloudRecording
import RongCloudSimulator
import Testing

@Suite("Many calls at once", .timeLimit(.minutes(2)))
struct StressTests {
  private func start(_ client: RecordingClient) async throws -> StartedRecording {
    try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
  }

  @Test("start a thousand recordings, each once")
  func thousand() async throws {
    let simulator = try Simulator()
    let client = try simulator.client()
    let requestIds = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<1000 {
        group.addTask { try await start(client).requestId }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    let recordings = try await simulator.recordings()
    #expect(recordings.count == 1000 && requestIds.count == 1000)
    #expect(Set(recordings.map(\.requestId)) == requestIds)
  }

  @Test("fail at once as overloaded where too many wait, and nothing of those is sent")
  func overloaded() async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold(2))
    let client = try simulator.client(connections: ConnectionPolicy(maxConcurrent: 2, maxWaiting: 3))
    try await withThrowingTaskGroup(of: RecordingError?.self) { group in
      for _ in 0..<20 {
        group.addTask {
          do {
            _ = try await start(client)
            return nil
          } catch let error as RecordingError {
            return error
          }
        }
      }
      // The others can't end before the replies are released.
      for _ in 0..<15 {
        guard case .notSent(let failure)?? = try await group.next(), failure.cause == .overloaded else {
          Issue.record("it ended in another way")
          return
        }
      }
      try await simulator.wait(requests: 2)
      try await simulator.release()
      #expect(try await group.allSatisfy { $0 == nil })
    }
    #expect(try await simulator.requests().count == 5)
  }

  @Test("end all as cancelled when their client is closed")
  func closed() async throws {
    let simulator = try Simulator()
    let door = try await simulator.openDoor()
    try await simulator.next(.hold(100))
    let client = try simulator.client(at: door.url)
    let calls = (0..<100).map { _ in Task { try await failure { try await start(client) } } }
    try await simulator.wait(requests: 100)
    client.close()
    for call in calls {
      let error = try await call.value
      guard case .cancelled = error, error.maybeSent, error.requestId != nil, error.mayBeRecording else {
        Issue.record("\(error)")
        continue
      }
    }
    try await door.wait(open: 0)
  }

  @Test("end all when their tasks are cancelled, and leave no connection")
  func cancelled() async throws {
    let simulator = try Simulator()
    let door = try await simulator.openDoor()
    try await simulator.next(.hold(100))
    let client = try simulator.client(at: door.url)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<100 {
        group.addTask {
          let error = try await failure { try await start(client) }
          #expect(error.operation == .start && error.mayBeRecording, "\(error)")
        }
      }
      try await simulator.wait(requests: 100)
      group.cancelAll()
      try await group.waitForAll()
    }
    try await door.wait(open: 0)
  }
}
