// The one public error. It answers first of all whether the service may have seen the request.

import Foundation
import RongCloudRecordingNative

/// Everything that can go wrong, by what is known about the request.
///
/// Three questions decide what to do next, and every case answers them: may the service have seen the request
/// (``maybeSent``), may the same call be made again without the risk of recording twice (``isRetryable``), and under
/// which id does the vendor find the request (``requestId``). No text in it ever holds a secret.
///
/// Printed, interpolated or as `localizedDescription` it is one sentence, the same in all languages of this library.
public enum RecordingError: Error, Hashable, Sendable {
  /// The input breaks documented rules. Nothing was sent. All violations are listed at once, in the order of the
  /// request's fields.
  case invalidInput(violations: [Violation])

  /// The request provably never left this machine: making the call again can't record twice. The request id is the
  /// `X-Request-ID` it would have carried, if one had been made.
  case notSent(cause: FailureCause, reason: String, requestId: String?)

  /// The request may have reached the service and no answer tells what became of it. After a start, a recording may be
  /// running, and making the call again may record twice; `retryable` says that doing it twice is the same as doing it
  /// once, as for every call but a start. `sentAt` is by this host's clock. Status and code are there where a server
  /// answered that it failed itself. The session id is empty where the call was not about one.
  ///
  /// After a start, wait for the recording's callback, or stop the session's recording, before starting another.
  case outcomeUnknown(
    cause: FailureCause, reason: String, requestId: String, sentAt: Date, roomId: String, sessionId: String,
    status: Int?, code: Int?, retryable: Bool)

  /// The service answered and refused. Nothing was done. `status` is HTTP's; `code` is the service's own and absent
  /// where the answer's body had none; `retryable` says that the refusal is of the kind that passes; `retryAfter` is how
  /// long the service asks to wait before another request, its header `Retry-After`.
  ///
  /// A repeated stop, repeated by you or by the client itself, may be refused because the first one did it: the reason
  /// then says that an earlier attempt whose outcome is unknown may have done it.
  case refused(status: Int, code: Int?, retryable: Bool, retryAfter: Duration?, reason: String, requestId: String)

  /// An answer came that can't be understood. The service saw the request; after a start, a recording may be running.
  case unreadableReply(status: Int, reason: String, requestId: String)

  /// The client was closed during the call. `sent` says whether the request had begun to leave; then its outcome is
  /// unknown. (A call whose task is cancelled throws `CancellationError`.)
  case cancelled(sent: Bool, requestId: String?)

  /// A defect in this library or an unusable host. Please report it.
  case `internal`(reason: String)
}

extension RecordingError {
  /// The service's `code` from the reply's body, such as 1004: the signature check failed. Absent where it gave none.
  public var code: Int? {
    switch self {
    case .refused(_, let code, _, _, _, _), .outcomeUnknown(_, _, _, _, _, _, _, let code, _): code
    case .invalidInput, .notSent, .unreadableReply, .cancelled, .internal: nil
    }
  }

  /// The reply's HTTP status. Absent where no reply came.
  public var status: Int? {
    switch self {
    case .refused(let status, _, _, _, _, _), .unreadableReply(let status, _, _): status
    case .outcomeUnknown(_, _, _, _, _, _, let status, _, _): status
    case .invalidInput, .notSent, .cancelled, .internal: nil
    }
  }

  /// Where on its way the request failed. Absent where that is not what went wrong.
  public var cause: FailureCause? {
    switch self {
    case .notSent(let cause, _, _), .outcomeUnknown(let cause, _, _, _, _, _, _, _, _): cause
    case .invalidInput, .refused, .unreadableReply, .cancelled, .internal: nil
    }
  }

  /// What happened, as a sentence without its circumstances, which ``description`` has. Absent where the case says it all.
  public var reason: String? {
    switch self {
    case .notSent(_, let reason, _), .outcomeUnknown(_, let reason, _, _, _, _, _, _, _): reason
    case .refused(_, _, _, _, let reason, _), .unreadableReply(_, let reason, _), .internal(let reason): reason
    case .invalidInput, .cancelled: nil
    }
  }

