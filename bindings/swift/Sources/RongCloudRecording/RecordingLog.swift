// The library's log, forwarded to the program's own.

import Foundation

/// The library's log. It is off until you forward it.
///
/// Records are kept in a queue and fetched whenever a call ends, on that call's task. The handler never runs on a
/// thread of the library, and never twice at once. Secrets and signatures are redacted before a record is created.
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

  /// Delivers what the calls that ended have left.
  static func deliver() {
    guard target.withLock({ handler }) != nil else { return }
    delivery.lock()
    defer { delivery.unlock() }
    fetch()
    // Looked up for each: it may be taken away meanwhile, also by itself.
    while let (handler, record) = target.withLock({ next() }) { handler(record) }
  }

  /// Takes what the core has, until a call ends.
  static func fetch() {
    target.withLock {
      // It fails only by a defect in the core.
      waiting += (try? takeLogRecords()) ?? []
      waiting = waiting.suffix(kept)
    }
  }

  private static func set(_ level: Level, _ newHandler: (@Sendable (Record) -> Void)?) {
    target.withLock {
      handler = newHandler
      try? setLogLevel(level: level)
    }
    if newHandler == nil {
      fetch()
      target.withLock { waiting = [] }
    }
  }

  private static func next() -> (handler: @Sendable (Record) -> Void, record: Record)? {
    guard let handler, let record = waiting.popFirst() else { return nil }
    return (handler, record)
  }

  // Guarded by `target`.
  private nonisolated(unsafe) static var handler: (@Sendable (Record) -> Void)?
  private nonisolated(unsafe) static var waiting: ArraySlice<Record> = []
  private static let target = NSLock()
  /// Older ones give way to newer ones.
  private static let kept = 4096
  /// Held while records are delivered, so that they keep their order. Recursive: a handler may change the handler or
  /// make a call of its own.
  private static let delivery = NSRecursiveLock()
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
