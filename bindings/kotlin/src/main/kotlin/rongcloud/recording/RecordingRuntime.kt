// The core's threads, for those who have to end them by hand.

package rongcloud.recording

import rongcloud.recording.internal.native
import rongcloud.recording.internal.notNegative
import rongcloud.recording.internal.shutDownRuntime
import java.time.Duration

/** The worker threads of the core, which carry the calls of all clients of this process. */
public object RecordingRuntime {
    /**
     * Ends the worker threads: calls under way end as [RecordingException.Cancelled], all later ones of this process
     * fail as [RecordingException.NotSent].
     *
     * A program that simply ends has no need of it. It is for containers that unload code while the process lives on.
     *
     * @param timeout how long to wait for the threads to end
     */
    @JvmStatic
    public fun shutDown(timeout: Duration): Unit = native { shutDownRuntime(timeout.notNegative()) }
}
