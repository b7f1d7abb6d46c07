// How calls are delivered: what is tried again, where, over which connections, and what is said in the end.

import Foundation
import RongCloudRecording
import RongCloudSimulator
import Testing

let anyRecording = RecordingTarget(roomId: "room1", sessionId: "aaa")

@Suite("A delivery")
struct DeliveryTests {
  @Test("makes a call that may be repeated again where the service failed")
  func repeated() async throws {
    let simulator = try Simulator()
    try await simulator.next(.failing)
    _ = try await simulator.client().queryRoom("room1")
    #expect(try await simulator.requests().map(\.verdict) == [.scripted, .accepted])
  }

  @Test("makes no start again that has left")
  func start() async throws {
    let simulator = try Simulator()
    try await simulator.next(.failing)
    let client = try simulator.client()
    let error = try await failure { try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile) }
    #expect(error.cause == .serverFailure && error.maybeSent && !error.isRetryable)
    #expect(try await simulator.requests().count == 1)
  }

  @Test("makes a start again that never left")
  func startThatNeverLeft() async throws {
    let simulator = try Simulator()
    let door = try await simulator.openDoor(tls: .valid)
    try await door.inject(.connection(.reset))
    _ = try await simulator.client(at: door.url, caCertificates: simulator.caCertificates())
      .start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    #expect(try await simulator.recordings().count == 1)
  }

  @Test("makes at most as many attempts as its policy says")
  func maxAttempts() async throws {
    let simulator = try Simulator()
    try await simulator.next(.init(times: 3, status: 503))
    let client = try simulator.client(retry: RetryPolicy(maxAttempts: 2, firstBackoff: .zero))
    let error = try await failure { try await client.queryRoom("room1") }
    #expect(error.reason.hasSuffix("tried 2 times"))
    #expect(error.attempts.map(\.status) == [503, 503])
    #expect(try await simulator.requests().map { $0.header("x-request-id") } == error.attempts.map(\.requestId))
  }

  @Test("makes no repetition beyond its budget")
  func budget() async throws {
    let simulator = try Simulator()
    try await simulator.next(.failing)
    let client = try simulator.client(retry: RetryPolicy(budget: 0))
    _ = try await failure { try await client.queryRoom("room1") }
    #expect(try await simulator.requests().count == 1)
  }

  @Test("gives up an attempt that hangs, for the next one")
  func attemptTimeout() async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    _ = try await simulator.client(timeout: .seconds(4), retry: RetryPolicy(attemptTimeout: .seconds(1)))
      .queryRoom("room1")
    #expect(try await simulator.requests().map(\.verdict) == [.abandoned, .accepted])
  }

  @Test("does not begin to wait where its deadline comes first", arguments: ["3600", "18446744073709551615"])
  func backoff(_ retryAfter: String) async throws {
    let simulator = try Simulator()
    try await simulator.next(.init(status: 429, headers: ["Retry-After": retryAfter]))
    let client = try simulator.client()
    let error = try await failure { try await client.queryRoom("room1") }
    #expect(error.status == 429)
    #expect(try await simulator.requests().count == 1)
  }

  @Test("takes no count beyond all ranges and no time below zero")
  func beyondRanges() async throws {
    let found = try await violations {
      try RecordingClient(
        appKey: "key", appSecret: "secret", apiUrl: "https://host.example",
        retry: RetryPolicy(maxAttempts: .max, attemptTimeout: .seconds(-1), budget: .min),
        failover: FailoverPolicy(afterFailures: .max, probeAfter: .seconds(-1)),
        connections: ConnectionPolicy(
          maxIdle: .seconds(Int64.max), maxRequests: .max, maxConcurrent: .min, maxWaiting: .max))
    }
    #expect(
      found.map(\.path) == [
        "retry.max_attempts", "retry.attempt_timeout", "retry.budget", "failover.after_failures",
        "failover.probe_after", "connections.max_idle", "connections.max_requests", "connections.max_concurrent",
        "connections.max_waiting",
      ])
    #expect(found.allSatisfy { $0.code == "out_of_range" })
  }

  @Test("says how long the service asks to wait", arguments: [("60", Duration.seconds(60)), ("0", .zero)])
  func retryAfter(_ header: String, _ asked: Duration) async throws {
    let simulator = try Simulator()
    try await simulator.next(.init(status: 429, headers: ["Retry-After": header]))
    let client = try simulator.client()
    let error = try await failure { try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile) }
    #expect(error.retryAfter == asked && error.isRetryable && !error.mayBeRecording)
    #expect("\(error)".hasSuffix("; it asks to wait \(header) s"))
  }

  @Test("survives a service that asks to wait for ever")
  func endlessRetryAfter() async throws {
    let simulator = try Simulator()
    try await simulator.next(.init(status: 429, headers: ["Retry-After": "\(UInt64.max)"]))
    let client = try simulator.client()
    let error = try await failure { try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile) }
    #expect(error.retryAfter == .seconds(31_536_000), "\(error)")
  }

  @Test("says when a request was sent whose outcome is unknown")
  func sentAt() async throws {
    let server = try RawServer(reply: "")
    let client = try RecordingClient(appKey: "key", appSecret: "secret", apiUrl: server.url)
    // It is cut to the millisecond.
    let before = Date().addingTimeInterval(-0.001)
    let error = try await failure { try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile) }
    let sentAt = try #require(error.sentAt)
    #expect(sentAt >= before && sentAt <= Date())
  }

  @Test("says of a stop that was refused when repeated that the first one may have done it")
  func repeatedStop() async throws {
    let simulator = try Simulator()
    let client = try simulator.client(retry: RetryPolicy(attemptTimeout: .seconds(1)))
    let started = try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    try await simulator.next(.hold())
    let error = try await failure { try await client.stop(started) }
    #expect(error.code == 1002)
    #expect(
      error.earlierMayHaveActed && "\(error)".contains("an earlier attempt whose outcome is unknown may have done it"))
    #expect(try await simulator.recordings().map(\.state) == [.stopped])
  }

  @Test("goes to the backup where the first address can't be reached, a start too")
  func backup() async throws {
    let simulator = try Simulator()
    let primary = try RawServer.refusing()
    let client = try RecordingClient(
      appKey: Simulator.appKey, appSecret: Simulator.appSecret, apiUrl: primary.url, backupApiUrl: simulator.url)
    _ = try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    #expect(try await simulator.recordings().count == 1)
  }

  @Test("begins with the backup after as many failures as its policy says")
  func failover() async throws {
    let simulator = try Simulator()
    let door = try await simulator.openDoor()
    let client = try RecordingClient(
      appKey: Simulator.appKey, appSecret: Simulator.appSecret, apiUrl: simulator.url, backupApiUrl: door.url,
      failover: FailoverPolicy(afterFailures: 1, probeAfter: .seconds(3600)))
    try await simulator.next(.failing)
    // Its repetition and all that follow go through the door; with the default policy, what follows doesn't.
    for _ in 0..<2 { _ = try await client.queryRoom("room1") }
    #expect(try await door.requests() == 2)
  }

  @Test("keeps its connection")
  func keepAlive() async throws {
    let simulator = try Simulator()
    let client = try simulator.client()
    for _ in 0..<3 { _ = try await client.queryRoom("room1") }
    #expect(try await Set(simulator.requests().map(\.connection)).count == 1)
  }

  @Test(
    "makes a connection for each request where its policy says so",
    arguments: [
      ConnectionPolicy(keepAlive: false), ConnectionPolicy(maxRequests: 1), ConnectionPolicy(maxIdle: .nanoseconds(1)),
    ])
  func oneRequestEach(_ policy: ConnectionPolicy) async throws {
    let simulator = try Simulator()
    let client = try simulator.client(connections: policy)
    for _ in 0..<3 { _ = try await client.queryRoom("room1") }
    #expect(try await Set(simulator.requests().map(\.connection)).count == 3)
  }

  @Test("trusts a CA that it is given")
  func caCertificates() async throws {
    let simulator = try Simulator()
    let door = try await simulator.openDoor(tls: .valid)
    let client = try await simulator.client(at: door.url, caCertificates: simulator.caCertificates())
    #expect(try await client.queryRoom("room1").sessionId == "aaa")
  }

  @Test("trusts no CA of which nothing is known, and says so")
  func unknownCa() async throws {
    let simulator = try Simulator()
    let door = try await simulator.openDoor(tls: .valid)
    let client = try simulator.client(at: door.url)
    let error = try await failure { try await client.queryRoom("room1") }
    #expect(error.cause == .tls && !error.maybeSent)
  }

  @Test("goes through the proxy that it is given")
  func proxy() async throws {
    let proxy = try RawServer(reply: "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
    let client = try RecordingClient(
      appKey: "key", appSecret: "secret", apiUrl: "https://host.example", proxy: proxy.url,
      retry: RetryPolicy(maxAttempts: 1))
    let error = try await failure { try await client.queryRoom("room1") }
    #expect(error.cause == .connection && !error.maybeSent, "\(error)")
    #expect(proxy.received().hasPrefix("CONNECT host.example:443 "))
  }
}
