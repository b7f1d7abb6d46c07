// What a command gives, read into the package's own types. What nobody has read is a mistake: it would not be tested.

import Foundation
import RongCloudRecording

/// An object, and which of its fields were read.
final class Given {
  private let fields: [String: Any]
  private var read: Set<String> = []

  init(_ value: Any) throws {
    guard let fields = value as? [String: Any] else { throw Unusable(what: "what is given has no fields") }
    self.fields = fields
  }

  func assertAllRead() throws {
    if let name = fields.keys.first(where: { !read.contains($0) }) { throw Unusable(what: "\(name) is not read") }
  }

  /// The value, where every field was read.
  func done<Value>(_ value: Value) throws -> Value {
    try assertAllRead()
    return value
  }

  /// None where it is null or absent.
  private func optional<Value>(_ name: String) -> Value? {
    read.insert(name)
    return fields[name] as? Value
  }

  private func required<Value>(_ name: String) throws -> Value {
    guard let value: Value = optional(name) else { throw Unusable(what: "there is no usable \(name)") }
    return value
  }

  func optionalText(_ name: String) -> String? { optional(name) }
  func text(_ name: String) throws -> String { try required(name) }
  func texts(_ name: String) throws -> [String] { try required(name) }
  func lists(_ name: String) throws -> [[String]] { try required(name) }
  func count(_ name: String) -> Int? { optional(name) }
  func flag(_ name: String) -> Bool? { optional(name) }
  func number(_ name: String) throws -> Double { try required(name) }
  func part(_ name: String) throws -> Given { try Given(required(name) as Any) }
  func parts(_ name: String) throws -> [Given] { try (optional(name) as [Any]?)?.map(Given.init) ?? [] }

  func optionalPart(_ name: String) throws -> Given? { try (optional(name) as [String: Any]?).map(Given.init) }

  func optionalDuration(_ name: String) -> Duration? { (optional(name) as Int?).map { .milliseconds($0) } }
  func duration(_ name: String) throws -> Duration { .milliseconds(try required(name) as Int) }
  func time(_ name: String) throws -> Date { Date(timeIntervalSince1970: Double(try required(name) as Int) / 1000) }

  func pairs(_ name: String) throws -> [(name: String, value: String)] {
    try lists(name).map { (name: $0[0], value: $0[1]) }
  }

  /// A member of an enum, by its name.
  func member<Member: CaseIterable>(_ name: String) throws -> Member? {
    guard let text = optionalText(name) else { return nil }
    guard let member = Member.allCases.first(where: { snakeCase("\($0)") == text }) else {
      throw Unusable(what: "\(text) is no \(name)")
    }
    return member
  }

  /// All values, which are texts or whole numbers, as texts.
  var plain: [String: String] { fields.mapValues { "\($0)" } }
}

extension RecordingClient {
  convenience init(_ given: Given) throws {
    let (appKey, appSecret) = (try given.text("app_key"), try given.text("app_secret"))
    try self.init(appKey: appKey, appSecret: appSecret, options: ClientOptions(given))
  }
}

extension ClientOptions {
  init(_ given: Given) throws {
    self.init(
      apiUrl: given.optionalText("api_url"), backupApiUrl: given.optionalText("backup_api_url"),
      connectTimeout: given.optionalDuration("connect_timeout_ms"), timeout: given.optionalDuration("timeout_ms"),
      proxy: given.optionalText("proxy"), caCertificates: given.optionalText("ca_certificates"),
      retry: try given.optionalPart("retry").map(RetryPolicy.init),
      failover: try given.optionalPart("failover").map(FailoverPolicy.init),
      connections: try given.optionalPart("connections").map(ConnectionPolicy.init))
    try given.assertAllRead()
  }
}

extension RetryPolicy {
  init(_ given: Given) throws {
    self.init(
      maxAttempts: given.count("max_attempts"), attemptTimeout: given.optionalDuration("attempt_timeout_ms"),
      firstBackoff: given.optionalDuration("first_backoff_ms"),
      longestBackoff: given.optionalDuration("longest_backoff_ms"), budget: given.count("budget"))
    try given.assertAllRead()
  }
}

extension FailoverPolicy {
  init(_ given: Given) throws {
    self.init(
      afterFailures: given.count("after_failures"), probeAfter: given.optionalDuration("probe_after_ms"))
    try given.assertAllRead()
  }
}

extension ConnectionPolicy {
  init(_ given: Given) throws {
    self.init(
      keepAlive: given.flag("keep_alive"), maxIdle: given.optionalDuration("max_idle_ms"),
      maxRequests: given.count("max_requests"), maxConcurrent: given.count("max_concurrent"),
      maxWaiting: given.count("max_waiting"))
    try given.assertAllRead()
  }
}

extension RecordingTarget {
  init(_ given: Given) throws {
    let kinds: [String: RecordType] = ["mcu": .mcu, "split_stream": .splitStream]
    let kind = given.optionalText("record_type")
    self.init(
      roomId: try given.text("room_id"), sessionId: try given.text("session_id"), recordType: kind.flatMap { kinds[$0] }
    )
    guard (kind == nil) == (recordType == nil) else { throw Unusable(what: "\(kind ?? "") is no type of recordings") }
    try given.assertAllRead()
  }
}

extension StartedRecording {
  /// As a start that was accepted.
  init(_ given: Given) throws {
    self.init(
      recordId: try given.text("record_id"), roomId: "room1", sessionId: "aaa", requestId: "q",
      recordType: .splitStream)
  }
}

extension LayoutUpdate {
  init(_ given: Given) throws {
    let windows = try given.parts("windows").map { window in
      try window.done(
        Window(
          userId: window.text("user_id"), streamId: window.text("stream_id"), x: window.number("x"),
          y: window.number("y"), width: window.number("width"), height: window.number("height")))
    }
    let layouts: [String: Layout] = [
      "floating": .floating, "adaptive": .adaptive, "custom": .custom(windows: windows),
    ]
    guard let layout = layouts[try given.text("layout")] else { throw Unusable(what: "there is no such layout") }
    let host = try given.optionalPart("host").map {
      try $0.done(RecordingHost(userId: $0.text("user_id"), streamId: $0.text("stream_id")))
    }
    self.init(layout: layout, renderMode: try given.member("render_mode"), host: host)
    try given.assertAllRead()
  }
}

extension Layout {
  init(arranged given: Given) throws {
    let streams = try given.parts("streams").map {
      try $0.done(StreamRef(userId: $0.text("user_id"), streamId: $0.text("stream_id")))
    }
    let (resolution, cameras) = (given.optionalText("resolution"), given.optionalText("cameras"))
    let corner: Corner? = try given.member("corner")
    let arrangement = try given.text("arrangement")
    try given.assertAllRead()
    switch (arrangement, corner) {
    case ("grid", _): self = try .grid(streams, resolution: resolution, cameras: cameras)
    case ("side_by_side", _): self = try .sideBySide(streams, resolution: resolution)
    case ("spotlight", _):
      self = try .spotlight(streams[0], others: Array(streams[1...]), resolution: resolution)
    case ("picture_in_picture", let corner?):
      self = try .pictureInPicture(streams[0], inset: streams[1], corner: corner)
    default: throw Unusable(what: "there is no arrangement \(arrangement)")
    }
  }
}
