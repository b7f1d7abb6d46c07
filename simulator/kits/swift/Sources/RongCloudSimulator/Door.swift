// Further addresses of a simulator, where connections fail.

import Foundation

/// A further address of a simulator, in front of the same rooms, recordings and script. It only relays, until a
/// ``Fault`` happens. ``Simulator/openDoor(tls:)`` opens one.
public struct Door: Sendable {
  /// The address.
  public let url: String
  private let path: String
  /// It keeps the simulator.
  private let simulator: Simulator

  init(_ number: Int, _ url: String, of simulator: Simulator) {
    self.url = url
    path = "doors/\(number)"
    self.simulator = simulator
  }

  /// Replaces the pending faults, which happen one after another. After the last one, the door only relays.
  public func inject(_ faults: Fault...) async throws {
    try await simulator.control.put("\(path)/faults", faults)
  }

  /// Ends its connections, and refuses new ones until it is reopened.
  public func shut() async throws {
    try await simulator.control.put(path, ["shut": true])
  }

  /// Accepts connections again, at the same address.
  public func reopen() async throws {
    try await simulator.control.put(path, ["shut": false])
  }

  /// Its connections, oldest first.
  public func connections() async throws -> [DoorConnection] {
    struct Told: Decodable { let connections: [DoorConnection] }
    let told: Told = try await simulator.control.get(path)
    return told.connections
  }

  /// Waits until so many connections and requests have come, and at most so many connections are open; fails when the
  /// time is over.
  public func wait(
    connections: Int = 0, requests: Int = 0, open: Int? = nil, timeout: Duration = .seconds(10)
  ) async throws {
    let most = open.map { "&open=\($0)" } ?? ""
    let counts = "connections=\(connections)&requests=\(requests)\(most)"
    try await simulator.control.call("GET", "\(path)/wait?\(counts)&timeoutMs=\(timeout.inMilliseconds)")
  }

  /// Closes it for good, with its connections.
  public func close() async throws {
    try await simulator.control.call("DELETE", path)
  }
}

/// What goes wrong below HTTP, at a ``Door``.
public struct Fault: Encodable, Sendable {
  private var connection: Cut?
  private var requestBytes: Int?
  private var replyBytes: Int?
  private var then: Cut?
  private var dripMs: Int?
  private var times: Int

  /// A connection is accepted, and cut before any of its bytes is read; with TLS, before the handshake.
  public static func connection(_ cut: Cut, times: Int = 1) -> Fault { Fault(connection: cut, times: times) }

  /// The service gets only so many bytes of a request; if that is all of it, it is executed. There is no reply.
  public static func requestBytes(_ bytes: Int, then: Cut, times: Int = 1) -> Fault {
    Fault(requestBytes: bytes, then: then, times: times)
  }

  /// The service executes a request, and the client gets only so many bytes of the reply.
  public static func replyBytes(_ bytes: Int, then: Cut, times: Int = 1) -> Fault {
    Fault(replyBytes: bytes, then: then, times: times)
  }

  /// A reply arrives byte by byte, with at most a second between two; after a minute, the rest of it at once.
  public static func drip(_ pause: Duration, times: Int = 1) -> Fault {
    Fault(dripMs: pause.inMilliseconds, times: times)
  }

  /// How a connection is cut.
  public enum Cut: String, Encodable, Sendable {
    /// By a TCP reset.
    case reset
    /// By a TCP FIN, with TLS without a word before it.
    case close
    /// Not at all: nothing more arrives until the client leaves.
    case hang
  }
}

/// What a ``Door`` presents to its clients.
public enum DoorTLS: String, Encodable, Sendable {
  /// Plain http.
  case none
  /// A certificate for `localhost` and 127.0.0.1, of the simulator's own CA.
  case valid
  /// One whose time is over.
  case expired
  /// One for another host.
  case wrongHost = "wrong-host"
  /// One of another CA.
  case untrusted
}

/// A connection through a ``Door``.
public struct DoorConnection: Decodable, Sendable {
  /// Its number, the one that its requests are listed with.
  public let connection: Int
  /// How many requests have begun on it.
  public let requests: Int
  /// Whether it is still there. One that the door has closed stays open until the client closes it, too.
  public let open: Bool
  /// Who ended it: `client`, `service` or `fault`; `nil` while it isn't.
  public let ended: String?
  /// How many bytes were relayed to the service.
  public let requestBytes: Int
  /// How many bytes were relayed to the client.
  public let replyBytes: Int
}
