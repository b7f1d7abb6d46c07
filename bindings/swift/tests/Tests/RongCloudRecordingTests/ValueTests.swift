// Profiles and errors as Swift values.

import Foundation
import RongCloudRecording
import Testing

@Suite("A profile")
struct ProfileTests {
  private let recording = SplitStreamRecording(
    mode: .mixAudioOnly, videoFormat: .hls, audioFormat: .mp3, sliceLength: .minutes30)

  @Test("gives back the config it was made of")
  func config() throws {
    #expect(try RecordingProfile(recording).config == .splitStream(recording: recording))
  }

  @Test("can be of an MCU recording")
  func mcu() throws {
    let profile = try RecordingProfile(
      McuRecording(
        videoFormat: .mp4, audioFormat: .aac, sliceLength: .minutes120,
        mcuConfig: McuConfig(mode: McuMode.documentedExample, videoResolution: Resolution.r1280x720)))
    #expect(
      profile.json
        == #"{"recordType":2,"videoFormat":"mp4","audioFormat":"aac","sliceMin":120,"renderMode":2,"#
        + #""mcuConfig":{"mode":6,"videoResolution":"1280x720"}}"#)
  }

  @Test("equals another that sends the same bytes")
  func equal() throws {
    let written = try RecordingProfile(recording)
    #expect(try written == RecordingProfile(json: written.json))
  }

  @Test("does not follow a later change of the recording it was made of")
  func copied() throws {
    var changed = recording
    let profile = try RecordingProfile(changed)
    changed.sliceLength = .minutes90
    #expect(profile.config == .splitStream(recording: recording))
  }

  @Test("is printed as what it sends")
  func printed() throws {
    let profile = try RecordingProfile(recording)
    #expect("\(profile)" == profile.json)
  }
}

@Suite("An error")
struct ErrorTests {
  private let error = RecordingError.refused(
    status: 401, code: 1004, retryable: false, retryAfter: nil, reason: "the signature check failed", requestId: "r1")
  private let sentence = "refused with code 1004, HTTP 401 (request r1): the signature check failed"

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
    let error = RecordingError.invalidInput(violations: [
      Violation(path: "a", code: "empty", reason: "must not be empty"),
      Violation(path: "b", code: "required", reason: "is missing"),
    ])
    #expect(
      error.description
        == "invalid input, nothing was sent: 2 violations\n  a: must not be empty [empty]\n  b: is missing [required]")
  }

  struct Facts: Equatable, Sendable {
    var code: Int?
    var status: Int?
    var isRetryable = false
    var maybeSent = false
    var requestId: String?
    var cause: FailureCause?
    var sentAt: Date?
    var retryAfter: Duration?
  }

  private static let sentAt = Date(timeIntervalSince1970: 1_408_710_653)

  /// One of each case, with what its properties must say.
  static let each: [(RecordingError, Facts)] = [
    (.invalidInput(violations: []), Facts()),
    (
      .notSent(cause: .connection, reason: "", requestId: "r"),
      Facts(isRetryable: true, requestId: "r", cause: .connection)
    ),
    (.notSent(cause: .overloaded, reason: "", requestId: nil), Facts(isRetryable: true, cause: .overloaded)),
    (.notSent(cause: .clientClosed, reason: "", requestId: nil), Facts(cause: .clientClosed)),
    (
      .outcomeUnknown(
        cause: .serverFailure, reason: "", requestId: "r", sentAt: sentAt, roomId: "", sessionId: "", status: 503,
        code: 1000, retryable: false),
      Facts(code: 1000, status: 503, maybeSent: true, requestId: "r", cause: .serverFailure, sentAt: sentAt)
    ),
    (
      .outcomeUnknown(
        cause: .timeout, reason: "", requestId: "r", sentAt: sentAt, roomId: "", sessionId: "", status: nil,
        code: nil, retryable: true),
      Facts(isRetryable: true, maybeSent: true, requestId: "r", cause: .timeout, sentAt: sentAt)
    ),
    (
      .refused(status: 429, code: 1008, retryable: true, retryAfter: .seconds(7), reason: "", requestId: "r"),
      Facts(
        code: 1008, status: 429, isRetryable: true, maybeSent: true, requestId: "r", retryAfter: .seconds(7))
    ),
    (.unreadableReply(status: 200, reason: "", requestId: "r"), Facts(status: 200, maybeSent: true, requestId: "r")),
    (.cancelled(sent: true, requestId: "r"), Facts(maybeSent: true, requestId: "r")),
    (.cancelled(sent: false, requestId: nil), Facts()),
    (.internal(reason: ""), Facts(maybeSent: true)),
  ]

  @Test("answers what is known of the request", arguments: each.indices)
  func facts(_ index: Int) {
    let (error, facts) = Self.each[index]
    let answered = Facts(
      code: error.code, status: error.status, isRetryable: error.isRetryable, maybeSent: error.maybeSent,
      requestId: error.requestId, cause: error.cause, sentAt: error.sentAt, retryAfter: error.retryAfter)
    #expect(answered == facts)
  }

  @Test("made by hand of numbers that no service sends still has a sentence")
  func extremes() {
    let error = RecordingError.refused(
      status: .max, code: .min, retryable: false, retryAfter: Duration(secondsComponent: .max, attosecondsComponent: 0),
      reason: "?", requestId: "")
    #expect(error.description.hasSuffix(": ?"))
  }

  @Test(
    "made by hand of a time that no request is sent at still has a sentence",
    arguments: [Date.distantPast, .distantFuture])
  func extremeTimes(_ sentAt: Date) {
    let error = RecordingError.outcomeUnknown(
      cause: .timeout, reason: "?", requestId: "", sentAt: sentAt, roomId: "", sessionId: "", status: nil, code: nil,
      retryable: false)
    #expect(error.description.contains(": ?; a recording may be running"))
  }
}
