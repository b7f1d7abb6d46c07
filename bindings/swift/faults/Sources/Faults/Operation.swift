// The four operations, and what came of one.

import RongCloudRecording

enum Operation: String, CaseIterable, Encodable {
  case start
  case updateLayout = "update_layout"
  case stop
  case queryRoom = "query_room"

  static let roomId = "room1"
  static let sessionId = "aaa"

  var needsRecording: Bool { self == .updateLayout || self == .stop }

  func carryOut(by client: RecordingClient) async throws {
    let recording = RecordingTarget(roomId: Self.roomId, sessionId: Self.sessionId)
    switch self {
    case .start:
      let profile = try RecordingProfile(
        SplitStreamRecording(mode: .singleAudioVideo, videoFormat: .mp4, audioFormat: .aac, sliceLength: .minutes60))
      _ = try await client.start(roomId: Self.roomId, sessionId: Self.sessionId, profile: profile)
    case .updateLayout:
      let window = Window(userId: "111", streamId: "111_RongCloudRTC", x: 0, y: 0, width: 1, height: 1)
      try await client.updateLayout(of: recording, to: .custom(windows: [window]))
    case .stop:
      try await client.stop(recording)
    case .queryRoom:
      _ = try await client.queryRoom(Self.roomId)
    }
  }

  func count(in executions: Simulator.Executions) -> Int {
    switch self {
    case .start: executions.start
    case .updateLayout: executions.config
    case .stop: executions.stop
    case .queryRoom: executions.query
    }
  }
}

struct Outcome {
  /// None where the call succeeded.
  let error: RecordingError?
  let duration: Duration

  init(of operation: Operation, by client: RecordingClient) async throws {
    let clock = ContinuousClock()
    let begun = clock.now
    do {
      try await operation.carryOut(by: client)
      error = nil
    } catch let error as RecordingError {
      self.error = error
    }
    duration = clock.now - begun
  }

  var kind: String {
    switch error {
    case nil: "ok"
    case .invalidInput: "invalid_input"
    case .notSent: "not_sent"
    case .outcomeUnknown: "outcome_unknown"
    case .refused: "refused"
    case .unreadableReply: "unreadable_reply"
    case .cancelled: "cancelled"
    case .internal: "internal"
    }
  }

  var cause: String? {
    switch error?.cause {
    case nil: nil
    case .nameResolution: "name_resolution"
    case .connection: "connection"
    case .tls: "tls"
    case .timeout: "timeout"
    case .overloaded: "overloaded"
    case .connectionLost: "connection_lost"
    case .serverFailure: "server_failure"
    case .clientClosed: "client_closed"
    case .local: "local"
    }
  }
}
