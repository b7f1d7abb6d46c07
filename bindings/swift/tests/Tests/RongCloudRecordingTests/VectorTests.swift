// The golden vectors that need no server.

import Foundation
import RongCloudRecording
import Testing

@Suite("Golden vectors")
struct VectorTests {
  @Test("every file in the folder is one that this suite runs")
  func folder() throws {
    let known: Set = [
      "arrangements.json", "bodies.json", "callbacks.json", "calls.json", "configs.json", "constants.json",
      "operations.json", "options.json", "replies.json", "rooms.json", "signatures.json", "trackers.json",
      "violations.json",
    ]
    #expect(try Set(FileManager.default.contentsOfDirectory(atPath: Vectors.folder)) == known)
  }

  struct Signature: Vector {
    let name, appSecret, nonce, timestamp, signature: String
  }

  @Test("a signature is the one of the vector", arguments: Vectors.load("signatures.json") as [Signature])
  func signature(_ vector: Signature) throws {
    let signature = try RecordingClient.signature(
      appSecret: vector.appSecret, nonce: vector.nonce, timestamp: vector.timestamp)
    #expect(signature == vector.signature)
  }

  struct Config: Vector {
    let name, input, json: String
    let advice: [ExpectedViolation]
  }

  @Test("a config that is read is written as the vector", arguments: Vectors.load("configs.json") as [Config])
  func config(_ vector: Config) throws {
    #expect(try RecordingProfile(json: vector.input).json == vector.json)
  }

  @Test("a config survives the way through Swift's types", arguments: Vectors.load("configs.json") as [Config])
  func typedConfig(_ vector: Config) throws {
    #expect(try RecordingProfile(RecordingProfile(json: vector.input).config).json == vector.json)
  }

  @Test("a config has the vector's advice", arguments: Vectors.load("configs.json") as [Config])
  func advice(_ vector: Config) throws {
    #expect(try RecordingProfile(json: vector.input).advice == vector.advice.advice)
  }

  struct Invalid: Vector {
    let name, input: String
    let violations: [ExpectedViolation]
  }

  @Test("a wrong config has the vector's violations", arguments: Vectors.load("violations.json") as [Invalid])
  func violations(_ vector: Invalid) async throws {
    let found = try await RongCloudRecordingTests.violations { try RecordingProfile(json: vector.input) }
    #expect(found == vector.violations.all)
  }

  @Test("the eight mistakes, made with Swift's types, are the vector's violations")
  func eightMistakes() async throws {
    let recording = SplitStreamRecording(
      mode: .mixAudioVideo,
      videoResolution: "640*480",
      videoFormat: .mp4,
      audioFormat: .aac,
      layout: .custom(windows: [
        Window(userId: "", streamId: "111_RongCloudRTC", x: -0.1, y: 0, width: 0.5, height: 0.5),
        Window(userId: "2222", streamId: "", x: 0.6, y: 0.5, width: 0.5, height: 0),
      ]),
      sliceLength: .minutes60,
      host: RecordingHost(userId: "", streamId: ""))
    let vectors: [Invalid] = Vectors.load("violations.json")
    let vector = try #require(vectors.first { $0.name == "eight mistakes" })
    let found = try await RongCloudRecordingTests.violations { try RecordingProfile(recording) }
    #expect(found == vector.violations.all)
  }

  struct Options: Vector {
    let name: String
    let apiUrl, backupApiUrl, proxy, caCertificates: String?
    let connectTimeoutMs, timeoutMs: Int?
    let retry: Retry?
    let failover: Failover?
    let connections: Connections?
    let violations: [ExpectedViolation]
  }

  struct Retry: Decodable {
    let maxAttempts, attemptTimeoutMs, firstBackoffMs, longestBackoffMs, budget: Int?
  }

  struct Failover: Decodable {
    let afterFailures, probeAfterMs: Int?
  }

  struct Connections: Decodable {
    let keepAlive: Bool?
    let maxIdleMs, maxRequests, maxConcurrent, maxWaiting: Int?
  }

