// An app's key and secret.

import RongCloudRecordingNative

/// An app's key and secret, by which callbacks are verified. The secret can't be read back and is in no text made by
/// this library.
public struct Credentials: Sendable {
  let native: RongCloudRecordingNative.Credentials

  /// The credentials of an app.
  ///
  /// - Parameters:
  ///   - appKey: the app's key, from the console's App Key page: `appKey`.
  ///   - appSecret: the app's secret.
  /// - Throws: ``RecordingError/invalidInput(violations:call:)`` for unusable ones.
  public init(appKey: String, appSecret: String) throws(RecordingError) {
    native = try inCore { try RongCloudRecordingNative.Credentials(appKey: appKey, appSecret: appSecret) }
  }
}
