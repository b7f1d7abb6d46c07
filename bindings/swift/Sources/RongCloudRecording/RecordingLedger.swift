// A ledger's calls and its end. Its settings and operations are generated.

extension RecordingLedger {
  /// Ends what the ledger does in the background, ``keepUp(every:)``, and all waiting and following: calls that wait
  /// return what is known, and sequences of ``follow(_:settle:)`` end. The client stays open, and the outcome of a start in
  /// flight is still put on record.
  ///
  /// Closing a ledger twice is harmless. A ledger that is released needs no closing.
  public func close() {
    // It fails only by a defect in the core; what runs in the background then ends with the last reference.
    try? shutDown()
  }

  /// Makes a call. The refusal of a callback is a reply, and thrown here.
  func carryOut(_ request: LedgerRequest) async throws -> LedgerReply {
    let call = try Calls.shared.get()
    let reply = try await call.carryOut(about: request.context) { try begin(queue: $0, request: request) }
    guard case .ledger(let answer) = reply else { throw RecordingError.defect }
    if case .refused(let refusal) = answer { throw refusal }
    return answer
  }
}
