// What README and book say of names. Their code is compared with compiled files by scripts/check-docs.py.

import Foundation
import Testing

@Suite("README and book")
struct ReadmeTests {
  private static func read(_ path: String) -> String {
    guard let text = try? String(contentsOfFile: "\(TestEnvironment.repository)/\(path)", encoding: .utf8) else {
      fatalError("no \(path)")
    }
    return text
  }

  @Test("name the product as the example does")
  func product() {
    let line = #".product(name: "RongCloudRecording", package: "RongCloudRecording")"#
    #expect(Self.read("bindings/swift/README.md").contains(line))
    #expect(Self.read("examples/swift/Package.swift").contains(line))
  }

  @Test("tell of each case of the error")
  func cases() {
    let manual = Self.read("docs/book/src/languages/swift.md")
    let missing = ErrorTests.each.map { "`.\(String(describing: Mirror(reflecting: $0.0).children.first!.label!))" }
      .filter { !manual.contains($0) }
    #expect(missing.isEmpty)
  }
}
