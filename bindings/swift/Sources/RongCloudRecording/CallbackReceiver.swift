// Takes the service's callbacks in.

import RongCloudRecordingNative

/// Takes the service's callbacks in and tells which may be believed.
///
/// A callback is believed if its signature was made with one of the given secrets, within the time window, for the app
/// whose secret it is. **The signature does not cover the body**: whoever captures one callback could send its signature
/// with another body. So each signature is remembered until it expires, and one that comes again is accepted as a repeat
/// with the same body only. Serve callbacks over HTTPS all the same, and keep handling idempotent: the service may
/// deliver late, twice or out of order.
///
/// Make one per app and share it between tasks.
public final class CallbackReceiver: Sendable {
  private let credentials: [RongCloudRecordingNative.Credentials]
  private let options: CallbackOptions
  private let replayGuard: (any ReplayGuard)?
  private let native: RongCloudRecordingNative.CallbackReceiver

  /// A receiver for the given apps.
  ///
  /// - Parameters:
  ///   - credentials: at least one app's. During a rotation, give an app's old and new credentials.
  ///   - timeWindow: how far a timestamp may be from this machine's clock, in the past or in the future. Above zero.
  ///     Default: 5 minutes; the service documents none.
  ///   - headerNames: the names of the signing fields. Default: as documented for room status callbacks; for recording
  ///     callbacks they are unconfirmed.
  ///   - largestBody: the largest body that is read, in bytes. Default: 1 MiB.
  ///   - replayGuard: where signatures are remembered. Default: in this process's memory, which doesn't protect several
  ///     processes from a replay at another.
  /// - Throws: ``RecordingError/invalidInput(violations:)`` without credentials, or for a window of nothing.
  public init(
    credentials: [Credentials],
    timeWindow: Duration? = nil,
    headerNames: CallbackHeaderNames? = nil,
    largestBody: Int? = nil,
    replayGuard: (any ReplayGuard)? = nil
  ) throws(RecordingError) {
    let credentials = credentials.map(\.native)
    let options = CallbackOptions(
      timeWindow: timeWindow?.forCore, headerNames: headerNames, largestBody: largestBody.map(Int64.init))
    native = try inCore {
      try RongCloudRecordingNative.CallbackReceiver(credentials: credentials, options: options)
    }
    self.credentials = credentials
    self.options = options
    self.replayGuard = replayGuard
  }

  /// Takes in a recording callback: the URL set in the console under cloud recording.
  ///
  /// - Returns: what the service says, and whether exactly this callback has come before: answer 200 then, and do
  ///   nothing.
  /// - Throws: ``CallbackRefused``.
  public func recordingEvent(_ request: CallbackRequest) async throws(CallbackRefused) -> ReceivedRecordingEvent {
    var received = try await receive { try $0.recordingEvent(request: request) }
    received.event = received.event.inMilliseconds
    return received
  }

  /// Takes in a room status callback: the URL set in the console's RTC page.
  ///
  /// - Returns: what the service says, and whether exactly this callback has come before: answer 200 then, and do
  ///   nothing.
  /// - Throws: ``CallbackRefused``.
  public func roomEvent(_ request: CallbackRequest) async throws(CallbackRefused) -> ReceivedRoomEvent {
    var received = try await receive { try $0.roomEvent(request: request) }
    received.event = received.event.inMilliseconds
    return received
  }

  private func receive<Received: Sendable>(
    _ read: (RongCloudRecordingNative.CallbackReceiver) throws -> Received
  ) async throws(CallbackRefused) -> Received {
    guard let replayGuard else { return try inReceiver { try read(native) } }
    let pending = PendingGuard()
    let receiver = try inReceiver {
      try RongCloudRecordingNative.CallbackReceiver(credentials: credentials, options: options, guard: pending)
    }
    do {
      // The guard is asked last, so this ends in the callback's own refusal or in the guard's question.
      return try inReceiver { try read(receiver) }
    } catch {
      guard try await pending.ask(replayGuard) else { throw error }
      return try inReceiver { try read(receiver) }
    }
  }
}
