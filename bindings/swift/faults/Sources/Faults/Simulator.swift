// The stand-in service: a process that ends with this one, ordered about over HTTP.

import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// What stands in the way of running the grid.
struct Unusable: Error {
  let what: String
}

final class Simulator {
  // Its defaults, from its own documentation.
  static let appKey = "uwd1c0sxdlx2"
  static let appSecret = "Y1W2MeFwwwRxa0"

  let url: String
  private let process = Process()
  private let input = Pipe()
  private let session = URLSession(configuration: .ephemeral)
  private var usedAddresses: Set<String> = []

  init(program: String) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["--until-stdin-closes", "--quiet"]
    process.environment = [:]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    url = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
      .trimmingCharacters(in: .newlines)
    guard url.hasPrefix("http://") else { throw Unusable(what: "the simulator gives no address") }
  }

  /// A further address of it, where faults are injected.
  struct Door: Decodable {
    let door: Int
    let url: String
    var path: String { "doors/\(door)" }
  }

  /// Opens a door at an address that was not used before: what a process knows of an address outlives a client.
  func openDoor(tls: String) async throws -> Door {
    var known: [Door] = []
    while true {
      let opened = try await read(Door.self, try await send("POST", "doors", ["tls": tls]))
      if usedAddresses.insert(opened.url).inserted {
        for door in known { try await send("DELETE", door.path) }
        return opened
      }
      // Kept open until then, so that another address is given.
      known.append(opened)
    }
  }

  struct Executions: Decodable {
    let start, config, stop, query: Int
  }

  /// How often each operation was carried out since the requests were forgotten.
  func executions() async throws -> Executions {
    try await read(Executions.self, try await send("GET", "executions"))
  }

  struct Connection: Decodable {
    let requestBytes, replyBytes: Int
  }

  func connections(of door: Door) async throws -> [Connection] {
    struct Told: Decodable { let connections: [Connection] }
    return try await read(Told.self, try await send("GET", door.path)).connections
  }

  func caCertificates() async throws -> String {
    String(decoding: try await send("GET", "ca.pem"), as: UTF8.self)
  }

  @discardableResult
  func send(_ method: String, _ path: String, _ body: Any? = nil) async throws -> Data {
    guard let url = URL(string: "\(url)/__simulator/\(path)") else { throw Unusable(what: path) }
    var request = URLRequest(url: url)
    request.httpMethod = method
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.httpBody = try body.map { try JSONSerialization.data(withJSONObject: $0) }
    let (data, response) = try await session.data(for: request)
    guard let status = (response as? HTTPURLResponse)?.statusCode, (200..<300).contains(status) else {
      throw Unusable(what: "\(method) \(path): \(String(decoding: data, as: UTF8.self))")
    }
    return data
  }

  private func read<Content: Decodable>(_ type: Content.Type, _ data: Data) async throws -> Content {
    try JSONDecoder().decode(type, from: data)
  }
}
