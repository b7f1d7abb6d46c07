// A callback as web frameworks give it, reading one without verifying it, and what it says.

import Foundation
import RongCloudRecordingNative

extension CallbackRequest {
  /// A callback as your web framework gives it, unchanged.
  ///
  /// - Parameters:
  ///   - headers: all headers, as SwiftNIO's and Vapor's `HTTPHeaders` give them. Names in any letter case; a name may
  ///     stand twice.
  ///   - body: the body's bytes, exactly as they came.
  ///   - query: the URL's query, raw, without the question mark. Default: none.
  public init(
    headers: some Sequence<(name: String, value: String)>, body: some Sequence<UInt8>, query: String? = nil
  ) {
    self.init(
      headers: headers.map { CallbackHeader(name: $0.name, value: $0.value) }, body: Data(body), query: query ?? "")
  }

  /// A callback whose headers are in a dictionary, unchanged.
  ///
  /// - Parameters:
  ///   - headers: all headers. Names in any letter case.
  ///   - body: the body's bytes, exactly as they came.
  ///   - query: the URL's query, raw, without the question mark. Default: none.
  public init(headers: [String: String], body: some Sequence<UInt8>, query: String? = nil) {
    self.init(
      headers: headers.map { CallbackHeader(name: $0.key, value: $0.value) }, body: Data(body), query: query ?? "")
  }
}

extension RecordingEvent {
  /// Reads a recording callback's body **without verifying it**: for one that was verified before it was stored.
  ///
  /// - Throws: ``CallbackRefused`` with the reason `unreadableBody`.
  public init(unverified body: some Sequence<UInt8>) throws(CallbackRefused) {
    self = try inReceiver { try parseRecordingEvent(body: Data(body)) }.inMilliseconds
  }
}

extension RoomEvent {
  /// Reads a room status callback's body **without verifying it**: for one that was verified before it was stored.
  ///
  /// - Throws: ``CallbackRefused`` with the reason `unreadableBody`.
  public init(unverified body: some Sequence<UInt8>) throws(CallbackRefused) {
    self = try inReceiver { try parseRoomEvent(body: Data(body)) }.inMilliseconds
  }
}

extension RecordingEvent {
  /// Whether it reports a failure: a `code` other than 200. Then ``errorMessage`` may say why.
  public var isFailure: Bool { code.map { $0 != ServiceCode.success } ?? false }
}
