// The example's webhook: whatever fails, and whenever it is ended, no event is lost and each is stored once.

import CallbackServer
import DurableWebhook
import Foundation
import RongCloudRecording
import RongCloudSimulator
import Testing

extension TemporaryFolder {
  /// The bodies that have been stored.
  fileprivate func events() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/events").map {
      try Simulator.canonical(Data(contentsOf: URL(fileURLWithPath: "\(path)/events/\($0)")))
    }
  }
}

@Suite("The example's webhook", .timeLimit(.minutes(2)))
struct WebhookTests {
  /// A store and a guard of files, that fail as told before they do what they should.
  final class Troubles: EventStore, ReplayGuard, @unchecked Sendable {
    enum Trouble { case guardIsDown, crashBetween, storeFails, answerIsLost, none }
    struct Failure: Error {}

    private let store: FileEventStore
    private let replayGuard: FileReplayGuard
    private let script: [Trouble]
    private let lock = NSLock()
    private var attempts: [String: Int] = [:]
    private var isToDrop = false

    /// For each event anew, a trouble for each time that it comes.
    init(_ folder: TemporaryFolder, _ script: [Trouble]) throws {
      store = try FileEventStore(DurableFolder("\(folder.path)/events"))
      replayGuard = try FileReplayGuard(DurableFolder("\(folder.path)/signatures"))
      self.script = script
    }

    private func trouble(_ fingerprint: String) -> Trouble {
      lock.withLock {
        let attempt = attempts[fingerprint, default: 0]
        return attempt < script.count ? script[attempt] : .none
      }
    }

    private func end(_ fingerprint: String, dropping: Bool = false) {
      lock.withLock {
        attempts[fingerprint, default: 0] += 1
        isToDrop = dropping
      }
    }

    func remember(key: String, fingerprint: String, until expiry: Date) async throws -> String? {
      if trouble(fingerprint) == .guardIsDown {
        end(fingerprint)
        throw Failure()
      }
      return try await replayGuard.remember(key: key, fingerprint: fingerprint, until: expiry)
    }

    func keep(_ received: ReceivedRecordingEvent) async throws {
      let trouble = trouble(received.fingerprint)
      defer { end(received.fingerprint, dropping: trouble == .crashBetween || trouble == .answerIsLost) }
      if trouble == .crashBetween || trouble == .storeFails { throw Failure() }
      try store.keep(received)
    }

    /// Whether the connection ends without the answer to the last callback.
    func drops() -> Bool {
      lock.withLock {
        defer { isToDrop = false }
        return isToDrop
      }
    }
  }

  private func webhook(_ troubles: Troubles) throws -> Webhook {
    let credentials = try Credentials(appKey: Simulator.appKey, appSecret: Simulator.appSecret)
    return Webhook(
      receiver: try CallbackReceiver(credentials: [credentials], replayGuard: troubles), store: troubles, log: { _ in })
  }

  /// A recording with so many files, from its start to its end.
  private func record(_ files: Int, _ simulator: Simulator) async throws {
    let client = try simulator.client()
    let started = try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    if files > 1 { try await simulator.advance(by: .seconds(3600 * (files - 1))) }
    try await client.stop(started)
  }

