// One way of calling the service from Swift, run by the driver.
//
// Usage: `NAME[:OPERATION] CONCURRENCY URL [CA_FILE]`. Each line on stdin is a number of seconds; the answer is one
// line of JSON about the calls that were made meanwhile: starts, or `stop`, `layout`, `query`. Ends with stdin. Zero seconds
// are one call by each worker.
// `layers 1 URL` prints what the parts of one start cost, and ends.

import Foundation

struct Failure: Error, CustomStringConvertible {
  let description: String
}

/// Makes the target's call, from any number of tasks at once.
typealias Call = @Sendable () async throws -> Void

/// Where to connect, and what to call. A further CA comes by the environment, which the driver sets.
struct Target: Sendable {
  let url: String
  let concurrency: Int
  let operation: Operation
}

let arguments = CommandLine.arguments.dropFirst()
guard let asked = arguments.first, arguments.count >= 3, let concurrency = Int(arguments[2]) else {
  throw Failure(description: "usage: NAME CONCURRENCY URL [CA_FILE]")
}
let parts = asked.split(separator: ":").map(String.init)
let name = parts[0]
guard let operation = Operation(rawValue: parts.count > 1 ? parts[1] : "start") else {
  throw Failure(description: "no operation \(asked)")
}
let target = Target(url: arguments[3], concurrency: concurrency, operation: operation)

do {
  if name == "layers" {
    try await printLayers(target)
  } else {
    try await serve(try contender(name, target), workers: concurrency)
  }
} catch {
  // Uncaught, it would be a crash with a trace.
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(EXIT_FAILURE)
}

func contender(_ name: String, _ target: Target) throws -> Call {
  switch name {
  case "ours": try makeOurs(target)
  case "urlsession": try makeURLSession(target)
  default: throw Failure(description: "no contender \(name)")
  }
}
