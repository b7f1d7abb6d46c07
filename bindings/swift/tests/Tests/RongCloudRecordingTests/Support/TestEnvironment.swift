// Where the tests find what they run and read.

import Foundation

enum TestEnvironment {
  static let rustExample = value("RONGCLOUD_TEST_RUST_EXAMPLE")
  static let swiftExample = value("RONGCLOUD_TEST_SWIFT_EXAMPLE")
  static let followExample = value("RONGCLOUD_TEST_SWIFT_FOLLOW_EXAMPLE")
  static let webhookExample = value("RONGCLOUD_TEST_SWIFT_WEBHOOK_EXAMPLE")
  static let fleetExample = value("RONGCLOUD_TEST_SWIFT_FLEET_EXAMPLE")
  static let postgres = value("RONGCLOUD_TEST_POSTGRES_URL")
  static let redis = value("RONGCLOUD_TEST_REDIS_URL")
  /// Lies beside the program that runs the tests.
  static let probe = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appendingPathComponent("Probe").path

  /// bindings/swift/tests/Tests/RongCloudRecordingTests/Support/this file.
  static let repository = URL(fileURLWithPath: #filePath).pathComponents.dropLast(7).joined(separator: "/")

  private static func value(_ variable: String) -> String {
    guard let value = ProcessInfo.processInfo.environment[variable] else {
      fatalError("\(variable) is not set: run the tests with `make test-swift`")
    }
    return value
  }
}
