// The stand-in service: a process of its own, spoken to over HTTP, that ends with the object.

import Foundation
import RongCloudRecording

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

final class Simulator: Sendable {
  static let appKey = "key"
  static let appSecret = "simulated-secret"

  let url: String
  private let process: ChildProcess
  private let session = URLSession(configuration: .ephemeral)

  init(appSecret: String = Simulator.appSecret, room: String = "room1:aaa") throws {
    process = try ChildProcess(
      TestEnvironment.simulator,
      ["--until-stdin-closes", "--app-key", Self.appKey, "--room", room, "--quiet"],
      environment: ["RONGCLOUD_APP_SECRET": appSecret])
    url = process.line()
  }

  deinit {
    session.invalidateAndCancel()
    process.end()
  }

  /// A client of it, by way of a door or an address in front of it where there is one.
  func client(
    appSecret: String = Simulator.appSecret, at address: String? = nil, timeout: Duration? = nil,
    caCertificates: String? = nil, retry: RetryPolicy = RetryPolicy(),
    connections: ConnectionPolicy = ConnectionPolicy()
  ) throws -> RecordingClient {
    try RecordingClient(
      appKey: Self.appKey, appSecret: appSecret, apiUrl: address ?? url, timeout: timeout,
      // What the machine's environment names doesn't lead to its own loopback.
      proxy: "direct", caCertificates: caCertificates, retry: retry, connections: connections)
  }

  struct SeenRequest: Decodable {
    let connection: Int
    let path: String
    let headers: [[String]]
    let body: String
    let verdict: String

    func header(_ name: String) -> String? {
      headers.first { $0[0] == name }?[1]
    }
  }

  struct Recording: Decodable {
    let recordId: String
    let requestId: String?
    let extra: String
    let state: String
    let layout: Layout?
  }

  struct Layout: Decodable {
    let mixLayout: Int
    let renderMode: Int
  }

  func requests() async throws -> [SeenRequest] {
    try JSONDecoder().decode([SeenRequest].self, from: await call("GET", "requests"))
  }

  /// Forgets the requests so far.
  func forget() async throws {
    try await call("DELETE", "requests")
  }

  func recordings() async throws -> [Recording] {
    try JSONDecoder().decode([Recording].self, from: await call("GET", "recordings"))
  }

  func setSession(_ session: String, ofRoom room: String) async throws {
    try await call("PUT", "rooms/\(room)", JSONEncoder().encode(["sessionId": session]))
  }

  /// Where it tells of recordings, from now on.
  func callBack(_ url: String) async throws {
    try await call("PUT", "callbacks/urls", JSONEncoder().encode(["recording": url]))
  }

  /// How it tells of recordings, as in its own documentation.
  struct Delivery: Encodable {
    var delivery: String?
    var duplicate: Int?
    var attempts: Int?
    var retrySignature: String?
    var backoffMs: Int?
  }

  func deliver(_ delivery: Delivery) async throws {
    try await call("PUT", "callbacks", JSONEncoder().encode(delivery))
  }

  struct SentCallback {
    /// As `canonical` writes it.
    let body: String
    let state: String
    let attempts: [Attempt]

    struct Attempt: Decodable {
      let headers: [[String]]
      let status: Int?
    }
  }

  /// Once none is on its way.
  func callbacks() async throws -> [SentCallback] {
    struct Told: Decodable {
      let state: String
      let attempts: [SentCallback.Attempt]
    }
    try await call("POST", "callbacks/flush")
    let data = try await call("GET", "callbacks")
    guard let listed = try JSONSerialization.jsonObject(with: data) as? [[String: Any]] else {
      throw Unusable(what: "no list of callbacks")
    }
    return try zip(listed, JSONDecoder().decode([Told].self, from: data)).map { callback, told in
      let body = try JSONSerialization.data(withJSONObject: callback["body"] as Any)
      return SentCallback(body: try Self.canonical(body), state: told.state, attempts: told.attempts)
    }
  }

  /// Equal for equal JSON.
  static func canonical(_ json: Data) throws -> String {
    let value = try JSONSerialization.jsonObject(with: json)
    return String(decoding: try JSONSerialization.data(withJSONObject: value, options: .sortedKeys), as: UTF8.self)
  }

  /// Moves the time in rooms and recordings.
  func advance(hours: Int) async throws {
    try await call("POST", "clock", JSONEncoder().encode(["advanceMs": hours * 3_600_000]))
  }

  /// Time passes all the while, or until it is stopped, so that no pause between two attempts lasts.
  func whileTimePasses(_ wait: (_ stop: @escaping @Sendable () -> Void) async throws -> Void) async throws {
    let isOver = Kept<Bool>()
    let clock = Task { while isOver.lines.isEmpty { try await advance(hours: 1) } }
    defer { isOver.keep(true) }
    try await wait { isOver.keep(true) }
    isOver.keep(true)
    try await clock.value
  }

  /// How the next requests are answered, as in the simulator's own documentation.
  struct Step: Encodable {
    var times = 1
    var hold: Bool?
    var status: Int?
    var body: String?
    var contentType: String?
    var headers: [String: String]?

    /// As a gateway whose service is down.
    static let failing = Step(status: 503)
    static func hold(_ times: Int = 1) -> Step { Step(times: times, hold: true) }
  }

  func next(_ steps: [Step]) async throws {
    try await call("PUT", "next", JSONEncoder().encode(steps))
  }

  func next(_ step: Step) async throws {
    try await next([step])
  }

  func release() async throws {
    try await call("POST", "release")
  }

  /// Waits less than a client's default timeout, which would make a forgotten call look abandoned too.
  func wait(requests: Int = 0, abandoned: Int = 0) async throws {
    try await call("GET", "wait?requests=\(requests)&abandoned=\(abandoned)&timeoutMs=10000")
  }

  @discardableResult
  func call(_ method: String, _ path: String, _ body: Data? = nil) async throws -> Data {
    guard let url = URL(string: "\(url)/__simulator/\(path)") else { throw Unusable(what: "\(url) \(path)") }
    var request = URLRequest(url: url)
    request.httpMethod = method
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.httpBody = body
    let (data, response) = try await session.data(for: request)
    guard let status = (response as? HTTPURLResponse)?.statusCode, (200..<300).contains(status) else {
      throw Unusable(what: "\(method) \(path): \(String(decoding: data, as: UTF8.self))")
    }
    return data
  }
}

/// Something the tests themselves need is not as it should be.
struct Unusable: Error, CustomStringConvertible {
  let what: String
  var description: String { what }
}
