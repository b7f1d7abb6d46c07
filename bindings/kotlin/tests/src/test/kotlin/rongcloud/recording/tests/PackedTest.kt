// The packed artifact: what is in it, what isn't, and that it needs nothing else.

package rongcloud.recording.tests

import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import org.junit.jupiter.api.io.TempDir
import rongcloud.recording.RecordingClient
import rongcloud.recording.support.Files
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.java
import rongcloud.recording.support.run
import rongcloud.simulator.RongCloudSimulatorExtension
import java.nio.file.Path
import java.util.jar.JarFile
import kotlin.io.path.ExperimentalPathApi
import kotlin.io.path.copyTo
import kotlin.io.path.copyToRecursively
import kotlin.io.path.createDirectory
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readBytes
import kotlin.reflect.KVisibility
import kotlin.test.assertContains
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertTrue

@ExtendWith(RongCloudSimulatorExtension::class)
class PackedTest {
    private val jar = JarFile(Files.packed().toFile())
    private val entries = jar.entries().asSequence().filterNot { it.isDirectory }.map { it.name }.toList()
    private val libraries = entries.filter { it.endsWith("librongcloud_recording.so") }

    @Test
    fun `the suite runs against the packed jar`() {
        assertContentEquals(Files.packed().readBytes(), Files.origin(RecordingClient::class.java).readBytes())
    }

    @Test
    fun `the jar holds the library's classes, the native library and notes for tools`() {
        val others = entries.filterNot { it.startsWith("rongcloud/recording/") || it.startsWith("META-INF/") }
        assertEquals(libraries.toSet() + "module-info.class", others.toSet())
        val platform = "linux-" + System.getProperty("os.arch").replace("amd64", "x86-64")
        assertContains(libraries, "$platform/librongcloud_recording.so")
    }

    @Test
    fun `the jar says what is built into it, and under which licences`() {
        val notices = text("META-INF/THIRD-PARTY-NOTICES.txt")
        assertContains(notices, Regex("(?m)^uniffi \\S+: MPL-2.0$"))
        assertContains(notices, "https://github.com/mozilla/uniffi-rs")
        val bill = text(entries.single { it.startsWith("META-INF/sbom/") && it.endsWith(".cdx.json") })
        assertContains(bill, Regex("\"purl\": \"pkg:cargo/rustls@"))
    }

    @Test
    fun `users see these classes and no others`() {
        assertEquals(
            """
            Acknowledged AcknowledgedBuilder Advice AdviceCode AsyncCallbackReceiver AsyncReplayGuard Attempt
            AttemptBuilder AudioFormat BlockingRecordingClient BlockingRecordingLedger CallContext CallContextBuilder
            CallCount CallbackHeaderNames CallbackHeaderNamesBuilder CallbackOptions CallbackOptionsBuilder
            CallbackReceiver CallbackReceiverBuilder CallbackRefusedException Callbacks Cancellations ClientOptions
            ClientOptionsBuilder ClientStatistics ConnectionPolicy ConnectionPolicyBuilder Corner Credentials DataCenter
            DomainStatistics Environment FailoverPolicy FailoverPolicyBuilder Failure FailureBuilder FailureCause
            FailureKind FollowedRecording HeaderStyle Host Layout LayoutUpdate LayoutUpdateBuilder LedgerEntry
            LedgerOptions LedgerOptionsBuilder LedgerRecording LedgerResolution LedgerState LedgerStatistics McuConfig
            McuMode McuRecording McuRecordingBuilder Measurement MeasurementAttribute MeasurementKind MediaType Member
            OnUnknown OperationKind PublishedStream ReceivedCallback ReceivedRecordingEvent ReceivedRoomEvent
            ReconcileReport RecordType Recording RecordingClient RecordingClientBuilder RecordingConfig RecordingEvent
            RecordingEventKind RecordingException RecordingLedger RecordingLedgerBuilder RecordingMode RecordingPhase
            RecordingProfile RecordingRuntime RecordingTarget RecordingTracker RefusalReason RenderMode ReplayGuard
            Resolution RetryPolicy RetryPolicyBuilder Room RoomBuilder RoomEvent RoomEventKind ServiceCode Signatures
            SliceLength SplitStreamRecording SplitStreamRecordingBuilder StartedRecording StartedRecordingBuilder
            StreamRef SuspendingReplayGuard TakenEvent TimestampUnit TrackedRecording VideoFormat Violation
            ViolationCode Window
            """.trim().split(Regex("\\s+")).toSet(),
            classes("rongcloud/recording/").filterNot { '$' in it }.map { it.substringAfterLast('.') }.toSet(),
        )
    }

