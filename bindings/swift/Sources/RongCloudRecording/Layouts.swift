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

  /// Draws the layout as an SVG document, for a look at it before anything is recorded.
  ///
  /// Windows of a custom layout are drawn exactly, later ones in front, which the documentation doesn't say. A floating or
  /// adaptive layout is hatched: the service decides where it puts whom, except for the host. The same layout always makes
  /// the same document, which has no script and refers to nothing outside of it.
  ///
  /// - Parameters:
  ///   - resolution: the recording's resolution, `WIDTHxHEIGHT`. Default: 640x480.
  ///   - host: the user in the main position. Default: nobody is named.
  ///   - renderMode: how pictures are fitted into their windows. Default: fit.
  ///   - cameras: the shape of the cameras' pictures, for example `16:9`, or their resolution. Each window then also shows
  ///     what is left of them: how much is cropped, or how much of the window is bars. Default: not shown.
  /// - Returns: the document.
  /// - Throws: ``RecordingError/invalidInput(_:)`` if a window is not valid, or if the resolution or the shape is malformed.
  public func svg(
    resolution: String? = nil, host: RecordingHost? = nil, renderMode: RenderMode? = nil, cameras: String? = nil
  ) throws(RecordingError) -> String {
    try layoutToSvg(layout: self, resolution: resolution, host: host, renderMode: renderMode, cameras: cameras)
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
