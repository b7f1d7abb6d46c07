// The test kit: when simulators begin and end, and that all of them can be asked.

package rongcloud.recording.tests

import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Nested
import org.junit.jupiter.api.RepeatedTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import org.junit.jupiter.api.extension.RegisterExtension
import org.junit.jupiter.api.io.TempDir
import rongcloud.recording.RecordingException
import rongcloud.recording.support.StartAndEnd
import rongcloud.recording.support.StartAndHalt
import rongcloud.recording.support.anyProfile
import rongcloud.recording.support.blockingClient
import rongcloud.recording.support.client
import rongcloud.recording.support.runJvm
import rongcloud.simulator.CallbackDelivery
import rongcloud.simulator.CallbackFailure
import rongcloud.simulator.CallbackKind
import rongcloud.simulator.CallbackState
import rongcloud.simulator.Cut
import rongcloud.simulator.Ended
import rongcloud.simulator.Fault
import rongcloud.simulator.RecordingState
import rongcloud.simulator.RongCloudSimulator
import rongcloud.simulator.RongCloudSimulatorExtension
import rongcloud.simulator.SimulatorException
import rongcloud.simulator.Step
import rongcloud.simulator.StreamKind
import rongcloud.simulator.Verdict
import java.io.IOException
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.TimeUnit.SECONDS
import kotlin.io.path.listDirectoryEntries
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertNull
import kotlin.test.assertSame
import kotlin.test.assertTrue

class SimulatorKitTest {
    @Nested
    @ExtendWith(RongCloudSimulatorExtension::class)
    inner class Extended {
        @BeforeEach
        fun `it is the same before the test`(simulator: RongCloudSimulator) {
            before = simulator
        }

        @AfterEach
        fun `it lasts until the test's end`(simulator: RongCloudSimulator) {
            simulator.requests()
            ended = simulator
        }

        @RepeatedTest(2)
        fun `each test has a simulator of its own, which ends with it`(simulator: RongCloudSimulator) {
            assertSame(before, simulator)
            ended?.let { assertFailsWith<IOException> { it.requests() } }
        }
    }

    class Shared {
        @RepeatedTest(2)
        fun `a class has one simulator where the extension is static`(simulator: RongCloudSimulator) {
            assertSame(extension.simulator, simulator)
            assertSame(ofClass, simulator)
        }

        private companion object {
            @JvmField
            @RegisterExtension
            val extension = RongCloudSimulatorExtension()

            lateinit var ofClass: RongCloudSimulator

            @JvmStatic
            @BeforeAll
            fun remember(simulator: RongCloudSimulator) {
                ofClass = simulator
            }
        }
    }

