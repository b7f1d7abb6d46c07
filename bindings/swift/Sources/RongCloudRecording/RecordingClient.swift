// The client: its settings and its end. Its operations are in Operations.swift.

import RongCloudRecordingNative

/// Starts, rearranges and stops recordings, and asks for rooms.
///
/// Make one per app and share it between tasks: it keeps connections and lets go of them with its last reference, or at
/// once with ``close()``. It is for servers: an App Secret doesn't belong into an app that users install.
public final class RecordingClient: Sendable {
  let native: NativeClient

  /// A client with the given credentials.
  ///
  /// - Parameters:
  ///   - appKey: the app's key, from the console's App Key page. Sent as `App-Key`.
  ///   - appSecret: the app's secret. It is never sent, can't be read back and is in no text made by this library.
  ///   - dataCenter: the app's data center. Default: the environment's `RONGCLOUD_DATA_CENTER`.
  ///   - apiUrl: the API's address in place of a data center's, for instance `https://gateway.example`; plain http for
  ///     this machine only. Wins over `dataCenter`. Default: the environment's `RONGCLOUD_API_URL`, where no data
  ///     center is given either.
  ///   - backupApiUrl: a second address of the same service, used while `apiUrl` fails, as a data center's backup domain
  ///     is. Only beside `apiUrl`. Default: none.
  ///   - connectTimeout: the longest time for name, connection and TLS handshake. Above zero. Default: 5 seconds.
  ///   - timeout: the longest time for a whole call, to the last byte of the reply. Above zero. Default: 15 seconds.
  ///   - headerStyle: how the signing headers are named. Default: plain.
  ///   - proxy: the proxy to go through, for instance `http://proxy.example:3128`, with user and password if it needs
  ///     them; or `direct` for none. It is in no text made by this library. Default: what the environment's
  ///     `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
  ///   - caCertificates: CA certificates as PEM, trusted in addition to the platform's: a company's own, for instance.
  ///     Default: none.
  ///   - retry: how often and how fast calls are tried again.
  ///   - failover: when the other domain of a data center is used.
  ///   - connections: how connections are kept, and how many calls there are at once.
  /// - Throws: ``RecordingError/invalidInput(violations:)`` for unusable settings, all at once where they are
  ///   options; ``RecordingError/notSent(cause:reason:requestId:)`` where this host can't speak HTTPS, for want of CA
  ///   certificates.
  public init(
    appKey: String,
    appSecret: String,
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
    let credentials = try Credentials(appKey: appKey, appSecret: appSecret)
    native = try inCore {
      try NativeClient(credentials: credentials.native, options: options, language: "swift")
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
  ///   - backupApiUrl: a second address of the same service, used while `apiUrl` fails, as a data center's backup domain
  ///     is. Only beside `apiUrl`. Default: none.
  ///   - connectTimeout: the longest time for name, connection and TLS handshake. Above zero. Default: 5 seconds.
  ///   - timeout: the longest time for a whole call, to the last byte of the reply. Above zero. Default: 15 seconds.
  ///   - headerStyle: how the signing headers are named. Default: plain.
  ///   - proxy: the proxy to go through, for instance `http://proxy.example:3128`, with user and password if it needs
  ///     them; or `direct` for none. It is in no text made by this library. Default: what the environment's
  ///     `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
  ///   - caCertificates: CA certificates as PEM, trusted in addition to the platform's: a company's own, for instance.
  ///     Default: none.
  ///   - retry: how often and how fast calls are tried again.
  ///   - failover: when the other domain of a data center is used.
  ///   - connections: how connections are kept, and how many calls there are at once.
  /// - Throws: as for given credentials; ``RecordingError/invalidInput(violations:)`` also names each variable that is
  ///   missing.
  public init(
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
    native = try inCore { try NativeClient(credentials: nil, options: options, language: "swift") }
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
