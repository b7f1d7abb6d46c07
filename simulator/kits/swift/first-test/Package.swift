// swift-tools-version: 6.0
// A package with nothing but its first test. build.mk copies it to a folder of its own, beside the unpacked archives.

import PackageDescription

let package = Package(
  name: "FirstTest",
  platforms: [.macOS(.v13)],
  dependencies: [
    .package(path: "../package/RongCloudRecording"),
    .package(path: "../kit/RongCloudSimulator"),
  ],
  targets: [
    .testTarget(
      name: "FirstTests",
      dependencies: [
        .product(name: "RongCloudRecording", package: "RongCloudRecording"),
        .product(name: "RongCloudSimulator", package: "RongCloudSimulator"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
