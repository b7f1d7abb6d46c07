// The test kit: when simulators end, and what can be asked of them beyond what other suites ask.

import RongCloudRecording
import RongCloudSimulator
import Testing

@Suite("The test kit's simulator")
struct SimulatorKitTests {
  @Test("ends when nothing refers to it any longer")
  func ends() async throws {
    var first: Simulator? = try await Simulator.start()
    let url = try #require(first?.url)
    first = nil
    let client = try RecordingClient(
      appKey: Simulator.appKey, appSecret: Simulator.appSecret, apiUrl: url, proxy: "direct",
      retry: RetryPolicy(maxAttempts: 1))
    let error = try await failure { try await client.queryRoom("room1") }
    guard case .notSent = error else { throw Unusable(what: "somebody answers: \(error)") }
  }

  @Test("says which argument is wrong")
  func argument() async {
    await #expect {
      try await Simulator.start(arguments: ["--nonsense"])
    } throws: {
      "\($0)".contains("--nonsense")
    }
  }

  @Test("has rooms where users come and go")
  func rooms() async throws {
    let simulator = try await Simulator.start()
    try await simulator.setRoom("a room", session: "session")
    try await simulator.join("a room", user: "alice")
    #expect(try await simulator.rooms().map(\.roomId) == ["a room", "room1"])
    #expect(try await simulator.rooms().first?.members.first?.streams.map(\.mediaType) == [0, 1])
    try await simulator.leave("a room", user: "alice")
    #expect(try await simulator.rooms().first?.members.isEmpty == true)
  }

  @Test("tells why it refuses a request")
  func refused() async throws {
    let simulator = try await Simulator.start()
    try await simulator.skew(by: .seconds(-600))
    _ = try? await simulator.client().queryRoom("room1")
    let request = try #require(try await simulator.requests().first)
    #expect(request.verdict == .refused && request.why?.isEmpty == false)
    #expect(try await simulator.executions().query == 0)
  }

  @Test("says what it doesn't accept")
  func notAccepted() async throws {
    let simulator = try await Simulator.start()
    await #expect {
      try await simulator.advance(by: .seconds(31 * 86400))
    } throws: {
      "\($0)".contains("advanceMs must be at most")
    }
  }
}
