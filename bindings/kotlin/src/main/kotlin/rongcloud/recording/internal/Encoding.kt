// Values as bytes: all numbers big-endian, each text and list with its length before it.

package rongcloud.recording.internal

import rongcloud.recording.Violation
import java.nio.ByteBuffer
import java.time.Duration
import java.time.Instant
import kotlin.text.Charsets.UTF_8

/** Reads values one after the other. */
internal class Reader(private val bytes: ByteArray) {
    private val buffer = ByteBuffer.wrap(bytes)

    fun bool() = buffer.get() != 0.toByte()

    fun int() = buffer.getInt()

    fun long() = buffer.getLong()

    fun double() = buffer.getDouble()

    fun text(): String {
        val length = int()
        val start = buffer.position()
        buffer.position(start + length)
        return String(bytes, start, length, UTF_8)
    }

    fun bytes() = ByteArray(int()).also(buffer::get)

    fun span(): Duration = Duration.ofNanos(long())

    fun time(): Instant = Instant.ofEpochMilli(long())

    inline fun <T> optional(read: Reader.() -> T): T? = if (bool()) read() else null

    inline fun <T> list(read: Reader.() -> T): List<T> = List(int()) { read() }

    /** A list that is carried as bytes of its own. */
    inline fun <T> packed(read: Reader.() -> T): List<T> = if (int() == 0) emptyList() else list(read)
}

/** Writes values one after the other. Texts that aren't Unicode can't be carried: they become violations. */
internal class Writer(private val crossing: Crossing) {
    var bytes = ByteArray(FIRST_SIZE)
        private set
    var size = 0
        private set
    private var buffer = ByteBuffer.wrap(bytes)
    private val path = ArrayList<String>()

    /** Forgets everything, and holds no secrets and no more memory than most need. */
    fun clear() {
        if (bytes.size > LARGEST_KEPT) take(ByteArray(FIRST_SIZE)) else bytes.fill(0, 0, size)
        size = 0
        path.clear()
    }

    fun bool(value: Boolean) = put(1) { buffer.put(it, if (value) 1 else 0) }

    fun int(value: Int) = put(Int.SIZE_BYTES) { buffer.putInt(it, value) }

    fun long(value: Long) = put(Long.SIZE_BYTES) { buffer.putLong(it, value) }

    fun double(value: Double) = put(Double.SIZE_BYTES) { buffer.putDouble(it, value) }

    fun bytes(value: ByteArray) {
        int(value.size)
        put(value.size) { value.copyInto(bytes, it) }
    }

    fun span(value: Duration) = long(value.nanoseconds())

    fun span(value: kotlin.time.Duration) = long(value.inWholeNanoseconds)

    fun time(value: Instant) = long(value.milliseconds())

    fun handle(value: Handle) = long(crossing.hold(value))

    fun text(value: String, piece: String) {
        val start = size
        int(0)
        raw(value, piece)
        buffer.putInt(start, size - start - Int.SIZE_BYTES)
    }

    /** Without its length. */
    fun raw(value: String, piece: String) {
        if (isAscii(value)) return
        val lone = value.loneSurrogate()
        if (lone != null) return crossing.violated(value.violation(lone, (path + piece).joined()))
        val encoded = value.toByteArray(UTF_8)
        put(encoded.size) { encoded.copyInto(bytes, it) }
    }

    /** Writes what most texts are. */
    private fun isAscii(value: String): Boolean {
        reserve(value.length)
        for (index in value.indices) {
            val code = value[index].code
            if (code > LAST_ASCII) return false
            bytes[size + index] = code.toByte()
        }
        size += value.length
        return true
    }

    inline fun <T : Any> optional(value: T?, write: Writer.(T) -> Unit) {
        bool(value != null)
        if (value != null) write(value)
    }

    inline fun <T> list(values: List<T>, piece: String, write: Writer.(T) -> Unit) {
        int(values.size)
        within(piece) {
            values.forEachIndexed { index, value ->
                within("[$index]") {
                    if (value == null) isNull()
                    write(value)
                }
            }
        }
    }

    /** Of Java's lists, Kotlin knows that only here. It names an argument that is null itself. */
    fun isNull(): Nothing = throw NullPointerException("Element specified as non-null is null: ${path.joined()}")

    inline fun <T> packed(values: List<T>, piece: String, write: Writer.(T) -> Unit) {
        val start = size
        int(0)
        list(values, piece, write)
        ByteBuffer.wrap(bytes).putInt(start, size - start - Int.SIZE_BYTES)
    }

    inline fun within(piece: String, write: Writer.() -> Unit) {
        enter(piece)
        write()
        leave()
    }

    fun enter(piece: String) {
        path += piece
    }

    fun leave() {
        path.removeAt(path.lastIndex)
    }

    private inline fun put(length: Int, put: (Int) -> Unit) {
        reserve(length)
        put(size)
        size += length
    }

    private fun reserve(length: Int) {
        if (size + length > bytes.size) take(bytes.copyOf(maxOf(2 * bytes.size, size + length)))
    }

    private fun take(room: ByteArray) {
        bytes = room
        buffer = ByteBuffer.wrap(room)
    }

    private companion object {
        /** Enough for most. */
        const val FIRST_SIZE = 512
        const val LARGEST_KEPT = 65_536
        const val LAST_ASCII = 0x7f
    }
}

private fun List<String>.joined() = filter { it.isNotEmpty() }.joinToString(".").replace(".[", "[")

/** The same as of text that is no text in other ways; JSON is told by line and column. */
private fun String.violation(lone: Int, path: String): Violation {
    val before = substring(0, lone)
    if (path != "json") {
        val reason = "is not Unicode text: it has half of a surrogate pair at index ${before.countCodePoints()}"
        return Violation(path, "wrong_type", reason)
    }
    val line = before.count { it == '\n' } + 1
    val column = before.substringAfterLast('\n').countCodePoints() + 1
    return Violation("line $line, column $column", "invalid_json", "not JSON: the text is not Unicode")
}

private fun String.countCodePoints() = codePointCount(0, length)

/** Where half of a surrogate pair stands without the other. */
private fun String.loneSurrogate(): Int? {
    var index = 0
    while (index < length) {
        if (this[index].isSurrogate()) {
            if (!Character.isSurrogatePair(this[index], getOrElse(index + 1) { ' ' })) return index
            index++
        }
        index++
    }
    return null
}

/** What can be carried of a text, which is mostly all of it. */
internal fun String.carriable() = if (loneSurrogate() == null) this else String(toByteArray())

/** What is too long for the boundary becomes the longest there is. */
internal fun Duration.nanoseconds(): Long = try {
    toNanos()
} catch (_: ArithmeticException) {
    if (isNegative) Long.MIN_VALUE else Long.MAX_VALUE
}

/** As above. */
internal fun Instant.milliseconds(): Long = try {
    toEpochMilli()
} catch (_: ArithmeticException) {
    if (this < Instant.EPOCH) Long.MIN_VALUE else Long.MAX_VALUE
}