    @Nested
    @ExtendWith(RongCloudSimulatorExtension::class)
    inner class Asked {
        @Test
        fun `requests tell what became of them`(simulator: RongCloudSimulator) {
            simulator.blockingClient().use {
                it.start("room1", "aaa", anyProfile)
                assertFailsWith<RecordingException> { it.start("room1", "another", anyProfile) }
                simulator.next(Step.reply(429, headers = mapOf("Retry-After" to "1")))
                assertFailsWith<RecordingException> { it.start("room1", "aaa", anyProfile) }
            }
            val requests = simulator.requests()
            assertEquals(listOf(Verdict.ACCEPTED, Verdict.REFUSED, Verdict.SCRIPTED), requests.map { it.verdict })
            assertEquals(simulator.recordings().single().recordId, requests.first().recordId)
            assertContains(requests[1].why.orEmpty(), "no such current session")
            assertEquals(listOf(200, 200, 429), requests.map { it.answer?.status })
            assertEquals(1, simulator.executions().start)
            simulator.forgetRequests()
            assertEquals(0, simulator.requests().size)
        }

        @Test
        fun `users come and go`(simulator: RongCloudSimulator) {
            simulator.setRoom("a room", "session")
            simulator.join("a room", "alice")
            val alice = simulator.room("a room")?.members?.single()
            assertEquals(listOf("alice_RongCloudRTC", "alice_RongCloudRTC"), alice?.streams?.map { it.streamId })
            assertEquals(StreamKind.entries, alice?.streams?.map { it.kind })
            simulator.leave("a room", "alice")
            assertEquals(setOf("a room", "room1"), simulator.rooms().map { it.roomId }.toSet())
            simulator.removeRoom("a room")
            assertNull(simulator.room("a room"))
        }

        @Test
        fun `time passes, and callbacks tell of it`(simulator: RongCloudSimulator) {
            simulator.callBack("http://127.0.0.1:1/", roomUrl = "http://127.0.0.1:1/")
            simulator.deliver(CallbackDelivery(attempts = 1, isHeld = true))
            simulator.failCallbacks(CallbackFailure(type = 4, code = 500, errorMessage = "no space"))
            simulator.blockingClient().use { it.start("room1", "aaa", anyProfile) }
            simulator.advance(Duration.ofHours(2))
            simulator.removeRoom("room1")
            val recording = simulator.recordings().single()
            assertEquals(RecordingState.STOPPED, recording.state)
            assertTrue(Duration.between(recording.startTime, recording.stopTime) >= Duration.ofHours(2))
            assertEquals(setOf(CallbackState.HELD), simulator.flushCallbacks().map { it.state }.toSet())
            val delivered = simulator.deliverCallbacks()
            assertEquals(CallbackKind.entries.toSet(), delivered.map { it.kind }.toSet())
            assertEquals(setOf(CallbackState.FAILED), delivered.map { it.state }.toSet())
            assertContains(delivered.joinToString { it.body }, "no space")
        }

        @Test
        fun `a wrong clock refuses requests`(simulator: RongCloudSimulator) {
            simulator.skew(Duration.ofMinutes(-10))
            simulator.blockingClient().use { assertFailsWith<RecordingException> { it.queryRoom("room1") } }
        }

        @Test
        fun `a door's faults are one after another`(simulator: RongCloudSimulator) {
            simulator.door().use { door ->
                door.inject(Fault.replyBytes(0, Cut.RESET), Fault.drip(Duration.ofMillis(1)))
                simulator.client(door.url).use { client ->
                    assertFailsWith<Exception> { client.startAsync("room1", "aaa", anyProfile).join() }
                    client.queryRoomAsync("room1").join()
                }
                door.await(connections = 2, requests = 2, open = 0)
                assertEquals(Ended.FAULT, door.connections().first().ended)
            }
            assertEquals(1, simulator.executions().start)
        }

        @Test
        fun `what the simulator doesn't accept fails with its reason`(simulator: RongCloudSimulator) {
            val failure = assertFailsWith<SimulatorException> { simulator.advance(Duration.ofDays(31)) }
            assertContains(failure.message.orEmpty(), "advanceMs must be at most")
        }

        @Test
        fun `what doesn't come in time fails with what has come`(simulator: RongCloudSimulator) {
            val failure = assertFailsWith<SimulatorException> { simulator.await(1, timeout = Duration.ofMillis(1)) }
            assertContains(failure.message.orEmpty(), "timed out with 0 requests")
        }
    }

    @Test
    fun `no secret is told with it`() = RongCloudSimulator("key", "canary4f1d0c").use {
        assertFalse("canary4f1d0c" in it.toString())
    }

    @Test
    fun `an argument that is wrong is told`() {
        val failure = assertFailsWith<SimulatorException> { RongCloudSimulator(arguments = listOf("--nonsense")) }
        assertContains(failure.message.orEmpty(), "--nonsense")
    }

    @Test
    fun `where there is no program for the platform, the error names it`() {
        val ended = runJvm(StartAndEnd::class.qualifiedName!!, options = listOf("-Dos.arch=mips"))
        assertContains(ended.output, "no program for linux-mips")
    }

    @Test
    fun `where the program can't be unpacked and run, the error tells what to do`() {
        val ended = runJvm(StartAndEnd::class.qualifiedName!!, options = listOf("-Djava.io.tmpdir=/proc"))
        assertContains(ended.output, "-Djava.io.tmpdir=")
    }

    @Test
    fun `it ends with the JVM, however that ends`(@TempDir folder: Path) {
        val ended = runJvm(StartAndHalt::class.qualifiedName!!, options = listOf("-Djava.io.tmpdir=$folder"))
        ProcessHandle.of(ended.output.trim().toLong()).ifPresent { it.onExit().get(10, SECONDS) }
    }

    @Test
    fun `it leaves no file behind`(@TempDir folder: Path) {
        val options = listOf("-Djava.io.tmpdir=$folder")
        assertEquals(0, runJvm(StartAndEnd::class.qualifiedName!!, options = options).status)
        assertEquals(emptyList(), folder.listDirectoryEntries("rongcloud-simulator*"))
    }

    private companion object {
        var before: RongCloudSimulator? = null
        var ended: RongCloudSimulator? = null
    }
}
