// One call of any kind: cancelled with its task, its log handed over, its errors made public ones.

import RongCloudRecordingNative

/// What the core's calls have in common.
protocol CallUnderWay: Sendable {
  associatedtype Answer: Sendable

  func ended() async throws -> Answer
  func cancel() throws
}

extension StartCall: CallUnderWay {}
extension AcknowledgedCall: CallUnderWay {}
extension RoomCall: CallUnderWay {}

/// Begins a call and waits for its end.
func carryOut<Call: CallUnderWay>(_ begin: () throws -> Call) async throws -> Call.Answer {
  try Task.checkCancellation()
  defer { RecordingLog.deliver() }
  do {
    let call = try begin()
    return try await withTaskCancellationHandler {
      try await call.ended()
    } onCancel: {
      // It fails only by a defect in the core; the call then ends by itself.
      try? call.cancel()
    }
  } catch {
    let error = RecordingError(error)
    // A call that had ended by itself before tells more than that its task was cancelled.
    if case .cancelled = error { try Task.checkCancellation() }
    throw error
  }
}
