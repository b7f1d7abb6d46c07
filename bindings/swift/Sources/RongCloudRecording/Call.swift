// One call of any kind: cancelled with its task, its log handed over, its errors made public ones.

import RongCloudRecordingNative

/// What the core's calls have in common.
protocol CallUnderWay: Sendable {
  associatedtype Answer: Sendable

  func ended() async throws -> Answer
  func cancel() throws -> Answer
}

extension StartCall: CallUnderWay {}
extension AcknowledgedCall: CallUnderWay {}
extension RoomCall: CallUnderWay {}

/// Begins a call and waits for its end.
func carryOut<Call: CallUnderWay>(
  about context: CallContext, _ begin: () throws -> Call
) async throws(RecordingError) -> Call.Answer {
  if Task.isCancelled { throw .cancelled(sent: false, call: context) }
  defer { RecordingLog.deliver() }
  do {
    let call = try begin()
    return try await withTaskCancellationHandler {
      try await call.ended()
    } onCancel: {
      // What it tells, the call's end tells too: that it was cancelled, or how it had ended before.
      _ = try? call.cancel()
    }
  } catch {
    throw RecordingError(error)
  }
}

extension CallContext {
  /// A call of which nothing has been made yet.
  init(_ operation: OperationKind, roomId: String, sessionId: String = "", extra: String? = nil) {
    self.init(
      operation: operation, roomId: roomId, sessionId: sessionId, extra: extra ?? "", requestId: nil, sentAt: nil)
  }

  /// A call about a recording.
  init(_ operation: OperationKind, of recording: RecordingTarget) {
    self.init(operation, roomId: recording.roomId, sessionId: recording.sessionId)
  }
}
