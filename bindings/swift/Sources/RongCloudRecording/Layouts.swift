// Custom layouts made of streams, and the streams of a room.

import RongCloudRecordingNative

extension Layout {
  /// Equal cells in rows and columns, as near to 4:3 as the canvas allows; a last row that isn't full is centred.
  ///
  /// - Parameters:
  ///   - streams: who is shown, from the top left. At least one.
  ///   - resolution: the recording's, `WIDTHxHEIGHT`. Default: 640x480.
  /// - Returns: a custom layout.
  /// - Throws: ``RecordingError/invalidInput(violations:)`` without streams, or for another resolution.
  public static func grid(_ streams: [StreamRef], resolution: String? = nil) throws(RecordingError) -> Layout {
    try inCore { try gridLayout(streams: streams, resolution: resolution) }
  }

  /// One large picture and a strip of the others: at the right of a wide canvas, at the bottom of a high one.
  ///
  /// - Parameters:
  ///   - main: who is shown large.
  ///   - others: who is shown in the strip. May be empty.
  ///   - resolution: the recording's, `WIDTHxHEIGHT`. Default: 640x480.
  /// - Returns: a custom layout.
  /// - Throws: ``RecordingError/invalidInput(violations:)`` for another resolution.
  public static func spotlight(
    _ main: StreamRef, others: [StreamRef], resolution: String? = nil
  ) throws(RecordingError) -> Layout {
    try inCore { try spotlightLayout(main: main, others: others, resolution: resolution) }
  }

  /// Equal columns of a wide canvas, equal rows of a high one.
  ///
  /// - Parameters:
  ///   - streams: who is shown, from the left or the top. At least one.
  ///   - resolution: the recording's, `WIDTHxHEIGHT`. Default: 640x480.
  /// - Returns: a custom layout.
  /// - Throws: ``RecordingError/invalidInput(violations:)`` without streams, or for another resolution.
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
  /// - Throws: nothing is expected; every call into the core may report ``RecordingError/internal(reason:)``.
  public static func pictureInPicture(
    _ main: StreamRef, inset: StreamRef, corner: Corner
  ) throws(RecordingError) -> Layout {
    try inCore { try pictureInPictureLayout(main: main, inset: inset, corner: corner) }
  }
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
