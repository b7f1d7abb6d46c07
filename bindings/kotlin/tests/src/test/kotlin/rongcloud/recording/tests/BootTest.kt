// Programs of Spring Boot, which pins the versions of Kotlin, coroutines and SLF4J and packs jars into a jar.

package rongcloud.recording.tests

import org.junit.jupiter.api.extension.ExtendWith
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import rongcloud.recording.support.Files
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.java
import rongcloud.recording.support.run
import rongcloud.simulator.RongCloudSimulatorExtension
import kotlin.test.assertContains
import kotlin.test.assertEquals

@ExtendWith(RongCloudSimulatorExtension::class)
class BootTest {
    @ParameterizedTest(name = "Spring Boot {0}")
    @ValueSource(strings = ["3", "4"])
    fun `an executable jar starts recordings, by blocking and as futures`(version: String, simulator: Simulator) {
        val ended = run(listOf(java, "-jar", Files.boot(version).toString()), simulator.environment)
        assertEquals(0, ended.status, ended.output)
        val ids = simulator.recordings().map { it.recordId }
        assertEquals(2, ids.size)
        assertContains(ended.output, "blocking: ${ids[0]}")
        assertContains(ended.output, "future: ${ids[1]}")
    }
}
