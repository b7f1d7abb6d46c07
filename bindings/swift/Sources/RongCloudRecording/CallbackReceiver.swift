// Takes the service's callbacks in.

import RongCloudRecordingNative

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
  private let native: RongCloudRecordingNative.CallbackReceiver

  /// A receiver for the given apps.
  ///
  /// - Parameters:
  ///   - credentials: at least one app's. During a rotation, give an app's old and new credentials.
  ///   - timeWindow: how far a timestamp may be from this machine's clock, in the past or in the future. Above zero, at
  ///     most 365 days. Default: 5 minutes; the service documents none.
  ///   - timestampUnit: the unit of a callback's timestamp. A receiver takes one only: with both, the digits of a
  ///     captured callback could be divided anew between nonce and timestamp. Default: milliseconds, of 13 digits.
  ///   - headerNames: the names of the signing fields. Default: as documented for room status callbacks; for recording
  ///     callbacks they are unconfirmed.
  ///   - largestBody: the largest body that is read, in bytes, above zero. Default: 1 MiB.
  ///   - replayGuard: where signatures are remembered. Default: in this process's memory, which doesn't protect several
  ///     processes from a replay at another.
  /// - Throws: ``RecordingError/invalidInput(violations:call:)`` without credentials, with secrets of which one begins
  ///   with another, or for a window or a largest body of nothing.
  public init(
    credentials: [Credentials],
    timeWindow: Duration? = nil,
    timestampUnit: TimestampUnit? = nil,
    headerNames: CallbackHeaderNames? = nil,
    largestBody: Int? = nil,
    replayGuard: (any ReplayGuard)? = nil
  ) throws(RecordingError) {
    let credentials = credentials.map(\.native)
    let options = CallbackOptions(
      timeWindow: timeWindow?.forCore, timestampUnit: timestampUnit, headerNames: headerNames,
      largestBody: largestBody.map(Int64.init))
    native = try inCore {
      try RongCloudRecordingNative.CallbackReceiver(credentials: credentials, options: options)
    }
    self.replayGuard = replayGuard
  }

  /// Takes in a recording callback: the URL set in the console under cloud recording. It is verified and remembered.
  ///
  /// - Returns: what the service says. Store it each time it comes, and answer 200 after that.
  /// - Throws: ``CallbackRefused``.
  public func recordingEvent(_ request: CallbackRequest) async throws(CallbackRefused) -> ReceivedRecordingEvent {
    guard let replayGuard else { return try inReceiver { try native.recordingEvent(request: request) }.inMilliseconds }
    let received = try verifyRecordingEvent(request)
    try await replayGuard.remember(received)
    return received
  }

  /// Takes in a room status callback: the URL set in the console's RTC page. It is verified and remembered.
  ///
  /// - Returns: what the service says. Store it each time it comes, and answer 200 after that.
  /// - Throws: ``CallbackRefused``.
  public func roomEvent(_ request: CallbackRequest) async throws(CallbackRefused) -> ReceivedRoomEvent {
    guard let replayGuard else { return try inReceiver { try native.roomEvent(request: request) }.inMilliseconds }
    let received = try verifyRoomEvent(request)
    try await replayGuard.remember(received)
    return received
  }

  /// Verifies and reads a recording callback, and leaves the remembering to you, whatever the receiver's guard: store its
  /// fingerprint under its key unless there is one already, and give what was there to
  /// ``ReceivedRecordingEvent/checkReplay(remembered:)``. For code that isn't `async`, or one transaction for both.
  ///
  /// - Throws: ``CallbackRefused``.
  public func verifyRecordingEvent(_ request: CallbackRequest) throws(CallbackRefused) -> ReceivedRecordingEvent {
    try inReceiver { try native.verifyRecordingEvent(request: request) }.inMilliseconds
  }

  /// Verifies and reads a room status callback, and leaves the remembering to you, whatever the receiver's guard: store
  /// its fingerprint under its key unless there is one already, and give what was there to
  /// ``ReceivedRoomEvent/checkReplay(remembered:)``. For code that isn't `async`, or one transaction for both.
  ///
  /// - Throws: ``CallbackRefused``.
  public func verifyRoomEvent(_ request: CallbackRequest) throws(CallbackRefused) -> ReceivedRoomEvent {
    try inReceiver { try native.verifyRoomEvent(request: request) }.inMilliseconds
  }
}

extension ReceivedRecordingEvent {
  /// Compares what a store of your own remembered under ``key`` with the ``fingerprint``.
  ///
  /// - Parameter remembered: the fingerprint that was there before; nil where there was none.
  /// - Throws: ``CallbackRefused`` with the reason `replayed` for another fingerprint: a captured signature under a
  ///   forged body.
  public func checkReplay(remembered: String?) throws(CallbackRefused) {
    try inReceiver { try RongCloudRecordingNative.checkReplay(fingerprint: fingerprint, remembered: remembered) }
  }
}

extension ReceivedRoomEvent {
  /// Compares what a store of your own remembered under ``key`` with the ``fingerprint``.
  ///
  /// - Parameter remembered: the fingerprint that was there before; nil where there was none.
  /// - Throws: ``CallbackRefused`` with the reason `replayed` for another fingerprint: a captured signature under a
  ///   forged body.
  public func checkReplay(remembered: String?) throws(CallbackRefused) {
    try inReceiver { try RongCloudRecordingNative.checkReplay(fingerprint: fingerprint, remembered: remembered) }
  }
}
