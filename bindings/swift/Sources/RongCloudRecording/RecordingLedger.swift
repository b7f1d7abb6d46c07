// A ledger's calls and its end. Its settings and operations are generated.

extension RecordingLedger {
  /// Ends what the ledger does by itself: ``keepUp(every:)`` goes no further, and whoever waits or follows is told at once
  /// what is known. The client stays open, and what is on its way is put on record.
  ///
  /// Closing twice does nothing. A ledger that is let go of needs no closing.
  public func close() {
    // It fails only by a defect in the core; what it does by itself then ends with the last reference.
    try? shutDown()
  }

  /// Makes a call. A callback that must not be believed is no failure of the call, and thrown here.
  func carryOut(_ request: LedgerRequest) async throws -> LedgerReply {
    let call = try Calls.shared.get()
    let reply = try await call.carryOut(about: request.context) { try begin(queue: $0, request: request) }
    guard case .ledger(let answer) = reply else { throw RecordingError.defect }
    if case .refused(let refusal) = answer { throw refusal }
    return answer
  }
}
