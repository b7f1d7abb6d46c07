// Swift's driver: a line of JSON in, a line out. What it is asked is in tests/conformance/README.md.

import Foundation
import RongCloudRecording

/// What an answer is not made of: the driver ends with it.
struct Unusable: Error {
  let what: String
}

@main
struct Driver {
  private var client: RecordingClient?
  private var ledger: RecordingLedger?

  static func main() async throws {
    try await answerAll()
  }

  /// Apart from `main`, which is the main actor's, and could not be given what isn't Sendable.
  private static func answerAll() async throws {
    var driver = Driver()
    while let line = readLine() {
      let command = try JSONSerialization.jsonObject(with: Data(line.utf8))
      guard let (name, given) = (command as? [String: Any])?.first else { throw Unusable(what: line) }
      let answer: [String: Any]
      do {
        answer = ["done": told(try await driver.answer(name, given))]
      } catch let error as RecordingError {
        answer = ["failed": told(error)]
      }
      let text = try JSONSerialization.data(withJSONObject: answer, options: .withoutEscapingSlashes)
      FileHandle.standardOutput.write(text + Data("\n".utf8))
    }
  }

  private mutating func answer(_ name: String, _ given: Any) async throws -> Any {
    switch name {
    case "client":
      client?.close()
      client = nil
      client = try RecordingClient(Given(given))
    case "call":
      let call = try Given(given)
      return try await self.call(call.text("operation"), call.part("arguments"))
    case "ledger":
      guard let client else { throw Unusable(what: "there is no client") }
      ledger?.close()
      ledger = nil
      ledger = try RecordingLedger(client, Given(given))
    case "ledger_call":
      guard let ledger else { throw Unusable(what: "there is no ledger") }
      let call = try Given(given)
      return try await ledger.call(call.text("operation"), call.part("arguments"))
    case "profile":
      let profile = try RecordingProfile(json: given as? String ?? "")
      let again = try RecordingProfile(profile.config)
      return ["json": profile.json, "json_of_config": again.json, "advice": profile.advice] as [String: Any]
    case "advice":
      let update = try LayoutUpdate(Given(given))
      return try update.layout.advice(host: update.host)
    case "arrange": return try Layout(arranged: Given(given))
    case "picture": return try picture(Given(given))
    case "signature":
      let given = try Given(given)
      return try RecordingClient.signature(
        appSecret: given.text("app_secret"), nonce: given.text("nonce"), timestamp: given.text("timestamp"))
    case "receive": return try await receive(Given(given))
    case "track": return try track(Given(given))
    case "constants": return constants
    default: throw Unusable(what: "\(name) is unknown")
    }
    return NSNull()
  }

  private func call(_ operation: String, _ given: Given) async throws -> Any {
    guard let client else { throw Unusable(what: "there is no client") }
    switch operation {
    case "start":
      let profile = try RecordingProfile(json: given.text("profile"))
      let (roomId, sessionId) = (try given.text("room_id"), try given.text("session_id"))
      let extra = given.optionalText("extra")
      try given.assertAllRead()
      return try await client.start(roomId: roomId, sessionId: sessionId, profile: profile, extra: extra)
    case "stop": return try await client.stop(RecordingTarget(given.part("recording")))
    case "update_layout":
      let update = try LayoutUpdate(given.part("update"))
      return try await client.updateLayout(
        of: RecordingTarget(given.part("recording")), to: update.layout, renderMode: update.renderMode,
        host: update.host)
    case "query_room":
      let (roomId, requestId) = (try given.text("room_id"), given.optionalText("request_id"))
      try given.assertAllRead()
      return try await client.queryRoom(roomId, requestId: requestId)
    default:
      guard try await carryOut(operation, given.plain, by: client) else {
        throw Unusable(what: "there is no operation \(operation)")
      }
      return NSNull()
    }
  }
}

/// What a profile or an update looks like.
private func picture(_ given: Given) throws -> String {
  let (profile, resolution) = (given.optionalText("profile"), given.optionalText("resolution"))
  let cameras = given.optionalText("cameras")
  let update = profile == nil ? try LayoutUpdate(given.part("update")) : nil
  try given.assertAllRead()
  guard let update else { return try RecordingProfile(json: profile ?? "").svg(cameras: cameras) }
  return try update.layout.svg(
    resolution: resolution, host: update.host, renderMode: update.renderMode, cameras: cameras)
}

/// Callbacks that one receiver takes in.
private func receive(_ given: Given) async throws -> [Any] {
  let receiver = try CallbackReceiver(
    credentials: given.pairs("credentials").map { try Credentials(appKey: $0.name, appSecret: $0.value) },
    timestampUnit: given.member("timestamp_unit"))
  let (kind, headers, query) = (try given.text("kind"), try given.pairs("headers"), try given.text("query"))
  var outcomes: [Any] = []
  for body in try given.texts("bodies") {
    guard let body = Data(base64Encoded: body) else { throw Unusable(what: "a body is not Base64") }
    let request = CallbackRequest(headers: headers, body: body, query: query)
    do throws(CallbackRefused) {
      outcomes.append(
        kind == "room" ? try await receiver.roomEvent(request) : try await receiver.recordingEvent(request))
    } catch {
      outcomes.append(facts(of: error))
    }
  }
  return outcomes
}

/// What a tracker tells that has taken in what others noted, and what one tells that was stored before that.
private func track(_ given: Given) throws -> [Any] {
  let (recordId, extra) = (given.optionalText("record_id"), given.optionalText("extra"))
  let requested = try given.optionalPart("requested")
  let (now, staleAfter) = (try given.time("now_ms"), try given.duration("stale_after_ms"))

  func made(_ events: [String]) throws -> RecordingTracker {
    let tracker = try recordId.map { try RecordingTracker(recordId: $0) } ?? RecordingTracker(extra: extra ?? "")
    for event in events { try tracker.record(RecordingEvent(unverified: event.utf8)) }
    if let requested { try tracker.requested(StartedRecording(requested), at: requested.time("at_ms")) }
    return tracker
  }

  let trackers = try given.lists("shares").map(made)
  guard let tracker = trackers.first else { throw Unusable(what: "there are no shares") }
  return try [tracker, RecordingTracker(restoring: tracker.snapshot())].map { tracker in
    for other in trackers.dropFirst() + [tracker] { try tracker.merge(other) }
    let state = try tracker.state(at: now, staleAfter: staleAfter)
    return ["state": state, "snapshot": try tracker.snapshot()] as [String: Any]
  }
}
