// What has to be seen from outside a process: the environment it takes, all that it prints, the examples.

import Foundation
import RongCloudRecording
import RongCloudSimulator
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

@Suite("A process")
struct ProcessTests {
  private func probe(_ arguments: [String], _ environment: [String: String]) throws -> String {
    try ChildProcess.run(TestEnvironment.probe, arguments, environment: environment).output
  }

  private static let credentials = [
    "RONGCLOUD_APP_KEY": Simulator.appKey, "RONGCLOUD_APP_SECRET": Simulator.appSecret,
  ]

  @Test("takes credentials and address from its environment")
  func environment() throws {
    let simulator = try Simulator()
    let output = try probe(
      ["environment"], Self.credentials.merging(["RONGCLOUD_API_URL": simulator.url]) { $1 })
    #expect(output.contains("record id: "))
  }

  @Test("lets an argument win over its environment")
  func argument() throws {
    let simulator = try Simulator()
    let output = try probe(
      ["argument", simulator.url], Self.credentials.merging(["RONGCLOUD_API_URL": "https://host.example"]) { $1 })
    #expect(output.contains("record id: "))
  }

  @Test("lets the environment's address win over its data center")
  func address() throws {
    let simulator = try Simulator()
    let output = try probe(
      ["environment"],
      Self.credentials.merging(["RONGCLOUD_API_URL": simulator.url, "RONGCLOUD_DATA_CENTER": "nowhere"]) { $1 })
    #expect(output.contains("record id: "))
  }

  @Test("is told of both credentials that are missing")
  func missing() throws {
    let output = try probe(["environment"], [:])
    #expect(output.contains("app_key: is not given and RONGCLOUD_APP_KEY is not set [required]"))
    #expect(output.contains("app_secret: is not given and RONGCLOUD_APP_SECRET is not set [required]"))
  }

  @Test("is told of a data center that doesn't exist")
  func dataCenter() throws {
    let output = try probe(["environment"], Self.credentials.merging(["RONGCLOUD_DATA_CENTER": "nowhere"]) { $1 })
    #expect(output.contains("RONGCLOUD_DATA_CENTER: \"nowhere\" is not a data center"))
  }

