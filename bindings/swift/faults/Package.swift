// swift-tools-version: 6.0
// The grid of faults. It depends on the packed package from outside, as a user does; `make faults-swift` runs it.

import PackageDescription

let package = Package(
  name: "Faults",
  platforms: [.macOS(.v13)],
  dependencies: [
    .package(path: "../../../build/swift/package/RongCloudRecording")
  ],
  targets: [
    .executableTarget(
      name: "Faults",
      dependencies: [.product(name: "RongCloudRecording", package: "RongCloudRecording")])
  ],
  swiftLanguageModes: [.v6]
)
