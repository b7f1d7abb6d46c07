// The client: its end, and what holds its settings. Its operations are generated.

/// Starts, rearranges and stops recordings, and asks for rooms.
///
/// Make one per app and share it between tasks: it keeps connections and lets go of them with its last reference, or at
/// once with ``close()``. It is for servers: an App Secret doesn't belong into an app that users install.
public final class RecordingClient: Sendable {
  let native: NativeClient

  /// A client of what is given and, for credentials and address, of the environment. What is given wins, each for itself.
  ///
  /// - Parameters:
  ///   - appKey: the app's key, from the console's App Key page. Default: the environment's `RONGCLOUD_APP_KEY`.
  ///   - appSecret: the app's secret. It is never sent, can't be read back and is in no text made by this library.
  ///     Default: the environment's `RONGCLOUD_APP_SECRET`.
  ///   - options: everything else.
  /// - Throws: ``RecordingError/invalidInput(_:)`` for everything that is missing or unusable, at once and named as you
  ///   gave it, an argument or a variable; ``RecordingError/notSent(_:)`` where this host can't speak HTTPS, for want of
  ///   CA certificates.
  public init(appKey: String? = nil, appSecret: String? = nil, options: ClientOptions) throws(RecordingError) {
    native = try NativeClient(appKey: appKey, appSecret: appSecret, options: options, language: "swift")
  }

  /// Closes the client and its connections. Calls under way end at once as ``RecordingError/cancelled(_:)``, later ones
  /// as ``RecordingError/notSent(_:)`` with the cause `clientClosed`.
  ///
  /// Closing twice does nothing. A client that is let go of needs no closing.
  public func close() {
    // It fails only by a defect in the core; the connections then go with the last reference.
    try? native.shutDown()
  }
}
