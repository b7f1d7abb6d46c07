// What a webhook does with a recording callback, so that none is lost: verify, remember, store, and only then answer 200.

import RongCloudRecording

/// Keeps events for good.
public protocol EventStore: Sendable {
  /// Stores an event. Returns only when it is safe; the same event stored again changes nothing.
  func keep(_ received: ReceivedRecordingEvent) async throws
}

/// Answers the service's callbacks about recordings.
///
/// Whatever fails is answered with an error, so that the service comes again. One that comes again takes the same way:
/// nobody knows how far it came the first time.
public struct Webhook: Sendable {
  private let receiver: CallbackReceiver
  private let store: any EventStore
  private let log: @Sendable (String) -> Void

  /// A webhook. The receiver's replay guard should be as durable as the store.
  public init(receiver: CallbackReceiver, store: any EventStore, log: @escaping @Sendable (String) -> Void) {
    self.receiver = receiver
    self.store = store
    self.log = log
  }

  /// The status to answer with.
  public func answer(_ request: CallbackRequest) async -> Int {
    do {
      // Verified and remembered.
      let received = try await receiver.recordingEvent(request)
      try await store.keep(received)
      log("stored \(received.fingerprint)")
      return 200
    } catch let refused as CallbackRefused {
      log("\(refused)")
      return refused.httpStatus
    } catch {
      log("not stored: \(error)")
      return 503
    }
  }
}
