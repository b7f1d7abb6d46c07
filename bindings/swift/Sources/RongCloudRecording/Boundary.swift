// Calls of the library: what they are given, how they end.

import Foundation
import RongCloudRecordingFFI

/// An error that the library's functions end with.
protocol LibraryError: Error {
  init(reading reader: inout Reader) throws

  /// What a defect in the library comes to. A panic's own text may hold anything: it stays out.
  static var defect: Self { get }
}

extension RecordingError: LibraryError {
  static var defect: Self {
    let failure = Failure(kind: .internal, reason: "a defect in this library stopped the call")
    if let error = try? Self(failure) { return error }
    var known = failure
    (known.sentence, known.maybeSent, known.mayBeRecording) = ("internal: \(failure.reason)", true, true)
    return .internal(known)
  }
}

/// Calls a function of the library that can fail.
func called<Raw, Value, Failed: LibraryError>(
  _: Failed.Type, reading: (Raw) throws -> Value, _ call: (UnsafeMutablePointer<RustCallStatus>) -> Raw
) throws(Failed) -> Value {
  let raw = try called(Failed.self, call)
  do {
    return try reading(raw)
  } catch {
    throw Failed.defect
  }
}

/// Calls a function of the library that can fail, whose answer crosses as it is.
func called<Raw, Failed: LibraryError>(
  _: Failed.Type, _ call: (UnsafeMutablePointer<RustCallStatus>) -> Raw
) throws(Failed) -> Raw {
  _ = checkedLibrary
  var status = RustCallStatus()
  let raw = call(&status)
  if status.code == 0 { return raw }
  guard status.code == 1, let error = try? status.errorBuf.read({ try Failed(reading: &$0) }) else {
    throw Failed.defect
  }
  throw error
}

/// Calls a function of the library that can't fail.
func surely<Raw, Value>(
  reading: (Raw) throws -> Value, _ call: (UnsafeMutablePointer<RustCallStatus>) -> Raw
) -> Value {
  guard let value = try? reading(surely(call)) else { fatalError("RongCloudRecording's library gave no such value") }
  return value
}

func surely<Raw>(_ call: (UnsafeMutablePointer<RustCallStatus>) -> Raw) -> Raw {
  var status = RustCallStatus()
  let raw = call(&status)
  guard status.code == 0 else { fatalError("a defect in RongCloudRecording's library") }
  return raw
}

extension RustBuffer {
  /// A text, as one that crosses by itself.
  init(_ text: String) {
    var text = text
    self = text.withUTF8 { Self($0) }
  }

  /// Encoded values.
  init(_ write: (inout Writer) -> Void) {
    var writer = Writer()
    write(&writer)
    self = writer.bytes.withUnsafeBufferPointer { Self($0) }
  }

  private init(_ bytes: UnsafeBufferPointer<UInt8>) {
    let given = ForeignBytes(len: Int32(bytes.count), data: bytes.baseAddress)
    self = surely { LibraryBuffer.make(given, $0) }
  }

  /// What is in it. It is freed.
  func read<Value>(_ read: (inout Reader) throws -> Value) rethrows -> Value {
    defer { surely { LibraryBuffer.free(self, $0) } }
    var reader = Reader(UnsafeRawBufferPointer(start: data, count: Int(len)))
    return try read(&reader)
  }

  func text() -> String {
    defer { surely { LibraryBuffer.free(self, $0) } }
    return String(decoding: UnsafeRawBufferPointer(start: data, count: Int(len)), as: UTF8.self)
  }
}
