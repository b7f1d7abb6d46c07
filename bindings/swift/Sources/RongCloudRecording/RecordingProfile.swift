// A config that has been validated once and is kept ready to send.

/// A recording's config, validated once and kept as the bytes that are sent.
///
/// Make one when your program starts and use it for every room: starting then costs no validation and no
/// serialisation of the config. It is a value; any number of tasks and clients may share it.
///
/// Two profiles are equal where they send the same bytes.
public struct RecordingProfile: Sendable {
  /// The config it was made of.
  public let config: RecordingConfig

  /// The `config` object as the API's JSON: compact, exactly as it is sent.
  public let json: String

  /// What is allowed and may still not be what was meant, such as a floating layout without a host: in the order of the
  /// API's fields, none of it stops a start.
  public let advice: [Advice]

  let native: NativeRecordingProfile

  /// Validates a config of either kind.
  ///
  /// - Throws: ``RecordingError/invalidInput(_:)`` with all violations at once.
  public init(_ config: RecordingConfig) throws(RecordingError) {
    try self.init(NativeRecordingProfile(config))
  }

  /// Validates a recording of the users' own streams, `recordType` 1.
  ///
  /// - Throws: ``RecordingError/invalidInput(_:)`` with all violations at once.
  public init(_ recording: SplitStreamRecording) throws(RecordingError) {
    try self.init(.splitStream(recording: recording))
  }

  /// Validates a recording of the live stream that the server mixes, `recordType` 2.
  ///
  /// - Throws: ``RecordingError/invalidInput(_:)`` with all violations at once.
  public init(_ recording: McuRecording) throws(RecordingError) {
    try self.init(.mcu(recording: recording))
  }

  /// Reads and validates the API's own JSON: the `config` object, or the whole body of `start.json` around it, whose
  /// `sessionId` and `extra` are not kept.
  ///
  /// Unknown and misspelt keys, repeated keys, wrong types and undocumented values are reported by path, all at once;
  /// text that is not JSON by line and column. Keys that are documented as valid only for the other `recordType` are
  /// left out.
  ///
  /// - Throws: ``RecordingError/invalidInput(_:)`` with all violations at once.
  public init(json: String) throws(RecordingError) {
    try self.init(NativeRecordingProfile(json: json))
  }

  private init(_ native: NativeRecordingProfile) throws(RecordingError) {
    self.native = native
    config = try native.config()
    json = try native.json()
    advice = try native.advice()
  }
}

extension RecordingProfile {
  init(reading reader: inout Reader) throws { try self.init(NativeRecordingProfile(reading: &reader)) }
  func write(to writer: inout Writer) { native.write(to: &writer) }
}

extension RecordingProfile: Hashable {
  /// Whether both send the same bytes.
  public static func == (one: Self, other: Self) -> Bool {
    one.json == other.json
  }

  /// Hashes the bytes that are sent.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(json)
  }
}

extension RecordingProfile: CustomStringConvertible {
  /// The API's JSON.
  public var description: String { json }
}
