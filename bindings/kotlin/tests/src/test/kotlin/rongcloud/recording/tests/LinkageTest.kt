// Class paths on which something doesn't fit: told before anything is sent, or as what may have been sent.

package rongcloud.recording.tests

import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.support.Files
import rongcloud.recording.support.Isolated
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.StartBesides
import rongcloud.recording.support.StartBothWays
import rongcloud.recording.support.StartLogged
import rongcloud.simulator.RongCloudSimulatorExtension
import rongcloud.simulator.Step
import kotlin.test.assertContains
import kotlin.test.assertEquals

@ExtendWith(RongCloudSimulatorExtension::class)
class LinkageTest {
    @Test
    fun `libraries that don't fit are told when a client opens, with their versions, and nothing is sent`(
        simulator: Simulator,
    ) {
        val old = mapOf("kotlinx-coroutines-core-jvm" to Files.oldCoroutines)
        val told = Isolated(replaced = old).run(StartBothWays::class, simulator.url).lines()
        assertContains(
            told.first(),
            "NotSent: not sent: the libraries on the class path don't fit: needed are Kotlin 1.9.25",
        )
        assertContains(told.first(), "found were Kotlin ${KotlinVersion.CURRENT}, kotlinx-coroutines 1.6.4, JNA 5.19.1")
        assertContains(told.first(), "NoClassDefFoundError: kotlinx/coroutines/time/TimeKt")
        assertEquals(0, simulator.requests().size)
    }

    @Test
    fun `what is missing after the request has left is told as what may have been sent`(simulator: Simulator) {
        val missing = setOf("rongcloud.recording.internal.Reader")
        val told = Isolated(missing).run(StartBothWays::class, simulator.url).lines()
        assertEquals(2, simulator.recordings().size)
        for (line in told) {
            assertContains(line, "Internal: internal: what is on the class path doesn't fit this library")
            assertContains(line, "maybe sent: true")
        }
        assertEquals(2, told.size)
    }

    @Test
    fun `a log that can't be read takes no call's end with it`(simulator: Simulator) {
        val missing = setOf("rongcloud.recording.internal.LogRecord")
        assertEquals("started\nstarted", Isolated(missing).run(StartLogged::class, simulator.url))
    }

    @Test
    fun `ends that can't be read for want of memory are told when there is some`(simulator: Simulator) {
        val isolated = Isolated(tooLarge = setOf("rongcloud.recording.internal.Reader"))
        assertEquals("started\nstarted", isolated.run(StartBothWays::class, simulator.url))
    }

    @Test
    fun `what was under way when ends couldn't be read is cancelled, and calls go on`(simulator: Simulator) {
        simulator.next(Step.hold())
        val isolated = Isolated(tooLarge = setOf("rongcloud.recording.internal.Reader"))
        val told = isolated.run(StartBesides::class, simulator.url).lines()
        assertEquals(listOf("started", "started"), told.take(2))
        assertContains(told.last(), "RecordingException\$Cancelled: ")
        assertContains(told.last(), "maybe sent: true")
        simulator.await(abandoned = 1)
    }
}
