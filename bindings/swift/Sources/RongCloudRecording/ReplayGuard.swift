// Signatures that have been seen, and how the core asks for them.

import Foundation
import RongCloudRecordingNative

/// Remembers signatures until they expire, so that a captured one can't be used under another body.
///
/// The receiver's own guard, in memory, protects one process. Where callbacks arrive at several, give all of them one
/// shared store.
public protocol ReplayGuard: Sendable {
  /// Stores the fingerprint under the key until the time given, unless there is one already; then returns that one.
  ///
  /// It must be one atomic step, such as Redis' `SET key fingerprint NX GET PXAT time`.
  ///
  /// - Parameters:
  ///   - key: a short text of letters, digits and colons.
  ///   - fingerprint: a short text of letters and digits.
  ///   - expiry: until when it must be remembered, to the millisecond.
  /// - Returns: the fingerprint that was there before; nil where there was none.
  /// - Throws: whatever your store throws. The callback is then refused with the reason `guardFailed` and the status
  ///   503, so that the service tries again.
  func remember(key: String, fingerprint: String, until expiry: Date) async throws -> String?
}

/// Stands between the core, which asks at once, and a guard that takes its time: first it notes the question, then it
/// gives the guard's answer.
final class PendingGuard: RongCloudRecordingNative.ReplayGuard, @unchecked Sendable {
  private let lock = NSLock()
  private var question: (key: String, fingerprint: String, expiry: Date)?
  private var answer: String??

  /// Called by the core.
  func remember(key: String, fingerprint: String, expiresAtMs: Int64) throws -> String? {
    try lock.withLock {
      if let answer { return answer }
      question = (key, fingerprint, Date(timeIntervalSince1970: Double(expiresAtMs) / 1000))
      throw CallbackError.Refused(reason: .guardFailed, explanation: "the replay guard was not asked")
    }
  }

  /// Takes the question to a guard. False where the core asked nothing.
  func ask(_ replayGuard: any ReplayGuard) async throws(CallbackRefused) -> Bool {
    guard let question = lock.withLock({ question }) else { return false }
    do {
      let (key, fingerprint, expiry) = question
      let earlier = try await replayGuard.remember(key: key, fingerprint: fingerprint, until: expiry)
      lock.withLock { answer = .some(earlier) }
      return true
    } catch {
      throw CallbackRefused(reason: .guardFailed, explanation: "the replay guard failed: \(error)")
    }
  }
}
