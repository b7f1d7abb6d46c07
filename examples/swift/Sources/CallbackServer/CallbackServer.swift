// A web server of nothing but sockets, so that the examples build without downloading anything. Yours would be Vapor's,
// Hummingbird's or SwiftNIO's: what counts is what `CallbackRequest` is made of.

import Foundation
import RongCloudRecording

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Listens on this machine's loopback address until it is closed or let go of.
public final class CallbackServer: Sendable {
  /// Takes a path and what came with it, and gives the status to answer.
  public typealias Handler = @Sendable (_ path: String, CallbackRequest) async -> Int

  /// What was asked.
  public struct Request: Sendable {
    /// Such as `POST`.
    public let method: String
    /// Without its query.
    public let path: String
    /// Headers, query and body.
    public let callback: CallbackRequest
  }

  /// What is answered.
  public struct Response: Sendable {
    let status: Int
    let type: String
    let body: String

    /// A status, with a text or without.
    public init(_ status: Int, _ text: String = "") {
      (self.status, type, body) = (status, "text/plain", text)
    }

    /// What a value is as JSON.
    public init(json value: some Encodable) throws {
      (status, type, body) = (200, "application/json", String(decoding: try JSONEncoder().encode(value), as: UTF8.self))
    }
  }

  /// The port can't be listened on.
  public struct Unavailable: Error, CustomStringConvertible {
    /// Which and why.
    public let description: String
  }

  private static let largestRequest = 2 << 20
  private static let longestWait = timeval(tv_sec: 5, tv_usec: 0)
  private let listener: Listener
  /// Requests in progress, and the thread that takes them.
  private let inProgress = DispatchGroup()

  /// Listens, and has each POST handled.
  public convenience init(port: UInt16, handler: @escaping Handler) throws {
    try self.init(port: port) { request in
      guard request.method == "POST" else { return Response(405) }
      return Response(await handler(request.path, request.callback))
    }
  }

  /// Listens, and has each request answered.
  public init(port: UInt16, answer: @escaping @Sendable (Request) async -> Response) throws {
    let (listener, inProgress) = (try Listener(port: port), inProgress)
    self.listener = listener
    inProgress.enter()
    Thread.detachNewThread {
      while let connection = listener.next() {
        inProgress.enter()
        Thread.detachNewThread {
          guard let request = Self.read(connection) else {
            Self.send(connection, Response(400))
            inProgress.leave()
            return
          }
          Task {
            Self.send(connection, await answer(request))
            inProgress.leave()
          }
        }
      }
      inProgress.leave()
    }
  }

  deinit {
    listener.shut()
  }

  /// Takes no further request, and returns once those in progress are answered.
  public func close() async {
    listener.shut()
    await withCheckedContinuation { closed in inProgress.notify(queue: .global()) { closed.resume() } }
  }

  private static func send(_ connection: Int32, _ response: Response) {
    let head = """
      HTTP/1.1 \(response.status) \r\ncontent-type: \(response.type)\r\ncontent-length: \(response.body.utf8.count)\r\n\
      connection: close\r\n\r\n
      """
    let reply = Array((head + response.body).utf8)
    _ = reply.withUnsafeBytes { Foundation.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    Foundation.close(connection)
  }

  /// One request, or nothing where it is none, is too large or takes too long.
  private static func read(_ connection: Int32) -> Request? {
    var wait = longestWait
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    let endOfHead = Data("\r\n\r\n".utf8)
    var received = Data()
    var head: Head?
    var buffer = [UInt8](repeating: 0, count: 65536)
    while received.count <= largestRequest {
      if head == nil, let end = received.range(of: endOfHead) {
        head = Head(String(decoding: received[..<end.lowerBound], as: UTF8.self), body: end.upperBound)
        guard let head, (0...largestRequest).contains(head.length) else { return nil }
      }
      if let head, received.count >= head.body + head.length {
        return head.request(received[head.body..<head.body + head.length])
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      received.append(contentsOf: buffer[..<count])
    }
    return nil
  }

  /// A request up to its body.
  private struct Head {
    let method: String
    let target: [Substring]
    let headers: [(name: String, value: String)]
    /// Where the body begins, and how long it is.
    let body: Int
    let length: Int

    init?(_ text: String, body: Int) {
      let lines = text.components(separatedBy: "\r\n")
      let request = lines[0].split(separator: " ")
      guard request.count == 3 else { return nil }
      method = String(request[0])
      target = request[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
      headers = lines.dropFirst().compactMap { line in
        guard let colon = line.firstIndex(of: ":") else { return nil }
        return (String(line[..<colon]), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
      }
      let given = headers.first { $0.name.lowercased() == "content-length" }
      guard let length = given.map({ Int($0.value) }) ?? 0 else { return nil }
      (self.body, self.length) = (body, length)
    }

    func request(_ body: Data) -> Request {
      let query = target.count > 1 ? String(target[1]) : nil
      let callback = CallbackRequest(headers: headers, body: body, query: query)
      return Request(method: method, path: String(target[0]), callback: callback)
    }
  }
}

/// A socket that listens. It is closed when nobody has it any more.
private final class Listener: Sendable {
  private let socket: Int32

  init(port: UInt16) throws {
    #if canImport(Glibc)
      socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      socket = Foundation.socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var on: Int32 = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let isBound = withUnsafePointer(to: address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isBound, listen(socket, 128) == 0 else {
      throw CallbackServer.Unavailable(description: "port \(port): \(String(cString: strerror(errno)))")
    }
  }

  deinit {
    close(socket)
  }

  /// The next connection. Nothing once the socket is shut.
  func next() -> Int32? {
    while true {
      let connection = accept(socket, nil, nil)
      if connection >= 0 { return connection }
      if errno == EINVAL || errno == EBADF { return nil }
    }
  }

  func shut() {
    shutdown(socket, Int32(SHUT_RDWR))
  }
}
