// An executor at which a task's steps wait until the test lets them go on.

import Foundation

@available(macOS 15.0, *)
final class Gate: TaskExecutor, @unchecked Sendable {
  private let lock = NSLock()
  private let queue = DispatchQueue(label: "gate")
  private var isOpen = false
  private var waiting: [UnownedJob] = []
  private let arrivals = AsyncStream.makeStream(of: Void.self)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    lock.withLock {
      if isOpen { return start(job) }
      waiting.append(job)
      arrivals.continuation.yield()
    }
  }

  /// Returns once a further step waits.
  func waitForStep() async {
    for await _ in arrivals.stream { return }
  }

  /// Has the steps that wait done, and no later ones.
  func run() {
    lock.withLock {
      waiting.forEach(start)
      waiting = []
    }
    queue.sync {}
  }

  /// Lets all go on, now and later.
  func open() {
    lock.withLock { isOpen = true }
    run()
  }

  private func start(_ job: UnownedJob) {
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
