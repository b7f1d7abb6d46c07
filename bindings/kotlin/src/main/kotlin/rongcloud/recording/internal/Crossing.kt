// One call across the boundary: what it is told, what it answers, what it fails with.

package rongcloud.recording.internal

import com.sun.jna.Native
import com.sun.jna.Pointer
import com.sun.jna.Structure
import com.sun.jna.internal.Cleaner
import rongcloud.recording.CallContext
import rongcloud.recording.Failure
import rongcloud.recording.FailureKind
import rongcloud.recording.RecordingException
import rongcloud.recording.Violation
import java.lang.ref.Reference
import java.util.concurrent.ConcurrentLinkedQueue

/**
 * Bytes that the library has allocated, which whoever gets them frees.
 *
 * They are carried by hand: JNA would look for each field anew.
 */
@Structure.FieldOrder("capacity", "length", "data")
internal class Buffer :
    Structure(),
    Structure.ByValue {
    @JvmField
    var capacity: Long = 0

    @JvmField
    var length: Long = 0

    @JvmField
    var data: Pointer? = null

    override fun read() = read(pointer, 0)

    fun read(from: Pointer, offset: Long) {
        capacity = from.getLong(offset)
        length = from.getLong(offset + Long.SIZE_BYTES)
        data = from.getPointer(offset + 2 * Long.SIZE_BYTES)
    }

    override fun write() {
        pointer.setLong(0, capacity)
        pointer.setLong(Long.SIZE_BYTES.toLong(), length)
        pointer.setPointer(2L * Long.SIZE_BYTES, data)
    }
}

/** An object of the library's, which goes with this one. */
internal class Handle(private val pointer: Long, private val kind: Kind) {
    interface Kind {
        fun clone(handle: Long, status: Pointer): Long

        fun free(handle: Long, status: Pointer)
    }

    init {
        Cleaner.getCleaner().register(this, Release(pointer, kind))
    }

    /** Another hold on the object, for a call that lets go of it. */
    fun cloned(crossing: Crossing): Long = try {
        crossing.checked(Reader::failure, kind.clone(pointer, crossing.status))
    } finally {
        Reference.reachabilityFence(this)
    }

    fun release(clone: Long) = Release(clone, kind).run()

    /** Knows nothing of the handle, which would never be garbage otherwise. */
    private class Release(private val pointer: Long, private val kind: Kind) : Runnable {
        override fun run() {
            if (!Core.isLetGo()) crossing { kind.free(pointer, status) }
        }
    }
}

/** What one call needs. It is used for further ones: each part of it that the library sees is dear. */
internal class Crossing private constructor() {
    /** The outcome's code, and what the library says of a failure. */
    val status: Pointer = Pointer(Native.malloc(STATUS_SIZE))
    private var about: (() -> CallContext?)? = null
    private val violations = mutableListOf<Violation>()
    private val clones = mutableListOf<Pair<Handle, Long>>()

    inline fun encoded(write: Writer.() -> Unit): ByteArray = Writer(this).apply(write).bytes()

    /** A text that is an argument by itself is carried without its length. */
    fun raw(text: String, name: String): ByteArray = Writer(this).apply { raw(text, name) }.bytes()

    fun violated(violation: Violation) {
        violations += violation
    }

    /** Another hold on an object, within an argument. */
    fun hold(handle: Handle): Long = handle.cloned(this).also { clones += handle to it }

    /** Refuses all texts that can't be carried at once. Nothing has been handed over yet. */
    fun check() {
        if (violations.isNotEmpty()) {
            clones.forEach { (handle, clone) -> handle.release(clone) }
            throw completed(FailureKind.INVALID_INPUT, violations = violations.toList())
        }
    }

    private fun completed(kind: FailureKind, reason: String = "", violations: List<Violation> = emptyList()) =
        RecordingException.of(Failure(kind, reason = reason, violations = violations, call = about?.invoke()))

    /** The result, unless the library has failed instead. */
    fun <T> checked(error: Reader.() -> Throwable, result: T): T {
        val code = status.getByte(0).toInt()
        if (code == 0) return result
        status.setByte(0, 0)
        val told = Buffer().apply { read(status, ERROR) }.taken()
        // A panic's own text may hold anything: it stays out.
        throw if (code == 1) Reader(told).error() else completed(FailureKind.INTERNAL, PANIC)
    }

    fun Handle.cloned() = cloned(this@Crossing)

    /** The bytes as the library's own. */
    fun ByteArray.buffer(): Buffer {
        val buffer = checked(Reader::failure, Library.allocate(size.toLong(), status))
        buffer.data?.write(0, this, 0, size)
        buffer.length = size.toLong()
        return buffer
    }

    fun Buffer.taken(): ByteArray {
        val bytes = data?.getByteArray(0, length.toInt()) ?: ByteArray(0)
        Library.free(this, status)
        return bytes
    }

    fun Buffer.text() = String(taken())

    inline fun <T> Buffer.read(read: Reader.() -> T): T = Reader(taken()).read()

    companion object {
        private const val PANIC = "a defect in this library stopped the call"
        private const val STATUS_SIZE = 32L
        private const val ERROR = 8L
        private val unused = ConcurrentLinkedQueue<Crossing>()

        fun begin(about: (() -> CallContext?)?): Crossing {
            val crossing = unused.poll() ?: Crossing()
            crossing.status.setByte(0, 0)
            crossing.about = about
            return crossing
        }

        fun end(crossing: Crossing) {
            crossing.violations.clear()
            crossing.clones.clear()
            unused += crossing
        }

        fun letGo() = generateSequence { unused.poll() }.forEach { Native.free(Pointer.nativeValue(it.status)) }
    }
}

/** [about] is the call that is begun, where it is one. */
internal inline fun <T> crossing(noinline about: (() -> CallContext?)? = null, call: Crossing.() -> T): T =
    Core.inside {
        val crossing = Crossing.begin(about)
        try {
            crossing.call()
        } finally {
            Crossing.end(crossing)
        }
    }
