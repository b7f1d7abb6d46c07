// The error of a callback that must not be believed.

import Foundation
import RongCloudRecordingNative

/// A callback that must not be believed. Answer the sender with ``httpStatus`` and nothing more.
public struct CallbackRefused: Error, Hashable, Sendable {
  /// Why, for programs.
  public let reason: RefusalReason

  /// Why, as a sentence for your log. It holds nothing that the sender could not know; only after a failure of your own
  /// replay guard it has that failure's text.
  public let explanation: String

  /// A refusal, for your own tests.
  public init(reason: RefusalReason, explanation: String) {
    self.reason = reason
    self.explanation = explanation
  }

  /// The HTTP status to answer with: 401 for anything about the signature, whatever it is; 413 and 400 for the body; 503
  /// where the service should try again.
  public var httpStatus: Int { Int(native.httpStatus()) }
}

extension CallbackRefused: LocalizedError, CustomStringConvertible {
  /// The whole refusal as one readable text, the same in all languages.
  public var description: String { native.sentence() }

  /// The same text; it is what `localizedDescription` gives.
  public var errorDescription: String? { description }
}

extension CallbackRefused {
  init(_ error: any Error) {
    if case .Refused(let reason, let explanation)? = error as? CallbackError {
      self.init(reason: reason, explanation: explanation)
    } else {
      // A panic's own text may hold anything: it stays out. Nobody can tell whether the callback is good.
      self.init(reason: .guardFailed, explanation: "a defect in this library stopped the check")
    }
  }

  var native: CallbackError {
    .Refused(reason: reason, explanation: explanation)
  }
}

/// Calls the core. Whatever a call across the boundary throws becomes a ``CallbackRefused``.
func inReceiver<Value>(_ call: () throws -> Value) throws(CallbackRefused) -> Value {
  do {
    return try call()
  } catch {
    throw CallbackRefused(error)
  }
}
