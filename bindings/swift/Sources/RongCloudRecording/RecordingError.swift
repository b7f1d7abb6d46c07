// The one public error. It answers first of all whether the service may have seen the request.

import Foundation
import RongCloudRecordingNative

/// Everything that can go wrong, by what is known about the request.
///
/// Three questions decide what to do next, and every case answers them: may a recording be running because of it
/// (``mayBeRecording``), may the same call be made again without the risk of recording twice (``isRetryable``), and under
/// which id does the vendor find the request (``requestId``). No text in it ever holds a secret.
///
/// What the call was about stands in ``call``, and in properties of their own: ``operation``, ``roomId``, ``sessionId``,
/// ``extra``, ``requestId``, ``sentAt``.
///
/// Printed, interpolated or as `localizedDescription` it is one sentence, the same in all languages of this library.
public enum RecordingError: Error, Hashable, Sendable {
  /// The input breaks documented rules. Nothing was sent. All violations are listed at once, in the order of the
  /// request's fields. There is no call where it was none: settings, a profile, a layout.
  case invalidInput(violations: [Violation], call: CallContext? = nil)

  /// The request provably never left this machine: making the call again can't record twice. There is no call where it
  /// was none: opening a client.
  case notSent(cause: FailureCause, reason: String, call: CallContext? = nil)

  /// The request may have reached the service and no answer tells what became of it. After a start, a recording may be
  /// running, and making the call again may record twice; `retryable` says that doing it twice is the same as doing it
  /// once, as for every call but a start. Status and code are there where a server answered that it failed itself.
  ///
  /// After a start, wait for the recording's callback, which has the same `extra`, or stop the session's recording,
  /// before starting another.
  case outcomeUnknown(
    cause: FailureCause, reason: String, status: Int?, code: Int?, retryable: Bool, call: CallContext)

  /// The service answered and refused. Nothing was done. `status` is HTTP's; `code` is the service's own and absent
  /// where the answer's body had none; `retryable` says that the refusal is of the kind that passes; `retryAfter` is how
  /// long the service asks to wait before another request, its header `Retry-After`.
  ///
  /// A repeated stop, repeated by you or by the client itself, may be refused because the first one did it: the reason
  /// then says that an earlier attempt whose outcome is unknown may have done it.
  case refused(status: Int, code: Int?, retryable: Bool, retryAfter: Duration?, reason: String, call: CallContext)

  /// An answer came that can't be understood. The service saw the request; after a start, a recording may be running.
  case unreadableReply(status: Int, reason: String, call: CallContext)

  /// The call was ended from this side: its task was cancelled, or its client was closed. `sent` says whether the request
  /// had begun to leave; then its outcome is unknown. It is exact: what had not begun to leave by then never does.
  case cancelled(sent: Bool, call: CallContext?)

  /// A defect in this library or an unusable host. Please report it.
  case `internal`(reason: String)
}

extension RecordingError {
  /// Every rule that the input breaks. Empty unless that is what went wrong.
  public var violations: [Violation] {
    switch self {
    case .invalidInput(let violations, _): violations
    case .notSent, .outcomeUnknown, .refused, .unreadableReply, .cancelled, .internal: []
    }
  }

  /// The service's `code` from the reply's body, such as ``ServiceCode/invalidSignature``. Absent where it gave none.
  public var code: Int? {
    switch self {
    case .refused(_, let code, _, _, _, _), .outcomeUnknown(_, _, _, let code, _, _): code
    case .invalidInput, .notSent, .unreadableReply, .cancelled, .internal: nil
    }
  }

  /// The reply's HTTP status. Absent where no reply came.
  public var status: Int? {
    switch self {
    case .refused(let status, _, _, _, _, _), .unreadableReply(let status, _, _): status
    case .outcomeUnknown(_, _, let status, _, _, _): status
    case .invalidInput, .notSent, .cancelled, .internal: nil
    }
  }

  /// Where on its way the request failed. Absent where that is not what went wrong.
  public var cause: FailureCause? {
    switch self {
    case .notSent(let cause, _, _), .outcomeUnknown(let cause, _, _, _, _, _): cause
    case .invalidInput, .refused, .unreadableReply, .cancelled, .internal: nil
    }
  }

  /// What happened, as a sentence without its circumstances, which ``description`` has. Absent where the case says it all.
  public var reason: String? {
    switch self {
    case .notSent(_, let reason, _), .outcomeUnknown(_, let reason, _, _, _, _): reason
    case .refused(_, _, _, _, let reason, _), .unreadableReply(_, let reason, _), .internal(let reason): reason
    case .invalidInput, .cancelled: nil
    }
  }

  /// How long the service asks to wait before another request: the reply's `Retry-After`. Absent where it doesn't.
  public var retryAfter: Duration? {
    switch self {
    case .refused(_, _, _, let retryAfter, _, _): retryAfter
    case .invalidInput, .notSent, .outcomeUnknown, .unreadableReply, .cancelled, .internal: nil
    }
  }

  /// What the error is about. Absent where it is about no call.
  public var call: CallContext? {
    switch self {
    case .invalidInput(_, let call), .notSent(_, _, let call), .cancelled(_, let call): call
    case .outcomeUnknown(_, _, _, _, _, let call), .refused(_, _, _, _, _, let call): call
    case .unreadableReply(_, _, let call): call
    case .internal: nil
    }
  }
}

