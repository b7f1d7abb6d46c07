// A profile for calls where it doesn't matter what is recorded, and what calls fail with.

import RongCloudRecording

let anyProfile = try! RecordingProfile(
  SplitStreamRecording(mode: .singleAudioVideo, videoFormat: .mp4, audioFormat: .aac, sliceLength: .minutes60))

/// What a call throws, which must be a RecordingError.
func failure(of call: () async throws -> some Any) async throws -> RecordingError {
  do {
    let value = try await call()
    throw Unusable(what: "it was expected to fail and gave \(value)")
  } catch let error as RecordingError {
    return error
  }
}

/// What a call throws, which must be CallbackRefused.
func refusal(of call: () async throws -> some Any) async throws -> CallbackRefused {
  do {
    let value = try await call()
    throw Unusable(what: "it was expected to be refused and gave \(value)")
  } catch let refused as CallbackRefused {
    return refused
  }
}

/// What a cancelled call throws, and whether its request had left.
func cancellation(of call: () async throws -> some Any) async throws -> (sent: Bool, error: RecordingError) {
  let error = try await failure(of: call)
  guard case .cancelled(let failure) = error else { throw Unusable(what: "not cancelled: \(error)") }
  return (failure.maybeSent, error)
}

/// What a call throws, which must be InvalidInput.
func violations(of call: () async throws -> some Any) async throws -> [Violation] {
  let error = try await failure(of: call)
  guard case .invalidInput(let failure) = error else { throw Unusable(what: "not invalid input: \(error)") }
  return failure.violations
}
