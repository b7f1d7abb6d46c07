// The client: its settings and its end. Its operations are in Operations.swift.

import RongCloudRecordingNative

/// Starts, rearranges and stops recordings, and asks for rooms.
///
/// Make one per app and share it between tasks: it keeps connections and lets go of them with its last reference, or at
/// once with ``close()``. It is for servers: an App Secret doesn't belong into an app that users install.
public final class RecordingClient: Sendable {
  let native: NativeClient

  /// A client of what is given and, for credentials and address, of the environment. What is given wins, each for itself.
  ///
  /// - Parameters:
  ///   - appKey: the app's key, from the console's App Key page. Sent as `App-Key`. Default: the environment's
  ///     `RONGCLOUD_APP_KEY`.
  ///   - appSecret: the app's secret. It is never sent, can't be read back and is in no text made by this library.
  ///     Default: the environment's `RONGCLOUD_APP_SECRET`.
  ///   - dataCenter: the app's data center. Default: the environment's `RONGCLOUD_DATA_CENTER`, one of `beijing`,
  ///     `singapore`, `singapore-b`, `north-america`, `saudi-arabia`, in any letter case.
  ///   - apiUrl: the API's address in place of a data center's, for instance `https://gateway.example`; plain http for
  ///     this machine only. Wins over `dataCenter`. Default: the environment's `RONGCLOUD_API_URL`, where no data
  ///     center is given either.
  ///   - backupApiUrl: a second address of the same service, used while `apiUrl` fails, as a data center's backup domain
  ///     is. Only beside `apiUrl`. Default: none.
  ///   - connectTimeout: the longest time for name, connection and TLS handshake. Above zero, at most 365 days. Default:
  ///     5 seconds.
  ///   - timeout: the longest time for a whole call, to the last byte of the reply. Above zero, at most 365 days.
  ///     Default: 15 seconds.
  ///   - headerStyle: how the signing headers are named. Default: plain.
  ///   - proxy: the proxy to go through, for instance `http://proxy.example:3128`, with user and password if it needs
  ///     them; or `direct` for none. It is in no text made by this library. Default: what the environment's
  ///     `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
  ///   - caCertificates: CA certificates as PEM, trusted in addition to the platform's: a company's own, for instance.
  ///     Default: none.
  ///   - retry: how often and how fast calls are tried again.
  ///   - failover: when the other domain of a data center is used.
  ///   - connections: how connections are kept, and how many calls there are at once.
  /// - Throws: ``RecordingError/invalidInput(violations:call:)`` for everything that is missing or unusable, at once and
  ///   named as you gave it, an argument or a variable; ``RecordingError/notSent(cause:reason:call:)`` where this host
  ///   can't speak HTTPS, for want of CA certificates.
  public init(
    appKey: String? = nil,
    appSecret: String? = nil,
    dataCenter: DataCenter? = nil,
    apiUrl: String? = nil,
    backupApiUrl: String? = nil,
    connectTimeout: Duration? = nil,
    timeout: Duration? = nil,
    headerStyle: HeaderStyle? = nil,
    proxy: String? = nil,
    caCertificates: String? = nil,
    retry: RetryPolicy = RetryPolicy(),
    failover: FailoverPolicy = FailoverPolicy(),
    connections: ConnectionPolicy = ConnectionPolicy()
  ) throws(RecordingError) {
    let options = ClientOptions(
      dataCenter: dataCenter, apiUrl: apiUrl, connectTimeout: connectTimeout?.forCore, timeout: timeout?.forCore,
      headerStyle: headerStyle, backupApiUrl: backupApiUrl, proxy: proxy, caCertificates: caCertificates,
      retry: retry.forCore, failover: failover.forCore, connections: connections.forCore)
    do {
      native = try NativeClient.ofKeys(appKey: appKey, appSecret: appSecret, options: options, language: "swift")
    } catch {
      throw retry.namingNegatives(in: RecordingError(error))
    }
  }

  /// Closes the client and its connections. Calls under way end at once as ``RecordingError/cancelled(sent:call:)``, later
  /// ones as ``RecordingError/notSent(cause:reason:call:)`` with the cause `clientClosed`.
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
