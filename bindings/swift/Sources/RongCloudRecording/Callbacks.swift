// Callbacks as web frameworks provide them, and the error for a callback that must not be trusted.

import Foundation

extension CallbackRequest {
  /// Creates a callback from what your web framework provides, unchanged.
  ///
  /// - Parameters:
  ///   - headers: all headers, as SwiftNIO's and Vapor's `HTTPHeaders` provide them. Names may be in any letter case,
  ///     and a name may occur more than once.
  ///   - body: the body's bytes, exactly as they arrived.
  ///   - query: the URL's raw query, without the question mark. Default: none.
  public init(
    headers: some Sequence<(name: String, value: String)>, body: some Sequence<UInt8>, query: String? = nil
  ) {
    self.init(headers: headers.map { CallbackHeader(name: $0.name, value: $0.value) }, body: body, query: query ?? "")
  }

  /// Creates a callback from headers in a dictionary, unchanged.
  ///
  /// - Parameters:
  ///   - headers: all headers. Names may be in any letter case.
  ///   - body: the body's bytes, exactly as they arrived.
  ///   - query: the URL's raw query, without the question mark. Default: none.
  public init(headers: [String: String], body: some Sequence<UInt8>, query: String? = nil) {
    self.init(headers: headers.map { CallbackHeader(name: $0.key, value: $0.value) }, body: body, query: query ?? "")
  }
}

extension CallbackRefused: LocalizedError, CustomStringConvertible {
  /// Creates a refusal, for your own tests.
  public init(reason: RefusalReason, explanation: String) {
    let given = Self(reason: reason, explanation: explanation, httpStatus: 503, sentence: explanation)
    self = (try? completedRefusal(refusal: given)) ?? given
  }

  /// The whole refusal as one readable text, the same in all languages.
  public var description: String { sentence }

  /// The same text, as `localizedDescription` returns it.
  public var errorDescription: String? { description }
}

extension CallbackRefused: LibraryError {
  /// Nobody can tell whether the callback is good.
  static var defect: Self {
    Self(reason: .guardFailed, explanation: "a defect in this library stopped the check")
  }
}

/// A callback that was verified: ``ReceivedRecordingEvent`` or ``ReceivedRoomEvent``.
public protocol ReceivedCallback: Sendable {
  /// Identifies the signature, for a store.
  var key: String { get }
  /// Identifies the body: the same whenever it arrives again.
  var fingerprint: String { get }
  /// Until when the key must be remembered.
  var expiresAt: Date { get }
}

extension ReceivedRecordingEvent: ReceivedCallback {}
extension ReceivedRoomEvent: ReceivedCallback {}

extension ReceivedCallback {
  /// Compares what a store of your own remembered under ``key`` with the ``fingerprint``.
  ///
  /// - Parameter remembered: the fingerprint that was there before; nil if there was none.
  /// - Throws: ``CallbackRefused`` with the reason `replayed` if the fingerprint is another one: a captured signature
  ///   on a forged body.
  public func checkReplay(remembered: String?) throws(CallbackRefused) {
    try RongCloudRecording.checkReplay(fingerprint: fingerprint, remembered: remembered)
  }

  /// Remembers it with a guard.
  func remembered(by replayGuard: any ReplayGuard) async throws(CallbackRefused) -> Self {
    let earlier: String?
    do {
      earlier = try await replayGuard.remember(key: key, fingerprint: fingerprint, until: expiresAt)
    } catch {
      // Its type alone: its text may hold the address of a store with its password.
      throw CallbackRefused(reason: .guardFailed, explanation: "the replay guard failed with \(type(of: error))")
    }
    try checkReplay(remembered: earlier)
    return self
  }
}
