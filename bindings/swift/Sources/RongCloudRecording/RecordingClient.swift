// The operations on a recording.

import Foundation
import RongCloudRecordingNative

/// Starts recordings.
///
/// Make one per app and share it between tasks: it keeps connections and lets go of them with its last reference, or at
/// once with ``close()``. It is for servers: an App Secret doesn't belong into an app that users install.
public final class RecordingClient: Sendable {
  private let native: NativeClient

  /// A client with the given credentials.
  ///
  /// - Parameters:
  ///   - appKey: the app's key, from the console's App Key page. Sent as `App-Key`.
  ///   - appSecret: the app's secret. It is never sent, can't be read back and is in no text made by this library.
  ///   - dataCenter: the app's data center. Default: the environment's `RONGCLOUD_DATA_CENTER`.
  ///   - apiUrl: the API's address in place of a data center's, for instance `https://gateway.example`; plain http for
  ///     this machine only. Wins over `dataCenter`. Default: the environment's `RONGCLOUD_API_URL`, where no data
  ///     center is given either.
  ///   - connectTimeout: the longest time for name, connection and TLS handshake. Above zero. Default: 5 seconds.
  ///   - timeout: the longest time for a whole call, to the last byte of the reply. Above zero. Default: 15 seconds.
  ///   - headerStyle: how the signing headers are named. Default: plain.
  /// - Throws: ``RecordingError/invalidInput(violations:)`` for unusable settings, all at once where they are
  ///   options; ``RecordingError/notSent(cause:reason:requestId:)`` where this host can't speak HTTPS, for want of CA
  ///   certificates.
  public init(
    appKey: String,
    appSecret: String,
    dataCenter: DataCenter? = nil,
    apiUrl: String? = nil,
    connectTimeout: Duration? = nil,
    timeout: Duration? = nil,
    headerStyle: HeaderStyle? = nil
  ) throws(RecordingError) {
    let options = ClientOptions(
      dataCenter: dataCenter, apiUrl: apiUrl, connectTimeout: connectTimeout?.forCore, timeout: timeout?.forCore,
      headerStyle: headerStyle)
    native = try inCore {
      try NativeClient(
        credentials: Credentials(appKey: appKey, appSecret: appSecret), options: options, language: "swift")
    }
  }

  /// A client with the environment's credentials: `RONGCLOUD_APP_KEY` and `RONGCLOUD_APP_SECRET`.
  ///
  /// - Parameters:
  ///   - dataCenter: the app's data center. Default: the environment's `RONGCLOUD_DATA_CENTER`, one of `beijing`,
  ///     `singapore`, `singapore-b`, `north-america`, `saudi-arabia`.
  ///   - apiUrl: the API's address in place of a data center's, for instance `https://gateway.example`; plain http for
  ///     this machine only. Wins over `dataCenter`. Default: the environment's `RONGCLOUD_API_URL`, where no data
  ///     center is given either.
  ///   - connectTimeout: the longest time for name, connection and TLS handshake. Above zero. Default: 5 seconds.
  ///   - timeout: the longest time for a whole call, to the last byte of the reply. Above zero. Default: 15 seconds.
  ///   - headerStyle: how the signing headers are named. Default: plain.
  /// - Throws: as for given credentials; ``RecordingError/invalidInput(violations:)`` also names each variable that is
  ///   missing.
  public init(
    dataCenter: DataCenter? = nil,
    apiUrl: String? = nil,
    connectTimeout: Duration? = nil,
    timeout: Duration? = nil,
    headerStyle: HeaderStyle? = nil
  ) throws(RecordingError) {
    let options = ClientOptions(
      dataCenter: dataCenter, apiUrl: apiUrl, connectTimeout: connectTimeout?.forCore, timeout: timeout?.forCore,
      headerStyle: headerStyle)
    native = try inCore { try NativeClient(credentials: nil, options: options, language: "swift") }
  }

  /// Starts recording a session of a room: `POST /rtc/record/start.json`.
  ///
  /// The console's recording trigger must be set to manual. The request is sent at most once, whatever happens: the
  /// service has no key by which it could know a repeated start, so repeating one is your decision.
  ///
  /// Cancelling the task ends the call at once. A request that had begun to leave may still have reached the service.
  ///
  /// - Parameters:
  ///   - roomId: the room: `Room-Id`. Visible ASCII characters.
  ///   - sessionId: the current call's session, from the room status callback or the room query: `sessionId`.
  ///   - profile: what to record: `config`.
  ///   - extra: a tag of your own that comes back in the recording's callbacks: `extra`. Default: empty. The longest
  ///     one that the service takes is not documented.
  ///   - timeout: the longest time for this call. Above zero. Default: the client's.
  /// - Returns: what was started, with the `recordId` that callbacks and files carry.
  /// - Throws: ``RecordingError``; `CancellationError` where the task was cancelled.
  public func start(
    roomId: String,
    sessionId: String,
    profile: RecordingProfile,
    extra: String? = nil,
    timeout: Duration? = nil
  ) async throws -> StartedRecording {
    try Task.checkCancellation()
    defer { RecordingLog.deliver() }
    do {
      let call = try native.beginStart(
        roomId: roomId, sessionId: sessionId, profile: profile.native, extra: extra, timeout: timeout?.forCore)
      return try await withTaskCancellationHandler {
        try await call.ended()
      } onCancel: {
        // It fails only by a defect in the core; the call then ends by itself.
        try? call.cancel()
      }
    } catch {
      let error = RecordingError(error)
      // A call that had ended by itself before tells more than that its task was cancelled.
      if case .cancelled = error { try Task.checkCancellation() }
      throw error
    }
  }

  /// Closes the client and its connections. Calls under way end at once as
  /// ``RecordingError/cancelled(sent:requestId:)``, later ones as ``RecordingError/notSent(cause:reason:requestId:)``
  /// with the cause `clientClosed`.
  ///
  /// Closing twice does nothing. A client that is let go of needs no closing.
  public func close() {
    // It fails only by a defect in the core; the connections then go with the last reference.
    try? native.shutDown()
  }

  /// The `Signature` of a request: lower-case hex of SHA-1 over App Secret, nonce and timestamp, joined as texts.
  ///
  /// The client signs its requests itself; this is for checking a request by hand.
  ///
  /// - Throws: nothing is expected; every call into the core may report ``RecordingError/internal(reason:)``.
  public static func signature(
    appSecret: String, nonce: String, timestamp: String
  ) throws(RecordingError) -> String {
    try inCore {
      try RongCloudRecordingNative.signature(appSecret: appSecret, nonce: nonce, timestamp: timestamp)
    }
  }
}

extension Duration {
  /// Seconds as the core takes them, never below zero: the generated code ends the process there, while the core names
  /// a timeout of zero among the call's violations. A time above zero stays above it.
  fileprivate var forCore: TimeInterval {
    guard self > .zero else { return 0 }
    let (seconds, attoseconds) = components
    return max(Double(seconds) + Double(attoseconds) * 1e-18, 1e-9)
  }
}
