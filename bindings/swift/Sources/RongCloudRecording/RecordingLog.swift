// The library's log, forwarded to the program's own.

import Foundation

/// The library's log. It is off until you forward it.
///
/// A call's records are handled on the call's own task, with its task-local values, before the call returns; while a call
/// hangs, too, within a tenth of a second. What happens beside all calls, such as a ledger's reconciling, is handled on a
/// task of its own. The handler never runs on a thread of the library. It may run on several tasks at once; the records
/// of one call keep their order. Secrets and signatures are redacted before a record is created.
public enum RecordingLog {
  /// How much is logged. Each level includes those before it.
  public typealias Level = LogLevel
  /// One line of the log.
  public typealias Record = LogRecord
  /// One detail of a record.
  public typealias Field = LogField

  /// Forwards the log to a handler, replacing any earlier one. It applies to all clients of the process.
  ///
  /// Ask for no more than your log keeps: records below `level` are never created.
  ///
  /// - Parameters:
  ///   - level: how much to log. `.warn` for calls that failed, `.info` also for those that succeeded, `.debug` also
  ///     for each request and reply.
  ///   - handler: takes each record. A call returns only after its records have been handled, so it should be quick.
  public static func forward(_ level: Level, to handler: @escaping @Sendable (Record) -> Void) {
    set(level, level == .off ? nil : handler)
  }

  /// Stops forwarding. Records that have not been delivered yet are dropped.
  public static func stop() {
    set(.off, nil)
  }

  /// Hands records on, on the task that calls this.
  static func handle(_ records: [Record]) {
    // Looked up for each: it may be taken away meanwhile, also by itself.
    for record in records { target.withLock { handler }?(record) }
  }

  /// Hands on records that are of no call.
  static func handleApart(_ records: [Record]) {
    apart.yield(records)
  }

  /// Takes what the core has. It fails only by a defect in the core.
  static func fetch() -> [Record] {
    (try? takeLogRecords()) ?? []
  }

  private static func set(_ level: Level, _ newHandler: (@Sendable (Record) -> Void)?) {
    target.withLock {
      handler = newHandler
      try? setLogLevel(level: level)
    }
    if newHandler == nil { _ = fetch() }
  }

  /// In order, one batch after another. Older ones give way to newer ones.
  private static let apart: AsyncStream<[Record]>.Continuation = {
    let (batches, continuation) = AsyncStream.makeStream(of: [Record].self, bufferingPolicy: .bufferingNewest(64))
    Task.detached { for await batch in batches { handle(batch) } }
    return continuation
  }()

  // Guarded by `target`.
  private nonisolated(unsafe) static var handler: (@Sendable (Record) -> Void)?
  private static let target = NSLock()
}

extension RecordingLog.Record {
  /// When, on this machine's clock, to the millisecond.
  public var date: Date { Date(carried: Int64(timestampMs)) }

  /// The details by name, as a structured log takes them.
  public var metadata: [String: String] {
    Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
  }
}

extension RecordingLog.Record: CustomStringConvertible {
  /// The record as a readable line: text, then the details as `name=value`.
  public var description: String {
    fields.reduce(text) { "\($0) \($1.name)=\($1.value)" }
  }
}
