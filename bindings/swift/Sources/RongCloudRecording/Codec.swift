// Values as bytes: UniFFI's own encoding, numbers big-endian.

import Foundation

/// Bytes that are not what the library writes.
struct Malformed: Error {}

/// Reads values one after another.
struct Reader {
  private var rest: UnsafeRawBufferPointer.SubSequence

  init(_ bytes: UnsafeRawBufferPointer) {
    rest = bytes[...]
  }

  private mutating func next(_ count: Int) throws -> UnsafeRawBufferPointer {
    guard count >= 0, count <= rest.count else { throw Malformed() }
    defer { rest = rest.dropFirst(count) }
    return UnsafeRawBufferPointer(rebasing: rest.prefix(count))
  }

  private mutating func number<Number: FixedWidthInteger>(_: Number.Type) throws -> Number {
    Number(bigEndian: try next(MemoryLayout<Number>.size).loadUnaligned(as: Number.self))
  }

  mutating func bool() throws -> Bool { try number(Int8.self) != 0 }
  mutating func i32() throws -> Int { Int(try number(Int32.self)) }
  mutating func i64() throws -> Int { Int(try number(Int64.self)) }
  mutating func f64() throws -> Double { Double(bitPattern: try number(UInt64.self)) }
  mutating func text() throws -> String { String(decoding: try next(i32()), as: UTF8.self) }
  mutating func bytes() throws -> Data { Data(try next(i32())) }

  mutating func optional<Value>(_ read: (inout Self) throws -> Value) throws -> Value? {
    try bool() ? read(&self) : nil
  }

  mutating func list<Value>(_ read: (inout Self) throws -> Value) throws -> [Value] {
    let count = try i32()
    var values: [Value] = []
    // Each has a byte at least.
    values.reserveCapacity(min(max(count, 0), rest.count))
    for _ in 0..<max(count, 0) { values.append(try read(&self)) }
    return values
  }
}

extension Reader {
  /// A list that is carried as bytes of its own.
  mutating func packed<Value>(_ read: (inout Self) throws -> Value) throws -> [Value] {
    try i32() == 0 ? [] : list(read)
  }
}

/// Writes values one after another. Numbers are clamped to what crosses: every range of the library's ends far below,
/// so that it names the violation.
struct Writer {
  private(set) var bytes: [UInt8] = []

  private mutating func number(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func bool(_ value: Bool) { number(Int8(value ? 1 : 0)) }
  mutating func i32(_ value: Int) { number(Int32(clamping: value)) }
  mutating func i64(_ value: Int) { number(Int64(value)) }
  mutating func f64(_ value: Double) { number(value.bitPattern) }

  mutating func text(_ value: String) {
    var value = value
    value.withUTF8 { text in
      i32(text.count)
      bytes.append(contentsOf: text)
    }
  }

  mutating func bytes(_ value: some Sequence<UInt8>) {
    let value = Array(value)
    i32(value.count)
    bytes.append(contentsOf: value)
  }

  mutating func optional<Value>(_ value: Value?, _ write: (inout Self, Value) -> Void) {
    bool(value != nil)
    if let value { write(&self, value) }
  }

  mutating func list<Value>(_ values: [Value], _ write: (inout Self, Value) -> Void) {
    i32(values.count)
    for value in values { write(&self, value) }
  }
}

extension Writer {
  /// A list that is carried as bytes of its own.
  mutating func packed<Value>(_ values: [Value], _ write: (inout Self, Value) -> Void) {
    var own = Writer()
    own.list(values, write)
    bytes(own.bytes)
  }
}

// Lengths of time cross in nanoseconds, times in milliseconds. What doesn't fit becomes the furthest that does: no range
// reaches so far.

extension Duration {
  init(carried nanoseconds: Int64) {
    self = .nanoseconds(nanoseconds)
  }

  /// Nanoseconds, away from zero: what is above zero stays above it.
  var carried: Int64 {
    let furthest = Duration.nanoseconds(Int64.max)
    if self >= furthest { return .max }
    if self <= .zero - furthest { return .min }
    let (seconds, attoseconds) = components
    let (nanoseconds, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return seconds * 1_000_000_000 + nanoseconds + rest.signum()
  }
}

extension Date {
  init(carried milliseconds: Int64) {
    self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
  }

  /// The nearest millisecond: a `Date` can't hold most of them exactly.
  var carried: Int64 {
    let milliseconds = (timeIntervalSince1970 * 1000).rounded()
    return Int64(exactly: milliseconds) ?? (milliseconds > 0 ? .max : milliseconds < 0 ? .min : 0)
  }
}

extension Duration {
  init(reading reader: inout Reader) throws { self.init(carried: Int64(try reader.i64())) }
  func write(to writer: inout Writer) { writer.i64(Int(carried)) }
}

extension Date {
  init(reading reader: inout Reader) throws { self.init(carried: Int64(try reader.i64())) }
  func write(to writer: inout Writer) { writer.i64(Int(carried)) }
}
