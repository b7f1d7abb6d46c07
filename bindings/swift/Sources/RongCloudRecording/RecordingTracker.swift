// What replies and callbacks of one recording add up to.

import Foundation
import RongCloudRecordingNative

/// Merges the replies and callbacks of one recording, which may come late, twice or out of order, into one answer.
///
/// Neither order nor repetition changes what it tells. Any number of tasks may share it.
///
/// Two workers that restore one snapshot, note an event each and save, would lose one of the two. Two ways lose nothing:
/// store the events, one row each, and build the tracker of them; or save under a lock or with a compare-and-swap, after
/// ``merge(_:)`` with what is there by then.
public final class RecordingTracker: Sendable {
  private let native: RongCloudRecordingNative.RecordingTracker

  /// A tracker of one recording.
  ///
  /// - Parameter recordId: its `recordId`, from the start's reply or from any callback.
  /// - Throws: ``RecordingError/invalidInput(violations:call:)`` where the id is empty.
  public init(recordId: String) throws(RecordingError) {
    native = try inCore { try RongCloudRecordingNative.RecordingTracker(recordId: recordId) }
  }

  /// A tracker of one recording by the tag of its start: for a start whose outcome is unknown. It learns the `recordId`
  /// from the first event that has the tag, or from the start's reply.
  ///
  /// - Parameters:
  ///   - extra: the start's `extra`, which no other start may have.
  ///   - since: when the start was sent, ``RecordingError/sentAt``; from then on it may become stale. Default: nothing is
  ///     stale before the first news.
  /// - Throws: ``RecordingError/invalidInput(violations:call:)`` where the tag is empty.
  public init(extra: String, since: Date? = nil) throws(RecordingError) {
    native = try inCore { try RongCloudRecordingNative.RecordingTracker.byExtra(extra: extra, since: since?.forCore) }
  }

  /// A tracker as it was when the snapshot was taken.
  ///
  /// - Parameter snapshot: what ``snapshot()`` has given.
  /// - Throws: ``RecordingError/invalidInput(violations:call:)`` where the text is not a snapshot.
  public init(restoring snapshot: String) throws(RecordingError) {
    native = try inCore { try RongCloudRecordingNative.RecordingTracker.restore(snapshot: snapshot) }
  }

  /// Notes that the service accepted the start, and when.
  ///
  /// - Parameters:
  ///   - started: what the start returned.
  ///   - time: when it returned. Default: now.
  /// - Throws: ``RecordingError/invalidInput(violations:call:)`` where it is another recording.
  public func requested(_ started: StartedRecording, at time: Date = Date()) throws(RecordingError) {
    try inCore { try native.requested(started: started, at: time.forCore) }
  }

  /// Notes an event.
  ///
  /// - Parameter event: an event of this recording, from ``CallbackReceiver`` or from your own store.
  /// - Returns: whether it is new.
  /// - Throws: ``RecordingError/invalidInput(violations:call:)`` where it is another recording's or another start's, or
  ///   where it was made by hand and its `json` doesn't say what its fields say: a snapshot keeps the `json`.
  @discardableResult
  public func record(_ event: RecordingEvent) throws(RecordingError) -> Bool {
    try inCore { try native.record(event: event.forCore) }
  }

  /// Takes in everything that another tracker of the same recording has noted: a union, in any order, that loses
  /// nothing. The other one stays as it is.
  ///
  /// - Parameter other: a tracker of the same `recordId`, or of the same `extra` where one of the two has no id yet.
  /// - Throws: ``RecordingError/invalidInput(violations:call:)`` where it is another recording's, or where nothing shows
  ///   that it is the same one.
  public func merge(_ other: RecordingTracker) throws(RecordingError) {
    try inCore { try native.merge(other: other.native) }
  }

  /// What is known now.
  ///
  /// - Parameters:
  ///   - time: the time to judge silence by. Default: now.
  ///   - staleAfter: how long you wait for news before you look into it. Not below zero.
  /// - Returns: phase, times and files, and whether it is stale: not uploaded, and silent for longer than you wait.
  ///   Times are to the millisecond.
  /// - Throws: ``RecordingError/invalidInput(violations:call:)`` for a wait below zero.
  public func state(
    at time: Date = Date(), staleAfter: Duration
  ) throws(RecordingError) -> TrackedRecording {
    if staleAfter < .zero { throw .invalidInput(violations: [.negative("stale_after")]) }
    return try inCore { try native.state(now: time.forCore, staleAfter: staleAfter.forCore) }.inMilliseconds
  }

  /// Everything noted, as a text to be stored and given to ``init(restoring:)``. Equal facts give equal texts.
  ///
  /// - Throws: nothing is expected; every call into the core may report ``RecordingError/internal(reason:)``.
  public func snapshot() throws(RecordingError) -> String {
    try inCore { try native.snapshot() }
  }
}
