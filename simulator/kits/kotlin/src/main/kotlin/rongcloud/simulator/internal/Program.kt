// The simulator's program: out of the jar, into a private folder, and started.

package rongcloud.simulator.internal

import rongcloud.simulator.SimulatorException
import java.io.IOException
import java.io.InputStream
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption
import java.nio.file.attribute.PosixFilePermissions
import java.util.concurrent.TimeUnit.SECONDS
import kotlin.io.path.createTempDirectory
import kotlin.io.path.setPosixFilePermissions

private const val NAME = "rongcloud-simulator"
private const val SECONDS_TO_END = 10L

/** A process that ends with its standard input, hence with this JVM at the latest. */
internal class Program(arguments: List<String>, secrets: Map<String, String>) : AutoCloseable {
    private val process: Process = start(arguments, secrets)

    /** The only line that it prints. */
    val url: String =
        process.inputReader().readLine()
            ?: throw SimulatorException("the simulator has not started: ${process.errorReader().readText().trim()}")

    override fun close() {
        process.outputStream.close()
        if (!process.waitFor(SECONDS_TO_END, SECONDS)) process.destroyForcibly()
    }
}

/** Once for the whole JVM. */
private val unpacked: Path by lazy { unpack(platform()) }

private fun start(arguments: List<String>, secrets: Map<String, String>): Process = try {
    ProcessBuilder(listOf("$unpacked", "--until-stdin-closes", "--quiet") + arguments)
        .apply {
            environment().keys.removeIf { it.startsWith("RONGCLOUD_") }
            environment() += secrets
        }.start()
} catch (e: IOException) {
    throw SimulatorException(
        "the simulator can't be unpacked and run in the folder for temporary files ($e). If that is mounted noexec, " +
            "name another one: -Djava.io.tmpdir=FOLDER for the JVM that runs the tests",
        e,
    )
}

/** The name that JNA gives a platform, as in the jar of the client. */
private fun platform(): String {
    val system = System.getProperty("os.name")
    val machine = System.getProperty("os.arch")
    val name = when {
        system.startsWith("Windows") -> "win32"
        system.startsWith("Mac") -> "darwin"
        else -> system.lowercase()
    }
    return "$name-${if (machine == "amd64" || machine == "x86_64") "x86-64" else machine}"
}

/** Puts the program where nobody else can read or replace it, until the JVM ends. */
private fun unpack(platform: String): Path {
    val packed: InputStream =
        Program::class.java.getResourceAsStream("/$platform/$NAME")
            ?: throw SimulatorException(
                "this jar of rongcloud:simulator has no program for $platform: it runs on what it was packed on",
            )
    // Only its owner's, which is what the JVM makes of every temporary folder.
    val folder = createTempDirectory("$NAME-").also { it.toFile().deleteOnExit() }
    val program = folder.resolve(NAME).also { it.toFile().deleteOnExit() }
    packed.use { Files.copy(it, program, StandardCopyOption.REPLACE_EXISTING) }
    program.setPosixFilePermissions(PosixFilePermissions.fromString("rwx------"))
    return program
}
