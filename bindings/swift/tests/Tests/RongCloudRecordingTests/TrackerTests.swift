// Trackers: the golden ones, and that neither order nor repetition matters.

import Foundation
import RongCloudRecording
import Testing

@Suite("A tracker")
struct TrackerTests {
  struct Entry: Vector {
    let name, recordId: String
    let requestedAtMs: Int64?
    let nowMs, staleAfterMs: Int64
    let events: [String]
    let state: State

    func tracker(_ events: [String]) throws -> RecordingTracker {
      let tracker = try RecordingTracker(recordId: recordId)
      for event in events { try tracker.record(RecordingEvent(unverified: event.utf8)) }
      if let requestedAtMs {
        try tracker.requested(TrackerTests.started(recordId), at: Date(milliseconds: requestedAtMs))
      }
      return tracker
    }

    func state(_ tracker: RecordingTracker) throws -> State {
      try State(tracker.state(at: Date(milliseconds: nowMs), staleAfter: .milliseconds(staleAfterMs)))
    }
  }

  struct State: Decodable, Equatable {
    let phase: String
    let requestedAtMs, startedAtMs, endedAtMs, lastNewsAtMs: Int64?
    let slices, uploads, others: [String]

    init(_ recording: TrackedRecording) {
      phase = snakeCase(recording.phase)
      requestedAtMs = recording.requestedAt?.milliseconds
      startedAtMs = recording.startedAt?.milliseconds
      endedAtMs = recording.endedAt?.milliseconds
      lastNewsAtMs = recording.lastNewsAt?.milliseconds
      slices = recording.slices.map(\.json)
      uploads = recording.uploads.map(\.json)
      others = recording.others.map(\.json)
    }
  }

  static func started(_ recordId: String) -> StartedRecording {
    StartedRecording(
      recordId: recordId, roomId: "room1", sessionId: "aaa", requestId: "q", recordType: .splitStream)
  }

  static let entries: [Entry] = Vectors.load("trackers.json")

  @Test("tells what the golden one tells", arguments: entries)
  func golden(_ entry: Entry) throws {
    #expect(try entry.state(entry.tracker(entry.events)) == entry.state)
  }

  @Test("comes back from its snapshot", arguments: entries)
  func restored(_ entry: Entry) throws {
    let snapshot = try entry.tracker(entry.events).snapshot()
    #expect(try entry.state(RecordingTracker(restoring: snapshot)) == entry.state)
  }

  /// SplitMix64: the same numbers in every run.
  struct Numbers: RandomNumberGenerator {
    var state: UInt64 = 7

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  @Test("ends in the same state and snapshot after each of a thousand shuffled and duplicated sequences")
  func shuffled() throws {
    var numbers = Numbers()
    for round in 0..<1000 {
      let entry = Self.entries[round % Self.entries.count]
      var events = entry.events
      for _ in 0..<Int.random(in: 0...entry.events.count * 2, using: &numbers) {
        events.append(try #require(entry.events.randomElement(using: &numbers)))
      }
      events.shuffle(using: &numbers)
      let tracker = try entry.tracker(events)
      guard try entry.state(tracker) == entry.state,
        try tracker.snapshot() == entry.tracker(entry.events).snapshot()
      else {
        Issue.record("round \(round): \(events)")
        return
      }
    }
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
    #expect(try tracker.state(staleAfter: .seconds(60)).phase == .requested)
    #expect(try tracker.state(at: Date() + 3600, staleAfter: .seconds(60)).phase == .stale)
  }

  @Test(
    "survives times that no service sends",
    arguments: [-Double.infinity, .infinity, .nan, -1e300, 1e300, -1, 1e17])
  func extremes(_ seconds: Double) throws {
    let time = Date(timeIntervalSince1970: seconds)
    let tracker = try RecordingTracker(recordId: "r-1")
    try tracker.requested(Self.started("r-1"), at: time)
    _ = try tracker.state(at: time, staleAfter: Duration(secondsComponent: .max, attosecondsComponent: 0))
    _ = try tracker.state(at: time, staleAfter: .seconds(-1))
  }

  @Test("refuses what is another recording's")
  func another() async throws {
    let tracker = try RecordingTracker(recordId: "r-1")
    let event = try RecordingEvent(unverified: #"{"type":1,"recordId":"r-2"}"#.utf8)
    #expect(try await violations { try tracker.record(event) }.map(\.path) == ["record_id"])
    #expect(try await violations { try tracker.requested(Self.started("r-2")) }.map(\.path) == ["record_id"])
  }

  @Test("is not made without an id")
  func noId() async throws {
    #expect(try await violations { try RecordingTracker(recordId: "") }.map(\.path) == ["record_id"])
  }

  @Test(
    "is not restored from what is no snapshot",
    arguments: ["", "{}", #"{"version":2,"record_id":"r","requested_at_ms":null,"events":[]}"#])
  func noSnapshot(_ text: String) async throws {
    #expect(try await violations { try RecordingTracker(restoring: text) }.map(\.path) == ["snapshot"])
  }
}
