// The few declarations of swift-log that the book's bridge uses, so that the compiler reads the bridge.

/// As in swift-log.
public struct Logger: Sendable {
  /// As in swift-log.
  public enum Level: Sendable { case debug, info, warning }
  /// As in swift-log.
  public enum MetadataValue: Sendable { case string(String) }
  /// As in swift-log.
  public typealias Metadata = [String: MetadataValue]

  /// As in swift-log.
  public struct Message: ExpressibleByStringInterpolation, Sendable {
    let text: String

    /// As in swift-log.
    public init(stringLiteral text: String) { self.text = text }
  }

  private let keep: @Sendable (Level, String, Metadata) -> Void

  /// Keeps what is logged.
  public init(keep: @escaping @Sendable (Level, String, Metadata) -> Void) { self.keep = keep }

  /// As in swift-log.
  public func log(level: Level, _ message: Message, metadata: Metadata? = nil) {
    keep(level, message.text, metadata ?? [:])
  }
}
