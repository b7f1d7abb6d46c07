// Containers that unload a program while the process lives on.

package rongcloud.recording.tests

import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.support.Isolated
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.UseEverything
import rongcloud.simulator.RongCloudSimulatorExtension
import java.lang.ref.ReferenceQueue
import java.lang.ref.WeakReference
import kotlin.test.assertEquals
import kotlin.test.assertNotNull

@ExtendWith(RongCloudSimulatorExtension::class)
class UnloadTest {
    @Test
    fun `a class loader is unloaded after the end of the runtime`(simulator: Simulator) {
        val gone = ReferenceQueue<ClassLoader>()
        val loader = usedLoader(simulator.url, gone)
        assertEquals(4, simulator.recordings().size)
        assertNotNull(
            generateSequence { System.gc() }.take(400).firstNotNullOfOrNull { gone.remove(100) },
            "still there: ${loader.get()}",
        )
    }

    /** A method of its own, whose local variables are gone when it has returned. */
    private fun usedLoader(url: String, gone: ReferenceQueue<ClassLoader>): WeakReference<ClassLoader> {
        val loader = Isolated()
        loader.run(UseEverything::class, url)
        loader.close()
        return WeakReference(loader, gone)
    }
}
