// What the simulator tells its clients' receivers, and what goes wrong with it.

import Foundation

/// A callback.
public struct SentCallback: Decodable, Sendable {
  /// Counted from 1.
  public let number: Int
  /// What it tells of.
  public let kind: Kind
  /// Where it goes.
  public let url: String
  /// The JSON that it carries, with sorted keys.
  public var body: String { bodyText.text }
  /// What became of it.
  public let state: State
  /// All attempts to deliver it, those of its copies too, oldest first.
  public let attempts: [Attempt]

  private let bodyText: Text

  private enum CodingKeys: String, CodingKey {
    case number, kind, url, state, attempts
    case bodyText = "body"
  }

  /// What a callback tells of.
  public enum Kind: String, Decodable, Sendable {
    /// A recording.
    case recording
    /// A room and its members.
    case room
  }

  /// What became of a callback.
  public enum State: String, Decodable, Sendable {
    /// It waits for ``Simulator/deliverCallbacks()``.
    case held
    /// It is on its way.
    case queued
    /// It was answered with 200.
    case delivered
    /// It was given up.
    case failed
    /// It was never sent, as was asked.
    case lost
  }

  /// An attempt to deliver a callback.
  public struct Attempt: Decodable, Sendable {
    /// When it began.
    public let time: Date
    /// How long the receiver took, in milliseconds.
    public let durationMs: Int
    /// With its query, the signature redacted.
    public let url: String
    /// Names and values, the signature redacted.
    public let headers: [[String]]
    /// The receiver's HTTP status; `nil` if no answer came.
    public let status: Int?
    /// The beginning of the receiver's answer.
    public let answer: String?
    /// Why no answer came.
    public let error: String?
  }
}

/// How coming callbacks are delivered. By default each is sent once, at once, and at most three times if the receiver
/// doesn't answer 200.
public struct CallbackDelivery: Encodable, Sendable {
  private let delivery: String
  private let duplicate: Int
  private let shuffle: Int?
  private let lose: [Int]?
  private let attempts: Int
  private let retrySignature: String
  private let backoffMs: Int

  /// A way of delivery.
  ///
  /// - Parameters:
  ///   - attempts: the most attempts for each, 1 to 10
  ///   - isSignedAnew: whether further attempts have a signature of their own, or that of the first one
  ///   - backoff: the pause before the second attempt, at most a minute, doubled before each further one. It follows the
  ///     time of rooms and recordings: ``Simulator/advance(by:)`` makes it pass at once
  ///   - duplicate: how many further copies of each are sent, at most 100
  ///   - isHeld: holds them until ``Simulator/deliverCallbacks()``
  ///   - shuffle: a seed: those held, and their copies, are sent in another order, the same for the same seed
  ///   - lose: which are never sent: 0 is the first that is made from now on
  public init(
    attempts: Int = 3, isSignedAnew: Bool = true, backoff: Duration = .zero, duplicate: Int = 0, isHeld: Bool = false,
    shuffle: Int? = nil, lose: [Int]? = nil
  ) {
    delivery = isHeld ? "held" : "immediate"
    self.duplicate = duplicate
    self.shuffle = shuffle
    self.lose = lose
    self.attempts = attempts
    retrySignature = isSignedAnew ? "new" : "same"
    backoffMs = backoff.inMilliseconds
  }
}

/// A failure that callbacks about recordings report; the recording itself continues.
public struct CallbackFailure: Encodable, Sendable {
  /// Which callbacks report it: 1 (start), 2 (slice), 3 (end), 4 (upload).
  public var type: Int
  /// Their `code`, any but 200.
  public var code: Int
  /// Their `errorMessage`.
  public var errorMessage: String
  /// How many of them report it.
  public var times: Int

  /// A failure.
  public init(type: Int, code: Int, errorMessage: String = "Failed", times: Int = 1) {
    self.type = type
    self.code = code
    self.errorMessage = errorMessage
    self.times = times
  }
}