  @Test("whose store fails once gets the event again, with the same signature, and loses nothing")
  func failsOnce() async throws {
    let (simulator, folder, port) = (try Simulator(), try TemporaryFolder(), try RawServer.freePort())
    let webhook = try webhook(Troubles(folder, [.storeFails]))
    let server = try CallbackServer(port: #require(UInt16(port))) { _, request in await webhook.answer(request) }
    try await simulator.callBack("http://127.0.0.1:\(port)/recording")
    try await simulator.deliver(.init(attempts: 2, isSignedAnew: false))
    try await record(1, simulator)

    let callbacks = try await simulator.flushCallbacks()
    #expect(callbacks.map(\.state).allSatisfy { $0 == .delivered } && callbacks.count >= 3)
    #expect(callbacks.allSatisfy { $0.attempts.map(\.status) == [503, 200] })
    #expect(callbacks.allSatisfy { Set($0.attempts.map(\.headers)).count == 1 })
    #expect(try Set(folder.events()) == Set(callbacks.map(\.canonical)))
    withExtendedLifetime(server) {}
  }

  @Test("that fails at every step stores every event once", arguments: [false, true])
  func failsAtEveryStep(isSignedAnew: Bool) async throws {
    let (simulator, folder, port) = (try Simulator(), try TemporaryFolder(), try RawServer.freePort())
    let troubles = try Troubles(folder, [.guardIsDown, .crashBetween, .storeFails, .answerIsLost])
    let webhook = try webhook(troubles)
    let server = try CallbackServer(port: #require(UInt16(port))) { _, request in await webhook.answer(request) }
    let relay = try RawServer(before: port, dropping: troubles.drops)
    try await simulator.callBack("\(relay.url)/recording")
    try await simulator.deliver(.init(attempts: 5, isSignedAnew: isSignedAnew, duplicate: 1))
    try await record(2, simulator)

    let callbacks = try await simulator.flushCallbacks()
    #expect(callbacks.allSatisfy { $0.state == .delivered })
    // The last is that of its copy.
    for (body, sent) in Dictionary(grouping: callbacks, by: \.canonical) {
      #expect(sent.flatMap(\.attempts).map(\.status) == [503, nil, 503, nil, 200, 200], "\(body)")
    }
    let (stored, sent) = (try folder.events(), Set(callbacks.map(\.canonical)))
    #expect(stored.count == sent.count && Set(stored) == sent && sent.count >= 4)
    withExtendedLifetime(server) {}
  }

  @Test("that is killed again and again while dozens of events come loses none, and stores each once")
  func killed() async throws {
    let (simulator, folder, port) = (try Simulator(), try TemporaryFolder(), try RawServer.freePort())
    func start() async throws -> ChildProcess {
      let process = try ChildProcess(
        TestEnvironment.webhookExample, [],
        environment: [
          "RONGCLOUD_APP_KEY": Simulator.appKey, "RONGCLOUD_APP_SECRET": Simulator.appSecret,
          "RONGCLOUD_CALLBACK_PORT": port, "RONGCLOUD_EVENT_FOLDER": folder.path,
        ])
      await process.wait(for: 1, "listening")
      return process
    }
    try await simulator.callBack("http://127.0.0.1:\(port)/recording")
    // The pauses are on the simulator's time, which stands still while no webhook runs.
    try await simulator.deliver(.init(attempts: 10, isSignedAnew: false, backoff: .seconds(60), isHeld: true))
    try await record(40, simulator)

    // Whichever runs when all is delivered is ended too, so that nobody waits for its lines.
    let (started, isDelivered) = (Kept<ChildProcess>(), Kept<Bool>())
    let delivery = Task {
      defer {
        isDelivered.keep(true)
        started.lines.last?.kill()
      }
      try await simulator.deliverCallbacks()
    }
    for number in 1...6 where isDelivered.lines.isEmpty {
      let process = try await start()
      started.keep(process)
      guard isDelivered.lines.isEmpty else { process.kill(); break }
      // Time stands still before the process ends: each attempt that nobody answers would be one of ten.
      try await simulator.whileTimePasses { stop in await process.kill(after: number, "stored ", stop) }
    }
    let process = try await start()
    try await simulator.whileTimePasses { _ in try await delivery.value }
    process.kill()

    let callbacks = try await simulator.flushCallbacks()
    #expect(callbacks.count > 80 && callbacks.allSatisfy { $0.state == .delivered })
    // The processes' ends were in the way of several.
    #expect(callbacks.count { $0.attempts.count > 1 } >= 3)
    #expect(try folder.events().sorted() == callbacks.map(\.canonical).sorted())
  }

  @Test("knows after its end a signature from before, and refuses it under another body")
  func guardIsDurable() async throws {
    let folder = try TemporaryFolder()
    let before = try FileReplayGuard(DurableFolder("\(folder.path)/signatures"))
    #expect(try await before.remember(key: "rongcloud:1", fingerprint: "a", until: Date() + 60) == nil)
    let after = try FileReplayGuard(DurableFolder("\(folder.path)/signatures"))
    #expect(try await after.remember(key: "rongcloud:1", fingerprint: "b", until: Date() + 60) == "a")
  }

  @Test("forgets a signature that can't be used any more")
  func guardForgets() async throws {
    let folder = try TemporaryFolder()
    let before = try FileReplayGuard(DurableFolder("\(folder.path)/signatures"))
    _ = try await before.remember(key: "rongcloud:1", fingerprint: "a", until: Date() - 1)
    let after = try FileReplayGuard(DurableFolder("\(folder.path)/signatures"))
    #expect(try await after.remember(key: "rongcloud:1", fingerprint: "b", until: Date() + 60) == nil)
  }
}
