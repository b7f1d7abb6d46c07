// A further address of the simulator, where faults below HTTP are injected.

import Foundation

struct Door: Sendable {
  let url: String
  private let path: String
  private let simulator: Simulator

  /// How the next connection or request fails, as in the simulator's own documentation.
  struct Fault: Encodable {
    var connection: String?
    var requestBytes: Int?
    var replyBytes: Int?
    var then: String?
    var times = 1
  }

  private struct Options: Encodable {
    let tls: String?
  }

  fileprivate init(of simulator: Simulator, tls: String?) async throws {
    struct Opened: Decodable {
      let door: Int
      let url: String
    }
    let opened = try JSONDecoder().decode(
      Opened.self, from: await simulator.call("POST", "doors", JSONEncoder().encode(Options(tls: tls))))
    url = opened.url
    path = "doors/\(opened.door)"
    self.simulator = simulator
  }

  func inject(_ fault: Fault) async throws {
    try await simulator.call("PUT", "\(path)/faults", JSONEncoder().encode(fault))
  }

  /// To connect is refused from now on.
  func shut() async throws {
    try await simulator.call("PUT", path, JSONEncoder().encode(["shut": true]))
  }

  /// It listens again, at the same address.
  func reopen() async throws {
    try await simulator.call("PUT", path, JSONEncoder().encode(["shut": false]))
  }

  /// How many requests have begun.
  func requests() async throws -> Int {
    struct Connection: Decodable {
      let requests: Int
    }
    struct Told: Decodable {
      let connections: [Connection]
    }
    let told = try JSONDecoder().decode(Told.self, from: await simulator.call("GET", path))
    return told.connections.reduce(0) { $0 + $1.requests }
  }

  /// Returns once all its connections are closed.
  func waitUntilLeft() async throws {
    try await simulator.call("GET", "\(path)/wait?open=0&timeoutMs=10000")
  }
}

extension Simulator {
  /// The CA of its doors, as PEM.
  func caCertificates() async throws -> String {
    String(decoding: try await call("GET", "ca.pem"), as: UTF8.self)
  }

  func openDoor(tls: String? = nil) async throws -> Door {
    try await Door(of: self, tls: tls)
  }
}
