// Processes of one app, as far as a ledger can tell: each has a client of its own, and all have one file.

import CallbackServer
import Foundation
import RongCloudRecording
import RongCloudSimulator

struct Fleet {
  let simulator = try! Simulator()
  private let folder = try! TemporaryFolder()

  var store: String { "sqlite://\(folder.path)/recordings.db" }

  /// All stores that processes can share. Those of servers are there for all tests, each with a session of its own.
  var stores: [String] { [store, TestEnvironment.postgres, TestEnvironment.redis] }

  /// Gives the room a session that no store knows of.
  func newSession() async throws -> String {
    let sessionId = UUID().uuidString
    try await simulator.setRoom("room1", session: sessionId)
    return sessionId
  }

  /// A further process's ledger.
  func ledger(
    onUnknown: OnUnknown = .hold, receiver: CallbackReceiver? = nil, store: String? = nil, holder: String? = nil,
    grace: Duration? = nil
  ) throws -> RecordingLedger {
    try RecordingLedger(
      client: simulator.client(), onUnknown: onUnknown, receiver: receiver, store: store ?? self.store, holder: holder,
      grace: grace)
  }

  /// Has the service tell this ledger of recordings, until the server is let go of.
  func callBack(
    _ ledger: RecordingLedger, _ note: @escaping @Sendable (CallbackRequest) -> Void = { _ in }
  ) async throws -> CallbackServer {
    let port = try RawServer.freePort()
    guard let number = UInt16(port) else { throw Unusable(what: "port \(port)") }
    let server = try CallbackServer(port: number) { _, request in
      note(request)
      return await answer(ledger, request)
    }
    try await simulator.callBack("http://127.0.0.1:\(port)/recording")
    return server
  }

  /// How many starts the service has seen.
  func starts() async throws -> Int {
    try await simulator.requests().count { $0.path == "/rtc/record/start.json" }
  }

  /// Leaves a start of whose outcome nobody knows: its task is cancelled while the service holds its reply.
  func loseStart(by ledger: RecordingLedger, _ sessionId: String = "aaa") async throws -> LedgerEntry {
    try await simulator.next(.hold())
    // Short, because whoever acts on it waits for at least as long.
    let call = Task {
      try await ledger.start(roomId: "room1", sessionId: sessionId, profile: anyProfile, timeout: .seconds(2))
    }
    try await simulator.wait(requests: 1)
    call.cancel()
    _ = await call.result
    for try await known in ledger.follow(sessionId) where known.entry.state == .unknown { return known.entry }
    throw Unusable(what: "its outcome is known")
  }
}
