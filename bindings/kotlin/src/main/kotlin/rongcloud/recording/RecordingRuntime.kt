// The core's threads, for those who have to end them by hand.

package rongcloud.recording

import rongcloud.recording.internal.Core
import rongcloud.recording.internal.Functions
import java.time.Duration

/** The worker threads of the core, which carry the calls of all clients of this process. */
public object RecordingRuntime {
    /**
     * Ends the worker threads: calls under way end as [RecordingException.Cancelled], all later ones of this process
     * fail as [RecordingException.NotSent].
     *
     * A program that simply ends has no need of it. It is for containers that unload code while the process lives on:
     * a class loader that has this library and JNA to itself then becomes garbage, and nothing of this library works in
     * it any more. Where it has kotlinx-coroutines to itself, too, and coroutines or futures were used, end those threads
     * with `Dispatchers.shutdown()`.
     *
     * @param timeout how long to wait for the threads to end, and then for calls to return; not negative
     */
    @JvmStatic
    public fun shutDown(timeout: Duration) {
        if (Core.isLetGo()) return
        Functions.shutDownRuntime(timeout)
        Core.letGo(timeout)
    }
}