  @Test("prints its secret nowhere")
  func secrets() async throws {
    let secret = "canary-4f1d2a"
    let simulator = try Simulator(appKey: "key", appSecret: secret)
    try await simulator.next(.failing, .init(), .init(status: 200, body: "<html>"))
    let proxy = try RawServer(reply: "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
    let output = try probe(
      ["secrets"],
      ["PROBE_SECRET": secret, "PROBE_PROXY": String(proxy.url.dropFirst(7)), "RONGCLOUD_API_URL": simulator.url])
    // It has done all that it should: started, been refused, been told of each mistake, tried again, logged.
    for expected in [
      "record id: ", "refused with ", "app_secret: has white space", "app_key: ", "user or password",
      "not sent: ", "clientClosed", "Signature: [redacted]", "RC-Signature: [redacted]", "attempt failed",
      "unreadable reply, HTTP 200", "tried 2 times", "proxy: must begin with", "proxy: must not have a path",
      "proxy: is neither", "ca_certificates: has no certificate", "App-Key: [redacted]",
      "the ledger's store can't be used", "store: is not a URL",
    ] {
      #expect(output.contains(expected), "\(expected) is missing")
    }
    // The proxy was given the password, so that it could have been seen.
    #expect(proxy.received().contains("roxy-"))
    #expect(!output.contains(secret))
    #expect(!output.contains(Data("user:\(secret)".utf8).base64EncodedString()))
    for request in try await simulator.requests() {
      let nonce = try #require(request.header("nonce") ?? request.header("rc-nonce"))
      let timestamp = try #require(request.header("timestamp") ?? request.header("rc-timestamp"))
      for key in [secret, "key"] {
        let signature = try RecordingClient.signature(appSecret: key, nonce: nonce, timestamp: timestamp)
        #expect(!output.contains(signature))
      }
    }
  }

  @Test("survives a panic in the core: how the library is packed keeps Rust's unwinding whole")
  func panics() throws {
    let (output, status) = try ChildProcess.run(TestEnvironment.probe, ["panic"], environment: [:])
    // Rust's own word that there was one, and UniFFI's number for one that was caught.
    #expect(output.contains("panicked at") && output.contains("came back with status 2") && status == 0)
  }

  @Test("of the example sends what Rust's example sends, byte by byte")
  func example() async throws {
    let simulator = try Simulator()
    let environment = Self.credentials.merging(["RONGCLOUD_API_URL": simulator.url]) { $1 }
    _ = try ChildProcess.run(TestEnvironment.rustExample, environment: environment)
    _ = try ChildProcess.run(TestEnvironment.swiftExample, environment: environment)
    let bodies = try await simulator.requests().map { Array($0.body.utf8) }
    try #require(bodies.count == 2)
    #expect(bodies[0] == bodies[1])
  }

  @Test("of the example prints the record id")
  func exampleOutput() async throws {
    let simulator = try Simulator()
    let (output, status) = try ChildProcess.run(
      TestEnvironment.swiftExample, environment: Self.credentials.merging(["RONGCLOUD_API_URL": simulator.url]) { $1 })
    let recordId = try #require(try await simulator.recordings().first).recordId
    #expect(output.contains("record id: \(recordId)\n") && status == 0)
  }

  @Test("of the example that fails gives advice and a status")
  func exampleFailure() throws {
    let server = try RawServer.refusing()
    let (output, status) = try ChildProcess.run(
      TestEnvironment.swiftExample, environment: Self.credentials.merging(["RONGCLOUD_API_URL": server.url]) { $1 })
    #expect(output.contains("calling again is safe") && output.contains("not sent: ") && status == 1)
  }

  @Test("of the example for several starts once together, knows what another takes in, and ends when it is asked to")
  func fleetExample() async throws {
    let (simulator, folder) = (try Simulator(), try TemporaryFolder())
    let ports = [try RawServer.freePort(), try RawServer.freePort()]
    try await simulator.callBack("http://127.0.0.1:\(ports[1])/recording")
    let processes = try ports.map { try fleet($0, simulator, folder) }
    for process in processes { await process.wait(for: 1, "listening") }

    var started: [Any?] = []
    for port in ports { started.append(try await ask("POST", port, Self.recording).answer["isNew"]) }
    #expect(started as? [Bool] == [true, false])
    #expect(try await ask("DELETE", ports[0], Self.recording).status == 204)
    #expect(try await simulator.flushCallbacks().allSatisfy { $0.state == .delivered })
    let known = try await ask("GET", ports[0], Self.recording).answer
    #expect(known["state"] as? String == "uploaded")
    let recordId = try #require(try await simulator.recordings().first).recordId
    #expect(known["recordId"] as? String == recordId)
    for process in processes { #expect(process.end() == 0) }
  }

  @Test("of the example for several answers what fails with statuses that tell")
  func fleetExampleFailures() async throws {
    let (simulator, folder, port) = (try Simulator(), try TemporaryFolder(), try RawServer.freePort())
    let process = try fleet(port, simulator, folder)
    await process.wait(for: 1, "listening")
    #expect(try await ask("GET", port, Self.recording).status == 404)
    #expect(try await ask("POST", port, "/rooms/%20/sessions/aaa/recording").status == 400)
    #expect(try await ask("POST", port, "/rooms/nobodys/sessions/bbb/recording").status == 502)
    #expect(try await ask("POST", port, "/recording").status == 401)
    try await simulator.next(.failing)
    // The outcome of the first start is unknown, so that a second one is a conflict.
    for status in [502, 409] { #expect(try await ask("POST", port, Self.recording).status == status) }
    #expect(process.end() == 0)
  }

  private static let recording = "/rooms/room1/sessions/aaa/recording"

  /// A process of the example for several.
  private func fleet(_ port: String, _ simulator: Simulator, _ folder: TemporaryFolder) throws -> ChildProcess {
    try ChildProcess(
      TestEnvironment.fleetExample, [],
      environment: Self.credentials.merging([
        "RONGCLOUD_API_URL": simulator.url, "RONGCLOUD_CALLBACK_PORT": port,
        "RONGCLOUD_LEDGER_URL": "sqlite://\(folder.path)/recordings.db",
      ]) { $1 })
  }

  /// What it answers.
  private func ask(
    _ method: String, _ port: String, _ path: String
  ) async throws -> (status: Int, answer: [String: Any]) {
    var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)\(path)")))
    request.httpMethod = method
    let (body, response) = try await URLSession.shared.data(for: request)
    let answer = try? JSONSerialization.jsonObject(with: body) as? [String: Any]
    return (try #require(response as? HTTPURLResponse).statusCode, answer ?? [:])
  }

  @Test("of the example that follows a recording prints every event up to the upload, and ends")
  func followExample() async throws {
    let simulator = try Simulator()
    let port = try RawServer.freePort()
    try await simulator.callBack("http://127.0.0.1:\(port)/recording")
    let (output, status) = try ChildProcess.run(
      TestEnvironment.followExample,
      environment: Self.credentials.merging([
        "RONGCLOUD_API_URL": simulator.url, "RONGCLOUD_CALLBACK_PORT": port,
      ]) { $1 })
    for expected in [
      "room room1 has session aaa and 2 video streams\n", "changed to a grid\n", "stopped\n", "event started: ",
      "event ended: ", "event uploaded: ", "\nuploaded\n",
    ] {
      #expect(output.contains(expected), "\(expected) is missing: \(output)")
    }
    #expect(status == 0)
  }
}
