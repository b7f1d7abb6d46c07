// Durations and times as the core takes and gives them.

import Foundation
import RongCloudRecordingNative

extension Duration {
  /// Seconds as the core takes them, never below zero: the generated code ends the process there, while the core names
  /// a timeout of zero among the call's violations. A time above zero stays above it. What has more than 64 bits of
  /// seconds can't be taken apart; as many as those hold are too long for the core as well.
  var forCore: TimeInterval {
    guard self > .zero else { return 0 }
    let (seconds, attoseconds) = min(self, .seconds(Int64.max)).components
    return max(Double(seconds) + Double(attoseconds) * 1e-18, 1e-9)
  }
}

extension Duration {
  /// The same time as the core gives it. A server may name any number of seconds, and a `Duration` of more than 64 bits
  /// of them can't be taken apart.
  init(fromCore seconds: TimeInterval) {
    self = .seconds(min(seconds, 1e18))
  }
}

extension Date {
  /// The last second of the year 9999: the generated code ends the process for a date beyond 64 bits.
  private static let last = 253_402_300_799.0

  /// The same time, as the nearest number to a whole millisecond.
  ///
  /// The service's times are in milliseconds. A `Date` can't hold most of them exactly, and how far it is off depends on
  /// the way it was made: equal times must be equal dates.
  var inMilliseconds: Date {
    Date(timeIntervalSince1970: (timeIntervalSince1970 * 1000).rounded() / 1000)
  }

  /// The same time for the core, which cuts to the millisecond: just above it, never just below.
  var forCore: Date {
    let seconds = timeIntervalSince1970
    // NaN is not above zero either.
    guard seconds > 0 else { return Date(timeIntervalSince1970: 0) }
    return Date(timeIntervalSince1970: min(seconds, Self.last)).inMilliseconds.addingTimeInterval(5e-7)
  }
}

extension RecordingEvent {
  var inMilliseconds: Self {
    var event = self
    event.occurredAt = occurredAt?.inMilliseconds
    return event
  }

  var forCore: Self {
    var event = self
    event.occurredAt = occurredAt?.forCore
    return event
  }
}

extension RoomEvent {
  var inMilliseconds: Self {
    var event = self
    event.occurredAt = occurredAt?.inMilliseconds
    event.members = members.map(\.inMilliseconds)
    return event
  }
}

extension Room {
  var inMilliseconds: Self {
    var room = self
    room.createdAt = createdAt?.inMilliseconds
    room.members = members.map(\.inMilliseconds)
    return room
  }
}

extension Member {
  fileprivate var inMilliseconds: Self {
    var member = self
    member.joinedAt = joinedAt?.inMilliseconds
    return member
  }
}

extension TrackedRecording {
  var inMilliseconds: Self {
    var recording = self
    recording.requestedAt = requestedAt?.inMilliseconds
    recording.startedAt = startedAt?.inMilliseconds
    recording.endedAt = endedAt?.inMilliseconds
    recording.lastNewsAt = lastNewsAt?.inMilliseconds
    recording.slices = slices.map(\.inMilliseconds)
    recording.uploads = uploads.map(\.inMilliseconds)
    recording.failures = failures.map(\.inMilliseconds)
    recording.others = others.map(\.inMilliseconds)
    return recording
  }
}

extension ReceivedRecordingEvent {
  var inMilliseconds: Self {
    var received = self
    received.event = event.inMilliseconds
    received.expiresAt = expiresAt.inMilliseconds
    return received
  }
}

extension ReceivedRoomEvent {
  var inMilliseconds: Self {
    var received = self
    received.event = event.inMilliseconds
    received.expiresAt = expiresAt.inMilliseconds
    return received
  }
}

extension CallContext {
  var inMilliseconds: Self {
    var call = self
    call.sentAt = sentAt?.inMilliseconds
    return call
  }

  var forCore: Self {
    var call = self
    call.sentAt = sentAt?.forCore
    return call
  }
}
