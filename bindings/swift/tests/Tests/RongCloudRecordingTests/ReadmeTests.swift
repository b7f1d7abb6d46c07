// The README's code stands in files that are compiled.

import Foundation
import Testing

@Suite("The README")
struct ReadmeTests {
  private static func read(_ path: String) -> String {
    guard let text = try? String(contentsOfFile: "\(TestEnvironment.repository)/\(path)", encoding: .utf8) else {
      fatalError("no \(path)")
    }
    return text
  }

  /// Lines without their indentation, and without the imports, which a file has at its top.
  private static func lines(_ code: some StringProtocol) -> [String] {
    code.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !$0.hasPrefix("import ") }
  }

  static let snippets = read("bindings/swift/README.md").components(separatedBy: "```swift\n").dropFirst()
    .compactMap { $0.components(separatedBy: "```").first }
    // A manifest's are of the reader's own folders.
    .filter { !$0.hasPrefix("dependencies: [") }

  @Test("has only code that is compiled", arguments: snippets)
  func compiled(_ snippet: String) {
    let compiled = Self.lines(Self.read("bindings/swift/tests/Tests/RongCloudRecordingTests/Snippets.swift"))
    #expect(compiled.contains(Self.lines(snippet)))
  }

  @Test("of the simulator has the first test that is run")
  func firstTest() {
    let shown = Self.read("simulator/README.md").components(separatedBy: "```swift\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
    let run = Self.lines(Self.read("simulator/kits/swift/first-test/Tests/FirstTests/FirstTests.swift"))
    #expect(shown.count == 1 && shown.allSatisfy { run.contains(Self.lines($0)) })
  }

  @Test("has code at all")
  func some() {
    #expect(Self.snippets.count == 21)
  }

  @Test("names the product as the example does")
  func product() {
    let line = #".product(name: "RongCloudRecording", package: "RongCloudRecording")"#
    #expect(Self.read("bindings/swift/README.md").contains(line))
    #expect(Self.read("examples/swift/Package.swift").contains(line))
  }

  @Test("tells of each case of the error")
  func cases() {
    let readme = Self.read("bindings/swift/README.md")
    let missing = ErrorTests.each.map { "`.\(String(describing: Mirror(reflecting: $0.0).children.first!.label!))" }
      .filter { !readme.contains($0) }
    #expect(missing.isEmpty)
  }
}
