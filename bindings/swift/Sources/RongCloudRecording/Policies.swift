// How hard a client tries, which domain it asks, and how it treats connections. What may be tried again does not depend
// on any of it.

import RongCloudRecordingNative

/// How often and how fast a call is tried again. What is not given has its default.
///
/// A start leaves this machine at most once: it is tried again only where it provably never left (name, connection, TLS
/// handshake). Every other call is the same done twice as done once, and is tried again also where its outcome is unknown
/// and where the service said that it was called too often (HTTP 429, code 1008; `Retry-After` is kept). Everything ends
/// within the call's one timeout.
public struct RetryPolicy: Hashable, Sendable {
  /// The most attempts of one call, the first included: 1 to 10. 1 tries nothing again. Default: 4.
  public var maxAttempts: Int?

  /// The longest time for one attempt of a call that may be repeated, so that one that hangs leaves time for the next. A
  /// start's one attempt that leaves has all the time there is. Above zero, at most 365 days. Default: 5 seconds.
  public var attemptTimeout: Duration?

  /// The longest wait before the first repetition; it doubles with each. The wait itself is random between nothing and
  /// that (full jitter), so that many clients don't come back at once. From zero to an hour. Default: 200 milliseconds.
  public var firstBackoff: Duration?

  /// What the longest wait doesn't grow beyond. `Retry-After` may ask for more. From zero to an hour. Default: 5 seconds.
  public var longestBackoff: Duration?

  /// How many repetitions a client may make in a row of failures: each takes one, each call that succeeds gives a tenth
  /// back. When they are used up, calls fail at their first failure, so that an overloaded service is not asked even
  /// more. Going to the other domain is free. 0 to 10,000. Default: 100.
  public var budget: Int?

  /// A policy of what is given; see each property for its meaning, range and default.
  public init(
    maxAttempts: Int? = nil,
    attemptTimeout: Duration? = nil,
    firstBackoff: Duration? = nil,
    longestBackoff: Duration? = nil,
    budget: Int? = nil
  ) {
    self.maxAttempts = maxAttempts
    self.attemptTimeout = attemptTimeout
    self.firstBackoff = firstBackoff
    self.longestBackoff = longestBackoff
    self.budget = budget
  }
}

/// When the other domain of a data center is used, and when the first one again. What is not given has its default.
///
/// What is known about a domain is shared by all clients of the process. A domain that can't be reached (name,
/// connection, TLS handshake) is left at once. With a backup domain, the attempt after a failure goes to the other one,
/// at once; every further one waits first.
public struct FailoverPolicy: Hashable, Sendable {
  /// How many failures in a row of other kinds (no answer in time, a lost connection, HTTP 502 to 504) make calls begin
  /// with the other domain: 1 to 1,000. Default: 3.
  public var afterFailures: Int?

  /// How long a domain is left alone. Then one call that may be repeated, never a start, tries it; where that succeeds,
  /// all calls return. Above zero, at most 365 days. Default: 30 seconds.
  public var probeAfter: Duration?

  /// A policy of what is given; see each property for its meaning, range and default.
  public init(afterFailures: Int? = nil, probeAfter: Duration? = nil) {
    self.afterFailures = afterFailures
    self.probeAfter = probeAfter
  }
}

/// How connections are kept and how many calls there are at once. What is not given has its default.
///
/// The service asks for it: a connection is kept for less than 55 seconds idle and for less than 80 requests, or not.
public struct ConnectionPolicy: Hashable, Sendable {
  /// Whether a connection serves more than one request. Without, each asks for `Connection: close`. Default: true.
  public var keepAlive: Bool?

  /// How long a connection may be idle before it is closed: above zero and below 55 seconds. Default: 50 seconds. A
  /// start, which nobody can repeat, takes only one that has answered within the last 5 seconds.
  public var maxIdle: Duration?

  /// How many requests a connection serves: 1 to 79. The last one asks for `Connection: close`. Default: 79.
  public var maxRequests: Int?

  /// How many requests of a client are on their way at once, and so its most connections: 1 to 10,000. Further calls wait
  /// for their turn within their timeout, and fail as not sent, cause ``FailureCause/overloaded``, where none comes.
  /// Default: 128.
  public var maxConcurrent: Int?

  /// How many calls wait for their turn at most: 0 to 1,000,000. More fail so at once. Default: 10,000.
  public var maxWaiting: Int?

  /// A policy of what is given; see each property for its meaning, range and default.
  public init(
    keepAlive: Bool? = nil,
    maxIdle: Duration? = nil,
    maxRequests: Int? = nil,
    maxConcurrent: Int? = nil,
    maxWaiting: Int? = nil
  ) {
    self.keepAlive = keepAlive
    self.maxIdle = maxIdle
    self.maxRequests = maxRequests
    self.maxConcurrent = maxConcurrent
    self.maxWaiting = maxWaiting
  }
}

// Counts are clamped to what crosses the boundary: every range ends far below, so that the core names the violation.

extension RetryPolicy {
  var forCore: RongCloudRecordingNative.RetryPolicy {
    .init(
      maxAttempts: maxAttempts.map(Int32.init(clamping:)), attemptTimeout: attemptTimeout?.forCore,
      firstBackoff: Self.forCore(firstBackoff), longestBackoff: Self.forCore(longestBackoff),
      budget: budget.map(Int32.init(clamping:)))
  }

  /// A wait below zero becomes one that is refused too: to the core, zero is a wait like any other.
  private static func forCore(_ backoff: Duration?) -> Double? {
    backoff.map { $0 < .zero ? Duration.seconds(Int64.max).forCore : $0.forCore }
  }

  /// The error with what is really wrong with waits below zero.
  func namingNegatives(in error: RecordingError) -> RecordingError {
    guard case .invalidInput(let violations, let call) = error else { return error }
    let backoffs = ["retry.first_backoff": firstBackoff, "retry.longest_backoff": longestBackoff]
    return .invalidInput(
      violations: violations.map { violation in
        guard let backoff = backoffs[violation.path], let backoff, backoff < .zero else { return violation }
        return .negative(violation.path)
      }, call: call)
  }
}

extension FailoverPolicy {
  var forCore: RongCloudRecordingNative.FailoverPolicy {
    .init(afterFailures: afterFailures.map(Int32.init(clamping:)), probeAfter: probeAfter?.forCore)
  }
}

extension ConnectionPolicy {
  var forCore: RongCloudRecordingNative.ConnectionPolicy {
    .init(
      keepAlive: keepAlive, maxIdle: maxIdle?.forCore, maxRequests: maxRequests.map(Int32.init(clamping:)),
      maxConcurrent: maxConcurrent.map(Int32.init(clamping:)), maxWaiting: maxWaiting.map(Int32.init(clamping:)))
  }
}
