// Layouts and the streams that they arrange.

extension Layout {
  /// What is allowed in a change to this layout and may still not be what was meant, such as windows that cover a part of
  /// each other. None of it stops the change.
  ///
  /// - Parameter host: the user in the main place, where the change names one.
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
  /// The video streams of all members, in their order and each once: what a layout arranges.
  public var videoStreams: [StreamRef] {
    // It fails only by a defect in the core.
    (try? RongCloudRecording.videoStreams(room: self)) ?? []
  }
}
