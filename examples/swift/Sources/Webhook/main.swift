// A webhook that loses no event about a recording, whenever it is ended, and stores each one once.
//
// To take the service's callbacks in, set RONGCLOUD_APP_KEY and RONGCLOUD_APP_SECRET, RONGCLOUD_EVENT_FOLDER for the
// folder to keep events in, and let the console's recording callback reach
// http://<this machine>:<RONGCLOUD_CALLBACK_PORT>/recording, by way of a proxy that speaks HTTPS.

import CallbackServer
import DurableWebhook
import Foundation
import RongCloudRecording

/// A line, at once: whoever reads it may end this process for it.
@Sendable func say(_ text: String) {
  FileHandle.standardOutput.write(Data("\(text)\n".utf8))
}

func run() async throws {
  let environment = ProcessInfo.processInfo.environment
  let folder = environment["RONGCLOUD_EVENT_FOLDER"] ?? "events"
  let credentials = try Credentials(
    appKey: environment["RONGCLOUD_APP_KEY"] ?? "", appSecret: environment["RONGCLOUD_APP_SECRET"] ?? "")
  let receiver = try CallbackReceiver(
    credentials: [credentials], replayGuard: FileReplayGuard(DurableFolder("\(folder)/signatures")))
  let webhook = try Webhook(receiver: receiver, store: FileEventStore(DurableFolder("\(folder)/events")), log: say)
  let server = try CallbackServer(port: UInt16(environment["RONGCLOUD_CALLBACK_PORT"] ?? "") ?? 8700) { path, request in
    path == "/recording" ? await webhook.answer(request) : 404
  }
  say("listening")
  // Until the process is ended.
  await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
  withExtendedLifetime(server) {}
}

do {
  try await run()
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(EXIT_FAILURE)
}
