// What the parts of one start cost, as far as they can be told apart from outside.

import Foundation
import RongCloudRecording

private let batches = 5
private let batch = Duration.milliseconds(200)

/// Prints microseconds by name; the names are the same in all languages.
func printLayers(_ target: Target) async throws {
  var costs: [String: Double] = [:]
  costs["signature"] = try await time {
    let signature = try RecordingClient.signature(appSecret: appSecret, nonce: "14314", timestamp: "1408710653000")
    if !signature.hasPrefix("30be") { throw Failure(description: "not the published signature") }
  }
  for windows in [1, 10, 50] {
    let recording = recording(windows: windows)
    costs["profile of \(windows) windows"] = try await time { _ = try RecordingProfile(recording) }
  }
  let profile = try RecordingProfile(recording(windows: 2))
  let large = try RecordingProfile(recording(windows: 50))
  let client = try makeClient(target)
  let closed = try makeClient(target)
  closed.close()
  costs["start that is refused"] = try await time {
    do {
      _ = try await client.start(roomId: "", sessionId: sessionId, profile: profile)
    } catch RecordingError.invalidInput {
      return
    }
    throw Failure(description: "no room was accepted")
  }
  costs["start on a closed client"] = try await time {
    do {
      _ = try await closed.start(roomId: roomId, sessionId: sessionId, profile: profile)
    } catch RecordingError.notSent {
      return
    }
    throw Failure(description: "a closed client sent")
  }
  costs["start"] = try await time {
    _ = try await client.start(roomId: roomId, sessionId: sessionId, profile: profile)
  }
  costs["start with 50 windows"] = try await time {
    _ = try await client.start(roomId: roomId, sessionId: sessionId, profile: large)
  }
  print(String(decoding: try JSONEncoder().encode(costs), as: UTF8.self))
}

/// Microseconds of one: the median of some batches.
private func time(_ one: () async throws -> Void) async throws -> Double {
  let clock = ContinuousClock()
  var means: [Double] = []
  // The first batch warms up.
  for _ in 0...batches {
    let begun = clock.now
    var times = 0.0
    while clock.now - begun < batch {
      try await one()
      times += 1
    }
    means.append(microseconds(clock.now - begun) / times)
  }
  return means.dropFirst().sorted()[batches / 2]
}
