// Carries the core's log to SLF4J.

package rongcloud.recording.internal

import org.slf4j.LoggerFactory
import org.slf4j.event.Level
import org.slf4j.spi.LoggingEventAware

/** Fetches what the core has logged after each call: nothing is ever called from a thread of the core. */
internal object Log {
    private val logger = LoggerFactory.getLogger("rongcloud.recording")

    @Volatile
    private var kept = LogLevel.OFF

    /** Has the core keep just what the logger takes at this moment, so that a silent logger costs nothing. */
    fun prepare() {
        val wanted =
            when {
                logger.isDebugEnabled -> LogLevel.DEBUG
                logger.isInfoEnabled -> LogLevel.INFO
                logger.isWarnEnabled -> LogLevel.WARN
                else -> LogLevel.OFF
            }
        if (wanted != kept) {
            native { setLogLevel(wanted) }
            kept = wanted
        }
    }

    /** Passes on everything that has been kept. */
    fun forward() {
        if (kept != LogLevel.OFF) native { takeLogRecords() }.forEach(::pass)
    }

    private fun pass(record: LogRecord) {
        val builder = logger.atLevel(record.level.published())
        // A logger that takes no key-value pairs would get them prepended to a line that has them already.
        if (logger is LoggingEventAware) {
            builder.addKeyValue("target", record.target)
            record.fields.forEach { builder.addKeyValue(it.name, it.value) }
        }
        builder.log(record.line())
    }

    /** Short fields first, on one line; fields of several lines keep their line breaks. */
    private fun LogRecord.line() =
        fields.sortedBy { '\n' in it.value }.joinToString("", prefix = text) { " ${it.name}=${it.value}" }

    private fun LogLevel.published() = when (this) {
        LogLevel.OFF, LogLevel.WARN -> Level.WARN
        LogLevel.INFO -> Level.INFO
        LogLevel.DEBUG -> Level.DEBUG
    }
}
