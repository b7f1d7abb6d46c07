// How all public clients are opened.

package rongcloud.recording.internal

import rongcloud.recording.ClientOptions

/** App Key and App Secret on their way to the core, which keeps them. What is missing is the environment's. */
internal class AppKeyAndSecret(val appKey: String?, val appSecret: String?)

/** Opens a client. What is missing or wrong is told at once. */
internal fun openClient(app: AppKeyAndSecret?, options: ClientOptions): Handle {
    Core.inside { Linkage.check() }
    Log.prepare()
    return NativeClientNative.ofKeys(app?.appKey, app?.appSecret, options, "kotlin")
}
