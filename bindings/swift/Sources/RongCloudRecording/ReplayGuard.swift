// Signatures that have been seen.

import Foundation

/// Remembers signatures until they expire, so that a captured one can't be used under another body.
///
/// The receiver's own guard, in memory, protects one process. Where callbacks arrive at several, give all of them one
/// shared store. A guard that answers at once conforms too, with a function that is neither `async` nor throws.
public protocol ReplayGuard: Sendable {
  /// Stores the fingerprint under the key until the time given, unless there is one already; then returns that one.
  ///
  /// It must be one atomic step, such as Redis' `SET key fingerprint NX GET PXAT time`.
  ///
  /// - Parameters:
  ///   - key: names the signature: a short text of letters, digits and colons.
  ///   - fingerprint: names the body: 40 hexadecimal digits.
  ///   - expiry: until when it must be remembered, to the millisecond.
  /// - Returns: the fingerprint that was there before; nil where there was none.
  /// - Throws: whatever your store throws. The callback is then refused with the reason `guardFailed` and the status
  ///   503, so that the service tries again.
  func remember(key: String, fingerprint: String, until expiry: Date) async throws -> String?
}
