// Trackers: what they take, and what they tell of it.

import Foundation
import RongCloudRecording
import RongCloudSimulator
import Testing

@Suite("A tracker")
struct TrackerTests {
  static func started(_ recordId: String) -> StartedRecording {
    StartedRecording(
      recordId: recordId, roomId: "room1", sessionId: "aaa", requestId: "q", recordType: .splitStream)
  }

  @Test("takes in nothing of another recording's")
  func otherMerged() async throws {
    let tracker = try RecordingTracker(recordId: "r-1")
    #expect(try await violations { try tracker.merge(RecordingTracker(recordId: "r-2")) }.map(\.path) == ["other"])
    #expect(try await violations { try tracker.merge(RecordingTracker(extra: "tag")) }.map(\.path) == ["other"])
  }

  @Test("of a start whose outcome is unknown finds the recording by its extra")
  func byExtra() async throws {
    let simulator = try Simulator()
    try await simulator.next(.hold())
    let client = try simulator.client()
    let error = try await failure {
      try await client.start(
        roomId: "room1", sessionId: "aaa", profile: anyProfile, extra: "unique", timeout: .milliseconds(300))
    }
    let sentAt = try #require(error.sentAt)
    let tracker = try RecordingTracker(extra: #require(error.extra), since: sentAt)
    #expect(try tracker.state(at: sentAt + 59, staleAfter: .seconds(60)).isStale == false)
    let silent = try tracker.state(at: sentAt + 61, staleAfter: .seconds(60))
    #expect(silent.recordId == nil && silent.isStale && silent.requestedAt == sentAt)
    let recordId = try #require(try await simulator.recordings().first?.recordId)
    try tracker.record(
      RecordingEvent(unverified: #"{"type":1,"recordId":"\#(recordId)","extra":"unique"}"#.utf8))
    let state = try tracker.state(staleAfter: .seconds(60))
    #expect(state.recordId == recordId && state.extra == "unique" && state.phase == .recording)
    let other = try RecordingEvent(unverified: #"{"type":1,"recordId":"r-2","extra":"another"}"#.utf8)
    #expect(try await violations { try tracker.record(other) }.map(\.path) == ["record_id"])
  }

  @Test("of an extra refuses the event of another start")
  func otherExtra() async throws {
    let tracker = try RecordingTracker(extra: "unique")
    let other = try RecordingEvent(unverified: #"{"type":1,"recordId":"r-2","extra":"another"}"#.utf8)
    #expect(try await violations { try tracker.record(other) }.map(\.path) == ["extra"])
  }

  @Test("takes an event that was made by hand where its json says the same")
  func madeByHand() throws {
    let json = #"{"type":4,"recordId":"r-1","timestamp":1586244141831,"code":500,"errorMessage":"full"}"#
    let event = RecordingEvent(
      kind: .uploaded, kindNumber: 4, occurredAt: Date(milliseconds: 1_586_244_141_831), appKey: "", recordId: "r-1",
      roomId: "", sessionId: "", userId: nil, mode: nil, extra: "", code: 500, errorMessage: "full", json: json)
    let tracker = try RecordingTracker(recordId: "r-1")
    #expect(try tracker.record(event))
    #expect(try tracker.record(RecordingEvent(unverified: json.utf8)) == false)
    let state = try tracker.state(staleAfter: .seconds(60))
    #expect(state.phase == .failed && state.failures == [event] && state.uploads.isEmpty)
  }

  @Test(
    "refuses an event that was made by hand where its json says something else or nothing",
    arguments: [
      "", "{}", #"{"type":4,"recordId":"r-1"}"#, #"{"type":1,"recordId":"r-2"}"#,
      #"{"type":1,"recordId":"r-1","extra":"x"}"#, #"{"type":1,"recordId":"r-1","code":500}"#,
    ])
  func madeWrongly(_ json: String) async throws {
    var event = try RecordingEvent(unverified: #"{"type":1,"recordId":"r-1"}"#.utf8)
    event.json = json
    let tracker = try RecordingTracker(recordId: "r-1")
    #expect(try await violations { try tracker.record(event) }.map(\.path) == ["event.json"])
  }

  @Test(
    "refuses an event that was made by hand of a time that its json doesn't say",
    arguments: [
      Date.distantPast, .distantFuture, Date(timeIntervalSince1970: .nan), Date(timeIntervalSince1970: 1e300),
    ])
  func madeOfWrongTime(_ time: Date) async throws {
    var event = try RecordingEvent(unverified: #"{"type":1,"recordId":"r-1","timestamp":1586244141831}"#.utf8)
    event.occurredAt = time
    #expect(!event.isFailure)
    let tracker = try RecordingTracker(recordId: "r-1")
    #expect(try await violations { try tracker.record(event) }.map(\.path) == ["event.json"])
  }

  @Test("knows an event again after it was restored, whatever its millisecond", arguments: 0..<1000)
  func milliseconds(_ millisecond: Int64) throws {
    let text = #"{"timestamp":\#(1_586_244_141_000 + millisecond),"type":1,"recordId":"r-1"}"#
    let event = try RecordingEvent(unverified: text.utf8)
    let tracker = try RecordingTracker(recordId: "r-1")
    try tracker.record(event)
    #expect(try RecordingTracker(restoring: tracker.snapshot()).record(event) == false)
  }

  @Test("gives events and times back as they were", arguments: [1_586_244_141_831, 1_586_244_141_999, 1])
  func sameTimes(_ time: Int64) throws {
    let event = try RecordingEvent(unverified: #"{"timestamp":\#(time),"type":2,"recordId":"r-1"}"#.utf8)
    let tracker = try RecordingTracker(recordId: "r-1")
    try tracker.record(event)
    let state = try tracker.state(staleAfter: .seconds(1))
    #expect(state.slices == [event])
    #expect(state.lastNewsAt == Date(milliseconds: time))
  }

  @Test("tells whether an event is new")
  func new() throws {
    let event = try RecordingEvent(unverified: #"{"type":1,"recordId":"r-1"}"#.utf8)
    let tracker = try RecordingTracker(recordId: "r-1")
    #expect(try tracker.record(event))
    #expect(try !tracker.record(event))
  }

  @Test("takes now for the time where none is given")
  func now() throws {
    let tracker = try RecordingTracker(recordId: "r-1")
    try tracker.requested(Self.started("r-1"))
    #expect(try !tracker.state(staleAfter: .seconds(60)).isStale)
    let later = try tracker.state(at: Date() + 3600, staleAfter: .seconds(60))
    #expect(later.isStale && later.phase == .requested)
  }

  @Test(
    "survives times that no service sends",
    arguments: [-Double.infinity, .infinity, .nan, -1e300, 1e300, -1, 1e17])
  func extremes(_ seconds: Double) throws {
    let time = Date(timeIntervalSince1970: seconds)
    let tracker = try RecordingTracker(recordId: "r-1")
    try tracker.requested(Self.started("r-1"), at: time)
    _ = try tracker.state(at: time, staleAfter: Duration(secondsComponent: .max, attosecondsComponent: 0))
  }

  @Test("refuses what is another recording's")
  func another() async throws {
    let tracker = try RecordingTracker(recordId: "r-1")
    let event = try RecordingEvent(unverified: #"{"type":1,"recordId":"r-2"}"#.utf8)
    #expect(try await violations { try tracker.record(event) }.map(\.path) == ["record_id"])
    #expect(try await violations { try tracker.requested(Self.started("r-2")) }.map(\.path) == ["record_id"])
  }

  @Test("is not made without an id or a tag")
  func noId() async throws {
    #expect(try await violations { try RecordingTracker(recordId: "") }.map(\.path) == ["record_id"])
    #expect(try await violations { try RecordingTracker(extra: "") }.map(\.path) == ["extra"])
  }

  @Test(
    "is not restored from what is no snapshot",
    arguments: ["", "{}", #"{"version":3,"record_id":"r","requested_at_ms":null,"events":[]}"#])
  func noSnapshot(_ text: String) async throws {
    #expect(try await violations { try RecordingTracker(restoring: text) }.map(\.path) == ["snapshot"])
  }
}
