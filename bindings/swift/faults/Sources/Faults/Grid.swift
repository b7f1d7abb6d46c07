// The grid: what is damaged in each case, and how a call is made through it.

import Foundation
import RongCloudRecording

struct Grid {
  private let client, impatientClient: ClientSettings
  let cases: [Case]

  init(contentsOf path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    guard let grid = try JSONSerialization.jsonObject(with: data) as? [String: Any],
      let cases = grid["cases"] as? [[String: Any]],
      let client = grid["client"], let impatientClient = grid["impatient_client"]
    else { throw Unusable(what: "\(path) is no grid") }
    self.cases = try cases.map(Case.init)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    func settings(_ json: Any) throws -> ClientSettings {
      try decoder.decode(ClientSettings.self, from: JSONSerialization.data(withJSONObject: json))
    }
    self.client = try settings(client)
    self.impatientClient = try settings(impatientClient)
  }

  /// Those of the client that meets a case.
  func settings(for entry: Case) -> ClientSettings {
    entry.timesOut ? impatientClient : client
  }
}

struct ClientSettings: Decodable {
  let timeoutMs, connectTimeoutMs: Int
  let retry: Retry

  struct Retry: Decodable {
    let maxAttempts, attemptTimeoutMs, firstBackoffMs, longestBackoffMs: Int

    var policy: RetryPolicy {
      RetryPolicy(
        maxAttempts: maxAttempts, attemptTimeout: .milliseconds(attemptTimeoutMs),
        firstBackoff: .milliseconds(firstBackoffMs), longestBackoff: .milliseconds(longestBackoffMs))
    }
  }
}

struct Case {
  let name: String
  let timesOut: Bool
  private let tls: String
  private let isShut, isSwapped, hasBackup: Bool
  private let skewMs: Int
  // As the simulator takes them.
  private let faults, steps: [Any]

  init(_ json: [String: Any]) throws {
    func value<Value>(_ key: String) throws -> Value {
      guard let value = json[key] as? Value else { throw Unusable(what: "a case of the grid has no usable \(key)") }
      return value
    }
    name = try value("name")
    timesOut = try value("times_out")
    tls = try value("tls")
    isShut = try value("shut")
    isSwapped = try value("swapped_credentials")
    hasBackup = try value("backup")
    skewMs = try value("skew_ms")
    faults = try value("faults")
    steps = try value("steps")
  }

  func run(_ operation: Operation, with settings: ClientSettings, against simulator: Simulator) async throws -> Line {
    try await prepare(operation, simulator)
    let door = try await simulator.openDoor(tls: tls)
    let backup = hasBackup ? try await simulator.openDoor(tls: tls == "none" ? "none" : "valid") : nil
    if !faults.isEmpty { try await simulator.send("PUT", "\(door.path)/faults", faults) }
    if isShut { try await simulator.send("PUT", door.path, ["shut": true]) }
    try await simulator.send("PUT", "skew", ["ms": skewMs])
    try await simulator.send("PUT", "next", steps)

    let credentials = [Simulator.appKey, Simulator.appSecret]
    let (appKey, appSecret) =
      isSwapped ? (credentials[1], credentials[0]) : (credentials[0], credentials[1])
    let client = try await RecordingClient(
      appKey: appKey, appSecret: appSecret, apiUrl: door.url, backupApiUrl: backup?.url,
      connectTimeout: .milliseconds(settings.connectTimeoutMs), timeout: .milliseconds(settings.timeoutMs),
      proxy: "direct", caCertificates: tls == "none" ? nil : simulator.caCertificates(), retry: settings.retry.policy)
    let outcome = try await Outcome(of: operation, by: client)
    let executions = try await operation.count(in: simulator.executions())

    client.close()
    for door in [door, backup].compactMap({ $0 }) { try await simulator.send("DELETE", door.path) }
    try await simulator.send("PUT", "skew", ["ms": 0])
    try await simulator.send("PUT", "next", [Any]())
    return Line(name: name, operation: operation, outcome: outcome, executions: executions)
  }

  /// A fresh room, and in it a recording where the operation is about one.
  private func prepare(_ operation: Operation, _ simulator: Simulator) async throws {
    try await simulator.send("DELETE", "rooms/\(Operation.roomId)")
    try await simulator.send("PUT", "rooms/\(Operation.roomId)", ["sessionId": Operation.sessionId])
    if operation.needsRecording {
      let client = try RecordingClient(
        appKey: Simulator.appKey, appSecret: Simulator.appSecret, apiUrl: simulator.url)
      try await Operation.start.carryOut(by: client)
      client.close()
    }
    try await simulator.send("DELETE", "requests")
  }
}
