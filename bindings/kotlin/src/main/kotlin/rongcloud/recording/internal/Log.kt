// Carries the core's log to SLF4J.

package rongcloud.recording.internal

import org.slf4j.LoggerFactory
import org.slf4j.MDC
import org.slf4j.event.DefaultLoggingEvent
import org.slf4j.event.Level
import org.slf4j.spi.LoggingEventAware
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.locks.ReentrantReadWriteLock
import kotlin.concurrent.read
import kotlin.concurrent.write

/** What SLF4J calls MDC: entries that a thread gives to all of its log lines. */
internal typealias LogContext = Map<String, String>

/** How many times' records wait for a call to end, at most. */
private const val MOST_KEPT = 4_096

/** Passes on what the core has logged after each call: nothing is ever called from a thread of the core. */
internal object Log {
    private val logger = LoggerFactory.getLogger("rongcloud.recording")

    @Volatile
    private var kept = LogLevel.OFF

    /** The contexts of calls under way, by their numbers. */
    private val contexts = ConcurrentHashMap<Long, LogContext>()

    /** What nobody has passed on yet, as it was fetched. */
    private val fetched = LinkedBlockingQueue<List<Pair<LogRecord, LogContext?>>>(MOST_KEPT)

    /** Held for writing to fetch: by then, each call that has begun is among the contexts. */
    private val beginning = ReentrantReadWriteLock()

    /** Has the core keep just what the logger takes at this moment, so that a silent logger costs nothing. */
    fun prepare() {
        val wanted =
            when {
                logger.isDebugEnabled -> LogLevel.DEBUG
                logger.isInfoEnabled -> LogLevel.INFO
                logger.isWarnEnabled -> LogLevel.WARN
                else -> LogLevel.OFF
            }
        if (wanted != kept && !Core.isLetGo()) {
            Functions.setLogLevel(wanted)
            kept = wanted
        }
    }

    /** Prepares for a call, and gives the context of the thread that makes it, for [begun]. */
    fun context(): LogContext? {
        prepare()
        return if (kept == LogLevel.OFF) null else MDC.getCopyOfContextMap()
    }

    /** Begins a call whose lines go under a context, whoever fetches them, until it has [ended]. */
    inline fun begun(context: LogContext?, begin: () -> Long): Long = when {
        context.isNullOrEmpty() -> begin()
        else -> beginning.read { begin().also { contexts[it] = context } }
    }

    fun ended(number: Long) {
        if (contexts.isNotEmpty()) contexts.remove(number)
    }

    /** Takes what the core has, for those who may be held up by a logger. */
    fun fetch() {
        beginning.write {
            val records = Functions.takeLogRecords().map { it to it.call?.let(contexts::get) }
            // While no call ends, what is oldest goes.
            while (!fetched.offer(records)) fetched.poll()
        }
    }

    /** Passes on everything that has been fetched. The call has ended before: whatever a logger throws must not undo that. */
    fun forward() {
        if (kept == LogLevel.OFF) return fetched.clear()
        try {
            for (records in generateSequence { fetched.poll() }) {
                for ((record, context) in records) under(context.orEmpty()) { pass(record) }
            }
        } catch (_: Exception) {
            // Nobody is left to tell it to.
        } catch (_: LinkageError) {
            // As above.
        }
    }

    private inline fun under(context: LogContext, log: () -> Unit) {
        val own = MDC.getCopyOfContextMap().orEmpty()
        MDC.setContextMap(context)
        try {
            log()
        } finally {
            MDC.setContextMap(own)
        }
    }

    private fun pass(record: LogRecord) {
        // A logger that takes no key-value pairs would get them prepended to a line that has them already.
        if (logger is LoggingEventAware) {
            logger.log(
                record.event(),
            )
        } else {
            logger.atLevel(record.level()).log(record.line())
        }
    }

    private fun LogRecord.event() = DefaultLoggingEvent(level(), logger).also { event ->
        event.message = line()
        event.timeStamp = timestampMs
        event.addKeyValue("target", target)
        // Logback keeps a time of its own.
        event.addKeyValue("timestamp_ms", timestampMs)
        fields.forEach { event.addKeyValue(it.name, it.number ?: it.value) }
    }

    /** Short fields first, on one line; fields of several lines keep their line breaks. */
    private fun LogRecord.line() =
        fields.sortedBy { '\n' in it.value }.joinToString("", prefix = text) { " ${it.name}=${it.value}" }

    private fun LogRecord.level() = when (level) {
        LogLevel.OFF, LogLevel.WARN -> Level.WARN
        LogLevel.INFO -> Level.INFO
        LogLevel.DEBUG -> Level.DEBUG
    }

    /** Everything of SLF4J that is needed later. */
    fun rehearse() {
        MDC.setContextMap(MDC.getCopyOfContextMap().orEmpty())
        val event = DefaultLoggingEvent(Level.DEBUG, logger)
        event.timeStamp = 0
        event.addKeyValue("target", "rehearsal")
        check(event.keyValuePairs.size == 1)
        logger.takeIf { it is LoggingEventAware }?.atLevel(Level.TRACE)
    }
}
