// A process of the test's own: it has the environment it is given and ends when its input is closed.

import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

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

  /// The next line that it prints.
  func line() -> String {
    var line = Data()
    while let byte = try? output.fileHandleForReading.read(upToCount: 1), let first = byte.first, first != 0x0A {
      line.append(first)
    }
    return String(decoding: line, as: UTF8.self)
  }

  /// What it prints until it has printed so many lines that begin so, or has ended.
  @discardableResult
  func wait(for count: Int, _ beginning: String) async -> [String] {
    await onThread { [self] in readLines(count, beginning) }
  }

  /// Ends as a machine that loses its power does, as soon as it has printed so many lines that begin so.
  func kill(after count: Int, _ beginning: String, _ before: @escaping @Sendable () -> Void) async {
    await onThread { [self] in
      _ = readLines(count, beginning)
      before()
      kill()
    }
  }

  func kill() {
    if process.isRunning { sendSignal(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  private func readLines(_ count: Int, _ beginning: String) -> [String] {
    var lines: [String] = []
    while lines.count(where: { $0.hasPrefix(beginning) }) < count {
      let line = line()
      if line.isEmpty { break }
      lines.append(line)
    }
    return lines
  }

  /// Not on a thread that tasks need.
  private func onThread<Value: Sendable>(_ wait: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: wait()) }
    }
  }

  /// Asks it to end, and gives its exit status.
  @discardableResult
  func end() -> Int32 {
    try? input.fileHandleForWriting.close()
    process.terminate()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// What it prints until it ends, and its exit status.
  func rest() throws -> (output: String, status: Int32) {
    let rest = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (String(decoding: rest, as: UTF8.self), process.terminationStatus)
  }

  /// What it prints until it ends by itself where its input is closed, and its exit status.
  func closeInput() throws -> (output: String, status: Int32) {
    try input.fileHandleForWriting.close()
    return try rest()
  }

  /// Everything that a program prints, and its exit status.
  static func run(
    _ program: String, _ arguments: [String] = [], environment: [String: String]
  ) throws -> (output: String, status: Int32) {
    try ChildProcess(program, arguments, environment: environment).rest()
  }
}

private func sendSignal(_ process: Int32, _ signal: Int32) {
  kill(process, signal)
}
