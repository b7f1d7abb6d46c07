// A client's calls and its end. Its settings and operations are generated.

extension RecordingClient {
  /// Closes the client and its connections. Calls under way end at once as ``RecordingError/cancelled(_:)``, later ones
  /// as ``RecordingError/notSent(_:)`` with the cause `clientClosed`.
  ///
  /// Closing twice does nothing. A client that is let go of needs no closing.
  public func close() {
    // It fails only by a defect in the core; the connections then go with the last reference.
    try? shutDown()
  }

  /// Makes a call.
  func carryOut(_ request: Request) async throws -> Reply {
    try await Calls.shared.get().carryOut(about: request.context) { try begin(queue: $0, request: request) }
  }
}
