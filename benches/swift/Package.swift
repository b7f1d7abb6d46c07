// swift-tools-version: 6.0
// Swift's contenders: this library as a packed package, and URLSession.

import PackageDescription

let package = Package(
  name: "Contender",
  platforms: [.macOS(.v13)],
  dependencies: [
    .package(path: "../../build/swift/package/RongCloudRecording")
  ],
  targets: [
    .executableTarget(
      name: "Contender",
      dependencies: [.product(name: "RongCloudRecording", package: "RongCloudRecording")]
    )
  ],
  swiftLanguageModes: [.v6]
)
