// Custom layouts made of streams, and the streams of a room.

import RongCloudRecordingNative

extension Layout {
  /// Equal cells in rows and columns, in which the cameras' pictures are as large as can be without being cropped; a last
  /// row that isn't full is centred.
  ///
  /// - Parameters:
  ///   - streams: who is shown, from the top left. At least one, each once.
  ///   - resolution: the recording's, `WIDTHxHEIGHT`. Default: 640x480.
  ///   - cameras: the shape of the cameras' pictures, `16:9` for instance, or their resolution. Default: 16:9, on a high
  ///     canvas 9:16, so that four make 2×2 and nine 3×3 on both.
  /// - Returns: a custom layout.
  /// - Throws: ``RecordingError/invalidInput(violations:call:)`` without streams, for one that is given twice, or for
  ///   another resolution or shape.
  public static func grid(
    _ streams: [StreamRef], resolution: String? = nil, cameras: String? = nil
  ) throws(RecordingError) -> Layout {
    try inCore { try gridLayout(streams: streams, resolution: resolution, cameras: cameras) }
  }

  /// One large picture and a strip of the others: at the right of a wide canvas, at the bottom of a high one.
  ///
  /// - Parameters:
  ///   - main: who is shown large.
  ///   - others: who is shown in the strip. May be empty.
  ///   - resolution: the recording's, `WIDTHxHEIGHT`. Default: 640x480.
  /// - Returns: a custom layout.
  /// - Throws: ``RecordingError/invalidInput(violations:call:)`` for a stream that is given twice, or for another
  ///   resolution.
  public static func spotlight(
    _ main: StreamRef, others: [StreamRef], resolution: String? = nil
  ) throws(RecordingError) -> Layout {
    try inCore { try spotlightLayout(main: main, others: others, resolution: resolution) }
  }

  /// Equal columns of a wide canvas, equal rows of a high one.
  ///
  /// - Parameters:
  ///   - streams: who is shown, from the left or the top. At least one, each once.
  ///   - resolution: the recording's, `WIDTHxHEIGHT`. Default: 640x480.
  /// - Returns: a custom layout.
  /// - Throws: ``RecordingError/invalidInput(violations:call:)`` without streams, for one that is given twice, or for
  ///   another resolution.
  public static func sideBySide(_ streams: [StreamRef], resolution: String? = nil) throws(RecordingError) -> Layout {
    try inCore { try sideBySideLayout(streams: streams, resolution: resolution) }
  }

  /// One picture over the whole canvas and a small one in a corner, above it.
  ///
  /// That later windows lie above earlier ones is inferred: the service's documentation doesn't say.
  ///
  /// - Parameters:
  ///   - main: who is shown over the whole canvas.
  ///   - inset: who is shown in the corner.
  ///   - corner: which one.
  /// - Returns: a custom layout.
  /// - Throws: ``RecordingError/invalidInput(violations:call:)`` where both are the same stream.
  public static func pictureInPicture(
    _ main: StreamRef, inset: StreamRef, corner: Corner
  ) throws(RecordingError) -> Layout {
    try inCore { try pictureInPictureLayout(main: main, inset: inset, corner: corner) }
  }

  /// What is allowed in a change to this layout and may still not be what was meant, such as windows that cover a part of
  /// each other. None of it stops the change.
  ///
  /// - Parameter host: the user in the main place, where the change names one.
  /// - Returns: all advice, in the order of the API's fields.
  /// - Throws: nothing is expected; every call into the core may report ``RecordingError/internal(reason:)``.
  public func advice(host: RecordingHost? = nil) throws(RecordingError) -> [Advice] {
    try inCore { try layoutUpdateAdvice(update: LayoutUpdate(layout: self, renderMode: nil, host: host)) }
  }
}

extension Advice: CustomStringConvertible {
  /// The advice as a readable line: path, reason, code.
  public var description: String { "\(path): \(reason) [\(code)]" }
}

extension Room {
  /// The video streams of all members, in their order and each once: what a layout arranges.
  public var videoStreams: [StreamRef] {
    var seen: Set<StreamRef> = []
    return members.flatMap { member in
      member.streams.filter { $0.mediaType == .video }.map { StreamRef(userId: member.userId, streamId: $0.streamId) }
    }.filter { seen.insert($0).inserted }
  }
}
