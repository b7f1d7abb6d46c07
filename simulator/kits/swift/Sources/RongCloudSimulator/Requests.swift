// What the simulator has seen of its clients.

import Foundation

/// A request to the service, as it arrived.
public struct SeenRequest: Decodable, Sendable {
  /// Counted from 1.
  public let number: Int
  /// When it arrived.
  public let time: Date
  /// Milliseconds until it was answered or abandoned; `nil` while its reply is held.
  public let durationMs: Int?
  /// The number of the connection that it came on, counted from 1.
  public let connection: Int
  /// The HTTP method.
  public let method: String
  /// The path, with the query if there was one.
  public let path: String
  /// Names in lower case and values, in the order received; signatures are redacted.
  public let headers: [[String]]
  /// The body, as text.
  public let body: String
  /// What became of it.
  public let verdict: Verdict
  /// The id of the recording that it started, if any.
  public let recordId: String?
  /// The rule that it breaks; `nil` where it isn't refused.
  public let why: String?
  /// Where it is wrong, as far as that can be named.
  public let problems: [Problem]
  /// What it was answered; `nil` where it wasn't.
  public let answer: Answer?

  /// The value of the first header of a name, which is in lower case.
  public func header(_ name: String) -> String? {
    headers.first { $0[0] == name }?[1]
  }

  /// What became of a request.
  public enum Verdict: String, Decodable, Sendable {
    /// It was answered with success.
    case accepted
    /// It was answered with an error.
    case refused
    /// It was given a canned reply.
    case scripted
    /// It arrived completely, and its reply is held.
    case held
    /// The client left before the reply was sent.
    case abandoned
  }

  /// Something that is wrong in a request.
  public struct Problem: Decodable, Sendable {
    /// `header` or `body`.
    public let part: String
    /// Where in that part.
    public let path: String
    /// What is wrong.
    public let sentence: String
  }

  /// What a request was answered.
  public struct Answer: Decodable, Sendable {
    /// The HTTP status.
    public let status: Int
    /// The beginning of the body.
    public let body: String
  }
}

/// How often each operation was executed. An accepted request is executed, whether or not the reply gets through.
public struct Executions: Decodable, Sendable, Equatable {
  /// Starts of recordings.
  public let start: Int
  /// Changes of layouts.
  public let config: Int
  /// Stops.
  public let stop: Int
  /// Queries of rooms.
  public let query: Int
}

/// The service's connections, those through doors included.
public struct Connections: Decodable, Sendable {
  /// How many are open now.
  public let open: Int
  /// How many there were in all, with at least one request to the service.
  public let seen: Int
  /// The most requests that one of them has had.
  public let mostRequests: Int
}

/// How coming requests are answered: a step of a script. All that is `nil` stays as it is.
public struct Step: Encodable, Sendable {
  /// How many requests it applies to.
  public var times: Int
  /// Holds the reply until it is released or the client leaves. The request is checked, and a recording started, before.
  public var hold: Bool?
  /// The HTTP status of a canned reply, as from a gateway in front of the service: nothing is checked or started.
  public var status: Int?
  /// The body of a canned reply.
  public var body: String?
  /// The reply's content type.
  public var contentType: String?
  /// Further headers of the reply.
  public var headers: [String: String]?
  /// How many spaces follow the reply's body, at most 67,108,864.
  public var padBytes: Int?

  /// A step. Without anything, the service answers as it would anyway.
  public init(
    times: Int = 1, hold: Bool? = nil, status: Int? = nil, body: String? = nil, contentType: String? = nil,
    headers: [String: String]? = nil, padBytes: Int? = nil
  ) {
    self.times = times
    self.hold = hold
    self.status = status
    self.body = body
    self.contentType = contentType
    self.headers = headers
    self.padBytes = padBytes
  }

  /// As many requests are executed, and their replies held.
  public static func hold(_ times: Int = 1) -> Step { Step(times: times, hold: true) }

  /// A canned reply: nothing is executed.
  public static func reply(_ status: Int, _ body: String = "", headers: [String: String]? = nil) -> Step {
    Step(status: status, body: body, headers: headers)
  }
}
