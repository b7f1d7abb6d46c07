// The golden vectors of calls: each runs against a simulator of its own.

import RongCloudRecording
import Testing

let anyProfile = try! RecordingProfile(
  SplitStreamRecording(mode: .singleAudioVideo, videoFormat: .mp4, audioFormat: .aac, sliceLength: .minutes60))

@Suite("Golden vectors of calls")
struct CallVectorTests {
  struct Call: Vector {
    let name, roomId, sessionId: String
    let violations: [ExpectedViolation]
  }

  @Test("wrong ids have the vector's violations", arguments: Vectors.load("calls.json") as [Call])
  func violations(_ vector: Call) async throws {
    let client = try RecordingClient(appKey: "key", appSecret: "secret", apiUrl: "https://host.example")
    let found = try await RongCloudRecordingTests.violations {
      try await client.start(roomId: vector.roomId, sessionId: vector.sessionId, profile: anyProfile)
    }
    #expect(found == vector.violations.all)
  }

  @Test("a call with wrong ids is never sent", arguments: Vectors.load("calls.json") as [Call])
  func nothingIsSent(_ vector: Call) async throws {
    let simulator = try Simulator()
    _ = try? await simulator.client().start(
      roomId: vector.roomId, sessionId: vector.sessionId, profile: anyProfile)
    #expect(try await simulator.requests().isEmpty)
  }

  struct Body: Vector {
    let name, sessionId: String
    let extra: String?
    let config, body: String
  }

  @Test("the body that is sent is the vector's, byte by byte", arguments: Vectors.load("bodies.json") as [Body])
  func body(_ vector: Body) async throws {
    let simulator = try Simulator()
    try await simulator.setSession(vector.sessionId, ofRoom: "room1")
    _ = try await simulator.client().start(
      roomId: "room1", sessionId: vector.sessionId, profile: RecordingProfile(json: vector.config),
      extra: vector.extra)
    let seen = try #require(try await simulator.requests().first)
    // Bytes: Swift's == takes differently composed characters for the same.
    #expect(Array(seen.body.utf8) == Array(vector.body.utf8))
  }

  struct Reply: Vector {
    let name: String
    let status: Int
    let contentType, body: String
    let recordId: String?
    let error: Failure?
  }

  struct Failure: Decodable, Equatable {
    let kind: String
    let status, code: Int?
    let retryable, maybeSent: Bool
    let reason: String
  }

  @Test("a reply is understood as the vector says", arguments: Vectors.load("replies.json") as [Reply])
  func reply(_ vector: Reply) async throws {
    let simulator = try Simulator()
    try await simulator.next(.init(status: vector.status, body: vector.body, contentType: vector.contentType))
    let client = try simulator.client()
    guard let expected = vector.error else {
      let started = try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
      #expect(started.recordId == vector.recordId)
      return
    }
    let error = try await failure {
      try await client.start(roomId: "room1", sessionId: "aaa", profile: anyProfile)
    }
    #expect(Failure(error) == expected)
  }
}

extension CallVectorTests.Failure {
  init(_ error: RecordingError) {
    let kind =
      switch error {
      case .refused: "refused"
      case .outcomeUnknown: "outcome_unknown"
      case .unreadableReply: "unreadable_reply"
      default: "another"
      }
    self.init(
      kind: kind, status: error.status, code: error.code, retryable: error.isRetryable, maybeSent: error.maybeSent,
      reason: error.reason.isEmpty ? error.description : error.reason)
  }
}
