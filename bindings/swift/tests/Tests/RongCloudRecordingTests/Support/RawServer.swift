// A server below HTTP, for faults that no HTTP server makes.

import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

final class RawServer: Sendable {
  let url: String
  private let listener: Int32
  private let request = Kept<String>()

  /// Takes one connection: reads one request whole, sends `reply` as it is, and closes the connection.
  convenience init(reply: String) throws {
    try self.init()
    guard listen(listener, 1) == 0 else { throw Unusable(what: "no listening socket") }
    Thread.detachNewThread { [listener, request] in
      let connection = accept(listener, nil, nil)
      request.keep(Self.readRequest(connection))
      Self.write(connection, reply)
      shutdown(connection, Int32(SHUT_RDWR))
      close(connection)
    }
  }

  /// Takes any number of connections, a request each: passes it on to a server on this machine, and the reply back unless
  /// it is to be dropped. Then the connection is closed without a byte.
  convenience init(before port: String, dropping: @escaping @Sendable () -> Bool) throws {
    try self.init()
    guard listen(listener, 16) == 0, let port = UInt16(port) else { throw Unusable(what: "no listening socket") }
    Thread.detachNewThread { [listener] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        let reply = Self.exchange(Self.readRequest(connection), port)
        if !dropping() { Self.write(connection, reply) }
        shutdown(connection, Int32(SHUT_RDWR))
        close(connection)
      }
    }
  }

  /// The request, once it has been answered.
  func received() -> String { request.lines.first ?? "" }

  /// A port at which nobody listens, kept from others meanwhile.
  static func refusing() throws -> RawServer { try RawServer() }

  /// A port that was free just now.
  static func freePort() throws -> String {
    let server = try RawServer()
    return String(server.url.split(separator: ":")[2])
  }

  private init() throws {
    listener = Self.makeSocket()
    var address = Self.address(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let bound = withUnsafeMutablePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    guard bound else { throw Unusable(what: "no free port") }
    url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
  }

  private static func makeSocket() -> Int32 {
    #if canImport(Glibc)
      socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      socket(AF_INET, SOCK_STREAM, 0)
    #endif
  }

  private static func address(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return address
  }

  private static func write(_ connection: Int32, _ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  }

  /// What a server that closes its connection answers to a request.
  private static func exchange(_ request: String, _ port: UInt16) -> String {
    let connection = makeSocket()
    defer { close(connection) }
    let isConnected = withUnsafePointer(to: address(port: port)) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else { return "" }
    write(connection, request)
    var reply = ""
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return reply }
      reply += String(decoding: buffer[..<count], as: UTF8.self)
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private static func readRequest(_ connection: Int32) -> String {
    var request = ""
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return request }
      request += String(decoding: buffer[..<count], as: UTF8.self)
      guard let end = request.range(of: "\r\n\r\n") else { continue }
      let length = request.lowercased().components(separatedBy: "content-length: ").last.flatMap {
        Int($0.prefix { $0.isNumber })
      }
      if request[end.upperBound...].utf8.count >= length ?? 0 { return request }
    }
  }
}
