// What README and book show of Swift, so that it is compiled. The marks name regions: scripts/shown.py.

import Foundation
import Logging
import RongCloudRecording

func startRecording() async throws {
  // ANCHOR: start
  // Validated once; a server keeps it for all its rooms.
  let profile = try RecordingProfile(
    SplitStreamRecording(
      mode: .singleAudioVideo,
      videoResolution: Resolution.r1280x720,
      videoFormat: .mp4,
      audioFormat: .aac,
      sliceLength: .minutes60))

  let client = try RecordingClient()
  let started = try await client.start(roomId: "room1", sessionId: "session-of-room1", profile: profile)
  print(started.recordId)
  // ANCHOR_END: start
}

func showAdvice(_ profile: RecordingProfile) {
  // ANCHOR: advice
  for advice in profile.advice { print(advice.path, advice.code, advice.reason) }
  // ANCHOR_END: advice
}

func readProfile(_ text: String) throws {
  // ANCHOR: json
  let profile = try RecordingProfile(json: text)
  print(profile.json)
  // ANCHOR_END: json
}

func makeClient(_ appKey: String, _ appSecret: String) throws -> RecordingClient {
  // ANCHOR: client
  let client = try RecordingClient(
    appKey: appKey, appSecret: appSecret, dataCenter: .singapore, timeout: .seconds(10))
  // ANCHOR_END: client
  return client
}

func makeConfiguredClient(_ appKey: String, _ appSecret: String) throws -> RecordingClient {
  // ANCHOR: policies
  let client = try RecordingClient(
    appKey: appKey, appSecret: appSecret, dataCenter: .beijing,
    timeout: .seconds(20),
    proxy: "http://proxy.example:3128",
    caCertificates: String(contentsOfFile: "/etc/ssl/company.pem", encoding: .utf8),
    retry: RetryPolicy(maxAttempts: 3, attemptTimeout: .seconds(4)),
    failover: FailoverPolicy(probeAfter: .seconds(60)),
    connections: ConnectionPolicy(maxConcurrent: 100, maxWaiting: 1000))
  // ANCHOR_END: policies
  return client
}

func startAfresh(
  _ client: RecordingClient, _ roomId: String, _ sessionId: String, _ profile: RecordingProfile,
  _ extra: String
) async throws -> StartedRecording {
  // ANCHOR: start_afresh
  do {
    return try await client.start(roomId: roomId, sessionId: sessionId, profile: profile, extra: extra)
  } catch let error as RecordingError where error.mayBeRecording {
    do {
      try await client.stop(RecordingTarget(roomId: roomId, sessionId: sessionId))
    } catch RecordingError.refused(let failure) where !failure.isRetryable {
      // Perhaps because there was none to stop.
      print(failure.reason)
    }
    return try await client.start(
      roomId: roomId, sessionId: sessionId, profile: profile, extra: UUID().uuidString)
  }
  // ANCHOR_END: start_afresh
}

private func keep(_ started: StartedRecording) async {}
private func follow(_ tracker: RecordingTracker) async throws {}

func startWithExtra(
  _ client: RecordingClient, _ roomId: String, _ sessionId: String, _ profile: RecordingProfile
) async throws {
  // ANCHOR: unknown_outcome
  let extra = UUID().uuidString
  do {
    let started = try await client.start(roomId: roomId, sessionId: sessionId, profile: profile, extra: extra)
    await keep(started)
  } catch let error as RecordingError where error.mayBeRecording {
    // It learns the record id from the first callback with this extra.
    let tracker = try RecordingTracker(extra: extra, since: error.sentAt)
    try await follow(tracker)
  }
  // ANCHOR_END: unknown_outcome
}

private func remember(_ extra: String, _ requestId: String?) async {}

func startInTask(
  _ client: RecordingClient, _ roomId: String, _ sessionId: String, _ profile: RecordingProfile, _ extra: String
) async throws -> StartedRecording {
  // ANCHOR: interrupted
  do {
    return try await client.start(roomId: roomId, sessionId: sessionId, profile: profile, extra: extra)
  } catch RecordingError.cancelled(let failure) where Task.isCancelled {
    if failure.maybeSent { await remember(extra, failure.call?.requestId) }
    throw CancellationError()
  }
  // ANCHOR_END: interrupted
}

