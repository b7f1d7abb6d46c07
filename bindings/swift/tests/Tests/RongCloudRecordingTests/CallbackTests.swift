// Callbacks beyond the golden ones: how requests are given, and replay guards of one's own.

import Foundation
import RongCloudRecording
import RongCloudSimulator
import Testing

@Suite("A callback receiver")
struct CallbackTests {
  private static let appKey = "uwd1c0sxdlx2"
  private static let appSecret = "Y1W2MeFwwwRxa0"
  private let body = Data(#"{"type":1,"recordId":"r-1","appKey":"uwd1c0sxdlx2"}"#.utf8)
  private let forged = Data(#"{"type":3,"recordId":"r-1","appKey":"uwd1c0sxdlx2"}"#.utf8)

  private func receiver(
    largestBody: Int? = nil, timestampUnit: TimestampUnit? = nil, headerNames: CallbackHeaderNames? = nil,
    replayGuard: (any ReplayGuard)? = nil
  ) throws -> CallbackReceiver {
    try CallbackReceiver(
      credentials: [Credentials(appKey: Self.appKey, appSecret: Self.appSecret)], timestampUnit: timestampUnit,
      headerNames: headerNames, largestBody: largestBody, replayGuard: replayGuard)
  }

  private func signedHeaders(
    appSecret: String = Self.appSecret, at time: Date = Date(), in unit: TimestampUnit = .milliseconds
  ) throws -> [String: String] {
    let (nonce, timestamp) = ("14314", String(unit == .seconds ? time.milliseconds / 1000 : time.milliseconds))
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
    #expect(received.event.kind == .started && !received.event.isFailure)
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

  @Test("gives a callback that comes again, as it gave it first, so that a handler that failed once loses nothing")
  func again() async throws {
    let receiver = try receiver()
    let request = try CallbackRequest(headers: signedHeaders(), body: body)
    let first = try await receiver.recordingEvent(request)
    let second = try await receiver.recordingEvent(request)
    #expect(second.event == first.event && second.fingerprint == first.fingerprint && second.key == first.key)
  }

  @Test("names an event the same however it is signed, and another one otherwise")
  func fingerprint() async throws {
    let receiver = try receiver()
    let first = try await receiver.recordingEvent(CallbackRequest(headers: signedHeaders(), body: body))
    let headers = try signedHeaders(at: Date() + 1)
    let resigned = try await receiver.recordingEvent(CallbackRequest(headers: headers, body: body))
    #expect(resigned.fingerprint == first.fingerprint && resigned.key != first.key)
    let other = try receiver.verifyRecordingEvent(CallbackRequest(headers: headers, body: forged))
    #expect(other.fingerprint != first.fingerprint && other.key == resigned.key)
  }

  @Test("takes timestamps in seconds where it is told so, and only then")
  func seconds() async throws {
    let request = try CallbackRequest(headers: signedHeaders(in: .seconds), body: body)
    #expect(try await receiver(timestampUnit: .seconds).recordingEvent(request).event.recordId == "r-1")
    let other = try receiver()
    let error = try await refusal { () throws(CallbackRefused) in try await other.recordingEvent(request) }
    #expect(error.reason == .malformedSignature)
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

  @Test("is not made with secrets of which one begins with another")
  func ambiguous() async throws {
    let credentials = try [
      Credentials(appKey: "a", appSecret: "secret"), Credentials(appKey: "b", appSecret: "secret2"),
    ]
    let found = try await violations { try CallbackReceiver(credentials: credentials) }
    #expect(found.map(\.path) == ["credentials[0]"] && found.map(\.code) == ["ambiguous"])
  }

  @Test("verifies without remembering, and the answer of a store that is asked at once tells the rest")
  func verify() async throws {
    let receiver = try receiver(replayGuard: BrokenGuard())
    let headers = try signedHeaders()
    var store: [String: String] = [:]
    func take(_ body: Data) throws(CallbackRefused) {
      let received = try receiver.verifyRecordingEvent(CallbackRequest(headers: headers, body: body))
      let earlier = store[received.key]
      try received.checkReplay(remembered: earlier)
      store[received.key] = earlier ?? received.fingerprint
    }
    try take(body)
    try take(body)
    let error = try await refusal { () throws(CallbackRefused) in try take(forged) }
    #expect(error.reason == .replayed && store.count == 1)
  }

  @Test("verifies room callbacks without remembering, too")
  func verifyRoom() async throws {
    let receiver = try receiver(replayGuard: BrokenGuard())
    let headers = try signedHeaders().merging(["appKey": Self.appKey]) { $1 }
    let body = #"{"event":2,"roomId":"room1","appKey":"uwd1c0sxdlx2"}"#
    let received = try receiver.verifyRoomEvent(CallbackRequest(headers: headers, body: body.utf8))
    #expect(received.event.roomId == "room1")
    try received.checkReplay(remembered: received.fingerprint)
    let error = try await refusal { () throws(CallbackRefused) in try received.checkReplay(remembered: "another") }
    #expect(error.reason == .replayed)
  }

  @Test("refuses a signature of a request of ours, sent back as a callback's")
  func ownRequest() async throws {
    let simulator = try Simulator()
    _ = try await simulator.client().queryRoom("room1")
    let request = try #require(try await simulator.requests().first)
    let (nonce, timestamp) = (try #require(request.header("nonce")), try #require(request.header("timestamp")))
    let signature = try RecordingClient.signature(
      appSecret: Simulator.appSecret, nonce: nonce, timestamp: timestamp)
    let receiver = try CallbackReceiver(
      credentials: [Credentials(appKey: Simulator.appKey, appSecret: Simulator.appSecret)])
    let headers = ["nonce": nonce, "timestamp": timestamp, "signature": signature]
    let error = try await refusal { () throws(CallbackRefused) in
      try await receiver.recordingEvent(CallbackRequest(headers: headers, body: body))
    }
    #expect(error.reason == .ownRequest && error.httpStatus == 401)
  }

  struct StoreIsDown: Error, CustomStringConvertible {
    let description = "redis://:password@store is down"
  }

  struct BrokenGuard: ReplayGuard {
    func remember(key: String, fingerprint: String, until expiry: Date) async throws -> String? { throw StoreIsDown() }
  }

  @Test("refuses a callback while the replay guard fails, asks for another try, and tells nothing of the store")
  func brokenGuard() async throws {
    let receiver = try receiver(replayGuard: BrokenGuard())
    let request = try CallbackRequest(headers: signedHeaders(), body: body)
    let error = try await refusal { () throws(CallbackRefused) in try await receiver.recordingEvent(request) }
    #expect(error.reason == .guardFailed && error.httpStatus == 503)
    #expect(error.localizedDescription == "callback refused: the replay guard failed with StoreIsDown")
    #expect(error.description == error.localizedDescription && !String(reflecting: error).contains("password"))
  }

  /// A store that several processes share.
  actor SharedGuard: ReplayGuard {
    private(set) var asked: [(key: String, fingerprint: String, expiry: Date)] = []

    func remember(key: String, fingerprint: String, until expiry: Date) -> String? {
      defer { asked.append((key, fingerprint, expiry)) }
      return asked.first { $0.key == key }?.fingerprint
    }
  }

  @Test("takes a callback that came to another receiver with the same guard")
  func sharedRepeat() async throws {
    let shared = SharedGuard()
    let request = try CallbackRequest(headers: signedHeaders(), body: body)
    let first = try await receiver(replayGuard: shared).recordingEvent(request)
    #expect(try await receiver(replayGuard: shared).recordingEvent(request).fingerprint == first.fingerprint)
  }

  /// A guard that answers at once.
  final class ImmediateGuard: ReplayGuard, @unchecked Sendable {
    private let lock = NSLock()
    private var seen: [String: String] = [:]

    func remember(key: String, fingerprint: String, until expiry: Date) -> String? {
      lock.withLock {
        defer { seen[key] = seen[key] ?? fingerprint }
        return seen[key]
      }
    }
  }

  @Test("takes a guard that answers at once")
  func immediateGuard() async throws {
    let receiver = try receiver(replayGuard: ImmediateGuard())
    let headers = try signedHeaders()
    for _ in 0..<2 { _ = try await receiver.recordingEvent(CallbackRequest(headers: headers, body: body)) }
    let error = try await refusal { () throws(CallbackRefused) in
      try await receiver.recordingEvent(CallbackRequest(headers: headers, body: forged))
    }
    #expect(error.reason == .replayed)
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
    #expect(asked[0].fingerprint.wholeMatch(of: /[0-9a-f]{40}/) != nil)
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
    let fingerprints = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<100 { group.addTask { try await receiver.recordingEvent(request).fingerprint } }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(fingerprints.count == 1)
  }

  @Test("tells an event that reports a failure from one that doesn't")
  func failures() throws {
    func isFailure(_ code: String) throws -> Bool {
      try RecordingEvent(unverified: "{\"type\":4,\"recordId\":\"r\"\(code)}".utf8).isFailure
    }
    #expect(try isFailure(",\"code\":500"))
    #expect(try !isFailure(",\"code\":200"))
    #expect(try !isFailure(""))
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
