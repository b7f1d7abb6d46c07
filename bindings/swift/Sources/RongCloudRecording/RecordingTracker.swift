// What replies and callbacks of one recording add up to.

import Foundation
import RongCloudRecordingNative

/// Merges the replies and callbacks of one recording, which may come late, twice or out of order, into one answer.
///
/// Neither order nor repetition changes what it tells. Any number of tasks may share it.
public final class RecordingTracker: Sendable {
  private let native: RongCloudRecordingNative.RecordingTracker

  /// A tracker of one recording.
  ///
  /// - Parameter recordId: its `recordId`, from the start's reply or from any callback.
  /// - Throws: ``RecordingError/invalidInput(violations:)`` where the id is empty.
  public init(recordId: String) throws(RecordingError) {
    native = try inCore { try RongCloudRecordingNative.RecordingTracker(recordId: recordId) }
  }

  /// A tracker as it was when the snapshot was taken.
  ///
  /// - Parameter snapshot: what ``snapshot()`` has given.
  /// - Throws: ``RecordingError/invalidInput(violations:)`` where the text is not a snapshot.
  public init(restoring snapshot: String) throws(RecordingError) {
    native = try inCore { try RongCloudRecordingNative.RecordingTracker.restore(snapshot: snapshot) }
  }

  /// Notes that the service accepted the start, and when.
  ///
  /// - Parameters:
  ///   - started: what the start returned.
  ///   - time: when it returned. Default: now.
  /// - Throws: ``RecordingError/invalidInput(violations:)`` where it is another recording.
  public func requested(_ started: StartedRecording, at time: Date = Date()) throws(RecordingError) {
    try inCore { try native.requested(started: started, at: time.forCore) }
  }

  /// Notes an event.
  ///
  /// - Parameter event: an event of this recording, from ``CallbackReceiver`` or from your own store.
  /// - Returns: whether it is new.
  /// - Throws: ``RecordingError/invalidInput(violations:)`` where it is another recording's.
  @discardableResult
  public func record(_ event: RecordingEvent) throws(RecordingError) -> Bool {
    try inCore { try native.record(event: event.forCore) }
  }

  /// What is known now.
  ///
  /// - Parameters:
  ///   - time: the time to judge silence by. Default: now.
  ///   - staleAfter: how long you wait for news before you look into it.
  /// - Returns: phase, times and files. Times are to the millisecond.
  /// - Throws: nothing is expected; every call into the core may report ``RecordingError/internal(reason:)``.
  public func state(
    at time: Date = Date(), staleAfter: Duration
  ) throws(RecordingError) -> TrackedRecording {
    try inCore { try native.state(now: time.forCore, staleAfter: staleAfter.forCore) }.inMilliseconds
  }

  /// Everything noted, as a text to be stored and given to ``init(restoring:)``. Equal facts give equal texts.
  ///
  /// - Throws: nothing is expected; every call into the core may report ``RecordingError/internal(reason:)``.
  public func snapshot() throws(RecordingError) -> String {
    try inCore { try native.snapshot() }
  }
}
