// swift-tools-version: 6.2
// The package for Swift 6.2 and later, which link a static library out of an artifact bundle (SE-0482): for the machine
// that is built for, whichever of them builds. Package.swift is for those before.

import PackageDescription

// The bundle's library would just not be found, and a module that is missing says nothing to anybody.
#if os(Linux) && (arch(x86_64) || arch(arm64))
  let hasLibrary = true
#else
  let hasLibrary = false
#endif
guard hasLibrary else {
  fatalError(
    """
    RongCloudRecording has no library for this system and machine. Its README.md says for which, and how to build \
    one.
    """)
}

let package = Package(
  name: "RongCloudRecording",
  platforms: [.macOS(.v13)],
  products: [
    .library(name: "RongCloudRecording", targets: ["RongCloudRecording"])
  ],
  targets: [
    .target(
      name: "RongCloudRecording",
      dependencies: ["RongCloudRecordingFFI"],
      linkerSettings: [
        // What Rust's standard library needs beyond what Swift links anyway.
        .linkedLibrary("gcc_s"),
        .linkedLibrary("m"),
      ]
    ),
    // Packaging makes it.
    .binaryTarget(name: "RongCloudRecordingFFI", path: "RongCloudRecordingFFI.artifactbundle"),
  ],
  swiftLanguageModes: [.v6]
)
