// swift-tools-version: 6.0
// The example as a package of its own: it depends on RongCloudRecording from outside, as yours does.

import PackageDescription

let package = Package(
  name: "StartRecording",
  platforms: [.macOS(.v13)],
  dependencies: [
    // Where `make demo-swift` unpacks it; yours may lie anywhere.
    .package(path: "../../build/swift/package/RongCloudRecording")
  ],
  targets: [
    .executableTarget(
      name: "StartRecording",
      dependencies: [
        .product(name: "RongCloudRecording", package: "RongCloudRecording")
      ]
    )
  ],
  swiftLanguageModes: [.v6]
)
