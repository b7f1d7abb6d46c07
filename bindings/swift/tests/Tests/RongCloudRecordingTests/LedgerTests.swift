// What a ledger does for several processes: one start, callbacks taken in by any, unknown outcomes looked after.

import Foundation
import RongCloudRecording
import RongCloudSimulator
import Testing

@Suite("A ledger", .timeLimit(.minutes(2)))
struct LedgerTests {
  private let fleet = Fleet()

  private func start(
    _ ledger: RecordingLedger, _ profile: RecordingProfile = anyProfile, after: Int? = nil
  ) async throws -> LedgerRecording {
    try await ledger.start(roomId: "room1", sessionId: "aaa", profile: profile, after: after)
  }

  @Test("that is asked many times at once, in two processes, sends one start, which all are told of and one has made")
  func once() async throws {
    let ledgers = [try fleet.ledger(), try fleet.ledger()]
    let found = try await withThrowingTaskGroup(of: LedgerRecording.self) { group in
      for number in 0..<20 { group.addTask { try await start(ledgers[number % 2]) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(try await fleet.starts() == 1)
    let recordId = try #require(try await fleet.simulator.recordings().first).recordId
    #expect(found.allSatisfy { $0.recording.recordId == recordId && $0.entry.recordId == recordId })
    #expect(found.count { $0.isMine } == 1)
  }

  @Test("starts whatever call a room has, once")
  func inRoom() async throws {
    let first = try await fleet.ledger().start(inRoom: "room1", profile: anyProfile)
    let second = try await fleet.ledger().start(inRoom: "room1", profile: anyProfile)
    #expect(first.isMine && !second.isMine && first.recording.recordId == second.recording.recordId)
    #expect(first.recording.sessionId == "aaa")
  }

  @Test("counts what it has done, in this process alone")
  func statistics() async throws {
    let (ledger, another) = (try fleet.ledger(), try fleet.ledger())
    _ = try await (start(ledger), start(another))
    let other = try RecordingProfile(
      SplitStreamRecording(mode: .mixAudioOnly, videoFormat: .hls, audioFormat: .mp3, sliceLength: .minutes30))
    _ = try await failure { try await start(another, other) }
    let report = try await another.reconcile(wait: .zero)
    let (counted, its) = (try ledger.statistics(), try another.statistics())
    #expect(counted.startsSent == 1 && counted.startsJoined == 0 && counted.reconciledAt == nil)
    #expect(its.startsSent == 0 && its.startsJoined == 1 && its.startsInConflict == 1)
    #expect(its.lastReconciliation == report && its.storeCalls > 0 && its.storeFailures == 0)
  }

  @Test("names who has sent a start")
  func holder() async throws {
    let started = try await start(fleet.ledger(holder: "worker-7"))
    #expect(started.entry.holder == "worker-7" && started.entry.requestId == started.recording.requestId)
  }

  @Test("that has another recording on record refuses a start, and shows what is on record")
  func conflict() async throws {
    let first = try await start(fleet.ledger())
    let other = try RecordingProfile(
      SplitStreamRecording(mode: .mixAudioOnly, videoFormat: .hls, audioFormat: .mp3, sliceLength: .minutes30))
    let error = try await failure { try await start(fleet.ledger(), other) }
    guard case .conflict(let failure) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(failure.entry == first.entry && error.entry?.state == .running)
    #expect(!error.maybeSent && !error.isRetryable && error.operation == .start)
    #expect(try await fleet.starts() == 1)
  }

  @Test("sends nothing of a start that is cancelled while it waits for another's")
  func waitingStart() async throws {
    let (first, second) = (try fleet.ledger(), try fleet.ledger())
    try await fleet.simulator.next(.hold())
    async let started = start(first)
    try await fleet.simulator.wait(requests: 1)
    let waiting = Task { try await start(second) }
    for _ in 0..<1000 { await Task.yield() }
    waiting.cancel()
    let (sent, error) = try await cancellation { try await waiting.value }
    #expect(!sent && !error.mayBeRecording && error.operation == .start && error.sessionId == "aaa")
    try await fleet.simulator.release()
    #expect(try await started.isMine)
    #expect(try await fleet.starts() == 1)
  }

  @Test("starts a session again only for whoever says what is over")
  func after() async throws {
    let ledger = try fleet.ledger()
    let first = try await start(ledger)
    try await ledger.stop(first.recording)
    #expect(try await !start(ledger).isMine)
    let second = try await start(ledger, after: first.entry.generation)
    #expect(second.isMine && second.entry.generation == first.entry.generation + 1)
    #expect(try await fleet.starts() == 2)
  }

  @Test("takes in what the service tells another process of its recording")
  func take() async throws {
    let (asked, other) = (try fleet.ledger(), try fleet.ledger())
    let server = try await fleet.callBack(other)
    let started = try await start(asked)
    try await asked.stop(started.recording)
    #expect(try await fleet.simulator.flushCallbacks().allSatisfy { $0.state == .delivered })
    let known = try #require(try await asked.get("aaa"))
    #expect(known.entry.state == .uploaded && known.entry.recordId == started.recording.recordId)
    #expect(known.recording?.phase == .uploaded && known.recording?.uploads.isEmpty == false)
    // Its own tag isn't shown.
    #expect(known.entry.extra == "" && known.recording?.extra == nil)
    withExtendedLifetime(server) {}
  }

  /// Callbacks of a whole recording, as they came in, all of them taken in by the ledger.
  private func callbacks(takenBy ledger: RecordingLedger) async throws -> [CallbackRequest] {
    let came = Kept<CallbackRequest>()
    let server = try await fleet.callBack(ledger) { came.keep($0) }
    let started = try await start(ledger)
    try await ledger.stop(started.recording)
    _ = try await fleet.simulator.flushCallbacks()
    withExtendedLifetime(server) {}
    return came.lines
  }

  @Test("takes in an event that comes again, at another process too, and says that it isn't new")
  func again() async throws {
    let first = try await callbacks(takenBy: fleet.ledger())
    let other = try fleet.ledger()
    for callback in first { #expect(try await !other.take(callback).isNew) }
    #expect(!first.isEmpty)
  }

  @Test("refuses a forged body under a signature that another process has seen, with 401")
  func forged() async throws {
    var forged = try #require(try await callbacks(takenBy: fleet.ledger()).first)
    forged.body += Data(" ".utf8)
    let other = try fleet.ledger()
    let refused = try await refusal { try await other.take(forged) }
    #expect(refused.reason == .replayed && refused.httpStatus == 401)
    #expect(await answer(other, forged) == 401)
  }

  @Test("verifies a room's event, remembers its signature for all processes, and has nothing of it on record")
  func roomEvent() async throws {
    let (nonce, timestamp) = ("14314", String(Date().milliseconds))
    let signature = try RecordingClient.signature(appSecret: Simulator.appSecret, nonce: nonce, timestamp: timestamp)
    let event = CallbackRequest(
      headers: ["App-Key": Simulator.appKey, "Nonce": nonce, "Timestamp": timestamp, "Signature": signature],
      body: #"{"event":1,"channelId":"room1","sessionId":"aaa","appKey":"\#(Simulator.appKey)"}"#.utf8)
    for _ in 1...2 { #expect(try await fleet.ledger().takeRoomEvent(event).event.roomId == "room1") }
    var forged = event
    forged.body += Data(" ".utf8)
    #expect(try await refusal { try await fleet.ledger().takeRoomEvent(forged) }.reason == .replayed)
    #expect(try await fleet.ledger().get("aaa") == nil)
  }

  @Test("believes what a receiver of your own believes, and nothing else")
  func receiver() async throws {
    let genuine = try #require(try await callbacks(takenBy: fleet.ledger()).first)
    let receiver = try CallbackReceiver(credentials: [Credentials(appKey: Simulator.appKey, appSecret: "another")])
    let ledger = try fleet.ledger(receiver: receiver)
    let refused = try await refusal { try await ledger.take(genuine) }
    #expect(refused.reason == .wrongSignature)
  }

  @Test("that can't ask its store sends no start, and has its callbacks come again")
  func unreachable() async throws {
    let ledger = try RecordingLedger(
      client: fleet.simulator.client(), onUnknown: .hold, store: "\(fleet.store).missing/recordings.db")
    let error = try await failure {
      try await ledger.start(roomId: "room1", sessionId: "aaa", profile: anyProfile, timeout: .milliseconds(100))
    }
    guard case .notSent = error, error.cause == .store else {
      Issue.record("\(error)")
      return
    }
    #expect(error.isRetryable && error.operation == .start)
    #expect(try await fleet.simulator.requests().isEmpty)
    let genuine = try #require(try await callbacks(takenBy: fleet.ledger()).first)
    #expect(await answer(ledger, genuine) == 503)
  }

  @Test("without a store it can use is not made, and told why")
  func noStore() async throws {
    let client = try fleet.simulator.client()
    for store in [nil, "recordings.db", "sqlite:", "nosuch://host"] {
      let found = try await violations { try RecordingLedger(client: client, onUnknown: .hold, store: store) }
      #expect(found.map(\.path) == ["store"], "\(store ?? "none"): \(found)")
    }
    let found = try await violations {
      try RecordingLedger(client: client, onUnknown: .hold, options: LedgerOptions(store: fleet.store, grace: .zero))
    }
    #expect(found.map(\.path) == ["grace"])
  }

  @Test("holds a session whose start nobody knows the outcome of, until somebody decides")
  func resolve() async throws {
    let (ledger, other) = (try fleet.ledger(), try fleet.ledger())
    let lost = try await fleet.loseStart(by: ledger)
    #expect(try await other.unresolved() == [lost])
    let error = try await failure { try await start(other) }
    guard case .conflict = error, error.entry == lost else {
      Issue.record("\(error)")
      return
    }
    #expect(try await other.resolve("aaa", generation: lost.generation, as: .notStarted).state == .free)
    #expect(try await other.unresolved().isEmpty)
    #expect(try await start(ledger).isMine)
  }

  @Test("stops what may be running, where it is told to, once it has seen that for the grace")
  func reconcile() async throws {
    let ledger = try fleet.ledger(onUnknown: .stop, grace: .milliseconds(1))
    _ = try await fleet.loseStart(by: ledger)
    let report = try await ledger.reconcile()
    #expect(report.stopped == 1 && report.failed == 0, "\(report)")
    #expect(try await ledger.get("aaa")?.entry.state == .over)
    #expect(try await fleet.simulator.requests().last?.path == "/rtc/record/stop.json")
  }

  @Test("keeps up by itself, and is told of by whoever follows")
  func keepUp() async throws {
    let (keeping, other) = (try fleet.ledger(onUnknown: .stop, grace: .milliseconds(1)), try fleet.ledger())
    _ = try await fleet.loseStart(by: other)
    try keeping.keepUp(every: .milliseconds(20))
    defer { keeping.close() }
    for try await known in other.follow("aaa") where known.entry.state == .over { return }
    Issue.record("it went on being unknown")
  }

  @Test("keeps up at no interval of nothing")
  func noInterval() async throws {
    let ledger = try fleet.ledger()
    let found = try await violations { try ledger.keepUp(every: .zero) }
    #expect(found.map(\.path) == ["interval"])
  }

  @Test("leaves its client open when it is closed, and takes callbacks in all the same")
  func closed() async throws {
    let ledger = try fleet.ledger()
    ledger.close()
    ledger.close()
    #expect(try await start(ledger).isMine)
  }

  @Test("shows its store's password nowhere")
  func redacted() async throws {
    let options = LedgerOptions(store: "postgres://user:canary@127.0.0.1:1/recordings", holder: "worker-7")
    var texts = ["\(options)", String(reflecting: options)]
    var dumped = ""
    dump(options, to: &dumped)
    texts.append(dumped)
    #expect(texts.allSatisfy { $0.contains("[redacted]") && $0.contains("worker-7") })
    let ledger = try RecordingLedger(client: fleet.simulator.client(), onUnknown: .hold, options: options)
    let error = try await failure { try await ledger.unresolved() }
    #expect(error.cause == .store)
    texts += ["\(error)", String(reflecting: error)]
    #expect(texts.allSatisfy { !$0.contains("canary") }, "\(texts)")
  }
}
