// What the library gives, as JSON: properties by their names, times in milliseconds, members of enums by their names.

import rongcloud.recording.RecordingException
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.time.Duration
import java.time.Instant

fun told(value: Any?): Any? = when (value) {
    is RecordingException -> told(value.failure, value)
    is Enum<*> -> value.name.lowercase()
    is Instant -> value.toEpochMilli()
    is Duration -> value.toMillis()
    is Iterable<*> -> value.map(::told)
    is Map<*, *> -> value.mapValues { (_, part) -> told(part) }
    null, is String, is Number, is Boolean -> value
    else -> value.javaClass.methods.filter(::isProperty).associate { named(it) to told(it.invoke(value)) }
}

private fun isProperty(method: Method) = method.parameterCount == 0 && !Modifier.isStatic(method.modifiers) &&
    method.declaringClass != Any::class.java && method.name.contains(Regex("^(get|is)[A-Z]"))

/** As Rust spells it: of `getJoinedAt`, which is a time, `joined_at_ms`. */
private fun named(method: Method): String {
    val name = snakeCase(method.name.removePrefix("get").replaceFirstChar(Char::lowercase))
    return if (method.returnType in setOf(Instant::class.java, Duration::class.java)) "${name}_ms" else name
}

fun snakeCase(name: String) = name.replace(Regex("(?<!^)[A-Z]"), "_$0").lowercase()

/** Each fact as the exception tells it, where it does. */
private fun told(facts: Any, exception: RecordingException): Map<String, Any?> =
    (told(facts) as Map<*, *>).mapKeys { it.key as String } + mapOf(
        "kind" to snakeCase(exception.javaClass.simpleName),
        "sentence" to exception.message,
        "reason" to exception.reason,
        "cause" to told(exception.failureCause),
        "status" to exception.status,
        "code" to exception.code,
        "maybe_sent" to exception.maybeSent,
        "may_be_recording" to exception.mayBeRecording,
        "is_retryable" to exception.isRetryable,
        "earlier_may_have_acted" to exception.earlierMayHaveActed,
        "violations" to told(exception.violations),
    )
