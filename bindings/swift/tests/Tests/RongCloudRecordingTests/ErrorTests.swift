// Errors as Swift values: made by hand, printed, asked what is known.

import Foundation
import RongCloudRecording
import Testing

@Suite("An error")
struct ErrorTests {
  private static let sentAt = Date(timeIntervalSince1970: 1_408_710_653)

  private static func call(
    _ operation: OperationKind, requestId: String? = "r1", sentAt: Date? = sentAt
  ) -> CallContext {
    CallContext(
      operation: operation, roomId: "room1", sessionId: "aaa", extra: "tag", requestId: requestId, sentAt: sentAt)
  }

  private let error = RecordingError.refused(
    status: 401, code: 1004, retryable: false, retryAfter: nil, reason: "the signature check failed",
    call: call(.start))
  private let sentence =
    "start: refused with code 1004, HTTP 401 (request r1, room room1, session aaa, extra tag): the signature check failed"

  @Test("is printed as the sentence of all languages")
  func printed() {
    #expect("\(error)" == sentence)
  }

  @Test("has the sentence as its localized description")
  func localized() {
    #expect((error as any Error).localizedDescription == sentence)
  }

  @Test("lists every violation in its sentence")
  func violations() {
    let violations = [
      Violation(path: "a", code: "empty", reason: "must not be empty"),
      Violation(path: "b", code: "required", reason: "is missing"),
    ]
    let error = RecordingError.invalidInput(violations: violations)
    #expect(
      error.description == "invalid input: 2 violations\n  a: must not be empty [empty]\n  b: is missing [required]")
    #expect(error.violations == violations)
  }

  struct Facts: Equatable, Sendable {
    var code: Int?
    var status: Int?
    var isRetryable = false
    var maybeSent = false
    var mayBeRecording = false
    var cause: FailureCause?
    var retryAfter: Duration?
    var call: CallContext?
  }

  /// One of each case, with what its properties must say.
  static let each: [(RecordingError, Facts)] = [
    (.invalidInput(violations: []), Facts()),
    (.invalidInput(violations: [], call: call(.start)), Facts(call: call(.start))),
    (
      .notSent(cause: .connection, reason: "", call: call(.start)),
      Facts(isRetryable: true, cause: .connection, call: call(.start))
    ),
    (.notSent(cause: .overloaded, reason: ""), Facts(isRetryable: true, cause: .overloaded)),
    (.notSent(cause: .clientClosed, reason: ""), Facts(cause: .clientClosed)),
    (
      .outcomeUnknown(
        cause: .serverFailure, reason: "", status: 503, code: 1000, retryable: false, call: call(.start)),
      Facts(code: 1000, status: 503, maybeSent: true, mayBeRecording: true, cause: .serverFailure, call: call(.start))
    ),
    (
      .outcomeUnknown(cause: .timeout, reason: "", status: nil, code: nil, retryable: true, call: call(.stop)),
      Facts(isRetryable: true, maybeSent: true, cause: .timeout, call: call(.stop))
    ),
    (
      .refused(status: 429, code: 1008, retryable: true, retryAfter: .seconds(7), reason: "", call: call(.start)),
      Facts(
        code: 1008, status: 429, isRetryable: true, maybeSent: true, retryAfter: .seconds(7), call: call(.start))
    ),
    (
      .unreadableReply(status: 200, reason: "", call: call(.start)),
      Facts(status: 200, maybeSent: true, mayBeRecording: true, call: call(.start))
    ),
    (
      .unreadableReply(status: 200, reason: "", call: call(.queryRoom)),
      Facts(status: 200, maybeSent: true, call: call(.queryRoom))
    ),
    (
      .cancelled(sent: true, call: call(.start)),
      Facts(maybeSent: true, mayBeRecording: true, call: call(.start))
    ),
    (.cancelled(sent: true, call: call(.updateLayout)), Facts(maybeSent: true, call: call(.updateLayout))),
    (.cancelled(sent: false, call: call(.start, requestId: nil)), Facts(call: call(.start, requestId: nil))),
    (.internal(reason: ""), Facts(maybeSent: true, mayBeRecording: true)),
  ]

  @Test("answers what is known of the request", arguments: each.indices)
  func facts(_ index: Int) {
    let (error, facts) = Self.each[index]
    let answered = Facts(
      code: error.code, status: error.status, isRetryable: error.isRetryable, maybeSent: error.maybeSent,
      mayBeRecording: error.mayBeRecording, cause: error.cause, retryAfter: error.retryAfter, call: error.call)
    #expect(answered == facts)
  }

  @Test("names its call's parts one by one", arguments: each.indices)
  func parts(_ index: Int) {
    let (error, facts) = Self.each[index]
    #expect(error.operation == facts.call?.operation)
    #expect(error.roomId == facts.call?.roomId && error.sessionId == facts.call?.sessionId)
    #expect(error.extra == facts.call?.extra)
    #expect(error.requestId == facts.call?.requestId && error.sentAt == facts.call?.sentAt)
  }

  @Test("made by hand of numbers that no service sends still has a sentence")
  func extremes() {
    let error = RecordingError.refused(
      status: .max, code: .min, retryable: false, retryAfter: .seconds(Int64.max) * 10, reason: "?",
      call: Self.call(.start))
    #expect(error.description.contains(": ?"))
  }

  @Test(
    "made by hand of a time that no request is sent at still has a sentence",
    arguments: [Date.distantPast, .distantFuture, Date(timeIntervalSince1970: .nan)])
  func extremeTimes(_ sentAt: Date) {
    let error = RecordingError.outcomeUnknown(
      cause: .timeout, reason: "?", status: nil, code: nil, retryable: false, call: Self.call(.start, sentAt: sentAt))
    #expect(error.description.contains(": ?; a recording may be running"))
  }

  @Test("of a wrong call names the call, and says that nothing was sent")
  func invalidCall() async throws {
    let client = try RecordingClient(appKey: "key", appSecret: "secret", apiUrl: "https://host.example")
    let error = try await failure {
      try await client.start(roomId: "", sessionId: "aaa", profile: anyProfile, extra: "tag")
    }
    #expect(error.operation == .start && error.sessionId == "aaa" && error.extra == "tag" && error.requestId == nil)
    #expect("\(error)".hasPrefix("start: invalid input, nothing was sent"), "\(error)")
  }
}
