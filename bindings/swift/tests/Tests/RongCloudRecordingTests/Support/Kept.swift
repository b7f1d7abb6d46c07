// Keeps what other threads bring.

import Foundation

final class Kept<Line: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var kept: [Line] = []

  func keep(_ line: Line) { lock.withLock { kept.append(line) } }
  var lines: [Line] { lock.withLock { kept } }
}
