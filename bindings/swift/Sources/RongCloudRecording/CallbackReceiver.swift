// Callbacks taken in, and remembered by a guard of the user's own.

extension CallbackReceiver {
  /// Takes in a recording callback: the URL set in the console under cloud recording. It is verified and remembered.
  ///
  /// - Returns: what the service says. Store it each time it comes, and answer 200 after that.
  /// - Throws: ``CallbackRefused``.
  public func recordingEvent(_ request: CallbackRequest) async throws(CallbackRefused) -> ReceivedRecordingEvent {
    guard let replayGuard else { return try recordingEvent(request: request) }
    return try await verifyRecordingEvent(request).remembered(by: replayGuard)
  }

  /// Takes in a room status callback: the URL set in the console's RTC page. It is verified and remembered.
  ///
  /// - Returns: what the service says. Store it each time it comes, and answer 200 after that.
  /// - Throws: ``CallbackRefused``.
  public func roomEvent(_ request: CallbackRequest) async throws(CallbackRefused) -> ReceivedRoomEvent {
    guard let replayGuard else { return try roomEvent(request: request) }
    return try await verifyRoomEvent(request).remembered(by: replayGuard)
  }
}
