// Calls against the simulator.

import Foundation
import RongCloudRecording
import RongCloudSimulator
import Testing

@Suite("A client")
struct ClientTests {
  @Test("returns what was started")
  func started() async throws {
    let simulator = try Simulator()
    let started = try await simulator.client().start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    let recordId = try #require(try await simulator.recordings().first).recordId
    let requestId = try #require(try await simulator.requests().first?.header("x-request-id"))
    #expect(
      started
        == StartedRecording(
          recordId: recordId, roomId: "room1", sessionId: "aaa", requestId: requestId,
          recordType: .splitStream, callId: requestId, attempts: started.attempts))
    #expect(started.attempts.map(\.requestId) == [requestId])
  }

  @Test("sends the tag")
  func extra() async throws {
    let simulator = try Simulator()
    _ = try await simulator.client().start(
      roomId: "room1", sessionId: "aaa", profile: anyProfile, extra: "lesson 7")
    #expect(try await simulator.recordings().first?.extra == "lesson 7")
  }

  @Test("names the library and the language in its user agent")
  func userAgent() async throws {
    let simulator = try Simulator()
    _ = try await simulator.client().start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    let agent = try #require(try await simulator.requests().first?.header("user-agent"))
    #expect(agent.wholeMatch(of: /rongcloud-recording\/\d+\.\d+\.\d+ \(swift\)/) != nil)
  }

  @Test("can name the signing headers with a prefix")
  func headerStyle() async throws {
    let simulator = try Simulator()
    let client = try RecordingClient(
      appKey: Simulator.appKey, appSecret: Simulator.appSecret, apiUrl: simulator.url, headerStyle: .prefixed)
    _ = try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    #expect(try await simulator.requests().first?.header("rc-app-key") == Simulator.appKey)
  }

  @Test("with a wrong secret is refused with 401, code 1004 and the id of the request")
  func wrongSecret() async throws {
    let simulator = try Simulator()
    let client = try simulator.client(appSecret: "wrong")
    let error = try await failure {
      try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    }
    let requestId = try #require(try await simulator.requests().first?.header("x-request-id"))
    guard case .refused(let failure) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(failure.status == 401 && failure.code == ServiceCode.invalidSignature && failure.retryAfter == nil)
    #expect(error.requestId == requestId && !error.mayBeRecording && !error.isRetryable)
  }

  @Test("lives as long as a call that nobody else holds it for")
  func temporary() async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    async let started = simulator.client().start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    try await simulator.wait(requests: 1)
    try await simulator.release()
    #expect(try await started.roomId == "room1")
  }

  @Test("that is closed leaves the connections of its calls")
  func closeLeaves() async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    let client = try simulator.client()
    async let call = failure { try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile) }
    try await simulator.wait(requests: 1)
    client.close()
    _ = try await call
    try await simulator.wait(abandoned: 1)
  }

  @Test("that was closed sends nothing")
  func closed() async throws {
    let simulator = try Simulator()
    let client = try simulator.client()
    client.close()
    client.close()
    _ = try? await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    #expect(try await simulator.requests().isEmpty)
  }

  @Test("that was closed says so")
  func closedError() async throws {
    let client = try RecordingClient(appKey: "key", appSecret: "secret", apiUrl: "https://host.example")
    client.close()
    let error = try await failure {
      try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    }
    guard case .notSent = error, error.cause == .clientClosed else {
      Issue.record("\(error)")
      return
    }
  }

  @Test("can wait for a reply for as long as the core allows")
  func longestCall() async throws {
    let simulator = try Simulator()
    _ = try await simulator.client(timeout: .seconds(365 * 86400)).start(
      roomId: "room1", sessionId: "aaa", profile: anyProfile, timeout: .seconds(365 * 86400))
    #expect(try await simulator.recordings().count == 1)
  }

  @Test("of wrong settings is told of all of them at once, each named as it was given")
  func allAtOnce() async throws {
    let found = try await violations {
      try RecordingClient(
        appKey: "ke\ny", appSecret: " ", apiUrl: "ftp://x", timeout: .zero, proxy: "ftp://x",
        retry: RetryPolicy(maxAttempts: 11))
    }
    #expect(found.map(\.path) == ["app_key", "app_secret", "api_url", "timeout", "proxy", "retry.max_attempts"])
  }
}
