// swift-tools-version: 6.0
// The package as users get it: one target, written and generated, and the Rust library under it.

import PackageDescription

#if os(Linux)
  let system = "linux"
#else
  let system = "this system"
#endif
#if arch(arm64)
  let platform = "\(system)-aarch64"
#elseif arch(x86_64)
  let platform = "\(system)-x86_64"
#else
  let platform = "\(system) on this machine"
#endif

// Each name tells the content, so that SwiftPM links again when only the library has changed. Packaging writes it here.
let libraries: [String: String] = [:]

guard let library = libraries[platform] else {
  let packed = libraries.keys.sorted().joined(separator: " and ")
  fatalError(
    """
    RongCloudRecording has no library for \(platform), only for \(packed.isEmpty ? "none: it isn't packed" : packed). \
    Its README.md says how to build one.
    """)
}
let libraryPath = "\(Context.packageDirectory)/RongCloudRecordingFFI.artifactbundle/\(platform)/\(library)"

// A static library inside a package, found without a flag, a variable or anything installed. SwiftPM 6.0 refuses `-L` to
// a package that is used by version (unsafeFlags) and static libraries as binary targets on Linux, but the linker reads
// ":NAME" as a file name below one of its folders, and enough ".." lead from any of them to an absolute path.
// Swift 6.2 takes Package@swift-6.2.swift, and the library as the bundle that it is in. To be deleted with 6.1.
let linkedLibrary = ":" + String(repeating: "../", count: 32) + libraryPath.dropFirst()

let package = Package(
  name: "RongCloudRecording",
  platforms: [.macOS(.v13)],
  products: [
    .library(name: "RongCloudRecording", targets: ["RongCloudRecording"])
  ],
  targets: [
    .target(name: "RongCloudRecording", dependencies: ["RongCloudRecordingFFI"]),
    .target(
      name: "RongCloudRecordingFFI",
      linkerSettings: [
        .linkedLibrary(linkedLibrary),
        // What Rust's standard library needs beyond what Swift links anyway.
        .linkedLibrary("gcc_s"),
        .linkedLibrary("m"),
      ]
    ),
  ],
  swiftLanguageModes: [.v6]
)
