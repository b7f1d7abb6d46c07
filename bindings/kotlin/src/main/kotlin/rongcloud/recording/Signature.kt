// The signature, for checking a request by hand.

@file:JvmName("Signatures")

package rongcloud.recording

import rongcloud.recording.internal.native
import rongcloud.recording.internal.requireUnicode
import rongcloud.recording.internal.signature as nativeSignature

/**
 * The `Signature` of a request: lower-case hex of SHA-1 over App Secret, nonce and timestamp, joined as texts.
 *
 * Clients sign their requests themselves; this is for checking a request by hand. Source: API Request Signature.
 */
public fun signature(appSecret: String, nonce: String, timestamp: String): String {
    requireUnicode("app_secret" to appSecret, "nonce" to nonce, "timestamp" to timestamp)
    return native { nativeSignature(appSecret, nonce, timestamp) }
}
