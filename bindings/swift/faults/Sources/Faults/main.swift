// Runs every case of the grid for every operation, and the byte sweep, and writes what came of each as a line of JSON.
// Usage: Faults SIMULATOR GRID OUTPUT
//
// What is expected is compared elsewhere: this program fails only where it can't run.

import Foundation

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 3 else {
  FileHandle.standardError.write(Data("usage: Faults SIMULATOR GRID OUTPUT\n".utf8))
  exit(2)
}

let simulator = try Simulator(program: arguments[0])
let grid = try Grid(contentsOf: arguments[1])
var lines: [Line] = []
for entry in grid.cases {
  for operation in Operation.allCases {
    lines.append(try await entry.run(operation, with: grid.settings(for: entry), against: simulator))
  }
}
lines += try await ByteSweep(simulator).run()

let encoder = JSONEncoder()
encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
let text = try lines.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }.joined()
try text.write(toFile: arguments[2], atomically: true, encoding: .utf8)
