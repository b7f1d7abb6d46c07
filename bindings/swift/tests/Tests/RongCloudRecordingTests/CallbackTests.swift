// Callbacks beyond the golden ones: how requests are given, and replay guards of one's own.

import Foundation
import RongCloudRecording
import Testing

@Suite("A callback receiver")
struct CallbackTests {
  private static let appKey = "uwd1c0sxdlx2"
  private static let appSecret = "Y1W2MeFwwwRxa0"
  private let body = Data(#"{"type":1,"recordId":"r-1","appKey":"uwd1c0sxdlx2"}"#.utf8)
  private let forged = Data(#"{"type":3,"recordId":"r-1","appKey":"uwd1c0sxdlx2"}"#.utf8)

  private func receiver(
    largestBody: Int? = nil, headerNames: CallbackHeaderNames? = nil, replayGuard: (any ReplayGuard)? = nil
  ) throws -> CallbackReceiver {
    try CallbackReceiver(
      credentials: [Credentials(appKey: Self.appKey, appSecret: Self.appSecret)], headerNames: headerNames,
      largestBody: largestBody, replayGuard: replayGuard)
  }

  private func signedHeaders(appSecret: String = Self.appSecret, at time: Date = Date()) throws -> [String: String] {
    let (nonce, timestamp) = ("14314", String(time.milliseconds))
    let signature = try RecordingClient.signature(appSecret: appSecret, nonce: nonce, timestamp: timestamp)
    return ["Nonce": nonce, "Timestamp": timestamp, "Signature": signature]
  }

  private func refusal(of call: () async throws(CallbackRefused) -> some Any) async throws -> CallbackRefused {
    do {
      let value = try await call()
      throw Unusable(what: "it was expected to be refused and gave \(value)")
    } catch let error as CallbackRefused {
      return error
    }
  }

  @Test("takes headers as a dictionary")
  func dictionary() async throws {
    let received = try await receiver().recordingEvent(CallbackRequest(headers: signedHeaders(), body: body))
    #expect(received.event.kind == .started && !received.isRepeat)
  }

  @Test("takes headers as pairs, and the body as any bytes")
  func pairs() async throws {
    let pairs = try signedHeaders().map { (name: $0.key, value: $0.value) }
    let received = try await receiver().recordingEvent(CallbackRequest(headers: pairs, body: Array(body)))
    #expect(received.event.recordId == "r-1")
  }

  @Test("takes the signature from the query")
  func query() async throws {
    let query = try signedHeaders().map { "\($0.key.lowercased())=\($0.value)" }.joined(separator: "&")
    let received = try await receiver().recordingEvent(CallbackRequest(headers: [:], body: body, query: query))
    #expect(received.event.recordId == "r-1")
  }

  @Test("takes other names of the signing fields")
  func names() async throws {
    let signed = try signedHeaders()
    let headers = ["X-N": signed["Nonce"]!, "X-T": signed["Timestamp"]!, "X-S": signed["Signature"]!]
    let names = CallbackHeaderNames(nonce: "X-N", timestamp: "X-T", signature: "X-S")
    let received = try await receiver(headerNames: names).recordingEvent(CallbackRequest(headers: headers, body: body))
    #expect(received.event.recordId == "r-1")
  }

  @Test("knows a callback that comes again")
  func again() async throws {
    let receiver = try receiver()
    let request = try CallbackRequest(headers: signedHeaders(), body: body)
    _ = try await receiver.recordingEvent(request)
    #expect(try await receiver.recordingEvent(request).isRepeat)
  }

  @Test("refuses a forged body under a captured signature")
  func replayed() async throws {
    let receiver = try receiver()
    let headers = try signedHeaders()
    _ = try await receiver.recordingEvent(CallbackRequest(headers: headers, body: body))
    let error = try await refusal { () throws(CallbackRefused) in
      try await receiver.recordingEvent(CallbackRequest(headers: headers, body: forged))
    }
    #expect(error.reason == .replayed && error.httpStatus == 401)
  }

  @Test("refuses a body that is larger than allowed")
  func large() async throws {
    let receiver = try receiver(largestBody: 10)
    let request = try CallbackRequest(headers: signedHeaders(), body: body)
    let error = try await refusal { () throws(CallbackRefused) in try await receiver.recordingEvent(request) }
    #expect(error.reason == .tooLarge && error.httpStatus == 413)
  }

  @Test("is not made without credentials, nor for a window of nothing")
  func unusable() async throws {
    let found = try await violations { try CallbackReceiver(credentials: [], timeWindow: .seconds(-1)) }
    #expect(found.map(\.path) == ["credentials", "time_window"])
  }

  struct StoreIsDown: Error, CustomStringConvertible {
    let description = "the store is down"
  }

  struct BrokenGuard: ReplayGuard {
    func remember(key: String, fingerprint: String, until expiry: Date) async throws -> String? { throw StoreIsDown() }
  }

  @Test("refuses a callback while the replay guard fails, and asks for another try")
  func brokenGuard() async throws {
    let receiver = try receiver(replayGuard: BrokenGuard())
    let request = try CallbackRequest(headers: signedHeaders(), body: body)
    let error = try await refusal { () throws(CallbackRefused) in try await receiver.recordingEvent(request) }
    #expect(error.reason == .guardFailed && error.httpStatus == 503)
    #expect(error.localizedDescription == "callback refused: the replay guard failed: the store is down")
  }

  /// A store that several processes share.
  actor SharedGuard: ReplayGuard {
    private(set) var asked: [(key: String, fingerprint: String, expiry: Date)] = []

    func remember(key: String, fingerprint: String, until expiry: Date) -> String? {
      defer { asked.append((key, fingerprint, expiry)) }
      return asked.first { $0.key == key }?.fingerprint
    }
  }

  @Test("knows a callback that came to another receiver with the same guard")
  func sharedRepeat() async throws {
    let shared = SharedGuard()
    let request = try CallbackRequest(headers: signedHeaders(), body: body)
    #expect(try await receiver(replayGuard: shared).recordingEvent(request).isRepeat == false)
    #expect(try await receiver(replayGuard: shared).recordingEvent(request).isRepeat)
  }

  @Test("refuses a forged body under a signature that was captured at another receiver with the same guard")
  func sharedReplay() async throws {
    let shared = SharedGuard()
    let headers = try signedHeaders()
    _ = try await receiver(replayGuard: shared).recordingEvent(CallbackRequest(headers: headers, body: body))
    let other = try receiver(replayGuard: shared)
    let error = try await refusal { () throws(CallbackRefused) in
      try await other.recordingEvent(CallbackRequest(headers: headers, body: forged))
    }
    #expect(error.reason == .replayed)
  }

  @Test("asks its guard once, with a key that stands for the app, until the signature can't be used any more")
  func question() async throws {
    let shared = SharedGuard()
    _ = try await receiver(replayGuard: shared).recordingEvent(CallbackRequest(headers: signedHeaders(), body: body))
    let asked = await shared.asked
    #expect(asked.count == 1 && asked[0].key.hasPrefix("rongcloud:"))
    // Two windows of five minutes.
    #expect(abs(asked[0].expiry.timeIntervalSinceNow - 600) < 60)
  }

  @Test("asks its guard nothing about a callback with a wrong signature")
  func unasked() async throws {
    let shared = SharedGuard()
    let receiver = try receiver(replayGuard: shared)
    let request = try CallbackRequest(headers: signedHeaders(appSecret: "another"), body: body)
    let error = try await refusal { () throws(CallbackRefused) in try await receiver.recordingEvent(request) }
    #expect(error.reason == .wrongSignature)
    #expect(await shared.asked.isEmpty)
  }

  @Test("serves a hundred tasks at once", .timeLimit(.minutes(1)))
  func concurrent() async throws {
    let receiver = try receiver(replayGuard: SharedGuard())
    let request = try CallbackRequest(headers: signedHeaders(), body: body)
    let first = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<100 { group.addTask { try await !receiver.recordingEvent(request).isRepeat } }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(first == 1)
  }

  @Test("keeps every field of a recording callback that this library doesn't know")
  func unknownRecordingFields() throws {
    let body = #"{"type":2,"recordId":"r","files":[{"name":"a.mkv","big":123456789012345678901234567890}]}"#
    #expect(try RecordingEvent(unverified: body.utf8).json == body)
  }

  @Test("keeps every field of a room callback that this library doesn't know")
  func unknownRoomFields() throws {
    let body = #"{"event":1,"channelId":"room1","roomType":7}"#
    #expect(try RoomEvent(unverified: body.utf8).json == body)
  }

  @Test("refuses a stored body that is none")
  func unreadable() async throws {
    let error = try await refusal { () throws(CallbackRefused) in try RecordingEvent(unverified: "[]".utf8) }
    #expect(error.reason == .unreadableBody && error.httpStatus == 400)
  }
}
