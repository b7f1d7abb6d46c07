// A client's calls and its end. Its settings and operations are generated.

extension RecordingClient {
  /// Closes the client and its connections. Calls in progress end at once as ``RecordingError/cancelled(_:)``, later
  /// ones fail as ``RecordingError/notSent(_:)`` with the cause `clientClosed`.
  ///
  /// Closing a client twice is harmless. A client that is released needs no closing.
  public func close() {
    // It fails only by a defect in the core; the connections then go with the last reference.
    try? shutDown()
  }

  /// Makes a call.
  func carryOut(_ request: Request) async throws -> Reply {
    try await Calls.shared.get().carryOut(about: request.context) { try begin(queue: $0, request: request) }
  }
}