  @Test("unusable settings have the vector's violations", arguments: Vectors.load("options.json") as [Options])
  func options(_ vector: Options) async throws {
    let found = try await RongCloudRecordingTests.violations {
      try RecordingClient(
        appKey: "key", appSecret: "secret", apiUrl: vector.apiUrl, backupApiUrl: vector.backupApiUrl,
        connectTimeout: vector.connectTimeoutMs.map { .milliseconds($0) },
        timeout: vector.timeoutMs.map { .milliseconds($0) },
        proxy: vector.proxy, caCertificates: vector.caCertificates,
        retry: RetryPolicy(
          maxAttempts: vector.retry?.maxAttempts,
          attemptTimeout: vector.retry?.attemptTimeoutMs.map { .milliseconds($0) },
          firstBackoff: vector.retry?.firstBackoffMs.map { .milliseconds($0) },
          longestBackoff: vector.retry?.longestBackoffMs.map { .milliseconds($0) },
          budget: vector.retry?.budget),
        failover: FailoverPolicy(
          afterFailures: vector.failover?.afterFailures,
          probeAfter: vector.failover?.probeAfterMs.map { .milliseconds($0) }),
        connections: ConnectionPolicy(
          keepAlive: vector.connections?.keepAlive,
          maxIdle: vector.connections?.maxIdleMs.map { .milliseconds($0) },
          maxRequests: vector.connections?.maxRequests, maxConcurrent: vector.connections?.maxConcurrent,
          maxWaiting: vector.connections?.maxWaiting))
    }
    #expect(found == vector.violations.all)
  }

  struct Constants: Decodable {
    let resolutions: [String: String]
    let mcuModes: [String: Int]
    let serviceCodes: [String: Int]
  }

  @Test("the resolutions are the vector's")
  func resolutions() {
    let constants: Constants = Vectors.load("constants.json")
    #expect(
      constants.resolutions == [
        "R480X320": Resolution.r480x320,
        "R320X480": Resolution.r320x480,
        "R640X480": Resolution.r640x480,
        "R480X640": Resolution.r480x640,
        "R1280X720": Resolution.r1280x720,
        "R720X1280": Resolution.r720x1280,
      ])
  }

  @Test("the MCU modes are the vector's")
  func mcuModes() {
    let constants: Constants = Vectors.load("constants.json")
    #expect(constants.mcuModes == ["DOCUMENTED_EXAMPLE": McuMode.documentedExample])
  }

  @Test("the service's codes are the vector's")
  func serviceCodes() {
    let constants: Constants = Vectors.load("constants.json")
    #expect(
      constants.serviceCodes == [
        "SUCCESS": ServiceCode.success,
        "INTERNAL_ERROR": ServiceCode.internalError,
        "APP_KEY_MISMATCH": ServiceCode.appKeyMismatch,
        "INVALID_PARAMETER": ServiceCode.invalidParameter,
        "EMPTY_BODY": ServiceCode.emptyBody,
        "INVALID_SIGNATURE": ServiceCode.invalidSignature,
        "PARAMETER_TOO_LONG": ServiceCode.parameterTooLong,
        "APP_LOCKED": ServiceCode.appLocked,
        "METHOD_NOT_ALLOWED": ServiceCode.methodNotAllowed,
        "RATE_EXCEEDED": ServiceCode.rateExceeded,
        "SERVICE_NOT_ENABLED": ServiceCode.serviceNotEnabled,
        "CHAT_ROOM_ID_MISSING": ServiceCode.chatRoomIdMissing,
        "TOO_MANY_CHAT_ROOMS": ServiceCode.tooManyChatRooms,
        "RTC_SDK_NOT_SUPPORTED": ServiceCode.rtcSdkNotSupported,
        "RTC_NOT_ENABLED": ServiceCode.rtcNotEnabled,
        "INTERNAL_TIMEOUT": ServiceCode.internalTimeout,
        "TOO_MANY_TEST_USERS": ServiceCode.tooManyTestUsers,
        "USER_NOT_IN_ROOM": ServiceCode.userNotInRoom,
        "RTC_INTERNAL_ERROR": ServiceCode.rtcInternalError,
        "ROOM_NOT_FOUND": ServiceCode.roomNotFound,
        "INVALID_USER_ID": ServiceCode.invalidUserId,
        "ALREADY_JOINED": ServiceCode.alreadyJoined,
      ])
  }
}
