// A web server for callbacks, of nothing but sockets, so that the example builds without downloading anything. Yours
// would be Vapor's, Hummingbird's or SwiftNIO's: what counts is what `CallbackRequest` is made of.

import Foundation
import RongCloudRecording

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Listens on this machine's loopback address until it is let go of.
public final class CallbackServer: Sendable {
  /// Takes a path and what came with it, and gives the status to answer.
  public typealias Handler = @Sendable (_ path: String, CallbackRequest) async -> Int

  /// The port can't be listened on.
  public struct Unavailable: Error, CustomStringConvertible {
    /// Which and why.
    public let description: String
  }

  private static let largestRequest = 2 << 20
  private static let longestWait = timeval(tv_sec: 5, tv_usec: 0)
  private let listener: Int32

  /// Listens, and has each request handled.
  public init(port: UInt16, handler: @escaping Handler) throws {
    #if canImport(Glibc)
      let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let listener = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    self.listener = listener
    var on: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let isBound = withUnsafePointer(to: address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isBound, listen(listener, 16) == 0 else {
      throw Unavailable(description: "port \(port): \(String(cString: strerror(errno)))")
    }
    Thread.detachNewThread {
      while true {
        let connection = accept(listener, nil, nil)
        if connection >= 0 {
          Thread.detachNewThread { Self.serve(connection, handler) }
        } else if errno == EINVAL || errno == EBADF {
          close(listener)
          return
        }
      }
    }
  }

  deinit {
    // The thread above closes it.
    shutdown(listener, Int32(SHUT_RDWR))
  }

  /// Reads one request, has it handled, and answers.
  private static func serve(_ connection: Int32, _ handler: @escaping Handler) {
    var wait = longestWait
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    guard let (path, request) = read(connection) else {
      answer(connection, 400)
      return
    }
    Task { answer(connection, await handler(path, request)) }
  }

  private static func answer(_ connection: Int32, _ status: Int) {
    let reply = Array("HTTP/1.1 \(status) \r\ncontent-length: 0\r\nconnection: close\r\n\r\n".utf8)
    _ = reply.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    close(connection)
  }

  /// The path and the callback, or nothing where the request is none, is too large or takes too long.
  private static func read(_ connection: Int32) -> (path: String, CallbackRequest)? {
    let endOfHead = Data("\r\n\r\n".utf8)
    var received = Data()
    var head: (target: [Substring], headers: [(name: String, value: String)], body: Int, length: Int)?
    var buffer = [UInt8](repeating: 0, count: 65536)
    while received.count <= largestRequest {
      if head == nil, let end = received.range(of: endOfHead) {
        guard let parsed = parse(String(decoding: received[..<end.lowerBound], as: UTF8.self)) else { return nil }
        head = (parsed.target, parsed.headers, end.upperBound, parsed.length)
      }
      if let head, received.count >= head.body + head.length {
        let body = received[head.body..<head.body + head.length]
        let query = head.target.count > 1 ? String(head.target[1]) : nil
        return (String(head.target[0]), CallbackRequest(headers: head.headers, body: body, query: query))
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      received.append(contentsOf: buffer[..<count])
    }
    return nil
  }

  private static func parse(
    _ head: String
  ) -> (target: [Substring], headers: [(name: String, value: String)], length: Int)? {
    let lines = head.components(separatedBy: "\r\n")
    let request = lines[0].split(separator: " ")
    guard request.count == 3, request[0] == "POST" else { return nil }
    let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (String(line[..<colon]), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
    }
    guard let length = headers.first(where: { $0.name.lowercased() == "content-length" }).flatMap({ Int($0.value) }),
      (0...largestRequest).contains(length)
    else { return nil }
    return (request[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false), headers, length)
  }
}
