// Profiles as Swift values.

extension RecordingProfile {
  /// Creates a profile by validating a recording of the users' own streams, `recordType` 1.
  ///
  /// - Throws: ``RecordingError/invalidInput(_:)`` with all violations at once.
  public convenience init(_ recording: SplitStreamRecording) throws(RecordingError) {
    try self.init(.splitStream(recording: recording))
  }

  /// Creates a profile by validating a recording of the live stream that the server mixes, `recordType` 2.
  ///
  /// - Throws: ``RecordingError/invalidInput(_:)`` with all violations at once.
  public convenience init(_ recording: McuRecording) throws(RecordingError) {
    try self.init(.mcu(recording: recording))
  }
}

extension RecordingProfile: Hashable, CustomStringConvertible {
  /// Whether both send the same bytes.
  public static func == (one: RecordingProfile, other: RecordingProfile) -> Bool { one.json == other.json }

  /// Hashes the bytes that are sent.
  public func hash(into hasher: inout Hasher) { hasher.combine(json) }

  /// The API's JSON.
  public var description: String { json }
}
