// Callbacks verified, and remembered by a guard of the user's own.

extension CallbackReceiver {
  /// Verifies a recording callback, remembers its signature and reads it. Its URL is set in the console under cloud
  /// recording.
  ///
  /// - Returns: what the service reports. Store it each time it arrives, then answer 200.
  /// - Throws: ``CallbackRefused``.
  public func recordingEvent(_ request: CallbackRequest) async throws(CallbackRefused) -> ReceivedRecordingEvent {
    guard let replayGuard else { return try recordingEvent(request: request) }
    return try await verifyRecordingEvent(request).remembered(by: replayGuard)
  }

  /// Verifies a room status callback, remembers its signature and reads it. Its URL is set on the console's RTC page.
  ///
  /// - Returns: what the service reports. Store it each time it arrives, then answer 200.
  /// - Throws: ``CallbackRefused``.
  public func roomEvent(_ request: CallbackRequest) async throws(CallbackRefused) -> ReceivedRoomEvent {
    guard let replayGuard else { return try roomEvent(request: request) }
    return try await verifyRoomEvent(request).remembered(by: replayGuard)
  }
}