func handleErrors(
  _ client: RecordingClient, _ roomId: String, _ sessionId: String, _ profile: RecordingProfile
) async throws -> String? {
  // ANCHOR: errors
  do {
    let started = try await client.start(roomId: roomId, sessionId: sessionId, profile: profile)
    return started.recordId
  } catch RecordingError.invalidInput(let failure) {
    for violation in failure.violations {
      print("\(violation.path): \(violation.reason)")
    }
  } catch let error as RecordingError where error.code == ServiceCode.roomNotFound {
    print("the call is over: \(error)")
  } catch let error as RecordingError where error.isRetryable {
    print("it provably did not start, and may be tried again: \(error)")
  } catch let error as RecordingError where error.mayBeRecording {
    print("a recording may be running; the vendor finds request \(error.requestId ?? "none"): \(error)")
  }
  // ANCHOR_END: errors
  return nil
}

func startWithDeadline(
  _ client: RecordingClient, _ roomId: String, _ sessionId: String, _ profile: RecordingProfile
) async throws -> StartedRecording {
  // ANCHOR: deadline
  let started = try await client.start(
    roomId: roomId, sessionId: sessionId, profile: profile, timeout: .seconds(3))
  // ANCHOR_END: deadline
  return started
}

func arrangeAndStop(_ client: RecordingClient, _ profile: RecordingProfile) async throws {
  // ANCHOR: life
  let room = try await client.queryRoom("room1")
  let started = try await client.start(roomId: room.roomId, sessionId: room.sessionId, profile: profile)

  try await client.updateLayout(of: started, to: .grid(room.videoStreams, resolution: Resolution.r1280x720))

  try await client.stop(started)
  // ANCHOR_END: life
}

func stopLater(_ client: RecordingClient) async throws {
  // ANCHOR: stop_by_ids
  try await client.stop(RecordingTarget(roomId: "room1", sessionId: "session-of-room1"))
  // ANCHOR_END: stop_by_ids
}

func makeReceiver(_ appKey: String, _ appSecret: String) throws -> CallbackReceiver {
  // ANCHOR: receiver
  let receiver = try CallbackReceiver(credentials: [Credentials(appKey: appKey, appSecret: appSecret)])
  // ANCHOR_END: receiver
  return receiver
}

/// As in a database's client.
protocol Store: Sendable {
  func insert(_ json: String, fingerprint: String) async throws
}

func answer(
  _ receiver: CallbackReceiver, _ store: any Store, _ headers: [(name: String, value: String)], _ body: Data,
  _ query: String?
) async -> Int {
  // ANCHOR: webhook
  do {
    // Verified and remembered.
    let received = try await receiver.recordingEvent(CallbackRequest(headers: headers, body: body, query: query))
    // INSERT … ON CONFLICT DO NOTHING, where the fingerprint is unique: the same event again changes nothing.
    try await store.insert(received.event.json, fingerprint: received.fingerprint)
    return 200
  } catch let refused as CallbackRefused {
    print(refused)
    return refused.httpStatus
  } catch {
    // The service comes again.
    return 503
  }
  // ANCHOR_END: webhook
}

/// As in a database's client, within a transaction.
protocol Database {
  func remember(_ key: String, _ fingerprint: String, until expiry: Date) throws -> String?
}

func verify(_ receiver: CallbackReceiver, _ database: any Database, _ request: CallbackRequest) throws {
  // ANCHOR: transaction
  let received = try receiver.verifyRecordingEvent(request)
  let earlier = try database.remember(received.key, received.fingerprint, until: received.expiresAt)
  try received.checkReplay(remembered: earlier)
  // ANCHOR_END: transaction
}

/// As in a store of texts.
protocol Snapshots {
  func compareAndSwap(_ key: String, _ change: (String?) throws -> String) async throws
}

