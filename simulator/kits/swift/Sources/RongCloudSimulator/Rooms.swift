// Who is in the simulator's rooms, and what is recorded of them.

import Foundation

/// A room.
public struct SimulatedRoom: Sendable {
  /// Its id.
  public let roomId: String
  /// Its current session.
  public let sessionId: String
  /// When that began.
  public let createTime: Date
  /// Who is in it.
  public let members: [Member]

  init(_ roomId: String, _ told: Told) {
    self.roomId = roomId
    sessionId = told.sessionId
    createTime = told.createTime
    members = told.members
  }

  /// As it is listed by its id.
  struct Told: Decodable {
    let sessionId: String
    let createTime: Date
    let members: [Member]
  }

  /// Somebody in a room.
  public struct Member: Decodable, Sendable {
    /// The user.
    public let userId: String
    /// When they joined.
    public let joinTime: Date
    /// What they publish.
    public let streams: [SimulatedStream]
  }
}

/// What a member publishes.
public struct SimulatedStream: Codable, Sendable, Equatable {
  /// Its id.
  public var streamId: String
  /// 0 for sound, 1 for pictures.
  public var mediaType: Int
  /// What media servers know it by; if it is empty, the simulator makes one.
  public var uri: String
  /// A tag.
  public var tag: String

  /// A stream.
  public init(streamId: String, mediaType: Int, uri: String = "", tag: String = "") {
    self.streamId = streamId
    self.mediaType = mediaType
    self.uri = uri
    self.tag = tag
  }

  /// One of sound and one of pictures, named as in the documentation's examples: `<userId>_RongCloudRTC`.
  public static func both(of userId: String) -> [SimulatedStream] {
    [0, 1].map { SimulatedStream(streamId: "\(userId)_RongCloudRTC", mediaType: $0) }
  }
}

/// A recording that was started.
public struct SimulatedRecording: Decodable, Sendable {
  /// The id that the start was answered with.
  public let recordId: String
  /// The app that started it.
  public let appKey: String
  /// The room.
  public let roomId: String
  /// The session.
  public let sessionId: String
  /// The business tag; empty if there was none.
  public let extra: String
  /// The configuration, as JSON with sorted keys.
  public var config: String { configText.text }
  /// The `X-Request-Id` of the start.
  public let requestId: String?
  /// Whether it still runs.
  public let state: State
  /// The layout in force, as JSON with sorted keys; `nil` where the recording has none.
  public var layout: String? { layoutText?.text }
  /// When it was started.
  public let startTime: Date
  /// When it was stopped, if it was.
  public let stopTime: Date?
  /// How many slices are closed.
  public let slices: Int
  /// The last 100 of its files, oldest first.
  public let files: [File]

  private let configText: Text
  private let layoutText: Text?

  private enum CodingKeys: String, CodingKey {
    case recordId, appKey, roomId, sessionId, extra, requestId, state, startTime, stopTime, slices, files
    case configText = "config"
    case layoutText = "layout"
  }

  /// Whether a recording still runs.
  public enum State: String, Decodable, Sendable {
    /// It runs.
    case recording
    /// It was stopped, or its session has ended.
    case stopped
  }

  /// A file of a recording.
  public struct File: Decodable, Sendable, Equatable {
    /// Its name, as callbacks tell it.
    public let fileName: String
    /// Whose media it has; empty where all are mixed.
    public let userId: String
    /// The slice that it holds, counted from 1.
    public let slice: Int
  }
}
