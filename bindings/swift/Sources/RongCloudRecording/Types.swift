// The data types. They are generated from the core, carry its documentation, and are this module's too.
//
// Type by type, so that the generator's plumbing stays out of the way. Re-exported and not aliased, because an alias
// does not bring its type's members along where MemberImportVisibility is on.
//
// None is Codable: Swift's own coding of an enum, {"mkv":{}}, would look like the API's JSON and not be it. The API's
// JSON is read by RecordingProfile(json:) and written by RecordingProfile.json.

@_exported import struct RongCloudRecordingNative.Acknowledged
@_exported import struct RongCloudRecordingNative.Advice
@_exported import enum RongCloudRecordingNative.AudioFormat
@_exported import struct RongCloudRecordingNative.CallContext
@_exported import struct RongCloudRecordingNative.CallbackHeader
@_exported import struct RongCloudRecordingNative.CallbackHeaderNames
@_exported import struct RongCloudRecordingNative.CallbackRequest
@_exported import enum RongCloudRecordingNative.Corner
@_exported import enum RongCloudRecordingNative.DataCenter
@_exported import enum RongCloudRecordingNative.FailureCause
@_exported import enum RongCloudRecordingNative.HeaderStyle
@_exported import enum RongCloudRecordingNative.Layout
@_exported import struct RongCloudRecordingNative.McuConfig
@_exported import struct RongCloudRecordingNative.McuRecording
@_exported import enum RongCloudRecordingNative.MediaType
@_exported import struct RongCloudRecordingNative.Member
@_exported import enum RongCloudRecordingNative.OperationKind
@_exported import struct RongCloudRecordingNative.PublishedStream
@_exported import struct RongCloudRecordingNative.ReceivedRecordingEvent
@_exported import struct RongCloudRecordingNative.ReceivedRoomEvent
@_exported import enum RongCloudRecordingNative.RecordType
@_exported import enum RongCloudRecordingNative.RecordingConfig
@_exported import struct RongCloudRecordingNative.RecordingEvent
@_exported import enum RongCloudRecordingNative.RecordingEventKind
@_exported import struct RongCloudRecordingNative.RecordingHost
@_exported import enum RongCloudRecordingNative.RecordingMode
@_exported import enum RongCloudRecordingNative.RecordingPhase
@_exported import struct RongCloudRecordingNative.RecordingTarget
@_exported import enum RongCloudRecordingNative.RefusalReason
@_exported import enum RongCloudRecordingNative.RenderMode
@_exported import struct RongCloudRecordingNative.Room
@_exported import struct RongCloudRecordingNative.RoomEvent
@_exported import enum RongCloudRecordingNative.RoomEventKind
@_exported import enum RongCloudRecordingNative.SliceLength
@_exported import struct RongCloudRecordingNative.SplitStreamRecording
@_exported import struct RongCloudRecordingNative.StartedRecording
@_exported import struct RongCloudRecordingNative.StreamRef
@_exported import enum RongCloudRecordingNative.TimestampUnit
@_exported import struct RongCloudRecordingNative.TrackedRecording
@_exported import enum RongCloudRecordingNative.VideoFormat
@_exported import struct RongCloudRecordingNative.Violation
@_exported import struct RongCloudRecordingNative.Window

/// The publicly known resolutions, for `videoResolution` and `mcuConfig.videoResolution`.
///
/// The service has twelve, of which these six are known. Any other text `WIDTHxHEIGHT` passes, and the service decides.
public enum Resolution {
  /// 480 wide, 320 high.
  public static let r480x320 = "480x320"
  /// 320 wide, 480 high.
  public static let r320x480 = "320x480"
  /// 640 wide, 480 high.
  public static let r640x480 = "640x480"
  /// 480 wide, 640 high.
  public static let r480x640 = "480x640"
  /// 1280 wide, 720 high.
  public static let r1280x720 = "1280x720"
  /// 720 wide, 1280 high.
  public static let r720x1280 = "720x1280"
}

/// The service's codes, as ``RecordingError/code`` gives them: `error.code == ServiceCode.roomNotFound`.
///
/// The RTC pages publish no list. This is the general table of the vendor's gateway, from public copies, and the codes of
/// RTC signalling. Other codes may come, and are passed on as they are.
public enum ServiceCode {
  /// Success.
  public static let success = 200
  /// Internal error of the service.
  public static let internalError = 1000
  /// App Key and App Secret do not match.
  public static let appKeyMismatch = 1001
  /// A parameter is wrong.
  public static let invalidParameter = 1002
  /// The request had no body.
  public static let emptyBody = 1003
  /// The signature check failed: is it the App Secret of this App Key, and is this host's clock right?
  public static let invalidSignature = 1004
  /// A parameter is too long.
  public static let parameterTooLong = 1005
  /// The app is locked or deleted.
  public static let appLocked = 1006
  /// This app may not call this method.
  public static let methodNotAllowed = 1007
  /// Called too often.
  public static let rateExceeded = 1008
  /// The service is not enabled for this app.
  public static let serviceNotEnabled = 1009
  /// The id of the chat room to keep alive is missing.
  public static let chatRoomIdMissing = 1015
  /// Too many chat rooms to keep alive.
  public static let tooManyChatRooms = 1016
  /// This version of the RTC SDK is not supported.
  public static let rtcSdkNotSupported = 1017
  /// The RTC service is not enabled.
  public static let rtcNotEnabled = 1018
  /// Internal timeout of the service.
  public static let internalTimeout = 1050
  /// Too many test users.
  public static let tooManyTestUsers = 2007
  /// The user is not in the room.
  public static let userNotInRoom = 40001
  /// Internal error of the RTC service.
  public static let rtcInternalError = 40002
  /// The room does not exist.
  public static let roomNotFound = 40003
  /// The user id is wrong.
  public static let invalidUserId = 40004
  /// Joined already.
  public static let alreadyJoined = 40005
}

/// What is known of ``McuConfig``'s mode, `mcuConfig.mode`. Any other number passes.
public enum McuMode {
  /// The number in the documentation's example. What it means is not publicly known.
  public static let documentedExample: Int32 = 6
}
