// swift-tools-version: 6.0
// The driver. It depends on the packed package from outside, as a user does; `make conformance-swift` builds and asks it.

import PackageDescription

let package = Package(
  name: "Driver",
  platforms: [.macOS(.v13)],
  dependencies: [
    .package(path: "../../../build/swift/package/RongCloudRecording")
  ],
  targets: [
    .executableTarget(
      name: "Driver",
      dependencies: [.product(name: "RongCloudRecording", package: "RongCloudRecording")])
  ],
  swiftLanguageModes: [.v6]
)
