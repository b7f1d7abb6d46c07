// swift-tools-version: 6.0
// The suite. It depends on the packed package from outside, as a user does; `make test-swift` unpacks and runs it.

import PackageDescription

// What a later language mode will switch on for everybody: a user's file sees members only of what it imports.
#if compiler(>=6.1)
  let strictImports = SwiftSetting.enableUpcomingFeature("MemberImportVisibility")
#else
  let strictImports = SwiftSetting.enableExperimentalFeature("MemberImportVisibility")
#endif

let recording = Target.Dependency.product(name: "RongCloudRecording", package: "RongCloudRecording")
let simulator = Target.Dependency.product(name: "RongCloudSimulator", package: "RongCloudSimulator")

let package = Package(
  name: "RongCloudRecordingTests",
  platforms: [.macOS(.v13)],
  dependencies: [
    .package(path: "../../../build/swift/package/RongCloudRecording"),
    .package(path: "../../../build/swift/kit/RongCloudSimulator"),
    .package(path: "../../../examples/swift"),
  ],
  targets: [
    .target(name: "Logging"),
    .executableTarget(name: "Probe", dependencies: [recording], swiftSettings: [strictImports]),
    .testTarget(
      name: "RongCloudRecordingTests",
      dependencies: [recording, simulator, .product(name: "DurableWebhook", package: "swift"), "Logging", "Probe"],
      swiftSettings: [strictImports]
    ),
  ],
  swiftLanguageModes: [.v6]
)
