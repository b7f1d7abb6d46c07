// Calls under way: each cancelled with its task, each resumed by one thread of this library that waits for all.

import Foundation

/// The calls under way of one queue, which a thread watches that never ends.
final class Calls: @unchecked Sendable {
  private enum Wait {
    case until(CheckedContinuation<News, Never>)
    case over(Completion)
  }

  /// What a call's task is resumed for.
  private enum News {
    /// The log has records of the call, which its own task hands on.
    case records([LogRecord])
    case over(Completion)
  }

  /// The process's, made with the first call.
  static let shared = Result { try Calls(of: .carrying()) { try $0.wait(longest: .seconds(3600)) } }

  private let queue: CompletionQueue
  private let lock = NSLock()
  // Guarded by `lock`.
  private var waits: [Int: Wait] = [:]
  /// Records of calls whose tasks aren't waiting at the moment, or not yet.
  private var records: [Int: [LogRecord]] = [:]
  private var lost = 0

  /// - Parameters:
  ///   - queue: where the calls end.
  ///   - take: waits for ends, and takes them.
  init(of queue: CompletionQueue, take: @escaping @Sendable (CompletionQueue) throws -> Completions) {
    self.queue = queue
    let thread = Thread { [self] in
      while true { noteEnds { try take(queue) } }
    }
    thread.name = "rongcloud-recording"
    thread.start()
  }

  /// How often ends that were taken could not be read.
  var losses: Int { lock.withLock { lost } }

  /// Begins a call, whose number that gives, and waits for its end. A call that had ended before its task was cancelled
  /// ends so.
  func carryOut(about context: CallContext?, _ begin: (CompletionQueue) throws -> Int) async throws -> Reply {
    if Task.isCancelled { throw try RecordingError(Failure(kind: .cancelled, call: context)) }
    let earlier = losses
    let number = try begin(queue)
    let completion = await end(of: number, after: earlier)
    guard let reply = completion.reply else { throw completion.failure ?? .defect }
    return reply
  }

  /// Waits for the end of a call that was begun after so many losses, and hands on what the log has of it meanwhile.
  func end(of number: Int, after earlier: Int) async -> Completion {
    while true {
      switch await news(of: number, after: earlier) {
      case .records(let records): RecordingLog.handle(records)
      case .over(let completion): return completion
      }
    }
  }

  private func news(of number: Int, after earlier: Int) async -> News {
    await withTaskCancellationHandler {
      await withCheckedContinuation {
        note(.until($0), of: number)
        // Its end may have been lost before anybody waited for it.
        if losses != earlier { settle(number) }
      }
    } onCancel: {
      // What it tells, the call's end tells too, once the connection is closed and the log has its record.
      _ = try? queue.cancelAndTell(number: number)
    }
  }

  /// Notes that someone waits for a call, or that it is over; whichever comes second resumes. Records come first.
  private func note(_ wait: Wait, of number: Int) {
    let (other, told) = lock.withLock {
      if case .until = wait, let told = records.removeValue(forKey: number) { return (nil as Wait?, told) }
      let other = waits.removeValue(forKey: number)
      if other == nil { waits[number] = wait }
      return (other, [])
    }
    switch (wait, other) {
    case (.until(let continuation), nil) where !told.isEmpty: continuation.resume(returning: .records(told))
    case (.until(let continuation), .over(let completion)), (.over(let completion), .until(let continuation)):
      continuation.resume(returning: .over(completion))
    default: break
    }
  }

  /// Gives each record to the task of its call, and those of no call to a task of the log's.
  private func route(_ told: [LogRecord]) {
    for (call, told) in Dictionary(grouping: told, by: \.call) {
      guard let call else {
        RecordingLog.handleApart(told)
        continue
      }
      let waiting = lock.withLock { () -> Wait? in
        if case .until = waits[call] { return waits.removeValue(forKey: call) }
        records[call, default: []] += told
        return nil
      }
      if case .until(let continuation) = waiting { continuation.resume(returning: .records(told)) }
    }
  }

  private func noteEnds(_ take: () throws -> Completions) {
    guard let completions = try? take() else {
      // Only by a defect in the core. Nobody knows whose ends were among them.
      let waiting = lock.withLock {
        lost += 1
        return waits.compactMap { number, wait in if case .until = wait { number } else { nil } }
      }
      waiting.forEach(settle)
      return Thread.sleep(forTimeInterval: 1)
    }
    if completions.isLogWaiting { route(RecordingLog.fetch()) }
    for completion in completions.ended { note(.over(completion), of: completion.number) }
  }

  /// Ends a call whose end may be lost. Whoever waits for it is told what the queue knows.
  private func settle(_ number: Int) {
    guard case .until(let continuation) = lock.withLock({ waits.removeValue(forKey: number) }) else { return }
    do {
      // The queue forgets it, so that no end is told that nobody waits for.
      continuation.resume(returning: .over(try queue.cancel(number: number)))
    } catch {
      continuation.resume(returning: .over(Completion(number: number, reply: nil, failure: error)))
    }
  }
}
