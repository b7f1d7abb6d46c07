// A program of modules, as the book says.

package rongcloud.recording.tests

import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import org.junit.jupiter.api.io.TempDir
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.java
import rongcloud.recording.support.run
import rongcloud.simulator.RongCloudSimulatorExtension
import java.io.File
import java.nio.file.Path
import java.util.spi.ToolProvider
import kotlin.io.path.Path
import kotlin.io.path.createDirectories
import kotlin.io.path.name
import kotlin.io.path.writeText
import kotlin.test.assertEquals

@ExtendWith(RongCloudSimulatorExtension::class)
class ModulesTest {
    /** What users get with the library. */
    private val modules = System
        .getProperty("java.class.path")
        .split(File.pathSeparator)
        .filter {
            Regex("(recording|kotlin-stdlib|kotlinx-coroutines-core-jvm|jna|slf4j-api)-\\d.*").matches(Path(it).name)
        }

    @Test
    fun `a module that requires rongcloud recording starts a recording`(simulator: Simulator, @TempDir folder: Path) {
        assertEquals(5, modules.size)
        folder.resolve("module-info.java").writeText("module app { requires rongcloud.recording; }")
        val main = folder.resolve("app").createDirectories().resolve("Main.java")
        main.writeText(MAIN)
        val path = modules.joinToString(File.pathSeparator)
        val sources = listOf("module-info.java", "app/Main.java").map { folder.resolve(it).toString() }
        val javac = ToolProvider.findFirst("javac").orElseThrow()
        val compiled =
            javac.run(System.out, System.err, "-d", "$folder/classes", "--module-path", path, *sources.toTypedArray())
        assertEquals(0, compiled)
        val ended = run(
            listOf(java, "--module-path", "$path${File.pathSeparator}$folder/classes", "--module", "app/app.Main"),
            simulator.environment,
        )
        val ids = simulator.recordings().map { it.recordId }
        assertEquals(
            ids,
            ended.output.lines().filter {
                it.startsWith("record id: ")
            }.map { it.substringAfter(": ") },
            ended.output,
        )
        assertEquals(2, ids.size)
    }

    private companion object {
        const val MAIN = """
            package app;

            import rongcloud.recording.*;

            class Main {
                public static void main(String[] arguments) {
                    var profile = new RecordingProfile(
                            SplitStreamRecording.builder(VideoFormat.MP4, AudioFormat.AAC, SliceLength.MINUTES_60)
                                    .mode(RecordingMode.SINGLE_AUDIO_VIDEO)
                                    .build());
                    try (var client = BlockingRecordingClient.builder().build()) {
                        System.out.println("record id: " + client.start("room1", "aaa", profile).getRecordId());
                    } catch (InterruptedException interrupted) {
                        throw new IllegalStateException(interrupted);
                    }
                    try (var client = RecordingClient.builder().build()) {
                        System.out.println("record id: "
                                + client.startAsync("room1", "aaa", profile).join().getRecordId());
                    }
                }
            }
        """
    }
}
