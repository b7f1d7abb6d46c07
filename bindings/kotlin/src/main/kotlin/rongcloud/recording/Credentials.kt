// App Key and App Secret, kept so that the secret can't leak.

package rongcloud.recording

import rongcloud.recording.internal.native
import rongcloud.recording.internal.requireUnicode
import rongcloud.recording.internal.Credentials as NativeCredentials

/**
 * An app's key and secret, from the console's App Key page, for a [CallbackReceiver].
 *
 * The core alone keeps them: they can't be read back, and no text made of this object has them.
 *
 * @param appKey the app's key
 * @param appSecret the app's secret
 * @throws RecordingException.InvalidInput where one is empty, or has characters or white space at its ends that can't be
 *   right
 */
public class Credentials(appKey: String, appSecret: String) {
    internal val handle: NativeCredentials

    init {
        requireUnicode("app_key" to appKey, "app_secret" to appSecret)
        handle = native { NativeCredentials(appKey, appSecret) }
    }

    /** The class's name, and nothing of what it holds. */
    override fun toString(): String = "Credentials(redacted)"
}
