// What the golden files say of members, and times as they write them.

import Foundation
import RongCloudRecording

extension Date {
  var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

  init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }
}

struct ExpectedMember: Decodable, Equatable {
  let userId: String
  let joinedAtMs: Int64?
  let streams: [ExpectedStream]

  init(_ member: Member) {
    userId = member.userId
    joinedAtMs = member.joinedAt?.milliseconds
    streams = member.streams.map {
      ExpectedStream(streamId: $0.streamId, mediaType: "\($0.mediaType)", uri: $0.uri, tag: $0.tag)
    }
  }
}

struct ExpectedStream: Decodable, Equatable {
  let streamId, mediaType, uri, tag: String
}
