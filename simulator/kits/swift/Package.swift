// swift-tools-version: 6.0
// The test kit as users get it: what steers the simulator, and its program for each platform. It is a package of its own,
// so that nobody who uses the client carries it.

import PackageDescription

let package = Package(
  name: "RongCloudSimulator",
  platforms: [.macOS(.v13)],
  products: [
    .library(name: "RongCloudSimulator", targets: ["RongCloudSimulator"])
  ],
  targets: [
    // Packaging puts programs there: Programs/linux-x86_64/rongcloud-simulator.
    .target(name: "RongCloudSimulator", resources: [.copy("Programs")])
  ],
  swiftLanguageModes: [.v6]
)
