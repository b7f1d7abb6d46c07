// A ledger and its calls.

import Foundation
import RongCloudRecording

extension RecordingLedger {
  convenience init(_ client: RecordingClient, _ given: Given) throws {
    guard let onUnknown: OnUnknown = try given.member("on_unknown") else {
      throw Unusable(what: "there is no on_unknown")
    }
    let options = LedgerOptions(
      store: given.optionalText("store"), holder: given.optionalText("holder"),
      grace: given.optionalDuration("grace_ms"),
      tags: given.flag("tags"), caCertificates: given.optionalText("ca_certificates"))
    try given.assertAllRead()
    try self.init(client: client, onUnknown: onUnknown, options: options)
  }

  func call(_ operation: String, _ given: Given) async throws -> Any {
    do {
      // Optionals as they are: what is absent is told as null.
      let done: Any = try await carryOut(operation, given) as Any
      try given.assertAllRead()
      return done
    } catch let refusal as CallbackRefused {
      return facts(of: refusal)
    }
  }

  private func carryOut(_ operation: String, _ given: Given) async throws -> Any? {
    let (timeout, settle) = (given.optionalDuration("timeout_ms"), given.optionalDuration("settle_ms"))
    switch operation {
    case "start":
      return try await start(
        roomId: given.text("room_id"), sessionId: given.text("session_id"),
        profile: RecordingProfile(json: given.text("profile")), extra: given.optionalText("extra"),
        after: given.count("after"), timeout: timeout, requestId: given.optionalText("request_id"))
    case "start_in_room":
      return try await start(
        inRoom: given.text("room_id"), profile: RecordingProfile(json: given.text("profile")),
        extra: given.optionalText("extra"), after: given.count("after"), timeout: timeout,
        requestId: given.optionalText("request_id"))
    case "stop":
      return try await stop(
        RecordingTarget(given.part("recording")), timeout: timeout, requestId: given.optionalText("request_id"))
    case "take": return try await take(CallbackRequest(given))
    case "take_room_event": return try await takeRoomEvent(CallbackRequest(given))
    case "get": return try await get(given.text("session_id"))
    case "next_change":
      return try await nextChange(
        of: given.text("session_id"), seen: given.count("seen") ?? 0, timeout: given.duration("timeout_ms"),
        settle: settle)
    case "wait_until_uploaded":
      return try await waitUntilUploaded(
        given.text("session_id"), timeout: given.duration("timeout_ms"), settle: settle)
    case "follow":
      var all: [FollowedRecording] = []
      for try await found in try follow(given.text("session_id"), settle: settle) { all.append(found) }
      return all
    case "entries": return try await entries(limit: given.count("limit") ?? 100)
    case "unresolved": return try await unresolved(limit: given.count("limit") ?? 100)
    case "resolve":
      return try await resolve(
        given.text("session_id"), generation: given.count("generation") ?? 0, as: LedgerResolution(given))
    case "reconcile":
      return try await reconcile(limit: given.count("limit") ?? 1000, wait: given.optionalDuration("wait_ms"))
    default: throw Unusable(what: "a ledger has no operation \(operation)")
    }
  }
}

extension CallbackRequest {
  fileprivate init(_ given: Given) throws {
    guard let body = Data(base64Encoded: try given.text("body")) else { throw Unusable(what: "a body is not Base64") }
    self.init(headers: try given.pairs("headers"), body: body, query: try given.text("query"))
  }
}

extension LedgerResolution {
  fileprivate init(_ given: Given) throws {
    let kinds: [String: LedgerResolution] = [
      "started": .started(recordId: given.optionalText("record_id")), "not_started": .notStarted, "over": .over,
    ]
    guard let kind = kinds[try given.text("resolution")] else { throw Unusable(what: "it resolves nothing") }
    self = kind
  }
}
