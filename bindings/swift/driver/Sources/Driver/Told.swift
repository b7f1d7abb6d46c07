// What the package gives, as JSON: properties by their names, times in milliseconds, members of enums by their names.

import Foundation
import RongCloudRecording

/// A value of any of its types.
func told(_ value: Any) -> Any {
  switch value {
  case let error as RecordingError: return told(error)
  case let event as RecordingEvent: return fields(of: event).merging(["is_failure": event.isFailure]) { $1 }
  case let room as Room: return fields(of: room).merging(["video_streams": told(room.videoStreams)]) { $1 }
  case let time as Date: return Int((time.timeIntervalSince1970 * 1000).rounded())
  case let duration as Duration: return Int(duration / .milliseconds(1))
  case let texts as [String: Any]: return texts.mapValues(told)
  case is String, is Int, is Double, is Bool, is NSNull: return value
  case Layout.custom(let windows): return ["windows": told(windows)]
  default: break
  }
  let mirror = Mirror(reflecting: value)
  switch mirror.displayStyle {
  case .optional: return mirror.children.first.map { told($0.value) } ?? NSNull()
  case .collection: return mirror.children.map { told($0.value) }
  case .enum: return snakeCase("\(value)")
  default: return fields(of: value)
  }
}

private func fields(of value: Any) -> [String: Any] {
  let named = Mirror(reflecting: value).children.map { child in
    let times: [Any.Type] = [Date.self, Date?.self, Duration.self, Duration?.self]
    let isTime = times.contains { $0 == type(of: child.value) }
    return (snakeCase(child.label ?? "") + (isTime ? "_ms" : ""), told(child.value))
  }
  return Dictionary(uniqueKeysWithValues: named)
}

/// Each fact as the error tells it, where it does.
private func told(_ error: RecordingError) -> [String: Any] {
  let own: [String: Any] = [
    "kind": snakeCase(Mirror(reflecting: error).children.first?.label ?? ""),
    "sentence": error.description,
    "reason": error.reason,
    "cause": told(error.cause as Any),
    "status": told(error.status as Any),
    "code": told(error.code as Any),
    "maybe_sent": error.maybeSent,
    "may_be_recording": error.mayBeRecording,
    "is_retryable": error.isRetryable,
    "earlier_may_have_acted": error.earlierMayHaveActed,
    "violations": told(error.violations),
  ]
  return fields(of: error.failure).merging(own) { $1 }
}

/// A refusal is an answer, too.
func facts(of refusal: CallbackRefused) -> [String: Any] {
  ["refusal": refusal.reason, "http_status": refusal.httpStatus, "explanation": refusal.explanation]
}

/// A name as Rust spells it.
func snakeCase(_ name: String) -> String {
  name.reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : String($1) }
}

/// The values that are known. Swift has no way to list what an enum without cases declares.
let constants: [String: [String: any Sendable]] = [
  "resolutions": [
    "R480X320": Resolution.r480x320,
    "R320X480": Resolution.r320x480,
    "R640X480": Resolution.r640x480,
    "R480X640": Resolution.r480x640,
    "R1280X720": Resolution.r1280x720,
    "R720X1280": Resolution.r720x1280,
  ],
  "mcu_modes": ["DOCUMENTED_EXAMPLE": McuMode.documentedExample],
  "service_codes": [
    "SUCCESS": ServiceCode.success,
    "INTERNAL_ERROR": ServiceCode.internalError,
    "APP_KEY_MISMATCH": ServiceCode.appKeyMismatch,
    "INVALID_PARAMETER": ServiceCode.invalidParameter,
    "EMPTY_BODY": ServiceCode.emptyBody,
    "INVALID_SIGNATURE": ServiceCode.invalidSignature,
    "PARAMETER_TOO_LONG": ServiceCode.parameterTooLong,
    "APP_LOCKED": ServiceCode.appLocked,
    "METHOD_NOT_ALLOWED": ServiceCode.methodNotAllowed,
    "RATE_EXCEEDED": ServiceCode.rateExceeded,
    "SERVICE_NOT_ENABLED": ServiceCode.serviceNotEnabled,
    "CHAT_ROOM_ID_MISSING": ServiceCode.chatRoomIdMissing,
    "TOO_MANY_CHAT_ROOMS": ServiceCode.tooManyChatRooms,
    "RTC_SDK_NOT_SUPPORTED": ServiceCode.rtcSdkNotSupported,
    "RTC_NOT_ENABLED": ServiceCode.rtcNotEnabled,
    "INTERNAL_TIMEOUT": ServiceCode.internalTimeout,
    "TOO_MANY_TEST_USERS": ServiceCode.tooManyTestUsers,
    "USER_NOT_IN_ROOM": ServiceCode.userNotInRoom,
    "RTC_INTERNAL_ERROR": ServiceCode.rtcInternalError,
    "ROOM_NOT_FOUND": ServiceCode.roomNotFound,
    "INVALID_USER_ID": ServiceCode.invalidUserId,
    "ALREADY_JOINED": ServiceCode.alreadyJoined,
  ],
]
