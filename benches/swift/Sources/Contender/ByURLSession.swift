// URLSession: one session, with a connection for every task.

import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

func makeURLSession(_ target: Target) throws -> Call {
  // Nothing is cached or kept beside the connections.
  let configuration = URLSessionConfiguration.ephemeral
  configuration.httpMaximumConnectionsPerHost = target.concurrency
  configuration.timeoutIntervalForRequest = 15
  configuration.urlCache = nil
  configuration.httpCookieStorage = nil
  let session = URLSession(configuration: configuration)
  // URLSession on Linux aborts the program where a session that has spoken TLS is let go of.
  _ = Unmanaged.passRetained(session)
  guard let url = URL(string: target.url + target.operation.path) else {
    throw Failure(description: "no URL: \(target.url)")
  }
  let operation = target.operation
  return {
    var request = URLRequest(url: url)
    request.httpMethod = "POST"
    for (name, value) in headers() { request.setValue(value, forHTTPHeaderField: name) }
    request.httpBody = try body(operation)
    let (content, response) = try await session.data(for: request)
    try readReply(operation, (response as? HTTPURLResponse)?.statusCode ?? 0, content)
  }
}
