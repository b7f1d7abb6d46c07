// A process of the test's own: it has the environment it is given and ends when its input is closed.

import Foundation

final class ChildProcess: @unchecked Sendable {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  init(_ program: String, _ arguments: [String], environment: [String: String]) throws {
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = environment
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    // Without this copy, the output ends with the process.
    try output.fileHandleForWriting.close()
  }

  func firstLine() -> String {
    var line = Data()
    while let byte = try? output.fileHandleForReading.read(upToCount: 1), let first = byte.first, first != 0x0A {
      line.append(first)
    }
    return String(decoding: line, as: UTF8.self)
  }

  func end() {
    try? input.fileHandleForWriting.close()
    process.terminate()
    process.waitUntilExit()
  }

  /// Everything that a program prints, and its exit status.
  static func run(
    _ program: String, _ arguments: [String] = [], environment: [String: String]
  ) throws -> (output: String, status: Int32) {
    let child = try ChildProcess(program, arguments, environment: environment)
    let output = try child.output.fileHandleForReading.readToEnd() ?? Data()
    child.process.waitUntilExit()
    return (String(decoding: output, as: UTF8.self), child.process.terminationStatus)
  }
}