extension RecordingError {
  /// True where the same call may be made again without the risk of recording twice and may then succeed: it provably
  /// never left, the service said that it was called too often, or doing it twice is the same as doing it once.
  public var isRetryable: Bool { native.isRetryable() }

  /// True where the service may have seen the request.
  public var maybeSent: Bool { native.maybeSent() }

  /// True where a recording may be running because of this call: a start that may have reached the service and was not
  /// refused. Then wait for a callback with the same ``extra``, or stop the session's recording, before starting another.
  /// Never true for a stop, a change of layout or a room query.
  public var mayBeRecording: Bool { native.mayBeRecording() }

  /// The operation. Where ``RecordingClient/start(inRoom:profile:extra:timeout:)`` fails at its question, that is the
  /// query. Absent where it was no call.
  public var operation: OperationKind? { call?.operation }

  /// The room: `Room-Id`. Absent where it was no call.
  public var roomId: String? { call?.roomId }

  /// The session: `sessionId`. Empty where the call was not about one, or had not found it out yet. Absent where it was
  /// no call.
  public var sessionId: String? { call?.sessionId }

  /// The tag given at the start, which comes back in the recording's callbacks: `extra`. Empty where none was given.
  /// Absent where it was no call.
  public var extra: String? { call?.extra }

  /// The `X-Request-ID` of the latest request, or of the latest that left, by which the vendor's support finds it. Absent
  /// where none was made.
  public var requestId: String? { call?.requestId }

  /// When that request was signed, by this host's clock, to the millisecond. Absent where none was made.
  public var sentAt: Date? { call?.sentAt }
}

extension RecordingError: LocalizedError, CustomStringConvertible {
  /// The whole error as one readable text, the same in all languages.
  public var description: String { native.sentence() }

  /// The same text; it is what `localizedDescription` gives.
  public var errorDescription: String? { description }
}

/// Calls the core. Whatever a call across the boundary throws becomes a ``RecordingError``.
func inCore<Value>(_ call: () throws -> Value) throws(RecordingError) -> Value {
  do {
    return try call()
  } catch {
    throw RecordingError(error)
  }
}

extension Violation {
  /// A time below zero. The core can't be given one, and where zero is allowed it can't stand for it.
  static func negative(_ path: String) -> Violation {
    Violation(path: path, code: "out_of_range", reason: "must not be negative")
  }
}

extension RecordingError {
  /// What the generated code threw, as the public error.
  init(_ error: any Error) {
    guard let native = error as? RongCloudRecordingNative.RecordingError else {
      // A panic's own text may hold anything: it stays out.
      self = .internal(reason: "a defect in this library stopped the call")
      return
    }
    self.init(native)
  }

  private init(_ native: RongCloudRecordingNative.RecordingError) {
    self =
      switch native {
      case .InvalidInput(let violations, let call):
        .invalidInput(violations: violations, call: call?.inMilliseconds)
      case .NotSent(let cause, let reason, let call):
        .notSent(cause: cause, reason: reason, call: call?.inMilliseconds)
      case .OutcomeUnknown(let cause, let reason, let status, let code, let retryable, let call):
        .outcomeUnknown(
          cause: cause, reason: reason, status: status.map(Int.init), code: code.map(Int.init), retryable: retryable,
          call: call.inMilliseconds)
      case .Refused(let status, let code, let retryable, let retryAfter, let reason, let call):
        .refused(
          status: Int(status), code: code.map(Int.init), retryable: retryable,
          retryAfter: retryAfter.map(Duration.init(fromCore:)), reason: reason, call: call.inMilliseconds)
      case .UnreadableReply(let status, let reason, let call):
        .unreadableReply(status: Int(status), reason: reason, call: call.inMilliseconds)
      case .Cancelled(let sent, let call):
        .cancelled(sent: sent, call: call?.inMilliseconds)
      case .Internal(let reason):
        .internal(reason: reason)
      }
  }

  /// The core's own error, which knows the rules and the sentence. Numbers are clamped: anyone may make an error.
  private var native: RongCloudRecordingNative.RecordingError {
    switch self {
    case .invalidInput(let violations, let call):
      .InvalidInput(violations: violations, call: call?.forCore)
    case .notSent(let cause, let reason, let call):
      .NotSent(cause: cause, reason: reason, call: call?.forCore)
    case .outcomeUnknown(let cause, let reason, let status, let code, let retryable, let call):
      .OutcomeUnknown(
        cause: cause, reason: reason, status: status.map(Int32.init(clamping:)), code: code.map(Int32.init(clamping:)),
        retryable: retryable, call: call.forCore)
    case .refused(let status, let code, let retryable, let retryAfter, let reason, let call):
      .Refused(
        status: Int32(clamping: status), code: code.map(Int32.init(clamping:)), retryable: retryable,
        retryAfter: retryAfter?.forCore, reason: reason, call: call.forCore)
    case .unreadableReply(let status, let reason, let call):
      .UnreadableReply(status: Int32(clamping: status), reason: reason, call: call.forCore)
    case .cancelled(let sent, let call):
      .Cancelled(sent: sent, call: call?.forCore)
    case .internal(let reason):
      .Internal(reason: reason)
    }
  }
}
