// Signatures that have been seen.

import Foundation

/// Remembers signatures until they expire, so that a captured signature can't be used with another body.
///
/// The receiver's own guard, in memory, protects one process. If several processes receive callbacks, give all of them
/// one shared store. A guard that answers at once also conforms, with a function that is neither `async` nor throws.
public protocol ReplayGuard: Sendable {
  /// Stores the fingerprint under the key until the given time, unless one is stored there already; in that case,
  /// returns the stored one.
  ///
  /// It must be one atomic step, such as Redis' `SET key fingerprint NX GET PXAT time`.
  ///
  /// - Parameters:
  ///   - key: identifies the signature: a short text of letters, digits and colons.
  ///   - fingerprint: identifies the body: 40 hexadecimal digits.
  ///   - expiry: until when it must be remembered, to the millisecond.
  /// - Returns: the fingerprint that was there before; nil if there was none.
  /// - Throws: whatever your store throws. The callback is then refused with the reason `guardFailed` and the status
  ///   503, so that the service tries again.
  func remember(key: String, fingerprint: String, until expiry: Date) async throws -> String?
}
