// The core's runtime, for programs that have to end it explicitly.

package rongcloud.recording

import rongcloud.recording.internal.Core
import rongcloud.recording.internal.Functions
import java.time.Duration

/** The core's runtime, which runs the calls of all clients of this process. */
public object RecordingRuntime {
    /**
     * Ends the runtime: calls in progress end as [RecordingException.Cancelled], all later calls of this process
     * fail as [RecordingException.NotSent].
     *
     * A program that simply ends does not need it. It is for containers that unload code while the process continues: a
     * class loader that alone loaded this library and JNA can then be garbage collected, and this library no longer
     * works in it. If that class loader also loaded kotlinx-coroutines, and coroutines or futures were used, end their
     * threads with `Dispatchers.shutdown()`.
     *
     * @param timeout how long to wait for the runtime to end, and then for calls to return; not negative
     */
    @JvmStatic
    public fun shutDown(timeout: Duration) {
        if (Core.isLetGo()) return
        Functions.shutDownRuntime(timeout)
        Core.letGo(timeout)
    }
}
