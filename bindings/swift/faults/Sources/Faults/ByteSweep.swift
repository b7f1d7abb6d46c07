// One start for every byte of its request and of its reply at which the connection can break.

import RongCloudRecording

struct ByteSweep {
  private let simulator: Simulator

  init(_ simulator: Simulator) {
    self.simulator = simulator
  }

  func run() async throws -> [Line] {
    let (requestLength, replyLength) = try await lengths()
    let door = try await simulator.openDoor(tls: "none")
    let client = try makeClient(at: door)
    var lines: [Line] = []
    for byte in 0...requestLength {
      lines.append(try await cut("request", at: byte, door, client))
    }
    for byte in 0..<replyLength {
      lines.append(try await cut("reply", at: byte, door, client))
    }
    client.close()
    try await simulator.send("DELETE", door.path)
    return lines
  }

  /// Of one start's request and reply.
  private func lengths() async throws -> (request: Int, reply: Int) {
    let door = try await simulator.openDoor(tls: "none")
    let client = try makeClient(at: door)
    try await Operation.start.carryOut(by: client)
    guard let connection = try await simulator.connections(of: door).first else {
      throw Unusable(what: "the door has seen no connection")
    }
    client.close()
    try await simulator.send("DELETE", door.path)
    return (connection.requestBytes, connection.replyBytes)
  }

  private func cut(
    _ part: String, at byte: Int, _ door: Simulator.Door, _ client: RecordingClient
  ) async throws -> Line {
    try await simulator.send("DELETE", "requests")
    try await simulator.send("PUT", "\(door.path)/faults", ["\(part)Bytes": byte, "then": "reset"] as [String: Any])
    let outcome = try await Outcome(of: .start, by: client)
    let executions = try await simulator.executions().start
    return Line(
      name: "cut \(part) at byte", byte: byte, operation: .start, outcome: outcome, executions: executions)
  }

  private func makeClient(at door: Simulator.Door) throws -> RecordingClient {
    try RecordingClient(
      appKey: Simulator.appKey, appSecret: Simulator.appSecret, apiUrl: door.url, timeout: .seconds(2))
  }
}
