// Layouts and the streams that they arrange.

extension Layout {
  /// Returns advice on changing to this layout: what is allowed but may not be what you meant, such as windows that
  /// partly cover each other. Advice never stops the change.
  ///
  /// - Parameter host: the user in the main position, if the change names one.
  /// - Returns: all advice, in the order of the API's fields.
  /// - Throws: nothing is expected; every call into the core may report ``RecordingError/internal(_:)``.
  public func advice(host: RecordingHost? = nil) throws(RecordingError) -> [Advice] {
    try layoutUpdateAdvice(update: LayoutUpdate(layout: self, host: host))
  }
}

extension Advice: CustomStringConvertible {
  /// The advice as a readable line: path, reason, code.
  public var description: String { "\(path): \(reason) [\(code)]" }
}

extension Room {
  /// The video streams of all members, in order and each once, ready to be arranged in a layout.
  public var videoStreams: [StreamRef] {
    // It fails only by a defect in the core.
    (try? RongCloudRecording.videoStreams(room: self)) ?? []
  }
}
