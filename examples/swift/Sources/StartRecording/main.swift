// Starts the documentation's example recording: two users side by side on a custom layout, merged into one file.
//
// `make demo-swift` runs it against the simulator. To talk to the service, set RONGCLOUD_APP_KEY, RONGCLOUD_APP_SECRET,
// RONGCLOUD_DATA_CENTER (or RONGCLOUD_API_URL), RONGCLOUD_ROOM_ID and RONGCLOUD_SESSION_ID.

import Foundation
import RongCloudRecording

func printError(_ text: String) {
  FileHandle.standardError.write(Data("\(text)\n".utf8))
}

// The library's debug log shows each request as it is sent, without its secrets.
RecordingLog.forward(.debug) { record in printError("\(record)") }

let environment = ProcessInfo.processInfo.environment
let roomId = environment["RONGCLOUD_ROOM_ID"] ?? "room1"
let sessionId = environment["RONGCLOUD_SESSION_ID"] ?? "aaa"

do {
  // Validated once; a server keeps it for all its rooms.
  let profile = try RecordingProfile(
    SplitStreamRecording(
      mode: .mixAudioVideo,
      videoResolution: Resolution.r640x480,
      videoFormat: .mkv,
      audioFormat: .aac,
      layout: .custom(windows: [
        Window(userId: "111", streamId: "111_RongCloudRTC", x: 0, y: 0, width: 0.5, height: 0.5),
        Window(userId: "2222", streamId: "2222_RongCloudRTC", x: 0.5, y: 0.5, width: 0.5, height: 0.5),
      ]),
      sliceLength: .minutes60,
      renderMode: .fill,
      host: RecordingHost(userId: "abc", streamId: "111_RongCloudRTC")))

  let client = try RecordingClient()
  let started = try await client.start(roomId: roomId, sessionId: sessionId, profile: profile)
  print("record id: \(started.recordId)")
} catch let error as RecordingError {
  // Whether to call again is decided by what is known of the request, not by its status.
  let advice =
    switch (error.isRetryable, error.mayBeRecording) {
    case (true, _): "calling again is safe"
    case (false, true): "it may be recording: wait for its callback or stop the session's recording first"
    case (false, false): "nothing was started, and the same call would fail again"
    }
  printError("\(error)\n\(advice)")
  exit(EXIT_FAILURE)
}