    @Test
    fun `nothing of the machinery is public`() {
        val visible =
            classes("rongcloud/recording/internal/")
                .map { Class.forName(it, false, javaClass.classLoader) }
                .filter { it.enclosingClass == null && !it.isSynthetic && it.hasKotlinClass() }
                .filter { it.kotlin.visibility == KVisibility.PUBLIC }
        assertEquals(emptyList(), visible)
    }

    @Test
    fun `the native library is stripped`() {
        for (library in libraries) {
            val text = String(jar.getInputStream(jar.getEntry(library)).readAllBytes(), Charsets.ISO_8859_1)
            assertTrue(text.startsWith("\u007FELF"))
            assertFalse(".symtab" in text)
        }
    }

    @Test
    fun `R8 is told to keep what JNA finds by name`() {
        val rules = String(jar.getInputStream(jar.getEntry("META-INF/proguard/rongcloud-recording.pro")).readAllBytes())
        assertContains(rules, "-keep class com.sun.jna.** { *; }")
        assertContains(rules, "-keep class rongcloud.recording.internal.** { *; }")
    }

    @Test
    fun `users get the Kotlin library, coroutines, JNA and SLF4J's API with it, and nothing else`() {
        val pom = String(jar.getInputStream(jar.getEntry("META-INF/maven/rongcloud/recording/pom.xml")).readAllBytes())
        val dependencies = pom.substringAfter("<dependencies>").substringBefore("</dependencies>")
        assertEquals(
            listOf("kotlin-stdlib", "kotlinx-coroutines-core-jvm", "jna", "slf4j-api"),
            artifacts(dependencies.substringBefore("<!-- For the adapters")),
        )
        val ofAdapters = dependencies.substringAfter("<!-- For the adapters")
        val optional = Regex("<optional>true</optional>").findAll(ofAdapters).count()
        assertEquals(listOf("micrometer-core", "opentelemetry-api"), artifacts(ofAdapters))
        assertEquals(2, optional)
    }

    private fun artifacts(dependencies: String) =
        Regex("<artifactId>(.*)</artifactId>").findAll(dependencies).map { it.groupValues[1] }.toList()

    @Test
    fun `sources are there, the generated ones too`() {
        val sources = JarFile(Files.packed("-sources").toFile()).use { jar -> jar.stream().map { it.name }.toList() }
        assertContains(sources, "rongcloud/recording/RecordingClient.kt")
        assertContains(sources, "rongcloud/recording/Data.kt")
    }

    @Test
    fun `the documentation covers what users see and nothing of the machinery`() {
        val pages = JarFile(Files.packed("-javadoc").toFile()).use { jar -> jar.stream().map { it.name }.toList() }
        assertContains(pages, "rongcloud/recording/SplitStreamRecording.html")
        assertEquals(emptyList(), pages.filter { "internal" in it || "NativeClient" in it })
    }

    @Test
    @OptIn(ExperimentalPathApi::class)
    fun `jar and dependencies alone, in an empty folder, start a recording with the library from the jar`(
        simulator: Simulator,
        @TempDir folder: Path,
    ) {
        Files.example.copyTo(folder.resolve("start-recording.jar"))
        Files.example.resolveSibling("lib").copyToRecursively(folder.resolve("lib"), followLinks = false)
        val temporary = folder.resolve("tmp").createDirectory()
        val options = listOf("-Djna.debug_load=true", "-Djava.io.tmpdir=$temporary")
        val ended = run(listOf(java) + options + listOf("-jar", "start-recording.jar"), simulator.environment, folder)
        assertContains(ended.output, "record id: ${simulator.recordings().single().recordId}")
        assertContains(ended.output, "Looking for library '$temporary/rongcloud-recording-")
        assertEquals(emptyList(), temporary.listDirectoryEntries())
    }

    private fun text(entry: String) = String(jar.getInputStream(jar.getEntry(entry)).readAllBytes())

    private fun classes(folder: String) = entries
        .filter { it.startsWith(folder) && it.endsWith(".class") && '/' !in it.removePrefix(folder) }
        .map { it.removeSuffix(".class").replace('/', '.') }

    /** Whether it is a class of Kotlin's, not the file around some functions. */
    private fun Class<*>.hasKotlinClass() = getAnnotation(Metadata::class.java)?.kind == 1
}
