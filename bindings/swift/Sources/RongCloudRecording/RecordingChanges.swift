// Recordings followed, as a sequence of what is known of each.

extension RecordingLedger {
  /// Follows a session's recording, whoever starts it and whichever process takes its callbacks in.
  ///
  /// ```swift
  /// for try await known in ledger.follow("session-of-room1") { print(known.entry.state) }
  /// ```
  ///
  /// - Parameters:
  ///   - sessionId: the session: `sessionId`. Not empty.
  ///   - settle: how long it must have been quiet around an uploaded recording until it counts as settled, because nobody
  ///     says how many files there will be. Not negative. Default: 2 minutes.
  /// - Returns: what is known now, as soon as anything is, and then each change, up to the one that is settled.
  public func follow(_ sessionId: String, settle: Duration? = nil) -> RecordingChanges {
    RecordingChanges(ledger: self, sessionId: sessionId, settle: settle)
  }
}

/// What is known of a session's recording, and each change of that.
///
/// It begins with what is known now, once there is anything, and ends after what `isSettled`, or where the ledger is closed.
/// Changes that come faster than they are asked for are told as one. Each loop over it begins anew, and cancelling the
/// loop's task ends the wait that is under way.
public struct RecordingChanges: AsyncSequence, Sendable {
  /// A session's recording as it was at a change.
  public typealias Element = FollowedRecording

  let ledger: RecordingLedger
  let sessionId: String
  let settle: Duration?

  /// Begins with what is known now.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(of: self)
  }

  /// Waits for one change after the other.
  public struct AsyncIterator: AsyncIteratorProtocol {
    /// How long one call waits. It is made again as long as nothing changes.
    private static let longest = Duration.seconds(60)

    private let changes: RecordingChanges
    private var seen = 0
    private var isOver = false

    init(of changes: RecordingChanges) {
      self.changes = changes
    }

    /// Waits for the next change.
    ///
    /// - Returns: what is known then; nil after what was settled, and where the ledger is closed.
    /// - Throws: ``RecordingError``, also where the task was cancelled; ``RecordingError/invalidInput(_:)`` for a settling
    ///   time that can't be; ``RecordingError/notSent(_:)``, cause `store`, where the store can't be asked.
    public mutating func next() async throws -> FollowedRecording? {
      while !isOver {
        let begun = ContinuousClock.now
        // Whatever is thrown ends the sequence.
        isOver = true
        let found = try await changes.ledger.nextChange(
          of: changes.sessionId, seen: seen, timeout: Self.longest, settle: changes.settle)
        if let found, found.isSettled || found.entry.version != seen {
          (seen, isOver) = (found.entry.version, found.isSettled)
          return found
        }
        // Only a ledger that is closed answers sooner without news.
        isOver = begun.duration(to: .now) < Self.longest
      }
      return nil
    }
  }
}
