// Times that no setting can have: a violation with the setting's path, wherever one is taken, and never a trap.

import Foundation
import RongCloudRecording
import Testing

@Suite("A time out of range")
struct RangeTests {
  private static func client(
    connectTimeout: Duration? = nil, timeout: Duration? = nil, retry: RetryPolicy = RetryPolicy(),
    failover: FailoverPolicy = FailoverPolicy(), connections: ConnectionPolicy = ConnectionPolicy()
  ) throws -> RecordingClient {
    try RecordingClient(
      appKey: "key", appSecret: "secret", apiUrl: "https://host.example", connectTimeout: connectTimeout,
      timeout: timeout, retry: retry, failover: failover, connections: connections)
  }

  /// The longest that is taken apart, and one that is longer still.
  static let endless = [Duration.seconds(Int64.max), .seconds(Int64.max) * 10]
  static let negative = [Duration.nanoseconds(-1), .seconds(-3), .seconds(Int64.min) * 10]

  typealias Take = @Sendable (Duration) async throws -> Void

  /// Where a time is taken, with the path of what is wrong with it.
  static let everywhere: [(path: String, take: Take)] = [
    ("connect_timeout", { _ = try client(connectTimeout: $0) }),
    ("timeout", { _ = try client(timeout: $0) }),
    ("retry.attempt_timeout", { _ = try client(retry: RetryPolicy(attemptTimeout: $0)) }),
    ("failover.probe_after", { _ = try client(failover: FailoverPolicy(probeAfter: $0)) }),
    ("connections.max_idle", { _ = try client(connections: ConnectionPolicy(maxIdle: $0)) }),
    ("time_window", { _ = try CallbackReceiver(credentials: [anyCredentials], timeWindow: $0) }),
    ("timeout", { _ = try await client().start(roomId: "r", sessionId: "s", profile: anyProfile, timeout: $0) }),
    ("timeout", { _ = try await client().start(inRoom: "r", profile: anyProfile, timeout: $0) }),
    ("timeout", { try await client().updateLayout(of: anyRecording, to: anyLayout, timeout: $0) }),
    ("timeout", { try await client().stop(anyRecording, timeout: $0) }),
    ("timeout", { _ = try await client().queryRoom("r", timeout: $0) }),
  ]
  static let anyCredentials = try! Credentials(appKey: "key", appSecret: "secret")
  static let anyLayout = try! Layout.grid([StreamRef(userId: "u", streamId: "s")])

  private func found(_ index: Int, _ time: Duration) async throws -> [Violation] {
    try await violations { try await Self.everywhere[index].take(time) }
  }

  @Test("is a violation where it is zero or below", arguments: everywhere.indices, negative + [.zero])
  func notAboveZero(_ index: Int, _ time: Duration) async throws {
    let path = Self.everywhere[index].path
    #expect(
      try await found(index, time) == [Violation(path: path, code: "out_of_range", reason: "must be above zero")])
  }

  @Test("is a violation where it is endless", arguments: everywhere.indices, endless)
  func tooLong(_ index: Int, _ time: Duration) async throws {
    let found = try await found(index, time)
    #expect(found.map(\.path) == [Self.everywhere[index].path] && found.map(\.code) == ["out_of_range"])
  }

  @Test("is a violation where it is a wait below zero, among all others", arguments: negative)
  func negativeBackoff(_ time: Duration) async throws {
    let found = try await violations {
      try Self.client(timeout: .zero, retry: RetryPolicy(firstBackoff: time, longestBackoff: time, budget: -1))
    }
    #expect(found.map(\.path) == ["timeout", "retry.first_backoff", "retry.longest_backoff", "retry.budget"])
    #expect(found[1...2].allSatisfy { $0.code == "out_of_range" && $0.reason == "must not be negative" })
  }

  @Test("is a violation where it is an endless wait", arguments: endless)
  func endlessBackoff(_ time: Duration) async throws {
    let found = try await violations { try Self.client(retry: RetryPolicy(firstBackoff: time)) }
    #expect(found == [Violation(path: "retry.first_backoff", code: "out_of_range", reason: "must be at most an hour")])
  }

  @Test("is a violation where silence is to be judged by it", arguments: negative)
  func staleAfter(_ time: Duration) async throws {
    let found = try await violations { try RecordingTracker(recordId: "r").state(staleAfter: time) }
    #expect(found == [Violation(path: "stale_after", code: "out_of_range", reason: "must not be negative")])
  }

  @Test("is none where it is the shortest or the longest that is allowed")
  func allowed() throws {
    for time in [Duration(secondsComponent: 0, attosecondsComponent: 1), .seconds(365 * 86400)] {
      _ = try Self.client(
        connectTimeout: time, timeout: time, retry: RetryPolicy(attemptTimeout: time),
        failover: FailoverPolicy(probeAfter: time))
    }
    _ = try Self.client(retry: RetryPolicy(firstBackoff: .zero, longestBackoff: .seconds(3600)))
    for time in [Duration.zero] + Self.endless { _ = try RecordingTracker(recordId: "r").state(staleAfter: time) }
  }

  @Test("is as a largest body of no byte, which is a violation too", arguments: [0, -1, .min])
  func largestBody(_ bytes: Int) async throws {
    let found = try await violations { try CallbackReceiver(credentials: [Self.anyCredentials], largestBody: bytes) }
    #expect(found == [Violation(path: "largest_body", code: "out_of_range", reason: "must be above zero")])
  }
}
