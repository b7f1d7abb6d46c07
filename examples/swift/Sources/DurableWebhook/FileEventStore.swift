// Events and signatures in files, so that the example needs no database.

import Foundation
import RongCloudRecording

/// Keeps each event in a file that is named by its fingerprint: the same event again is the same file.
public struct FileEventStore: EventStore {
  private let folder: DurableFolder

  /// A store in this folder.
  public init(_ folder: DurableFolder) {
    self.folder = folder
  }

  /// Stores the event's whole body.
  public func keep(_ received: ReceivedRecordingEvent) throws {
    _ = try folder.putIfAbsent("\(received.fingerprint).json", Data(received.event.json.utf8))
  }
}

/// Remembers each signature in a file, so that a process that starts again knows those from before.
public actor FileReplayGuard: ReplayGuard {
  private let folder: DurableFolder
  private var nextCleaning = Date.distantPast

  /// A guard in this folder.
  public init(_ folder: DurableFolder) {
    self.folder = folder
  }

  /// Stores the fingerprint under the key, unless there is one.
  public func remember(key: String, fingerprint: String, until expiry: Date) throws -> String? {
    try cleanNowAndThen()
    let line = "\(fingerprint) \(expiry.timeIntervalSince1970)"
    return try folder.putIfAbsent(key, Data(line.utf8)).map {
      String(decoding: $0.prefix(fingerprint.count), as: UTF8.self)
    }
  }

  private func cleanNowAndThen() throws {
    let now = Date()
    guard now >= nextCleaning else { return }
    nextCleaning = now + 60
    try folder.remove { line in
      let expiry = String(decoding: line, as: UTF8.self).split(separator: " ").last.flatMap { Double($0) }
      return expiry.map { $0 < now.timeIntervalSince1970 } ?? false
    }
  }
}
