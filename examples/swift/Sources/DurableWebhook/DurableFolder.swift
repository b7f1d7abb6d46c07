// A folder of small files that are there whole or not at all, whenever the process or the machine ends. A database does
// the same with a unique index and a commit.

import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A folder of small files that are written once.
public struct DurableFolder: Sendable {
  private static let unfinished = ".unfinished-"
  private let path: String

  /// The system's own error, with what was tried.
  struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ what: String) { description = "\(what): \(String(cString: strerror(errno)))" }
  }

  /// The folder at this path, made where it isn't there yet. What an earlier process left unfinished is removed: no
  /// other process may be writing here.
  public init(_ path: String) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for name in try FileManager.default.contentsOfDirectory(atPath: path) where name.hasPrefix(Self.unfinished) {
      try FileManager.default.removeItem(atPath: "\(path)/\(name)")
    }
  }

  /// Writes a file unless there is one of that name. Returns only when it is on the disk.
  ///
  /// - Returns: what was there before; nil where there was nothing.
  public func putIfAbsent(_ name: String, _ content: Data) throws -> Data? {
    let (final, temporary) = ("\(path)/\(name)", "\(path)/\(Self.unfinished)\(UUID())")
    try write(content, to: temporary)
    defer { unlink(temporary) }
    // One atomic step, unlike renaming, which would replace what is there.
    let isNew = link(temporary, final) == 0
    guard isNew || errno == EEXIST else { throw Failure("can't create \(final)") }
    // Also where it was there before: whoever made it may have ended before this.
    try sync(path, O_RDONLY)
    return isNew ? nil : try Data(contentsOf: URL(fileURLWithPath: final))
  }

  /// Removes the files that are to go.
  func remove(where isToGo: (Data) -> Bool) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: path) where !name.hasPrefix(Self.unfinished) {
      guard let content = FileManager.default.contents(atPath: "\(path)/\(name)"), isToGo(content) else { continue }
      unlink("\(path)/\(name)")
    }
  }

  private func write(_ content: Data, to file: String) throws {
    guard FileManager.default.createFile(atPath: file, contents: content) else { throw Failure("can't write \(file)") }
    try sync(file, O_WRONLY)
  }

  private func sync(_ path: String, _ mode: Int32) throws {
    let descriptor = open(path, mode)
    guard descriptor >= 0 else { throw Failure("can't open \(path)") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw Failure("can't sync \(path)") }
  }
}
