// Recordings followed, and waits that are cancelled.

import Foundation
import RongCloudRecording
import RongCloudSimulator
import Testing

@Suite("Following a recording", .timeLimit(.minutes(2)))
struct FollowTests {
  private let fleet = Fleet()

  @Test("begins before there is one, tells each change that another process takes in, and ends when it is settled")
  func toTheEnd() async throws {
    let (asked, other) = (try fleet.ledger(), try fleet.ledger())
    let server = try await fleet.callBack(other)
    let changes = try fleet.ledger().follow("aaa", settle: .zero)
    let following = Task { try await changes.reduce(into: []) { $0.append($1) } }
    let started = try await asked.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    try await asked.stop(started.recording)
    let known = try await following.value
    let versions = known.map(\.entry.version)
    #expect(versions == Set(versions).sorted() && versions.first! >= 1)
    #expect(known.last?.entry.state == .uploaded)
    #expect(known.map(\.isSettled) == known.indices.map { $0 == known.count - 1 })
    withExtendedLifetime(server) {}
  }

  @Test("of one that is settled tells that alone, each time anew")
  func settled() async throws {
    let ledger = try fleet.ledger()
    let server = try await fleet.callBack(ledger)
    let started = try await ledger.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    try await ledger.stop(started.recording)
    _ = try await fleet.simulator.flushCallbacks()
    let changes = ledger.follow("aaa", settle: .zero)
    for _ in 1...2 {
      let known = try await changes.reduce(into: []) { $0.append($1) }
      #expect(known.map(\.entry.state) == [.uploaded] && known.allSatisfy(\.isSettled))
    }
    let waited = try #require(
      try await ledger.waitUntilUploaded("aaa", timeout: .seconds(86400), settle: .zero))
    #expect(waited.isSettled && waited.recording?.recordId == started.recording.recordId)
    withExtendedLifetime(server) {}
  }

  @Test("works from an actor")
  @MainActor
  func isolated() async throws {
    let ledger = try fleet.ledger()
    _ = try await ledger.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    var states: [LedgerState] = []
    for try await known in ledger.follow("aaa") {
      states.append(known.entry.state)
      break
    }
    #expect(states == [.running])
  }

  @Test("ends where the ledger is closed, as does every wait")
  func closed() async throws {
    let ledger = try fleet.ledger()
    let following = Task { try await ledger.follow("aaa").reduce(into: 0) { count, _ in count += 1 } }
    let waiting = Task { try await ledger.waitUntilUploaded("aaa", timeout: .seconds(86400)) }
    ledger.close()
    #expect(try await following.value == 0)
    #expect(try await waiting.value == nil)
  }

  @Test("ends with its task, wherever the wait is")
  func cancelled() async throws {
    let ledger = try fleet.ledger()
    _ = try await ledger.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    for number in 0..<50 {
      let following = Task { for try await _ in ledger.follow("aaa") {} }
      // Longer each time: from before the first wait to within the second.
      for _ in 0..<number * number { await Task.yield() }
      following.cancel()
      let (sent, error) = try await cancellation { try await following.value }
      #expect(!sent && error.call == nil)
    }
  }

  @Test("is over once it has failed")
  func failed() async throws {
    let ledger = try RecordingLedger(
      client: fleet.simulator.client(), onUnknown: .hold, store: "\(fleet.store).missing/recordings.db")
    var changes = ledger.follow("aaa").makeAsyncIterator()
    await #expect(throws: RecordingError.self) { try await changes.next() }
    #expect(try await changes.next() == nil)
  }

  @Test("for a settling time that can't be is refused")
  func settlingTime() async throws {
    let ledger = try fleet.ledger()
    let found = try await violations {
      try await ledger.follow("aaa", settle: .seconds(-1)).reduce(into: 0) { count, _ in count += 1 }
    }
    #expect(found.map(\.path) == ["settle"])
  }
}
