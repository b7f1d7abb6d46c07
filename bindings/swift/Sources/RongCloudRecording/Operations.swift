// The operations on rooms and their recordings.
//
// They throw nothing but RecordingError. Their throws isn't typed: Swift 6.0's compiler ends on a call of an async function
// with typed throws, in a `do` of which a `catch` has a `do` of its own, as whoever looks after an unknown outcome writes.

import RongCloudRecordingNative

extension RecordingClient {
  /// Starts recording a session of a room: `POST /rtc/record/start.json`.
  ///
  /// The console's recording trigger must be set to manual. The request leaves this machine at most once, whatever
  /// happens; it is tried again only where it provably never left. The service has no key by which it could know a
  /// repeated start, so repeating one is your decision.
  ///
  /// Cancelling the task ends the call at once, with ``RecordingError/cancelled(sent:call:)``, which says whether the
  /// request had begun to leave and may still start a recording. A call that had ended by then returns or throws what it
  /// ended with.
  ///
  /// Give each start an `extra` of its own and keep it until you know the outcome: callbacks bring it back, and a
  /// ``RecordingTracker/init(extra:since:)`` follows a recording by it. See ``RecordingError/mayBeRecording``.
  ///
  /// - Parameters:
  ///   - roomId: the room: `Room-Id`. Visible ASCII characters.
  ///   - sessionId: the current call's session, from the room status callback or ``queryRoom(_:timeout:)``:
  ///     `sessionId`.
  ///   - profile: what to record: `config`.
  ///   - extra: a tag of your own that comes back in the recording's callbacks: `extra`. Default: empty. The longest
  ///     one that the service takes is not documented.
  ///   - timeout: the longest time for this call. Above zero, at most 365 days. Default: the
  ///     client's.
  /// - Returns: what was started, with the `recordId` that callbacks and files carry.
  /// - Throws: ``RecordingError``, also where the task was cancelled.
  public func start(
    roomId: String,
    sessionId: String,
    profile: RecordingProfile,
    extra: String? = nil,
    timeout: Duration? = nil
  ) async throws -> StartedRecording {
    try await carryOut(about: CallContext(.start, roomId: roomId, sessionId: sessionId, extra: extra)) {
      try native.beginStart(
        roomId: roomId, sessionId: sessionId, profile: profile.native, extra: extra, timeout: timeout?.forCore)
    }
  }

  /// Starts recording whatever call is going on in a room: asks for the room's session, then starts.
  ///
  /// An error of the question has the operation `queryRoom` and says that nothing was started;
  /// ``ServiceCode/roomNotFound``: there is no call in that room. Otherwise as
  /// ``start(roomId:sessionId:profile:extra:timeout:)``.
  ///
  /// - Parameters:
  ///   - roomId: the room: `Room-Id`. Visible ASCII characters.
  ///   - profile: what to record: `config`.
  ///   - extra: a tag of your own that comes back in the recording's callbacks: `extra`. Default: empty.
  ///   - timeout: the longest time for question and start together. Above zero, at most 365 days. Default: the
  ///     client's.
  /// - Returns: what was started, with the session that was found.
  /// - Throws: ``RecordingError``, also where the task was cancelled.
  public func start(
    inRoom roomId: String,
    profile: RecordingProfile,
    extra: String? = nil,
    timeout: Duration? = nil
  ) async throws -> StartedRecording {
    try await carryOut(about: CallContext(.start, roomId: roomId, extra: extra)) {
      try native.beginStartInRoom(roomId: roomId, profile: profile.native, extra: extra, timeout: timeout?.forCore)
    }
  }

  /// Changes the layout of a running split-stream recording: `POST /rtc/record/config.json`.
  ///
  /// Changing it twice is the same as once, so a change whose outcome is unknown is tried again, as ``RetryPolicy`` says,
  /// and may be made again by you.
  ///
  /// - Parameters:
  ///   - recording: the recording, as ``start(roomId:sessionId:profile:extra:timeout:)`` returned it.
  ///   - layout: the new arrangement: `mixLayout` and, for a custom one, `input`.
  ///   - renderMode: how pictures are fitted into their windows: `renderMode`. Default: fit.
  ///   - host: the user in the main place: `hostUserId` and `hostStreamId`. Required by floating and adaptive layouts.
  ///   - timeout: the longest time for this call. Above zero, at most 365 days. Default: the
  ///     client's.
  /// - Returns: what the service acknowledged.
  /// - Throws: ``RecordingError``, also for a recording that is known to be an MCU recording, and where the task was
  ///   cancelled.
  @discardableResult
  public func updateLayout(
    of recording: StartedRecording,
    to layout: Layout,
    renderMode: RenderMode? = nil,
    host: RecordingHost? = nil,
    timeout: Duration? = nil
  ) async throws -> Acknowledged {
    try await updateLayout(
      of: RecordingTarget(recording), to: layout, renderMode: renderMode, host: host, timeout: timeout)
  }

