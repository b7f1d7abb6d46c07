// Programs run as processes of their own, with an environment of their own.

package rongcloud.recording.support

import java.nio.file.Path
import java.util.concurrent.TimeUnit.SECONDS
import kotlin.io.path.Path

/** What a program that has ended left behind. */
class Ended(val status: Int, val output: String)

/** Runs a program to its end and collects all that it prints, on either stream. */
fun run(command: List<String>, environment: Map<String, String> = emptyMap(), folder: Path = Path(".")): Ended {
    val process =
        ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .apply {
                environment().keys.removeIf { it.startsWith("RONGCLOUD_") || it == "LD_LIBRARY_PATH" }
                environment() += environment
            }.start()
    process.outputStream.close()
    val output = process.inputReader().readText()
    check(process.waitFor(30, SECONDS)) { "${command[0]} has closed its output but does not end" }
    return Ended(process.exitValue(), output)
}

/** Runs a main function of this suite in a JVM of its own. */
fun runJvm(
    main: String,
    arguments: List<String> = emptyList(),
    environment: Map<String, String> = emptyMap(),
    options: List<String> = emptyList(),
): Ended {
    // Where Java would warn that the library loads native code.
    val access = listOf("--enable-native-access=ALL-UNNAMED").takeIf { Runtime.version().feature() >= 24 }.orEmpty()
    val suite = listOf("-cp", System.getProperty("java.class.path"))
    return run(listOf(java) + access + options + suite + main + arguments, environment)
}

val java: String = Path(System.getProperty("java.home"), "bin", "java").toString()
