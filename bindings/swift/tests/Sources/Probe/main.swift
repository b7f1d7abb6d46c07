// What has to be watched from outside a process: what it takes from its environment, what it prints, how it ends.

import Foundation
import RongCloudRecording
import RongCloudRecordingFFI

let profile = try RecordingProfile(
  SplitStreamRecording(mode: .singleAudioVideo, videoFormat: .mp4, audioFormat: .aac, sliceLength: .minutes60))

/// Prints something in all the ways there are.
func show(_ something: Any) {
  print(something)
  print(String(reflecting: something))
  dump(something)
  if let error = something as? any Error { print(error.localizedDescription) }
}

/// Makes a call and shows all there is to see of it.
func call(_ make: () throws -> RecordingClient, _ operation: (RecordingClient) async throws -> Any) async {
  do {
    let client = try make()
    show(client)
    show(try await operation(client))
  } catch {
    show(error)
  }
}

/// Starts a recording with what the environment says.
func start(with make: () throws -> RecordingClient) async {
  await call(make) {
    let started = try await $0.start(roomId: "room1", sessionId: "aaa", profile: profile)
    print("record id: \(started.recordId)")
    return started
  }
}

switch CommandLine.arguments.dropFirst().first {
case "environment":
  await start { try RecordingClient() }

case "argument":
  await start { try RecordingClient(dataCenter: .singapore, apiUrl: CommandLine.arguments[2]) }

case "secrets":
  // The secret comes by the environment, so that it stands in no argument either.
  let environment = ProcessInfo.processInfo.environment
  let secret = environment["PROBE_SECRET"] ?? ""
  let url = environment["RONGCLOUD_API_URL"]
  RecordingLog.forward(.debug) { record in
    show(record)
    show(record.metadata)
  }
  show(profile)
  // The first three are answered by the simulator's script: a failure, which is tried again, and no JSON.
  await call {
    try RecordingClient(appKey: "key", appSecret: secret, apiUrl: url)
  } _: {
    try await $0.queryRoom("room1")
  }
  await start { try RecordingClient(appKey: "key", appSecret: secret, apiUrl: url) }
  await start { try RecordingClient(appKey: "key", appSecret: secret, apiUrl: url) }
  await start { try RecordingClient(appKey: secret, appSecret: "key", apiUrl: url) }
  await start { try RecordingClient(appKey: "another", appSecret: secret, apiUrl: url, headerStyle: .prefixed) }
  await start { try RecordingClient(appKey: "key", appSecret: " \(secret)", apiUrl: url) }
  await start { try RecordingClient(appKey: "\(secret)\n", appSecret: secret, apiUrl: url) }
  await start { try RecordingClient(appKey: "key", appSecret: secret, apiUrl: "https://user:\(secret)@host") }
  await start { try RecordingClient(appKey: "key", appSecret: secret, apiUrl: "http://127.0.0.1:1") }
  for proxy in ["http://user:\(secret)@\(environment["PROBE_PROXY"] ?? "")", "http://user:\(secret)@127.0.0.1:1"] {
    await start {
      try RecordingClient(
        appKey: "key", appSecret: secret, apiUrl: "https://host.example", proxy: proxy,
        retry: RetryPolicy(maxAttempts: 2, firstBackoff: .zero))
    }
  }
  for proxy in ["ftp://user:\(secret)@host", "http://user:\(secret)@host/path", "http://user:\(secret)@ho st"] {
    await start { try RecordingClient(appKey: "key", appSecret: secret, apiUrl: url, proxy: proxy) }
  }
  await start { try RecordingClient(appKey: "key", appSecret: secret, apiUrl: url, caCertificates: secret) }
  for store in ["postgres://user:\(secret)@127.0.0.1:1/recordings", "rediss://user:\(secret)@127.0.0.1:1", secret] {
    show(LedgerOptions(store: store))
    await call {
      try RecordingClient(appKey: "key", appSecret: secret, apiUrl: url)
    } _: {
      let ledger = try RecordingLedger(client: $0, onUnknown: .hold, store: store)
      show(ledger)
      return try await ledger.unresolved()
    }
  }
  let credentials = try Credentials(appKey: "key", appSecret: secret)
  show(credentials)
  show(try CallbackReceiver(credentials: [credentials]))
  let closed = try RecordingClient(appKey: "key", appSecret: secret, apiUrl: url)
  closed.close()
  await start { closed }

case "panic":
  var status = RustCallStatus(code: 0, errorBuf: RustBuffer(capacity: 0, len: 0, data: nil))
  // A buffer that the generated code never makes: it says that there are bytes where there is no memory.
  uniffi_rongcloud_recording_fn_func_set_log_level(RustBuffer(capacity: 1, len: 1, data: nil), &status)
  print("came back with status \(status.code)")

case "stores":
  // Ends with a status of its own while calls of a ledger of each store are under way.
  let (sessionId, stores) = (CommandLine.arguments[2], CommandLine.arguments.dropFirst(3))
  let client = try RecordingClient(timeout: .seconds(600))
  for store in stores {
    let ledger = try RecordingLedger(client: client, onUnknown: .hold, store: store)
    _ = try await ledger.get(sessionId)
    // Not on this thread, which waits for its input.
    Task.detached { try await ledger.nextChange(of: "another", seen: 0, timeout: .seconds(3600)) }
    Task.detached { try await ledger.start(roomId: "room1", sessionId: sessionId, profile: profile) }
  }
  // At once, and not with what is printed later.
  FileHandle.standardOutput.write(Data("waits\n".utf8))
  _ = readLine()
  exit(7)

default:
  let usage = "usage: Probe environment | argument URL | secrets | panic | stores SESSION STORE…\n"
  FileHandle.standardError.write(Data(usage.utf8))
  exit(2)
}
