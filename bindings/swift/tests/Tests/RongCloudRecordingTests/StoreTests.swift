// Every store, where its connections are in danger: calls are cancelled, or a process ends.

import RongCloudRecording
import RongCloudSimulator
import Testing

@Suite("Every store", .timeLimit(.minutes(2)))
struct StoreTests {
  private let fleet = Fleet()

  @Test("works on after calls that were cancelled at any moment")
  func cancelled() async throws {
    let sessionId = try await fleet.newSession()
    for store in fleet.stores {
      let ledger = try fleet.ledger(store: store)
      // The last ones are cancelled after this many powers of four of the scheduler's turns.
      for moment in 0..<7 {
        let calls = [
          Task { _ = try await ledger.get(sessionId) },
          Task { _ = try await ledger.unresolved() },
          Task { _ = try await ledger.nextChange(of: sessionId, seen: 0, timeout: .seconds(3600)) },
        ]
        for _ in 0..<(1 << (2 * moment)) { await Task.yield() }
        for call in calls {
          call.cancel()
          _ = await call.result
        }
      }
      #expect(try await ledger.get(sessionId) == nil)
    }
  }

  @Test("has a start on record as unknown that was cancelled when it had left")
  func lost() async throws {
    for store in fleet.stores {
      let ledger = try fleet.ledger(store: store)
      let sessionId = try await fleet.newSession()
      let lost = try await fleet.loseStart(by: ledger, sessionId)
      try await fleet.simulator.forgetRequests()
      let error = try await failure {
        try await ledger.start(roomId: "room1", sessionId: sessionId, profile: anyProfile)
      }
      #expect(error.entry == lost)
      #expect(try await fleet.simulator.requests().isEmpty)
    }
  }

  @Test("lets a process end at once, with its own status, while calls are under way in all of them")
  func end() async throws {
    let stores = fleet.stores
    try await fleet.simulator.next(.hold(stores.count))
    let process = try ChildProcess(
      TestEnvironment.probe, ["stores", try await fleet.newSession()] + stores,
      environment: [
        "RONGCLOUD_APP_KEY": Simulator.appKey, "RONGCLOUD_APP_SECRET": Simulator.appSecret,
        "RONGCLOUD_API_URL": fleet.simulator.url,
      ])
    #expect(process.line() == "waits")
    try await fleet.simulator.wait(requests: stores.count)
    let (output, status) = try process.closeInput()
    #expect(output == "" && status == 7)
    try await fleet.simulator.wait(abandoned: stores.count)
  }
}
