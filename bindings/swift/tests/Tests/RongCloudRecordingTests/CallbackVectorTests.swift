// The golden vectors of callbacks, an attack corpus among them.

import Foundation
import RongCloudRecording
import Testing

@Suite("Golden vectors of callbacks")
struct CallbackVectorTests {
  struct Callback: Vector {
    let name, kind, query: String
    let credentials, headers: [[String]]
    let sign: Signing
    let deliveries: [Delivery]
    let timestampUnit: String?

    var unit: TimestampUnit? {
      get throws {
        try timestampUnit.map { name in try #require(TimestampUnit.allCases.first { snakeCase($0) == name }) }
      }
    }
  }

  struct Signing: Decodable {
    let secret, nonce, unit: String
    let offsetMs: Int64
  }

  struct Delivery: Decodable {
    let body, bodyHex: String?
    let bodyTimes: Times?
    let expect: Outcome

    var bytes: [UInt8] {
      get throws {
        if let bodyTimes { return Array(String(repeating: bodyTimes.text, count: bodyTimes.count).utf8) }
        guard let bodyHex else { return Array(try #require(body).utf8) }
        let digits = Array(bodyHex)
        return try stride(from: 0, to: digits.count, by: 2).map {
          try #require(UInt8(String(digits[$0...$0 + 1]), radix: 16))
        }
      }
    }
  }

  /// A text, so many times.
  struct Times: Decodable {
    let text: String
    let count: Int

    init(from decoder: any Decoder) throws {
      var values = try decoder.unkeyedContainer()
      text = try values.decode(String.self)
      count = try values.decode(Int.self)
    }
  }

  struct Outcome: Decodable, Equatable {
    var event: Event?
    var fingerprint: String?
    var refusal: String?
    var httpStatus: Int?
    /// Compared where the vector has one.
    var explanation: String?
  }

  struct Event: Decodable, Equatable {
    let kind: String
    let kindNumber: Int
    let occurredAtMs: Int64?
    let appKey, roomId: String
    var recordId, sessionId, userId, extra, errorMessage: String?
    var mode, code, lastedMs: Int?
    var isFailure: Bool?
    var members: [ExpectedMember]?

    init(_ event: RecordingEvent) {
      kind = snakeCase(event.kind)
      kindNumber = event.kindNumber
      occurredAtMs = event.occurredAt?.milliseconds
      appKey = event.appKey
      recordId = event.recordId
      roomId = event.roomId
      sessionId = event.sessionId
      userId = event.userId
      mode = event.mode
      extra = event.extra
      code = event.code
      errorMessage = event.errorMessage
      isFailure = event.isFailure
    }

    init(_ event: RoomEvent) {
      kind = snakeCase(event.kind)
      kindNumber = event.kindNumber
      occurredAtMs = event.occurredAt?.milliseconds
      appKey = event.appKey
      roomId = event.roomId
      sessionId = event.sessionId
      userId = event.userId
      lastedMs = event.lasted.map { Int($0 / .milliseconds(1)) }
      members = event.members.map(ExpectedMember.init)
    }
  }

  @Test("a callback is accepted or refused as the vector says", arguments: Vectors.load("callbacks.json") as [Callback])
  func callback(_ vector: Callback) async throws {
    let receiver = try CallbackReceiver(
      credentials: vector.credentials.map { try Credentials(appKey: $0[0], appSecret: $0[1]) },
      timestampUnit: vector.unit)
    let signed = Signed(vector.sign)
    let headers = try vector.headers.map { (name: $0[0], value: try signed.fill($0[1])) }
    for delivery in vector.deliveries {
      let request = CallbackRequest(headers: headers, body: try delivery.bytes, query: try signed.fill(vector.query))
      var outcome = await outcome(vector.kind, request, receiver)
      if delivery.expect.explanation == nil { outcome.explanation = nil }
      #expect(outcome == delivery.expect)
    }
  }

  private func outcome(_ kind: String, _ request: CallbackRequest, _ receiver: CallbackReceiver) async -> Outcome {
    do {
      if kind == "recording" {
        let received = try await receiver.recordingEvent(request)
        return Outcome(event: Event(received.event), fingerprint: received.fingerprint)
      }
      let received = try await receiver.roomEvent(request)
      return Outcome(event: Event(received.event), fingerprint: received.fingerprint)
    } catch {
      return Outcome(
        refusal: snakeCase(error.reason), httpStatus: error.httpStatus, explanation: error.explanation)
    }
  }

  /// A signature's fields, put into the places where a vector names them.
  struct Signed {
    let secret, nonce, timestamp: String

    init(_ sign: Signing) {
      let time = Date().milliseconds + sign.offsetMs
      (secret, nonce) = (sign.secret, sign.nonce)
      timestamp = String(sign.unit == "s" ? time / 1000 : time)
    }

    func fill(_ template: String) throws -> String {
      if let signed = template.wholeMatch(of: /\{signature:(.*)\}/)?.1 {
        return try RecordingClient.signature(appSecret: secret, nonce: String(signed), timestamp: "")
      }
      let signed = try RecordingClient.signature(appSecret: secret, nonce: nonce, timestamp: timestamp)
      // One digit moves from the front of the timestamp to the end of the nonce: both sign the same text.
      return [
        ("{nonce}1", nonce + timestamp.prefix(1)), ("{nonce}", nonce), ("{timestamp-1}", String(timestamp.dropFirst())),
        ("{timestamp}", timestamp), ("{signature}", signed), ("{SIGNATURE}", signed.uppercased()),
      ].reduce(template) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }
  }
}

/// An enum's case as the vectors write it.
func snakeCase(_ value: some Any) -> String {
  "\(value)".reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : String($1) }
}
