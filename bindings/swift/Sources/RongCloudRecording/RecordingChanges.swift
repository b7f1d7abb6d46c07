// Recordings followed, as a sequence of what is known about each.

extension RecordingLedger {
  /// Follows a session's recording, whichever process starts it and whichever takes in its callbacks.
  ///
  /// ```swift
  /// for try await known in ledger.follow("session-of-room1") { print(known.entry.state) }
  /// ```
  ///
  /// - Parameters:
  ///   - sessionId: the session: `sessionId`. Not empty.
  ///   - settle: how long an uploaded recording must have been quiet to count as settled. The service doesn't say how
  ///     many files there will be. Not negative. Default: 2 minutes.
  /// - Returns: what is known now, as soon as anything is, and then each change until the recording is settled.
  public func follow(_ sessionId: String, settle: Duration? = nil) -> RecordingChanges {
    RecordingChanges(ledger: self, sessionId: sessionId, settle: settle)
  }
}

/// What is known about a session's recording now, and after each change.
///
/// It waits until anything is on record, and ends after an element that `isSettled`, or if the ledger is closed. Changes
/// that come faster than you iterate are combined. Each loop starts from what is known then, and cancelling the loop's
/// task ends the wait in progress.
public struct RecordingChanges: AsyncSequence, Sendable {
  /// A session's recording as it was after a change.
  public typealias Element = FollowedRecording

  let ledger: RecordingLedger
  let sessionId: String
  let settle: Duration?

  /// Creates an iterator that begins with what is known now.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(of: self)
  }

  /// Waits for one change after the other.
  public struct AsyncIterator: AsyncIteratorProtocol {
    /// How long one call waits. It is repeated as long as nothing changes, and begins with a question to the store.
    private static let longest = Duration.seconds(900)

    private let changes: RecordingChanges
    private var seen = 0
    private var isOver = false

    init(of changes: RecordingChanges) {
      self.changes = changes
    }

    /// Waits for the next change.
    ///
    /// - Returns: what is known then; nil after a settled element, and if the ledger is closed.
    /// - Throws: ``RecordingError``, also if the task was cancelled; ``RecordingError/invalidInput(_:)`` for a settling
    ///   time that is out of range; ``RecordingError/notSent(_:)``, cause `store`, if the store can't be reached.
    public mutating func next() async throws -> FollowedRecording? {
      while !isOver {
        // Whatever is thrown ends the sequence.
        isOver = true
        let found = try await changes.ledger.nextChange(
          of: changes.sessionId, seen: seen, timeout: Self.longest, settle: changes.settle)
        if let found, found.isSettled || found.entry.version != seen {
          (seen, isOver) = (found.entry.version, found.isSettled)
          return found
        }
        isOver = try changes.ledger.isClosed()
      }
      return nil
    }
  }
}
