// Where the native library can't be loaded: folders for temporary files that can't be written to, or that forbid
// programs, as hardened containers have them, and musl.

package rongcloud.recording.tests

import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import org.junit.jupiter.api.io.TempDir
import rongcloud.recording.support.Ended
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.StartAsOnMusl
import rongcloud.recording.support.StartFromEnvironment
import rongcloud.recording.support.java
import rongcloud.recording.support.run
import rongcloud.recording.support.runJvm
import rongcloud.simulator.RongCloudSimulatorExtension
import java.nio.file.Path
import kotlin.io.path.writeText
import kotlin.test.assertContains

@ExtendWith(RongCloudSimulatorExtension::class)
class LibraryFileTest {
    @Test
    fun `a folder that can't be written to is named`(simulator: Simulator, @TempDir folder: Path) {
        val ended = start(simulator, folder, "ro", "jna.tmpdir")
        assertContains(ended.output, "NotSent: not sent: the native library can't be loaded on linux-")
        assertContains(ended.output, "$folder can't be written to")
        assertContains(ended.output, "name a folder that allows it by -Djna.tmpdir=FOLDER")
    }

    @Test
    fun `a folder that forbids programs is named`(simulator: Simulator, @TempDir folder: Path) {
        val ended = start(simulator, folder, "noexec", "jna.tmpdir")
        assertContains(ended.output, "$folder: ")
        assertContains(ended.output, "failed to map segment from shared object")
        assertContains(ended.output, "name a folder that allows it by -Djna.tmpdir=FOLDER")
    }

    @Test
    fun `where the folder for everybody forbids programs, the user's own is taken`(
        simulator: Simulator,
        @TempDir folder: Path,
        @TempDir cache: Path,
    ) {
        val ended = start(simulator, folder, "noexec", "java.io.tmpdir", "XDG_CACHE_HOME" to "$cache")
        assertContains(ended.output, "record id: ${simulator.recordings().single().recordId}")
    }

    @Test
    fun `where JNA can't be loaded with musl, both are named`(simulator: Simulator, @TempDir folder: Path) {
        val loader = folder.resolve("ld-musl-x86_64.so.1").apply { writeText("in memory") }
        val ended = runJvm(
            StartAsOnMusl::class.qualifiedName!!,
            listOf("$loader"),
            simulator.environment,
            listOf("-Djna.nounpack=true"),
        )
        assertContains(ended.output, "NotSent: not sent: the native library can't be loaded on linux-musl-")
        assertContains(ended.output, "JNA's own library can't be loaded: ")
        assertContains(ended.output, "use an image with glibc")
    }

    /** With something else in the folder's place, for this one process. */
    private fun start(
        simulator: Simulator,
        folder: Path,
        mountedAs: String,
        property: String,
        vararg environment: Pair<String, String>,
    ): Ended {
        val script = "mount -t tmpfs -o $mountedAs none '$folder' && exec \"$@\""
        val program = listOf(java, "-D$property=$folder", "-cp", System.getProperty("java.class.path"))
        val inside = listOf("unshare", "--mount", "sh", "-c", script, "sh")
        val command = inside + program + StartFromEnvironment::class.qualifiedName!!
        return run(command, simulator.environment + environment)
    }
}
