// Takes the service's callbacks in.

import Foundation

/// Takes the service's callbacks in and tells which may be believed.
///
/// A callback is believed if its signature was made with one of the given secrets, within the time window, for the app
/// whose secret it is. **The signature does not cover the body**: whoever captures one callback could send its signature
/// with another body. So each signature is remembered until it expires, and one that comes again is accepted with the
/// same body only. Serve callbacks over HTTPS all the same.
///
/// The recipe that loses nothing: *verify, remember, store, then answer 200*, and the same for a callback that comes
/// again. It may come again because your answer was lost, because you answered with an error, or because the service
/// sends it twice, late or out of order: let your store see to it that the second time changes nothing, by a unique index
/// on ``ReceivedRecordingEvent/fingerprint``.
///
/// Make one per app and share it between tasks.
public final class CallbackReceiver: Sendable {
  private let replayGuard: (any ReplayGuard)?
  private let native: NativeCallbackReceiver

  /// A receiver for the given apps.
  ///
  /// - Parameters:
  ///   - credentials: at least one app's. During a rotation, give an app's old and new credentials.
  ///   - options: what is expected of callbacks.
  ///   - replayGuard: where signatures are remembered. Default: in this process's memory, which doesn't protect several
  ///     processes from a replay at another.
  /// - Throws: ``RecordingError/invalidInput(_:)`` without credentials, with secrets of which one begins with another, or
  ///   for a window or a largest body of nothing.
  public init(
    credentials: [Credentials], options: CallbackOptions, replayGuard: (any ReplayGuard)? = nil
  ) throws(RecordingError) {
    native = try NativeCallbackReceiver(credentials: credentials, options: options)
    self.replayGuard = replayGuard
  }

  /// Takes in a recording callback: the URL set in the console under cloud recording. It is verified and remembered.
  ///
  /// - Returns: what the service says. Store it each time it comes, and answer 200 after that.
  /// - Throws: ``CallbackRefused``.
  public func recordingEvent(_ request: CallbackRequest) async throws(CallbackRefused) -> ReceivedRecordingEvent {
    guard let replayGuard else { return try native.recordingEvent(request: request) }
    return try await verifyRecordingEvent(request).remembered(by: replayGuard)
  }

  /// Takes in a room status callback: the URL set in the console's RTC page. It is verified and remembered.
  ///
  /// - Returns: what the service says. Store it each time it comes, and answer 200 after that.
  /// - Throws: ``CallbackRefused``.
  public func roomEvent(_ request: CallbackRequest) async throws(CallbackRefused) -> ReceivedRoomEvent {
    guard let replayGuard else { return try native.roomEvent(request: request) }
    return try await verifyRoomEvent(request).remembered(by: replayGuard)
  }

  /// Verifies and reads a recording callback, and leaves the remembering to you, whatever the receiver's guard: store its
  /// fingerprint under its key unless there is one already, and give what was there to
  /// ``ReceivedRecordingEvent/checkReplay(remembered:)``. For code that isn't `async`, or one transaction for both.
  ///
  /// - Throws: ``CallbackRefused``.
  public func verifyRecordingEvent(_ request: CallbackRequest) throws(CallbackRefused) -> ReceivedRecordingEvent {
    try native.verifyRecordingEvent(request: request)
  }

  /// Verifies and reads a room status callback, and leaves the remembering to you, whatever the receiver's guard: store
  /// its fingerprint under its key unless there is one already, and give what was there to
  /// ``ReceivedRoomEvent/checkReplay(remembered:)``. For code that isn't `async`, or one transaction for both.
  ///
  /// - Throws: ``CallbackRefused``.
  public func verifyRoomEvent(_ request: CallbackRequest) throws(CallbackRefused) -> ReceivedRoomEvent {
    try native.verifyRoomEvent(request: request)
  }
}

