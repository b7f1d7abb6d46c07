// What the tests ask of the simulator beyond its kit.

import Foundation
import RongCloudRecording
import RongCloudSimulator

extension Simulator {
  /// A client of it, by way of a door or an address in front of it where there is one.
  func client(
    appSecret: String? = nil, at address: String? = nil, timeout: Duration? = nil,
    caCertificates: String? = nil, retry: RetryPolicy = RetryPolicy(),
    connections: ConnectionPolicy = ConnectionPolicy()
  ) throws -> RecordingClient {
    try RecordingClient(
      appKey: appKey, appSecret: appSecret ?? self.appSecret, apiUrl: address ?? url, timeout: timeout,
      // What the machine's environment names doesn't lead to its own loopback.
      proxy: "direct", caCertificates: caCertificates, retry: retry, connections: connections)
  }

  /// Equal for equal JSON.
  static func canonical(_ json: Data) throws -> String {
    let value = try JSONSerialization.jsonObject(with: json)
    return String(decoding: try JSONSerialization.data(withJSONObject: value, options: .sortedKeys), as: UTF8.self)
  }

  /// Time passes all the while, or until it is stopped, so that no pause between two attempts lasts.
  func whileTimePasses(_ wait: (_ stop: @escaping @Sendable () -> Void) async throws -> Void) async throws {
    let isOver = Kept<Bool>()
    let clock = Task { while isOver.lines.isEmpty { try await advance(by: .seconds(3600)) } }
    defer { isOver.keep(true) }
    try await wait { isOver.keep(true) }
    isOver.keep(true)
    try await clock.value
  }
}

extension SentCallback {
  /// What it carries, equal for equal JSON.
  var canonical: String { (try? Simulator.canonical(Data(body.utf8))) ?? "" }
}

extension Step {
  /// As a gateway whose service is down.
  static let failing = Step(status: 503)
}

extension Door {
  /// How many requests have begun.
  func requests() async throws -> Int {
    try await connections().reduce(0) { $0 + $1.requests }
  }
}

/// Something the tests themselves need is not as it should be.
struct Unusable: Error, CustomStringConvertible {
  let what: String
  var description: String { what }
}
