// What a program sees of its calls: attempts, ids, statistics; and a client that is closed after its calls.

import Foundation
import RongCloudRecording
import RongCloudSimulator
import Testing

@Suite("What is seen of a call")
struct ObservedTests {
  private let quick = RetryPolicy(firstBackoff: .milliseconds(1))

  private func ids(_ simulator: Simulator) async throws -> [String?] {
    try await simulator.requests().map { $0.header("x-request-id") }
  }

  @Test("tells every attempt that led to an answer")
  func attempts() async throws {
    let simulator = try Simulator()
    try await simulator.next(.failing)
    let room = try await simulator.client(retry: quick).queryRoom("room1")
    let (first, second) = (try #require(room.attempts.first), try #require(room.attempts.last))
    #expect(try await ids(simulator) == room.attempts.map(\.requestId))
    #expect(first.status == 503 && first.replyHead != nil && !first.connectionReused)
    #expect(second.status == 200 && second.code == 200 && second.reason.isEmpty && second.connectionReused)
    #expect(second.took > .zero)
    #expect(room.callId == first.requestId && room.requestId == second.requestId)
  }

  @Test("has the id that the call was given")
  func callId() async throws {
    let simulator = try Simulator()
    let client = try simulator.client(retry: quick)
    try await simulator.next(.failing)
    let room = try await client.queryRoom("room1", requestId: "order-7")
    #expect(room.callId == "order-7")
    #expect(try await ids(simulator).first == "order-7")
    let error = try await failure { try await client.queryRoom("room1", requestId: String(repeating: "x", count: 37)) }
    #expect(error.violations.map(\.path) == ["X-Request-ID"] && error.violations.map(\.code) == ["too_long"])
  }

  @Test("is counted as the service has seen it")
  func statistics() async throws {
    let simulator = try Simulator()
    let client = try simulator.client(retry: quick)
    let started = try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    try await simulator.next(.failing)
    try await client.stop(started)
    try await simulator.next(.failing)
    _ = try await failure { try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile) }
    let counted = try client.statistics()
    let count = { (operation: OperationKind, failure: FailureKind?) in
      counted.calls.first { $0.operation == operation && $0.failure == failure }?.count
    }
    #expect(count(.start, nil) == 1 && count(.stop, nil) == 1 && count(.start, .outcomeUnknown) == 1)
    #expect(counted.calls.count == 3)
    #expect(try await counted.attempts == simulator.requests().count && counted.retries == 1)
    let attempts = try client.measurements().first { $0.name == "rongcloud.recording.client.attempts" }
    #expect(attempts?.value == Double(counted.attempts) && attempts?.kind == .counter)
  }

  @Test("is counted, and printed with each figure on a line of its own")
  func printed() {
    let domain = DomainStatistics(host: "api.example", isLeading: true, isWell: false)
    let calls = [CallCount(operation: .start, failure: .refused, count: 2, duration: .milliseconds(1500))]
    let client = ClientStatistics(
      calls: calls, callsInFlight: 1, callsWaiting: 0, attempts: 3, retries: 1, retriesLeft: 9, requestsInFlight: 1,
      connectionsOpen: 1, connectionsIdle: 0, connectionsMade: 1, connectionsReused: 2, failovers: 0,
      domains: [domain], logRecordsDropped: 0)
    #expect(
      "\(client)" == """
        ClientStatistics:
          calls:
            CallCount(operation: start, failure: refused, count: 2, duration: 1.5 seconds)
          callsInFlight: 1
          callsWaiting: 0
          attempts: 3
          retries: 1
          retriesLeft: 9
          requestsInFlight: 1
          connectionsOpen: 1
          connectionsIdle: 0
          connectionsMade: 1
          connectionsReused: 2
          failovers: 0
          domains:
            DomainStatistics(host: api.example, isLeading: true, isWell: false)
          logRecordsDropped: 0
        """)
    var unused = client
    unused.calls = []
    #expect("\(unused)".hasPrefix("ClientStatistics:\n  calls: []\n  callsInFlight: 1\n"))
  }

  @Test("of a ledger is printed in lines, too, with what the last reconciliation found on one")
  func printedOfLedger() throws {
    let simulator = try Simulator()
    let ledger = try RecordingLedger(client: simulator.client(), onUnknown: .hold, store: "memory:")
    let lines = try "\(ledger.statistics())".split(separator: "\n")
    #expect(lines.first == "LedgerStatistics:" && lines.contains("  startsSent: 0"))
    #expect(lines.contains("  reconciledAt: nil") && lines.last == "  lastReconciliation: nil")
  }

  @Test("ends by itself while the client is drained, and later calls are refused")
  func drained() async throws {
    let simulator = try Simulator()
    let client = try simulator.client()
    try await simulator.next(.hold())
    let call = Task { try await client.queryRoom("room1") }
    try await simulator.wait(requests: 1)
    let closing = Task { try await client.close(drain: .seconds(60)) }
    var refused: RecordingError?
    while refused == nil {
      do { _ = try await client.queryRoom("room1") } catch let error as RecordingError { refused = error }
    }
    #expect(refused?.failure.kind == .notSent && refused?.cause == .clientClosed)
    try await simulator.release()
    #expect(try await closing.value)
    #expect(try await call.value.roomId == "room1")
  }

  @Test("is cancelled where it takes longer than the client has time to drain")
  func cutOff() async throws {
    let simulator = try Simulator()
    let client = try simulator.client()
    try await simulator.next(.hold())
    let call = Task { try await client.queryRoom("room1") }
    try await simulator.wait(requests: 1)
    #expect(try await !client.close(drain: .zero))
    let error = try await failure { try await call.value }
    #expect(error.failure.kind == .cancelled && error.maybeSent)
  }
}
