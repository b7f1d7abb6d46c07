// A running simulator, and all that a test can ask of it.

import Foundation

/// A stand-in for the RongCloud RTC recording service: a process of its own at a loopback address, that checks requests by
/// the service's documented rules. At first it has one room, `room1`, with the session `aaa` and the members `111` and
/// `2222`, who publish audio and video.
///
/// It ends when nothing refers to it any longer, and with the program. What it doesn't accept fails with a
/// ``SimulatorError``.
public final class Simulator: Sendable {
  /// The app key of the documentation's examples.
  public static let appKey = "uwd1c0sxdlx2"
  /// The secret of the vendor's published signature example. It is nobody's.
  public static let appSecret = "Y1W2MeFwwwRxa0"

  /// Where it is, `http://127.0.0.1:PORT`: the client's API URL.
  public let url: String
  /// The app key whose requests are accepted.
  public let appKey: String
  /// Its secret.
  public let appSecret: String
  let control: Control
  private let program: Program

  /// Starts one, which blocks until it is there. Where that may not be, see ``start(appKey:appSecret:arguments:)``.
  ///
  /// - Parameters:
  ///   - appKey: the app key whose requests are accepted
  ///   - appSecret: its secret
  ///   - arguments: further options of the program, as `rongcloud-simulator --help` lists them, such as
  ///     `--callback-signature=query`. Not `--tls`, for which there are doors, and not `--no-control`
  /// - Throws: ``SimulatorError`` if it can't be started: the package has no program for this platform, or an argument is
  ///   wrong
  public init(
    appKey: String = Simulator.appKey, appSecret: String = Simulator.appSecret, arguments: [String] = []
  ) throws {
    program = try Program(
      arguments, secrets: ["RONGCLOUD_APP_KEY": appKey, "RONGCLOUD_APP_SECRET": appSecret])
    url = program.url
    control = Control(program.url)
    self.appKey = appKey
    self.appSecret = appSecret
  }

