// Calls under way: each cancelled with its task, each resumed by one thread of this library that waits for all.

import Foundation

/// The process's calls under way.
final class Calls: @unchecked Sendable {
  private enum Wait {
    case until(CheckedContinuation<Completion, Never>)
    case over(Completion)
  }

  /// Made with the first call.
  private static let shared = Result { try Calls() }

  private let queue: CompletionQueue
  private let lock = NSLock()
  // Guarded by `lock`.
  private var waits: [Int: Wait] = [:]

  private init() throws {
    queue = try CompletionQueue()
    let thread = Thread { [self] in takeEnds() }
    thread.name = "rongcloud-recording"
    thread.start()
  }

  /// Makes a call of a client and waits for its end. A call that had ended before its task was cancelled ends so.
  static func carryOut(_ request: Request, by client: RecordingClient) async throws -> Reply {
    if Task.isCancelled { throw try RecordingError(Failure(kind: .cancelled, call: request.context)) }
    defer { RecordingLog.deliver() }
    let calls = try shared.get()
    let number = try client.begin(queue: calls.queue, request: request)
    let completion = await withTaskCancellationHandler {
      await withCheckedContinuation { calls.note(.until($0), of: number) }
    } onCancel: {
      // What it tells, the call's end tells too, once the connection is closed and the log has its record.
      _ = try? calls.queue.cancelAndTell(number: number)
    }
    guard let reply = completion.reply else { throw completion.failure ?? .defect }
    return reply
  }

  /// Notes that someone waits for a call, or that it is over; whichever comes second resumes.
  private func note(_ wait: Wait, of number: Int) {
    let other = lock.withLock {
      let other = waits.removeValue(forKey: number)
      if other == nil { waits[number] = wait }
      return other
    }
    switch (wait, other) {
    case (.until(let continuation), .over(let completion)), (.over(let completion), .until(let continuation)):
      continuation.resume(returning: completion)
    default: break
    }
  }

  private func takeEnds() {
    while true {
      guard let completions = try? queue.wait(longest: .seconds(3600)) else {
        // Only by a defect in the core; others may wait for calls that go on.
        Thread.sleep(forTimeInterval: 1)
        continue
      }
      if completions.isLogWaiting { RecordingLog.fetch() }
      for completion in completions.ended { note(.over(completion), of: completion.number) }
    }
  }
}
