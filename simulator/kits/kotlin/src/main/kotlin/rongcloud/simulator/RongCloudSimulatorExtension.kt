// Simulators for JUnit's tests.

package rongcloud.simulator

import org.junit.jupiter.api.extension.BeforeAllCallback
import org.junit.jupiter.api.extension.ExtensionContext
import org.junit.jupiter.api.extension.ExtensionContext.Namespace
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource
import org.junit.jupiter.api.extension.ParameterContext
import org.junit.jupiter.api.extension.ParameterResolver
import org.junit.jupiter.api.extension.RegisterExtension
import org.junit.platform.commons.support.AnnotationSupport

/**
 * Hands a [RongCloudSimulator] to each JUnit test that has a parameter for one, and ends it after the test.
 *
 * With `@ExtendWith(RongCloudSimulatorExtension::class)`, each test has one of its own. One that is registered in a
 * static field, with `@RegisterExtension`, is the whole class's: [simulator] has it, too, for whatever is set up before
 * the tests. Needs JUnit 5.11 or later, or JUnit 6.
 */
public class RongCloudSimulatorExtension :
    BeforeAllCallback,
    ParameterResolver {
    @Volatile
    private var ofClass: RongCloudSimulator? = null

    /**
     * The class's simulator.
     *
     * @throws IllegalStateException unless the extension is registered in a static field, of a class whose tests run
     */
    public val simulator: RongCloudSimulator
        get() = checkNotNull(ofClass) { "only an extension in a static field, with @RegisterExtension, has one" }

    /** Starts the class's simulator, where there is to be one. */
    override fun beforeAll(context: ExtensionContext) {
        val registered =
            AnnotationSupport.findAnnotatedFieldValues(context.requiredTestClass, RegisterExtension::class.java)
        if (registered.none { it === this }) return
        ofClass = context.simulator(CLASS)
    }

    /** Whether the parameter is for a simulator. */
    override fun supportsParameter(parameter: ParameterContext, test: ExtensionContext): Boolean =
        parameter.parameter.type == RongCloudSimulator::class.java

    /** The simulator of the class, if there is one, or else of the test. */
    override fun resolveParameter(parameter: ParameterContext, test: ExtensionContext): Any =
        test.getStore(NAMESPACE).get(CLASS, Running::class.java)?.simulator ?: test.simulator(test.uniqueId)

    private fun ExtensionContext.simulator(key: String) =
        getStore(NAMESPACE).getOrComputeIfAbsent(key, { Running() }, Running::class.java).simulator

    /** What JUnit closes with the test or class. */
    private class Running : CloseableResource {
        val simulator = RongCloudSimulator()

        override fun close() = simulator.close()
    }

    private companion object {
        val NAMESPACE: Namespace = Namespace.create(RongCloudSimulatorExtension::class.java)
        const val CLASS = "class"
    }
}
