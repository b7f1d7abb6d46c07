// swift-tools-version: 6.0
// The examples as a package of their own: it depends on RongCloudRecording from outside, as yours does.

import PackageDescription

let package = Package(
  name: "Examples",
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
    ),
    .executableTarget(
      name: "FollowRecording",
      dependencies: [
        .product(name: "RongCloudRecording", package: "RongCloudRecording")
      ]
    ),
  ],
  swiftLanguageModes: [.v6]
)
