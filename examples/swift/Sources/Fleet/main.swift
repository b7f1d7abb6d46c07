// One of several processes that record: a session is recorded once, whoever is asked.
//
// Run as many as you like behind one address that speaks HTTPS, all with the same RONGCLOUD_LEDGER_URL:
//
//     POST /rooms/ROOM/sessions/SESSION/recording      starts recording, unless somebody has already
//     GET /rooms/ROOM/sessions/SESSION/recording       tells what is known, whichever process took it in
//     DELETE /rooms/ROOM/sessions/SESSION/recording    stops it
//     POST /recording    takes callbacks in: the recording callback's URL in the console
//     GET /health        200 while the store answers, with what is in progress
//
// SIGTERM and Ctrl-C end it after the requests and calls in progress. `make demo-fleet-swift` runs two of them, and kills one.

import CallbackServer
import Foundation
import RongCloudRecording

typealias Response = CallbackServer.Response

@Sendable func say(_ text: String) {
  FileHandle.standardError.write(Data("\(text)\n".utf8))
}

struct Service: Sendable {
  let client: RecordingClient
  let ledger: RecordingLedger
  let profile: RecordingProfile

  struct Started: Encodable {
    let recordId: String
    let isNew: Bool
  }

  struct Known: Encodable {
    let state: String
    let recordId: String?
    let events: Int
    let isDoubled: Bool
    let isSettled: Bool
  }

  struct Health: Encodable {
    let callsInFlight: Int
    let domains: [String: Bool]
  }

  func answer(_ request: CallbackServer.Request) async -> Response {
    let parts = request.path.split(separator: "/").map { String($0).removingPercentEncoding ?? "" }
    do {
      if request.method == "POST", parts == ["recording"] {
        return await taken(request.callback)
      }
      if request.method == "GET", parts == ["health"] { return try await health() }
      guard parts.count == 5, [parts[0], parts[2], parts[4]] == ["rooms", "sessions", "recording"] else {
        return Response(404)
      }
      switch request.method {
      case "POST": return try await started(RecordingTarget(roomId: parts[1], sessionId: parts[3]))
      case "GET": return try await known(parts[3])
      case "DELETE":
        try await ledger.stop(RecordingTarget(roomId: parts[1], sessionId: parts[3]))
        return Response(204)
      default: return Response(405)
      }
    } catch {
      say("\(error)")
      return Response(status(of: error), "\(error)")
    }
  }

  private func started(_ target: RecordingTarget) async throws -> Response {
    let found = try await ledger.start(roomId: target.roomId, sessionId: target.sessionId, profile: profile)
    return try Response(json: Started(recordId: found.recording.recordId, isNew: found.isMine))
  }

  private func known(_ sessionId: String) async throws -> Response {
    guard let found = try await ledger.get(sessionId) else { return Response(404) }
    let entry = found.entry
    return try Response(
      json: Known(
        state: "\(entry.state)", recordId: entry.recordId, events: entry.eventCount, isDoubled: entry.isDoubled,
        isSettled: found.isSettled))
  }

  /// Fails where the store doesn't answer, and then no recording can be started here.
  private func health() async throws -> Response {
    _ = try await ledger.get("health")
    let now = try client.statistics()
    let domains = Dictionary(now.domains.map { ($0.host, $0.isWell) }, uniquingKeysWith: { first, _ in first })
    return try Response(json: Health(callsInFlight: now.callsInFlight, domains: domains))
  }

  /// Puts a recording callback on record, and answers 200 only after that.
  private func taken(_ callback: CallbackRequest) async -> Response {
    do {
      try await ledger.take(callback)
      return Response(200)
    } catch let refused as CallbackRefused {
      say("\(refused)")
      return Response(refused.httpStatus)
    } catch {
      say("\(error)")
      // So that the service sends it again.
      return Response(503)
    }
  }

  /// The status to answer with where a call has failed.
  private func status(of error: any Error) -> Int {
    switch error as? RecordingError {
    case .invalidInput: 400
    // A start is under way, or its outcome is unknown, or the session is recorded otherwise.
    case .conflict: 409
    case let error?: error.isRetryable ? 503 : 502
    case nil: 500
    }
  }
}

/// Returns once this process is asked to end.
func untilAskedToEnd() async {
  let (asked, asking) = AsyncStream.makeStream(of: Void.self)
  let signals = [SIGINT, SIGTERM].map { number in
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number)
    source.setEventHandler { asking.finish() }
    source.resume()
    return source
  }
  for await _ in asked {}
  withExtendedLifetime(signals) {}
}

func run() async throws {
  let end = Task { await untilAskedToEnd() }
  // App Key, App Secret, data center and store come from the environment. What may be running though nobody knows is
  // stopped, so that it costs no more.
  let client = try RecordingClient()
  let ledger = try RecordingLedger(client: client, onUnknown: .stop)
  try ledger.keepUp(every: .seconds(60))
  let profile = try RecordingProfile(
    SplitStreamRecording(
      mode: .singleAudioVideo, videoResolution: Resolution.r1280x720, videoFormat: .mp4, audioFormat: .aac,
      sliceLength: .minutes60))
  let service = Service(client: client, ledger: ledger, profile: profile)
  let port = UInt16(ProcessInfo.processInfo.environment["RONGCLOUD_CALLBACK_PORT"] ?? "") ?? 8700
  let server = try CallbackServer(port: port) { request in await service.answer(request) }
  FileHandle.standardOutput.write(Data("listening on 127.0.0.1:\(port)\n".utf8))
  await end.value

  await server.close()
  ledger.close()
  // Calls that no request waits for any more.
  _ = try await client.close(drain: .seconds(20))
}

do {
  try await run()
} catch {
  say("\(error)")
  exit(EXIT_FAILURE)
}