  /// When the request whose outcome is unknown was sent, by this host's clock. Absent from every other error.
  public var sentAt: Date? {
    switch self {
    case .outcomeUnknown(_, _, _, let sentAt, _, _, _, _, _): sentAt
    case .invalidInput, .notSent, .refused, .unreadableReply, .cancelled, .internal: nil
    }
  }

  /// How long the service asks to wait before another request: the reply's `Retry-After`. Absent where it doesn't.
  public var retryAfter: Duration? {
    switch self {
    case .refused(_, _, _, let retryAfter, _, _): retryAfter
    case .invalidInput, .notSent, .outcomeUnknown, .unreadableReply, .cancelled, .internal: nil
    }
  }

  /// True where the same call may be made again without the risk of recording twice and may then succeed: it provably
  /// never left, the service said that it was called too often, or doing it twice is the same as doing it once.
  public var isRetryable: Bool { native.isRetryable() }

  /// True where the service may have seen the request.
  public var maybeSent: Bool { native.maybeSent() }

  /// The `X-Request-ID` of the request, by which the vendor's support finds it. Absent where none was made.
  public var requestId: String? { native.requestId() }
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
      case .InvalidInput(let violations):
        .invalidInput(violations: violations)
      case .NotSent(let cause, let reason, let requestId):
        .notSent(cause: cause, reason: reason, requestId: requestId)
      case .OutcomeUnknown(
        let cause, let reason, let requestId, let sentAt, let roomId, let sessionId, let status, let code,
        let retryable):
        .outcomeUnknown(
          cause: cause, reason: reason, requestId: requestId, sentAt: sentAt.inMilliseconds, roomId: roomId,
          sessionId: sessionId, status: status.map(Int.init), code: code.map(Int.init), retryable: retryable)
      case .Refused(let status, let code, let retryable, let retryAfter, let reason, let requestId):
        .refused(
          status: Int(status), code: code.map(Int.init), retryable: retryable,
          retryAfter: retryAfter.map(Duration.init(fromCore:)), reason: reason, requestId: requestId)
      case .UnreadableReply(let status, let reason, let requestId):
        .unreadableReply(status: Int(status), reason: reason, requestId: requestId)
      case .Cancelled(let sent, let requestId):
        .cancelled(sent: sent, requestId: requestId)
      case .Internal(let reason):
        .internal(reason: reason)
      }
  }

  /// The core's own error, which knows the rules and the sentence. Numbers are clamped: anyone may make an error.
  private var native: RongCloudRecordingNative.RecordingError {
    switch self {
    case .invalidInput(let violations):
      .InvalidInput(violations: violations)
    case .notSent(let cause, let reason, let requestId):
      .NotSent(cause: cause, reason: reason, requestId: requestId)
    case .outcomeUnknown(
      let cause, let reason, let requestId, let sentAt, let roomId, let sessionId, let status, let code,
      let retryable):
      .OutcomeUnknown(
        cause: cause, reason: reason, requestId: requestId, sentAt: sentAt.forCore, roomId: roomId,
        sessionId: sessionId, status: status.map(Int32.init(clamping:)), code: code.map(Int32.init(clamping:)),
        retryable: retryable)
    case .refused(let status, let code, let retryable, let retryAfter, let reason, let requestId):
      .Refused(
        status: Int32(clamping: status), code: code.map(Int32.init(clamping:)), retryable: retryable,
        retryAfter: retryAfter?.forCore, reason: reason, requestId: requestId)
    case .unreadableReply(let status, let reason, let requestId):
      .UnreadableReply(status: Int32(clamping: status), reason: reason, requestId: requestId)
    case .cancelled(let sent, let requestId):
      .Cancelled(sent: sent, requestId: requestId)
    case .internal(let reason):
      .Internal(reason: reason)
    }
  }
}
