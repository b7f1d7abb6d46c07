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

  private static let entry = LedgerEntry(
    appKey: "key", sessionId: "aaa", roomId: "room1", state: .unknown, generation: 1, version: 2, recordId: nil,
    otherRecordIds: [], extra: "tag", holder: "worker-7", requestId: "r1", requestedAt: sentAt, deadline: nil,
    lastNewsAt: nil, eventCount: 0, changedAt: sentAt, hasFailed: false, isDoubled: false, reason: nil)

  private static func made(
    _ kind: FailureKind, _ reason: String = "", cause: FailureCause? = nil, status: Int? = nil, code: Int? = nil,
    maybeSent: Bool = false, isRetryable: Bool = false, earlierMayHaveActed: Bool = false, retryAfter: Duration? = nil,
    violations: [Violation] = [], entry: LedgerEntry? = nil, call: CallContext? = nil
  ) throws -> RecordingError {
    try RecordingError(
      Failure(
        kind: kind, reason: reason, cause: cause, status: status, code: code, maybeSent: maybeSent,
        isRetryable: isRetryable, earlierMayHaveActed: earlierMayHaveActed, retryAfter: retryAfter,
        violations: violations, entry: entry, call: call))
  }

  private let error = try! made(.refused, "the signature check failed", status: 401, code: 1004, call: call(.start))
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
  func violations() throws {
    let violations = [
      Violation(path: "a", code: "empty", reason: "must not be empty"),
      Violation(path: "b", code: "required", reason: "is missing"),
    ]
    let error = try Self.made(.invalidInput, violations: violations)
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
    var earlierMayHaveActed = false
    var cause: FailureCause?
    var retryAfter: Duration?
    var call: CallContext?
    var entry: LedgerEntry?
  }

  /// One of each case, with what its properties must say.
  static let each: [(RecordingError, Facts)] = try! [
    (made(.invalidInput), Facts()),
    (made(.invalidInput, call: call(.start)), Facts(call: call(.start))),
    (
      made(.notSent, cause: .connection, call: call(.start)),
      Facts(isRetryable: true, cause: .connection, call: call(.start))
    ),
    (made(.notSent, cause: .overloaded), Facts(isRetryable: true, cause: .overloaded)),
    (made(.notSent, cause: .clientClosed), Facts(cause: .clientClosed)),
    (
      made(.outcomeUnknown, cause: .serverFailure, status: 503, code: 1000, call: call(.start)),
      Facts(code: 1000, status: 503, maybeSent: true, mayBeRecording: true, cause: .serverFailure, call: call(.start))
    ),
    (
      made(.outcomeUnknown, cause: .timeout, call: call(.stop)),
      Facts(isRetryable: true, maybeSent: true, cause: .timeout, call: call(.stop))
    ),
    (
      made(.refused, status: 429, code: 1008, isRetryable: true, retryAfter: .seconds(7), call: call(.start)),
      Facts(
        code: 1008, status: 429, isRetryable: true, maybeSent: true, retryAfter: .seconds(7), call: call(.start))
    ),
    (
      made(.refused, status: 200, code: 1000, earlierMayHaveActed: true, call: call(.stop)),
      Facts(code: 1000, status: 200, maybeSent: true, earlierMayHaveActed: true, call: call(.stop))
    ),
    (
      made(.unreadableReply, status: 200, call: call(.start)),
      Facts(status: 200, maybeSent: true, mayBeRecording: true, call: call(.start))
    ),
    (
      made(.unreadableReply, status: 200, call: call(.queryRoom)),
      Facts(status: 200, maybeSent: true, call: call(.queryRoom))
    ),
    (
      made(.cancelled, maybeSent: true, call: call(.start)),
      Facts(maybeSent: true, mayBeRecording: true, call: call(.start))
    ),
    (made(.cancelled, maybeSent: true, call: call(.updateLayout)), Facts(maybeSent: true, call: call(.updateLayout))),
    (made(.cancelled, call: call(.start, requestId: nil)), Facts(call: call(.start, requestId: nil))),
    (
      made(.conflict, entry: entry, call: call(.start)),
      Facts(isRetryable: true, mayBeRecording: true, call: call(.start), entry: entry)
    ),
    (made(.internal), Facts(maybeSent: true, mayBeRecording: true)),
    (made(.internal, call: call(.stop)), Facts(maybeSent: true, call: call(.stop))),
  ]

  @Test("answers what is known of the request", arguments: each.indices)
  func facts(_ index: Int) {
    let (error, facts) = Self.each[index]
    let answered = Facts(
      code: error.code, status: error.status, isRetryable: error.isRetryable, maybeSent: error.maybeSent,
      mayBeRecording: error.mayBeRecording, earlierMayHaveActed: error.earlierMayHaveActed, cause: error.cause,
      retryAfter: error.retryAfter, call: error.call, entry: error.entry)
    #expect(answered == facts)
  }

  @Test("names its call's parts one by one", arguments: each.indices)
  func parts(_ index: Int) {
    let (error, facts) = Self.each[index]
    #expect(error.operation == facts.call?.operation)
    #expect(error.roomId == facts.call?.roomId && error.sessionId == facts.call?.sessionId)
    #expect(error.extra == facts.call?.extra)
    #expect(error.requestId == facts.call?.requestId && error.sentAt == facts.call?.sentAt)
    let attempts: [Attempt] = error.attempts
    #expect(attempts == facts.call?.attempts ?? [])
  }

  @Test("has all facts in one value", arguments: each.indices)
  func failure(_ index: Int) throws {
    let (error, facts) = Self.each[index]
    let failure = error.failure
    #expect(failure.sentence == error.description && failure.mayBeRecording == facts.mayBeRecording)
    #expect(try RecordingError(failure) == error)
  }

  @Test("made by hand as a case tells what one made whole tells", arguments: each.indices)
  func bare(_ index: Int) throws {
    let whole = Self.each[index].0
    var given = whole.failure
    (given.sentence, given.mayBeRecording) = ("", false)
    let error =
      switch given.kind {
      case .invalidInput: RecordingError.invalidInput(given)
      case .notSent: RecordingError.notSent(given)
      case .outcomeUnknown: RecordingError.outcomeUnknown(given)
      case .refused: RecordingError.refused(given)
      case .unreadableReply: RecordingError.unreadableReply(given)
      case .conflict: RecordingError.conflict(given)
      case .cancelled: RecordingError.cancelled(given)
      case .internal: RecordingError.internal(given)
      }
    #expect(error.description == whole.description && error.failure == whole.failure)
  }

  @Test("made by hand lacks nothing that errors of its kind have, or all that is missing is told")
  func incomplete() async throws {
    let found = try await RongCloudRecordingTests.violations { try Self.made(.outcomeUnknown, "?") }
    #expect(found.map(\.path) == ["cause", "call"] && found.allSatisfy { $0.code == ViolationCode.required })
  }

  @Test("made by hand of numbers that no service sends still has a sentence")
  func extremes() throws {
    let error = try Self.made(
      .refused, "?", status: .max, code: .min, retryAfter: .seconds(Int64.max) * 10, call: Self.call(.start))
    #expect(error.description.contains(": ?"))
  }

  @Test(
    "made by hand of a time that no request is sent at still has a sentence",
    arguments: [Date.distantPast, .distantFuture, Date(timeIntervalSince1970: .nan)])
  func extremeTimes(_ sentAt: Date) throws {
    let error = try Self.made(.outcomeUnknown, "?", cause: .timeout, call: Self.call(.start, sentAt: sentAt))
    #expect(error.description.contains(": ?; a recording may be running"))
  }

  @Test("of a wrong call names the call, and says that nothing was sent")
  func invalidCall() async throws {
    let client = try RecordingClient(appKey: "key", appSecret: "secret", apiUrl: "https://host.example")
    let error = try await RongCloudRecordingTests.failure {
      try await client.start(roomId: "", sessionId: "aaa", profile: anyProfile, extra: "tag")
    }
    #expect(error.operation == .start && error.sessionId == "aaa" && error.extra == "tag" && error.requestId == nil)
    #expect("\(error)".hasPrefix("start: invalid input, nothing was sent"), "\(error)")
  }
}
