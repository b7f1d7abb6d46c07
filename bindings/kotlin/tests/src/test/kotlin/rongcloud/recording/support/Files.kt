// Where the suite finds what was built.

package rongcloud.recording.support

import java.nio.file.Path
import kotlin.io.path.Path
import kotlin.io.path.toPath

object Files {
    private val root = Path(System.getProperty("recording.root")).toAbsolutePath().normalize()
    private val target = Path(System.getProperty("recording.target"))

    val rustExample: Path = target.resolve("debug/examples/start_recording")
    val example: Path = root.resolve("build/kotlin/example/start-recording.jar")

    /** Of a time when futures were a library of their own. */
    val oldCoroutines: Path = root.resolve("build/kotlin/tests/old/kotlinx-coroutines-core-jvm-1.6.4.jar")

    /** The program that was packed by Spring Boot of that version. */
    fun boot(version: String): Path = root.resolve("build/kotlin/boot/$version/boot.jar")

    val vectors: Path = root.resolve("tests/vectors")

    /** What was packed: the jar, and beside it those with the sources and the documentation. */
    fun packed(classifier: String = ""): Path = root.resolve("build/kotlin/recording/recording-0.1.0$classifier.jar")

    /** Where this process has loaded a class from. */
    fun origin(type: Class<*>): Path = type.protectionDomain.codeSource.location.toURI().toPath()
}
