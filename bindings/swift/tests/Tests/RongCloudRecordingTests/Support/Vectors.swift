// The golden files that the suites of all languages read.

import Foundation
import RongCloudRecording
import Testing

enum Vectors {
  static let folder = "\(TestEnvironment.repository)/tests/vectors"

  static func load<Content: Decodable>(_ file: String) -> Content {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(Content.self, from: Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)")))
    } catch {
      fatalError("\(file): \(error)")
    }
  }
}

/// An entry of a golden file; its name becomes the test case's.
protocol Vector: Decodable, Sendable, CustomTestStringConvertible {
  var name: String { get }
}

extension Vector {
  var testDescription: String { name }
}

struct ExpectedViolation: Decodable, Sendable {
  let path, code, reason: String
}

/// What a call throws, which must be a RecordingError.
func failure(of call: () async throws -> some Any) async throws -> RecordingError {
  do {
    let value = try await call()
    throw Unusable(what: "it was expected to fail and gave \(value)")
  } catch let error as RecordingError {
    return error
  }
}

/// What a call throws, which must be CallbackRefused.
func refusal(of call: () async throws -> some Any) async throws -> CallbackRefused {
  do {
    let value = try await call()
    throw Unusable(what: "it was expected to be refused and gave \(value)")
  } catch let refused as CallbackRefused {
    return refused
  }
}

/// What a cancelled call throws, and whether its request had left.
func cancellation(of call: () async throws -> some Any) async throws -> (sent: Bool, error: RecordingError) {
  let error = try await failure(of: call)
  guard case .cancelled(let failure) = error else { throw Unusable(what: "not cancelled: \(error)") }
  return (failure.maybeSent, error)
}

/// What a call throws, which must be InvalidInput.
func violations(of call: () async throws -> some Any) async throws -> [Violation] {
  let error = try await failure(of: call)
  guard case .invalidInput(let failure) = error else { throw Unusable(what: "not invalid input: \(error)") }
  return failure.violations
}

extension [ExpectedViolation] {
  var all: [Violation] { map { Violation(path: $0.path, code: $0.code, reason: $0.reason) } }
  var advice: [Advice] { map { Advice(path: $0.path, code: $0.code, reason: $0.reason) } }
}
