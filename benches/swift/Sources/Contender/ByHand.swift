// What a user without this library writes by hand: a typed config, a signed request, a reply that is read.

import Foundation

// The simulator's app, whose secret is the one of the vendor's published signature.
let appKey = "uwd1c0sxdlx2"
let appSecret = "Y1W2MeFwwwRxa0"
let roomId = "room1"
let sessionId = "aaa"

/// What is called.
enum Operation: String, Sendable {
  case start, stop, layout, query

  var path: String {
    switch self {
    case .start: "/rtc/record/start.json"
    case .stop: "/rtc/record/stop.json"
    case .layout: "/rtc/record/config.json"
    case .query: "/rtc/room/query.json"
    }
  }
}

private struct Body: Encodable {
  let sessionId: String
  let extra: String
  let config: Config
}

private struct Stop: Encodable {
  let sessionId: String
}

private struct Change: Encodable {
  let sessionId: String
  let mixLayout: Int
  let renderMode: Int
  let hostUserId: String
  let hostStreamId: String
  let input: Input
}

private struct Query: Encodable {
  let roomId: String
}

private struct Config: Encodable {
  let recordType: Int
  let mode: Int
  let videoResolution: String
  let videoFormat: String
  let audioFormat: String
  let mixLayout: Int
  let sliceMin: Int
  let renderMode: Int
  let hostUserId: String
  let hostStreamId: String
  let input: Input
}

private struct Input: Encodable {
  let video: [Picture]
}

private struct Picture: Encodable {
  let userId: String
  let streamId: String
  let x: Double
  let y: Double
  let width: Double
  let height: Double
}

private let config = Config(
  recordType: 1,
  mode: 3,
  videoResolution: "640x480",
  videoFormat: "mkv",
  audioFormat: "aac",
  mixLayout: 1,
  sliceMin: 60,
  renderMode: 1,
  hostUserId: "user0",
  hostStreamId: "user0_RongCloudRTC",
  input: Input(
    video: (0..<2).map { number in
      Picture(
        userId: "user\(number)", streamId: "user\(number)_RongCloudRTC",
        x: 0.5 * Double(number), y: 0, width: 0.5, height: 0.5)
    }))

/// The body of one request.
func body(_ operation: Operation) throws -> Data {
  let encoder = JSONEncoder()
  return switch operation {
  case .start: try encoder.encode(Body(sessionId: sessionId, extra: "", config: config))
  case .stop: try encoder.encode(Stop(sessionId: sessionId))
  case .layout:
    try encoder.encode(
      Change(
        sessionId: sessionId, mixLayout: config.mixLayout, renderMode: config.renderMode,
        hostUserId: config.hostUserId, hostStreamId: config.hostStreamId, input: config.input))
  case .query: try encoder.encode(Query(roomId: roomId))
  }
}

/// The headers of one request.
func headers() -> [(String, String)] {
  let nonce = randomHex(9)
  let timestamp = String(Int(Date().timeIntervalSince1970 * 1000))
  return [
    ("App-Key", appKey),
    ("Nonce", nonce),
    ("Timestamp", timestamp),
    ("Signature", hex(sha1(Array("\(appSecret)\(nonce)\(timestamp)".utf8)))),
    ("Room-Id", roomId),
    ("X-Request-ID", randomHex(16)),
    ("Content-Type", "application/json"),
  ]
}

private func randomHex(_ count: Int) -> String {
  var random = SystemRandomNumberGenerator()
  return hex((0..<count).map { _ in random.next() })
}

private let digits = Array("0123456789abcdef".utf8)

private func hex(_ bytes: [UInt8]) -> String {
  String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
    for (at, byte) in bytes.enumerated() {
      text[2 * at] = digits[Int(byte >> 4)]
      text[2 * at + 1] = digits[Int(byte & 15)]
    }
    return 2 * bytes.count
  }
}

private struct Reply: Decodable {
  let code: Int
  let recordId: String?
  let sessionId: String?
  let members: [Member]?
}

private struct Member: Decodable {
  let userId: String
  let joinTime: Int
  let data: Streams
}

private struct Streams: Decodable {
  let uris: [Stream]
}

private struct Stream: Decodable {
  let mediaType: Int
  let msid: String
  let uri: String
  let tag: String
}

/// Fails where the reply is not that of success.
func readReply(_ operation: Operation, _ status: Int, _ content: Data) throws {
  let reply = try JSONDecoder().decode(Reply.self, from: content)
  let isWhole =
    switch operation {
    case .start: reply.recordId?.isEmpty == false
    case .stop, .layout: true
    case .query: reply.sessionId?.isEmpty == false && reply.members?.isEmpty == false
    }
  guard status == 200, reply.code == 200, isWhole else {
    throw Failure(description: "HTTP \(status): \(String(decoding: content, as: UTF8.self))")
  }
}
