// The simulator's program, as a process that ends with its standard input, hence with this one at the latest.

import Foundation

final class Program: @unchecked Sendable {
  let url: String
  private let process = Process()
  private let input = Pipe()

  #if arch(arm64)
    private static let machine = "aarch64"
  #else
    private static let machine = "x86_64"
  #endif
  #if os(Linux)
    private static let platform = "linux-\(machine)"
  #else
    private static let platform = "darwin-\(machine)"
  #endif

  init(_ arguments: [String], secrets: [String: String]) throws {
    let output = Pipe()
    let errors = Pipe()
    process.executableURL = try Self.packed()
    process.arguments = ["--until-stdin-closes", "--quiet"] + arguments
    process.environment = secrets
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    do {
      try process.run()
    } catch {
      throw SimulatorError("\(process.executableURL?.path ?? "the simulator") can't be run: \(error)")
    }
    // Without these copies, the streams end with the process.
    try output.fileHandleForWriting.close()
    try errors.fileHandleForWriting.close()
    url = Self.line(of: output.fileHandleForReading)
    if url.isEmpty {
      let said = try errors.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      throw SimulatorError("the simulator has not started: \(String(decoding: said, as: UTF8.self))")
    }
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  private static func packed() throws -> URL {
    let program = Bundle.module.bundleURL.appendingPathComponent("Programs/\(platform)/rongcloud-simulator")
    guard FileManager.default.fileExists(atPath: program.path) else {
      throw SimulatorError(
        "this package of RongCloudSimulator has no program for \(platform): it runs on what it was packed on")
    }
    return program
  }

  private static func line(of handle: FileHandle) -> String {
    var line = Data()
    while let byte = try? handle.read(upToCount: 1), let first = byte.first, first != 0x0A { line.append(first) }
    return String(decoding: line, as: UTF8.self)
  }
}
