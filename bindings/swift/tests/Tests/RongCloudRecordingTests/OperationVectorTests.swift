// The golden vectors of layout changes, stops, rooms and arrangements.

import Foundation
import RongCloudRecording
import Testing

@Suite("Golden vectors of operations")
struct OperationVectorTests {
  struct Stream: Decodable, Equatable {
    let userId, streamId: String
  }

  struct Cell: Decodable {
    let userId, streamId: String
    let x, y, width, height: Double
  }

  struct Operation: Vector {
    let name, operation, roomId: String
    let sessionId, recordType, layout, renderMode: String?
    let windows: [Cell]?
    let host: Stream?
    let arguments: [String: String]?
    let path, body: String?
    let violations: [ExpectedViolation]?
    let advice: [ExpectedViolation]?

    var target: RecordingTarget {
      get throws {
        let kinds: [String: RecordType] = ["mcu": .mcu, "split_stream": .splitStream]
        return RecordingTarget(
          roomId: roomId, sessionId: try #require(sessionId),
          recordType: try recordType.map { try #require(kinds[$0]) })
      }
    }

    func carryOut(by client: RecordingClient) async throws {
      switch operation {
      case "stop": try await client.stop(target)
      case "update_layout":
        let modes: [String: RenderMode] = ["fill": .fill, "fit": .fit]
        try await client.updateLayout(
          of: target, to: newLayout, renderMode: renderMode.map { try #require(modes[$0]) },
          host: newHost)
      default:
        try #require(
          try await RongCloudRecordingTests.carryOut(operation, try #require(arguments), by: client), "\(operation)")
      }
    }

    var newHost: RecordingHost? { host.map { RecordingHost(userId: $0.userId, streamId: $0.streamId) } }

    var newLayout: Layout {
      get throws {
        switch layout {
        case "floating": .floating
        case "adaptive": .adaptive
        case "custom":
          .custom(
            windows: try #require(windows).map {
              Window(userId: $0.userId, streamId: $0.streamId, x: $0.x, y: $0.y, width: $0.width, height: $0.height)
            })
        default: throw Unusable(what: layout ?? "no layout")
        }
      }
    }
  }

  static let operations: [Operation] = Vectors.load("operations.json")
  // Not in the attributes: Swift 6.0's compiler crashes on a closure there.
  static let sent = operations.filter { $0.violations == nil }
  static let refused = operations.filter { $0.path == nil }

  @Test("what is sent is the vector's, byte by byte", arguments: sent)
  func sent(_ vector: Operation) async throws {
    let simulator = try Simulator()
    try await simulator.next(.init(status: 200, body: #"{"code":200,"sessionId":"s"}"#))
    try await vector.carryOut(by: simulator.client())
    let seen = try #require(try await simulator.requests().first)
    #expect(seen.path == vector.path)
    #expect(Array(seen.body.utf8) == vector.body.map { Array($0.utf8) })
  }

  static let updates = operations.filter { $0.layout != nil && $0.violations == nil }

  @Test("a change of layout has the vector's advice", arguments: updates)
  func advice(_ vector: Operation) throws {
    #expect(try vector.newLayout.advice(host: vector.newHost) == vector.advice?.advice ?? [])
  }

  @Test("a wrong call has the vector's violations, and is never sent", arguments: refused)
  func violations(_ vector: Operation) async throws {
    let simulator = try Simulator()
    let client = try simulator.client()
    let found = try await RongCloudRecordingTests.violations { try await vector.carryOut(by: client) }
    #expect(found == vector.violations?.all)
    #expect(try await simulator.requests().isEmpty)
  }

  struct RoomReply: Vector {
    let name, body: String
    let room: ExpectedRoom?
    let error: Failure?
  }

  struct ExpectedRoom: Decodable, Equatable {
    let sessionId: String
    let createdAtMs: Int64?
    let members: [ExpectedMember]
    let videoStreams: [Stream]
  }

  struct Failure: Decodable, Equatable {
    let kind: String
    let status, code: Int?
    let reason: String
  }

  static let rooms: [RoomReply] = Vectors.load("rooms.json")
  static let understood = rooms.filter { $0.error == nil }
  static let notUnderstood = rooms.filter { $0.room == nil }

  @Test("a room is understood as the vector says", arguments: understood)
  func room(_ vector: RoomReply) async throws {
    let simulator = try Simulator()
    try await simulator.next(.init(status: 200, body: vector.body))
    let room = try await simulator.client().queryRoom("room1")
    let understood = ExpectedRoom(
      sessionId: room.sessionId, createdAtMs: room.createdAt?.milliseconds,
      members: room.members.map(ExpectedMember.init),
      videoStreams: room.videoStreams.map { Stream(userId: $0.userId, streamId: $0.streamId) })
    #expect(understood == vector.room)
    #expect(try json(room.json) == json(vector.body))
  }

  private func json(_ text: String) throws -> NSDictionary {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
  }

  @Test("what is no room is refused as the vector says", arguments: notUnderstood)
  func noRoom(_ vector: RoomReply) async throws {
    let simulator = try Simulator()
    try await simulator.next(.init(status: 200, body: vector.body))
    let client = try simulator.client()
    let error = try await failure { try await client.queryRoom("room1") }
    let kind =
      switch error {
      case .refused: "refused"
      case .unreadableReply: "unreadable_reply"
      default: "another"
      }
    let reason = error.reason.isEmpty ? error.description : error.reason
    #expect(Failure(kind: kind, status: error.status, code: error.code, reason: reason) == vector.error)
  }

  struct Arrangement: Vector {
    let name, arrangement: String
    let streams: Int
    let streamNumbers: [Int]?
    let resolution, corner, cameras: String?
    let windows: [[Double]]?
    let violations: [ExpectedViolation]?

    func arrange() throws -> Layout {
      let streams = (streamNumbers ?? Array(0..<streams)).map { StreamRef(userId: "u\($0)", streamId: "s\($0)") }
      switch arrangement {
      case "grid": return try .grid(streams, resolution: resolution, cameras: cameras)
      case "side_by_side": return try .sideBySide(streams, resolution: resolution)
      case "spotlight": return try .spotlight(streams[0], others: Array(streams[1...]), resolution: resolution)
      case "picture_in_picture":
        let corners: [String: Corner] = [
          "top_left": .topLeft, "top_right": .topRight, "bottom_left": .bottomLeft, "bottom_right": .bottomRight,
        ]
        return try .pictureInPicture(
          streams[0], inset: streams[1], corner: #require(corner.flatMap { corners[$0] }))
      default: throw Unusable(what: arrangement)
      }
    }
  }

  static let arrangements: [Arrangement] = Vectors.load("arrangements.json")
  static let possible = arrangements.filter { $0.violations == nil }
  static let impossible = arrangements.filter { $0.windows == nil }

  @Test("an arrangement is the vector's", arguments: possible)
  func arrangement(_ vector: Arrangement) throws {
    guard case .custom(let windows) = try vector.arrange() else { throw Unusable(what: "not a custom layout") }
    let golden = try #require(vector.windows)
    #expect(windows.map(\.userId) == golden.indices.map { "u\($0)" })
    for (window, golden) in zip(windows, golden) {
      let sides = [window.x, window.y, window.width, window.height]
      #expect(zip(sides, golden).allSatisfy { abs($0 - $1) < 1e-9 }, "\(sides) \(golden)")
    }
  }

  @Test("a wrong arrangement has the vector's violations", arguments: impossible)
  func noArrangement(_ vector: Arrangement) async throws {
    #expect(try await RongCloudRecordingTests.violations { try vector.arrange() } == vector.violations?.all)
  }
}
