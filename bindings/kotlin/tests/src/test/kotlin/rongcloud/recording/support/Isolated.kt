// The library in a class loader of its own, as containers load it for each program.

package rongcloud.recording.support

import java.io.File
import java.net.URL
import java.net.URLClassLoader
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import java.util.function.Function
import kotlin.io.path.Path
import kotlin.io.path.name
import kotlin.reflect.KClass

/**
 * Loads all that is on the class path anew, but for what is missing, and with some libraries replaced by those of the
 * same beginning of a name. Where a class is too large, memory is short when it is first needed.
 */
class Isolated(
    private val missing: Set<String> = emptySet(),
    replaced: Map<String, Path> = emptyMap(),
    tooLarge: Set<String> = emptySet(),
) : URLClassLoader(classPath(replaced), getPlatformClassLoader()) {
    private val tooLarge = ConcurrentHashMap.newKeySet<String>().apply { addAll(tooLarge) }

    override fun findClass(name: String): Class<*> {
        if (name in missing) throw ClassNotFoundException(name)
        if (tooLarge.remove(name)) throw OutOfMemoryError(name)
        return super.findClass(name)
    }

    /** Runs a program of this suite in here. Only texts go in and out: nothing else may hold what is in here. */
    fun run(program: KClass<out Function<String, String>>, argument: String): String {
        val type = loadClass(program.qualifiedName)
        val apply = type.getMethod("apply", Any::class.java)
        return apply.invoke(type.getConstructor().newInstance(), argument).toString()
    }
}

private fun classPath(replaced: Map<String, Path>): Array<URL> = System.getProperty("java.class.path")
    .split(File.pathSeparator)
    .map { path -> replaced.entries.firstOrNull { Path(path).name.startsWith(it.key) }?.value ?: Path(path) }
    .map { it.toUri().toURL() }
    .toTypedArray()
