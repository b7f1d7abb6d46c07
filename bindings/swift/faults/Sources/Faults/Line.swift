// What came of one call, as the line that all languages write.

struct Line: Encodable {
  let name: String
  /// In the sweep, where the connection was cut.
  var byte: Int?
  let operation: Operation
  let outcome: Outcome
  let executions: Int

  private enum CodingKeys: String, CodingKey {
    case name = "case"
    case maybeSent = "maybe_sent"
    case elapsedMs = "elapsed_ms"
    case byte, operation, outcome, cause, status, code, retryable, reason, executions
  }

  func encode(to encoder: any Encoder) throws {
    let error = outcome.error
    var line = encoder.container(keyedBy: CodingKeys.self)
    try line.encode(name, forKey: .name)
    try line.encodeIfPresent(byte, forKey: .byte)
    try line.encode(operation, forKey: .operation)
    try line.encode(outcome.kind, forKey: .outcome)
    try line.encode(outcome.cause, forKey: .cause)
    try line.encode(error?.status, forKey: .status)
    try line.encode(error?.code, forKey: .code)
    try line.encode(error?.isRetryable ?? false, forKey: .retryable)
    try line.encode(error?.maybeSent ?? true, forKey: .maybeSent)
    try line.encode(error?.reason, forKey: .reason)
    try line.encode(Int(outcome.duration / .milliseconds(1)), forKey: .elapsedMs)
    try line.encode(executions, forKey: .executions)
  }
}
