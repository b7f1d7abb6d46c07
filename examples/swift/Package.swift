// swift-tools-version: 6.0
// The examples as a package of their own: it depends on RongCloudRecording from outside, as yours does.

import PackageDescription

let recording = Target.Dependency.product(name: "RongCloudRecording", package: "RongCloudRecording")

let package = Package(
  name: "Examples",
  platforms: [.macOS(.v13)],
  products: [
    // For tests of the webhook.
    .library(name: "DurableWebhook", targets: ["CallbackServer", "DurableWebhook"])
  ],
  dependencies: [
    // Where `make demo-swift` unpacks it; yours may lie anywhere.
    .package(path: "../../build/swift/package/RongCloudRecording")
  ],
  targets: [
    .executableTarget(name: "StartRecording", dependencies: [recording]),
    .executableTarget(name: "FollowRecording", dependencies: ["CallbackServer", recording]),
    .executableTarget(name: "Webhook", dependencies: ["CallbackServer", "DurableWebhook", recording]),
    .executableTarget(name: "Fleet", dependencies: ["CallbackServer", recording]),
    .target(name: "CallbackServer", dependencies: [recording]),
    .target(name: "DurableWebhook", dependencies: [recording]),
  ],
  swiftLanguageModes: [.v6]
)