func save(_ tracker: RecordingTracker, _ recordId: String, _ snapshots: any Snapshots) async throws {
  // ANCHOR: snapshot
  try await snapshots.compareAndSwap(recordId) { stored in
    let merged = try stored.map { try RecordingTracker(restoring: $0) } ?? tracker
    try merged.merge(tracker)
    return try merged.snapshot()
  }
  // ANCHOR_END: snapshot
}

/// As in a client of a store.
protocol Redis: Sendable {
  func set(_ key: String, _ value: String, ifAbsentUntil expiry: Date) async throws -> String?
}

// ANCHOR: replay_guard
struct SharedReplayGuard: ReplayGuard {
  let redis: any Redis

  func remember(key: String, fingerprint: String, until expiry: Date) async throws -> String? {
    // SET key fingerprint NX GET PXAT expiry
    try await redis.set(key, fingerprint, ifAbsentUntil: expiry)
  }
}
// ANCHOR_END: replay_guard

func track(_ started: StartedRecording, _ events: [RecordingEvent]) throws {
  // ANCHOR: tracker
  let tracker = try RecordingTracker(recordId: started.recordId)
  try tracker.requested(started)
  for event in events { try tracker.record(event) }
  let state = try tracker.state(staleAfter: .seconds(3600))
  print(state.phase, state.isStale, state.uploads.map(\.json), state.failures.map(\.json))
  // ANCHOR_END: tracker
}

func recordTogether(_ client: RecordingClient, _ profile: RecordingProfile) async throws {
  // ANCHOR: ledger
  // RONGCLOUD_LEDGER_URL, or store: "sqlite:///var/lib/app/recordings.db".
  let ledger = try RecordingLedger(client: client, onUnknown: .stop)
  try ledger.keepUp(every: .seconds(60))

  let found = try await ledger.start(inRoom: "room1", profile: profile)
  print(found.isMine ? "started" : "recorded already", found.recording.recordId)

  for try await known in ledger.follow(found.recording.sessionId) {
    print(known.entry.state, known.recording?.uploads.map(\.json) ?? [])
  }
  // ANCHOR_END: ledger
}

func answer(_ ledger: RecordingLedger, _ request: CallbackRequest) async -> Int {
  // ANCHOR: ledger_webhook
  do {
    try await ledger.take(request)
    return 200
  } catch let refused as CallbackRefused {
    return refused.httpStatus
  } catch {
    // The store can't be asked: the service comes again.
    return 503
  }
  // ANCHOR_END: ledger_webhook
}

func forwardLog(to logger: Logger) {
  // ANCHOR: log
  RecordingLog.forward(.info) { record in
    let level: Logger.Level =
      switch record.level {
      case .debug: .debug
      case .warn: .warning
      case .info, .off: .info
      }
    logger.log(level: level, "\(record.text)", metadata: record.metadata.mapValues { .string($0) })
  }
  // ANCHOR_END: log
}

func attempts(_ client: RecordingClient) async throws -> Int {
  // ANCHOR: attempts
  let room = try await client.queryRoom("room1", requestId: "order-7")
  for attempt in room.attempts {
    print(attempt.host, attempt.requestId, attempt.status ?? 0, attempt.waited, attempt.took)
  }
  // ANCHOR_END: attempts
  return room.attempts.count
}

func statistics(_ client: RecordingClient) throws -> Int {
  // ANCHOR: statistics
  let now = try client.statistics()
  print(now.attempts, "attempts,", now.retries, "retries,", now.callsInFlight, "calls in flight")
  // ANCHOR_END: statistics
  return now.attempts
}

/// Gives values to swift-metrics: `Counter` and `Gauge` there take a label and dimensions as these do.
func telemetry(
  _ client: RecordingClient, gauge: (_ label: String, _ dimensions: [(String, String)], _ value: Double) -> Void
) throws {
  // ANCHOR: telemetry
  for it in try client.measurements() {
    gauge(it.name, it.attributes.map { ($0.name, $0.value) }, it.value)
  }
  // ANCHOR_END: telemetry
}

func drain(_ client: RecordingClient) async throws -> Bool {
  // ANCHOR: drain
  let allEnded = try await client.close(drain: .seconds(20))
  if !allEnded { print("calls were cut off after 20 seconds") }
  // ANCHOR_END: drain
  return allEnded
}
