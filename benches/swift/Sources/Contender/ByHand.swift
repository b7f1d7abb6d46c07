// What a user without this library writes by hand: a typed config, a signed request, a reply that is read.

import Foundation

// The simulator's app, whose secret is the one of the vendor's published signature.
let appKey = "uwd1c0sxdlx2"
let appSecret = "Y1W2MeFwwwRxa0"
let roomId = "room1"
let sessionId = "aaa"
let path = "/rtc/record/start.json"

private struct Body: Encodable {
  let sessionId: String
  let extra: String
  let config: Config
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
      Picture(userId: "user\(number)", streamId: "user\(number)_RongCloudRTC", x: 0, y: 0, width: 0.5, height: 0.5)
    }))

/// The body of one request.
func body() throws -> Data {
  try JSONEncoder().encode(Body(sessionId: sessionId, extra: "", config: config))
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
}

/// Fails where the reply is not that of a started recording.
func readReply(_ status: Int, _ content: Data) throws {
  let reply = try JSONDecoder().decode(Reply.self, from: content)
  guard status == 200, reply.code == 200, reply.recordId?.isEmpty == false else {
    throw Failure(description: "HTTP \(status): \(String(decoding: content, as: UTF8.self))")
  }
}
