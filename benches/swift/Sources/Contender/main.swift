// One way of starting recordings from Swift, run by the driver.
//
// Usage: `NAME CONCURRENCY URL [CA_FILE]`. Each line on stdin is a number of seconds; the answer is one line of JSON
// about the starts that were made meanwhile. Ends with stdin. Zero seconds are one start by each worker.
// `layers 1 URL` prints what the parts of one start cost, and ends.

import Foundation

struct Failure: Error, CustomStringConvertible {
  let description: String
}

/// Starts a recording, from any number of tasks at once.
typealias Start = @Sendable () async throws -> Void

/// Where to connect. A further CA comes by the environment, which the driver sets.
struct Target: Sendable {
  let url: String
  let concurrency: Int
}

let arguments = CommandLine.arguments.dropFirst()
guard let name = arguments.first, arguments.count >= 3, let concurrency = Int(arguments[2]) else {
  throw Failure(description: "usage: NAME CONCURRENCY URL [CA_FILE]")
}
let target = Target(url: arguments[3], concurrency: concurrency)

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

func contender(_ name: String, _ target: Target) throws -> Start {
  switch name {
  case "ours": try makeOurs(target)
  case "urlsession": try makeURLSession(target)
  default: throw Failure(description: "no contender \(name)")
  }
}
