// The simulator's control API, spoken over HTTP.

import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

final class Control: Sendable {
  private let url: String
  private let session: URLSession

  init(_ url: String) {
    self.url = url
    let configuration = URLSessionConfiguration.ephemeral
    // What the machine's environment names doesn't lead to its own loopback.
    configuration.connectionProxyDictionary = [:]
    // Longer than the simulator itself may wait, so that it is the one who says what hasn't come.
    configuration.timeoutIntervalForRequest = 600
    session = URLSession(configuration: configuration)
  }

  deinit { session.invalidateAndCancel() }

  func get<Value: Decodable>(_ path: String) async throws -> Value {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .millisecondsSince1970
    return try decoder.decode(Value.self, from: await call("GET", path))
  }

  func put(_ path: String, _ body: some Encodable) async throws {
    try await call("PUT", path, JSONEncoder().encode(body))
  }

  @discardableResult
  func post(_ path: String, _ body: (any Encodable)? = nil) async throws -> Data {
    try await call("POST", path, body.map { try JSONEncoder().encode($0) })
  }

  @discardableResult
  func call(_ method: String, _ path: String, _ body: Data? = nil) async throws -> Data {
    guard let url = URL(string: "\(url)/__simulator/\(path)") else { throw SimulatorError("no path: \(path)") }
    var request = URLRequest(url: url)
    request.httpMethod = method
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.httpBody = body
    let (data, response) = try await session.data(for: request)
    guard let status = (response as? HTTPURLResponse)?.statusCode, (200..<300).contains(status) else {
      struct Refusal: Decodable { let error: String }
      let refusal = try? JSONDecoder().decode(Refusal.self, from: data)
      throw SimulatorError("\(path): \(refusal?.error ?? String(decoding: data, as: UTF8.self))")
    }
    return data
  }
}

/// A segment of a path.
func segment(_ text: String) -> String {
  text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
}

extension Duration {
  var inMilliseconds: Int {
    Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
  }
}
