// A window of time in which workers make calls one after another, and what is told of it.

import Foundation

/// Runs a window for each line on stdin.
func serve(_ call: @escaping Call, workers: Int) async throws {
  let clock = ContinuousClock()
  while let line = readLine() {
    guard let seconds = Double(line) else { throw Failure(description: "no number of seconds: \(line)") }
    let begun = clock.now
    let until = begun + .seconds(seconds)
    let taken = try await withThrowingTaskGroup(of: [Duration].self) { group in
      for _ in 0..<workers {
        group.addTask { try await work(call, until) }
      }
      return try await group.reduce(into: []) { all, its in all += its }
    }
    report(taken, clock.now - begun)
  }
}

private func work(_ call: Call, _ until: ContinuousClock.Instant) async throws -> [Duration] {
  let clock = ContinuousClock()
  var taken: [Duration] = []
  while true {
    let begun = clock.now
    try await call()
    let ended = clock.now
    taken.append(ended - begun)
    if ended >= until { return taken }
  }
}

private func report(_ unsorted: [Duration], _ elapsed: Duration) {
  let taken = unsorted.sorted()
  let at = { (share: Double) in microseconds(taken[Int(Double(taken.count - 1) * share)]) }
  print(
    #"{"requests":\#(taken.count),"seconds":\#(microseconds(elapsed) / 1e6),"p50_us":\#(at(0.5)),"p99_us":\#(at(0.99))}"#
  )
  fflush(nil)
}

func microseconds(_ duration: Duration) -> Double {
  let (seconds, attoseconds) = duration.components
  return Double(seconds) * 1e6 + Double(attoseconds) / 1e12
}