  /// Changes the layout of a running split-stream recording, known by its room and session:
  /// `POST /rtc/record/config.json`.
  ///
  /// It is tried again, and may be made again, as the other one.
  ///
  /// - Parameters:
  ///   - recording: the recording's room and session.
  ///   - layout: the new arrangement: `mixLayout` and, for a custom one, `input`.
  ///   - renderMode: how pictures are fitted into their windows: `renderMode`. Default: fit.
  ///   - host: the user in the main place: `hostUserId` and `hostStreamId`. Required by floating and adaptive layouts.
  ///   - timeout: the longest time for this call. Above zero, at most 365 days. Default: the
  ///     client's.
  /// - Returns: what the service acknowledged.
  /// - Throws: ``RecordingError``, also for a recording that is known to be an MCU recording, and where the task was
  ///   cancelled.
  @discardableResult
  public func updateLayout(
    of recording: RecordingTarget,
    to layout: Layout,
    renderMode: RenderMode? = nil,
    host: RecordingHost? = nil,
    timeout: Duration? = nil
  ) async throws -> Acknowledged {
    try await carryOut(about: CallContext(.updateLayout, of: recording)) {
      let update = LayoutUpdate(layout: layout, renderMode: renderMode, host: host)
      return try native.beginUpdateLayout(recording: recording, update: update, timeout: timeout?.forCore)
    }
  }

  /// Stops a recording: `POST /rtc/record/stop.json`. Its files follow later, and callbacks tell of them.
  ///
  /// Stopping twice is the same as once, so a stop whose outcome is unknown is tried again, as ``RetryPolicy`` says, and
  /// may be made again by you. A repeated one may then be refused because the first one did it: nothing runs any more.
  /// Where the client itself had repeated it, the refusal's reason says that an earlier attempt whose outcome is unknown
  /// may have done it.
  ///
  /// - Parameters:
  ///   - recording: the recording, as ``start(roomId:sessionId:profile:extra:timeout:)`` returned it.
  ///   - timeout: the longest time for this call. Above zero, at most 365 days. Default: the
  ///     client's.
  /// - Returns: what the service acknowledged.
  /// - Throws: ``RecordingError``, also where the task was cancelled.
  @discardableResult
  public func stop(_ recording: StartedRecording, timeout: Duration? = nil) async throws -> Acknowledged {
    try await stop(RecordingTarget(recording), timeout: timeout)
  }

  /// Stops a recording, known by its room and session: `POST /rtc/record/stop.json`.
  ///
  /// Stopping twice is the same as once, so a stop whose outcome is unknown is tried again, as ``RetryPolicy`` says, and
  /// may be made again by you. A repeated one may then be refused because the first one did it: nothing runs any more.
  /// Where the client itself had repeated it, the refusal's reason says that an earlier attempt whose outcome is unknown
  /// may have done it.
  ///
  /// - Parameters:
  ///   - recording: the recording's room and session.
  ///   - timeout: the longest time for this call. Above zero, at most 365 days. Default: the
  ///     client's.
  /// - Returns: what the service acknowledged.
  /// - Throws: ``RecordingError``, also where the task was cancelled.
  @discardableResult
  public func stop(_ recording: RecordingTarget, timeout: Duration? = nil) async throws -> Acknowledged {
    try await carryOut(about: CallContext(.stop, of: recording)) {
      try native.beginStop(recording: recording, timeout: timeout?.forCore)
    }
  }

  /// Asks for a room's session, members and streams: `POST /rtc/room/query.json`.
  ///
  /// It changes nothing, and is tried again as ``RetryPolicy`` says.
  ///
  /// - Parameters:
  ///   - roomId: the room: `Room-Id` and `roomId`. Visible ASCII characters.
  ///   - timeout: the longest time for this call. Above zero, at most 365 days. Default: the
  ///     client's.
  /// - Returns: the room as it is now.
  /// - Throws: ``RecordingError``, with ``ServiceCode/roomNotFound`` where there is no call in that room, and also where
  ///   the task was cancelled.
  public func queryRoom(_ roomId: String, timeout: Duration? = nil) async throws -> Room {
    let room = try await carryOut(about: CallContext(.queryRoom, roomId: roomId)) {
      try native.beginQueryRoom(roomId: roomId, timeout: timeout?.forCore)
    }
    return room.inMilliseconds
  }
}

extension RecordingTarget {
  /// The recording that a start returned.
  public init(_ started: StartedRecording) {
    self.init(roomId: started.roomId, sessionId: started.sessionId, recordType: started.recordType)
  }
}
