// Ends that the queue has given and nobody could read: by a defect, so they are lost on purpose here.

import Testing

@testable import RongCloudRecording
import RongCloudSimulator

@Suite("A call whose end can't be read", .timeLimit(.minutes(1)))
struct LostEndTests {
  private struct Lost: Error {}

  /// Calls of a queue whose ends get lost.
  private static func losing(
    _ queue: CompletionQueue, _ lose: @escaping @Sendable (CompletionQueue) throws -> Void = { _ in }
  ) -> Calls {
    Calls(of: queue) {
      _ = try $0.wait(longest: .seconds(3600))
      try lose($0)
      throw Lost()
    }
  }

  private let request = Request.queryRoom(roomId: "room1", timeout: nil)

  @Test("gets its answer all the same, as long as the queue knows it")
  func answered() async throws {
    let simulator = try Simulator()
    let calls = try Self.losing(CompletionQueue())
    let reply = try await calls.carryOut(request, by: simulator.client())
    guard case .queryRoom(let room) = reply else { throw Lost() }
    #expect(room.sessionId == "aaa")
  }

  @Test("is an internal error, where the queue knows nothing of it any more")
  func forgotten() async throws {
    let simulator = try Simulator()
    let calls = try Self.losing(CompletionQueue()) { _ = try $0.take() }
    let client = try simulator.client()
    let error = try await failure { try await calls.carryOut(request, by: client) }
    #expect(error.failure.kind == .internal && error.maybeSent)
  }

  @Test("ends the others that are under way as cancelled")
  func others() async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    let client = try simulator.client()
    let calls = try Self.losing(CompletionQueue())
    let held = Task { try await calls.carryOut(request, by: client) }
    try await simulator.wait(requests: 1)
    _ = try await calls.carryOut(request, by: client)
    let error = try await failure { try await held.value }
    #expect(error.failure.kind == .cancelled && error.maybeSent && error.roomId == "room1")
  }

  @Test("leaves nobody behind who waits for it only afterwards")
  func late() async throws {
    let simulator = try Simulator()
    let queue = try CompletionQueue()
    let calls = Self.losing(queue)
    let number = try simulator.client().begin(queue: queue, request: request)
    while calls.losses == 0 { await Task.yield() }
    let completion = await calls.end(of: number, after: 0)
    #expect(completion.reply != nil || completion.failure != nil)
  }
}

extension Calls {
  fileprivate func carryOut(_ request: Request, by client: RecordingClient) async throws -> Reply {
    try await carryOut(about: request.context) { try client.begin(queue: $0, request: request) }
  }
}