  /// Starts one, as ``init(appKey:appSecret:arguments:)`` does, on a thread of its own.
  public static func start(
    appKey: String = Simulator.appKey, appSecret: String = Simulator.appSecret, arguments: [String] = []
  ) async throws -> Simulator {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(
          with: Result { try Simulator(appKey: appKey, appSecret: appSecret, arguments: arguments) })
      }
    }
  }

  /// The variables that a program with the client finds it by: its URL, the app key and the secret.
  public var environment: [String: String] {
    ["RONGCLOUD_API_URL": url, "RONGCLOUD_APP_KEY": appKey, "RONGCLOUD_APP_SECRET": appSecret]
  }

  /// The certificate of the CA for doors with TLS, as PEM. It is another one for each simulator.
  public func caCertificates() async throws -> String {
    String(decoding: try await control.call("GET", "ca.pem"), as: UTF8.self)
  }

  // MARK: - Requests

  /// The requests to the service, oldest first, at most 10,000.
  public func requests() async throws -> [SeenRequest] { try await control.get("requests") }

  /// Forgets the requests, and counts those, executions and connections from 0 again.
  public func forgetRequests() async throws { try await control.call("DELETE", "requests") }

  /// How often each operation was executed.
  public func executions() async throws -> Executions { try await control.get("executions") }

  /// The service's connections.
  public func connections() async throws -> Connections { try await control.get("connections") }

  /// Waits until so many requests have arrived, and so many clients have left without a reply; fails when the time is
  /// over.
  public func wait(requests: Int = 0, abandoned: Int = 0, timeout: Duration = .seconds(10)) async throws {
    let counts = "requests=\(requests)&abandoned=\(abandoned)"
    try await control.call("GET", "wait?\(counts)&timeoutMs=\(timeout.inMilliseconds)")
  }

  /// Says how the next requests are answered, in place of what was said before. After the last step, the service
  /// behaves normally again.
  public func next(_ steps: Step...) async throws { try await control.put("next", steps) }

  /// Sends the replies that are held now.
  public func release() async throws { try await control.post("release") }

  // MARK: - Rooms and recordings

  /// The recordings that were started, oldest first, at most 10,000.
  public func recordings() async throws -> [SimulatedRecording] { try await control.get("recordings") }

  /// All rooms, by id.
  public func rooms() async throws -> [SimulatedRoom] {
    let told: [String: SimulatedRoom.Told] = try await control.get("rooms")
    return told.sorted { $0.key < $1.key }.map(SimulatedRoom.init)
  }

  /// Creates a room, or changes the one that is there. With another session than before, it is destroyed and created
  /// again, and what is recorded in it ends.
  ///
  /// - Parameters:
  ///   - room: its id
  ///   - session: its session
  ///   - members: who is in it, and nobody else; each publishes audio and video
  /// - Throws: ``SimulatorError`` if the simulator doesn't accept it
  public func setRoom(_ room: String, session: String, members: [String] = []) async throws {
    struct Room: Encodable {
      let sessionId: String
      let members: [Member]
    }
    struct Member: Encodable {
      let userId: String
      let streams: [SimulatedStream]
    }
    let members = members.map { Member(userId: $0, streams: SimulatedStream.both(of: $0)) }
    try await control.put("rooms/\(segment(room))", Room(sessionId: session, members: members))
  }

  /// Removes a room; its session ends.
  public func removeRoom(_ room: String) async throws { try await control.call("DELETE", "rooms/\(segment(room))") }

  /// A user joins a room, or publishes something else from now on; without `streams`, audio and video.
  public func join(_ room: String, user: String, streams: [SimulatedStream]? = nil) async throws {
    let published = streams ?? SimulatedStream.both(of: user)
    try await control.put("rooms/\(segment(room))/members/\(segment(user))", ["streams": published])
  }

  /// A user leaves a room.
  public func leave(_ room: String, user: String) async throws {
    try await control.call("DELETE", "rooms/\(segment(room))/members/\(segment(user))")
  }

  /// Moves the time in rooms and recordings, by at most 30 days. Slices close on the way.
  public func advance(by time: Duration) async throws {
    try await control.post("clock", ["advanceMs": time.inMilliseconds])
  }

  /// Sets the service's clock ahead of this machine's or, with a negative time, behind it. The check of timestamps goes
  /// by it, and the signatures of callbacks.
  public func skew(by time: Duration) async throws { try await control.put("skew", ["ms": time.inMilliseconds]) }

  // MARK: - Callbacks

  /// Says where coming callbacks go: http URLs of loopback addresses. At first, none are made.
  public func callBack(_ recordingUrl: String?, rooms roomUrl: String? = nil) async throws {
    struct Urls: Encodable { let recording, room: String? }
    try await control.put("callbacks/urls", Urls(recording: recordingUrl, room: roomUrl))
  }

  /// Says how coming callbacks are delivered, in place of what was said before.
  public func deliver(_ delivery: CallbackDelivery) async throws { try await control.put("callbacks", delivery) }

  /// Makes coming callbacks report failures, in place of those before.
  public func failCallbacks(_ failures: CallbackFailure...) async throws {
    try await control.put("callbacks/failures", failures)
  }

  /// The callbacks made, oldest first, as they are now.
  public func callbacks() async throws -> [SentCallback] { try await control.get("callbacks") }

  /// The callbacks made, once none is on its way; those held stay held.
  public func flushCallbacks() async throws -> [SentCallback] {
    try await control.post("callbacks/flush")
    return try await callbacks()
  }

  /// Sends the callbacks that are held, and lists them once none is on its way.
  @discardableResult
  public func deliverCallbacks() async throws -> [SentCallback] {
    try await control.post("callbacks/deliver")
    return try await callbacks()
  }

  /// Sends a callback once more, with a signature of its own or with the same bytes as in its latest attempt.
  public func resendCallback(_ number: Int, isSignedAnew: Bool = true) async throws {
    try await control.post("callbacks/\(number)/resend", ["signature": isSignedAnew ? "new" : "same"])
  }

  // MARK: - Doors

  /// Opens a further address, where connections can fail.
  public func openDoor(tls: DoorTLS = .none) async throws -> Door {
    struct Opened: Decodable {
      let door: Int
      let url: String
    }
    let opened = try JSONDecoder().decode(Opened.self, from: await control.post("doors", ["tls": tls]))
    return Door(opened.door, opened.url, of: self)
  }
}

/// The simulator can't be started, or doesn't accept what it is asked, or something hasn't come in time.
public struct SimulatorError: Error, CustomStringConvertible {
  /// What is wrong.
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
