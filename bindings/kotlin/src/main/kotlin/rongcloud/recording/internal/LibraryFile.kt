// The native library as a file: the one for this machine, out of the jar, for as long as it takes to load it.

package rongcloud.recording.internal

import com.sun.jna.Native
import java.io.File
import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption.REPLACE_EXISTING

/** Names another library: by its path, or by a name that JNA looks for. */
private const val OWN = "rongcloud.recording.library"

/** Names the one folder that everything is unpacked into, JNA's own library, too. */
private const val FOLDER = "jna.tmpdir"

/** In the names of loaded files, where the C library is musl: Alpine's loader, and Debian's. */
private val MUSL = Regex("""/ld-musl-[^/]*$|-linux-musl/libc\.so$""")

/** What the jar may hold: Linux with glibc and with musl, as JNA names machines. */
private val PLATFORMS = listOf("linux-x86-64", "linux-aarch64", "linux-musl-x86-64", "linux-musl-aarch64")

internal object LibraryFile {
    /**
     * What [load] makes of the library. JNA alone would take one folder for glibc and musl, and where it can't load what it
     * has unpacked, would say no more than the system does.
     */
    fun <T> loaded(name: String, load: (path: String) -> T): T {
        if (hasMusl) clashOf { Native.POINTER_SIZE }?.let { throw withoutJna(it) }
        System.getProperty(OWN)?.let { return load(it) }
        val packed = "/$platform/${System.mapLibraryName(name)}"
        // As a stream, which its class loader closes: a URL's would keep the jar open in the whole process.
        val library = javaClass.getResourceAsStream(packed)?.use { it.readAllBytes() }
            ?: throw UnsatisfiedLinkError("for $platform none is in this jar, which has ${packed()}; $BUILD_ONE")
        val failures = mutableListOf<Exception>()
        for (folder in folders()) {
            try {
                return inFile(folder, library, load)
            } catch (failure: IOException) {
                failures += failure
            } catch (failure: LinkageError) {
                failures += IOException("$folder: ${failure.message?.lineSequence()?.firstOrNull()}", failure)
            }
        }
        val told = failures.joinToString("; ") { it.message.orEmpty() }
        throw UnsatisfiedLinkError("$told; $ANOTHER_FOLDER").apply { failures.forEach(::addSuppressed) }
    }

    /** Where JNA's own library can't be loaded, no other can be: neither another folder nor another file would help. */
    private fun withoutJna(failure: LinkageError) = UnsatisfiedLinkError(
        "JNA's own library can't be loaded: ${failure.message?.lineSequence()?.firstOrNull()}; $GLIBC_OR_JNA",
    ).apply { addSuppressed(failure) }

    /** A file of its own for each class loader: from the same one, the system would give both the same library. */
    private fun <T> inFile(folder: Path, library: ByteArray, load: (path: String) -> T): T {
        val file = try {
            // Only its owner's.
            Files.createTempFile(folder, "rongcloud-recording-", ".so").toAbsolutePath()
        } catch (failure: IOException) {
            throw IOException("$folder can't be written to: $failure", failure)
        }
        try {
            library.inputStream().use { Files.copy(it, file, REPLACE_EXISTING) }
            return load("$file")
        } finally {
            // What is loaded stays, and nothing is left behind however the process ends.
            Files.deleteIfExists(file)
        }
    }

    /** A machine whose folder for everybody forbids programs has mostly one of the user's that allows them. */
    private fun folders(): List<Path> = System.getProperty(FOLDER)?.let { listOf(Path.of(it)) }
        ?: listOfNotNull(
            Path.of(System.getProperty("java.io.tmpdir")),
            (System.getenv("XDG_CACHE_HOME")?.let(Path::of) ?: Path.of(System.getProperty("user.home"), ".cache"))
                .takeIf { Files.isDirectory(it) },
        )

    private fun packed() = PLATFORMS.filter { javaClass.getResource("/$it/$ANY") != null }.ifEmpty { listOf("none") }
        .joinToString(" and ")

    val platform: String by lazy {
        val system = System.getProperty("os.name")
        val machine = when (val machine = System.getProperty("os.arch")) {
            "amd64", "x86_64" -> "x86-64"
            else -> machine
        }
        when {
            system != "Linux" -> "${system.lowercase().substringBefore(' ')}-$machine"
            hasMusl -> "linux-musl-$machine"
            else -> "linux-$machine"
        }
    }

    private val hasMusl: Boolean by lazy {
        try {
            File("/proc/self/maps").useLines { lines -> lines.any(MUSL::containsMatchIn) }
        } catch (_: IOException) {
            // Nothing there to look at, as in some sandboxes.
            false
        }
    }

    private const val ANY = "librongcloud_recording.so"
    private const val BUILD_ONE = "name one that you have built by -D$OWN=FILE"
    private const val GLIBC_OR_JNA =
        "it is made for glibc, and this JVM runs with musl (Alpine): use an image with glibc, such as Debian's, " +
            "or name a folder with a libjnidispatch.so that was built for musl by -Djna.boot.library.path=FOLDER"
    private const val ANOTHER_FOLDER =
        "name a folder that allows it by -D$FOLDER=FOLDER, or the library itself, unpacked, by -D$OWN=FILE"
}
