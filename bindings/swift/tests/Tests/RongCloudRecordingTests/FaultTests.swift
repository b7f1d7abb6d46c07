// Faults of the network: what is known of a request decides which error it ends with.

import RongCloudRecording
import RongCloudSimulator
import Testing

@Suite("A request")
struct FaultTests {
  private func failure(at url: String, timeout: Duration? = nil) async throws -> RecordingError {
    let client = try RecordingClient(appKey: "key", appSecret: "secret", apiUrl: url, timeout: timeout)
    return try await RongCloudRecordingTests.failure {
      try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    }
  }

  @Test("that no connection is made for was not sent and may be made again")
  func refused() async throws {
    let server = try RawServer.refusing()
    let error = try await failure(at: server.url)
    guard case .notSent = error, error.cause == .connection, error.requestId != nil, error.isRetryable else {
      Issue.record("\(error)")
      return
    }
  }

  @Test("whose connection is closed without a reply has an unknown outcome")
  func closed() async throws {
    let server = try RawServer(reply: "")
    let error = try await failure(at: server.url)
    guard case .outcomeUnknown = error, error.cause == .connectionLost, error.status == nil, error.code == nil else {
      Issue.record("\(error)")
      return
    }
    #expect(error.roomId == "room1" && error.sessionId == "aaa" && error.mayBeRecording && !error.isRetryable)
  }

  @Test("whose reply is cut has an unknown outcome")
  func cut() async throws {
    let server = try RawServer(reply: "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"code\":200")
    let error = try await failure(at: server.url)
    guard case .outcomeUnknown = error, error.cause == .connectionLost else {
      Issue.record("\(error)")
      return
    }
  }

  @Test("whose reply doesn't come in time has an unknown outcome")
  func timeout() async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    let client = try simulator.client(timeout: .milliseconds(300))
    let error = try await RongCloudRecordingTests.failure {
      try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    }
    guard case .outcomeUnknown = error, error.cause == .timeout else {
      Issue.record("\(error)")
      return
    }
  }

  @Test("may have a timeout of its own")
  func timeoutOfTheCall() async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    let client = try simulator.client(timeout: .seconds(60))
    let error = try await RongCloudRecordingTests.failure {
      try await client.start(
        roomId: "room1", sessionId: "aaa", profile: anyProfile, timeout: .milliseconds(300))
    }
    guard case .outcomeUnknown = error, error.cause == .timeout else {
      Issue.record("\(error)")
      return
    }
  }
}
