// One call across the boundary: what it is told, what it answers, what it fails with.

package rongcloud.recording.internal

import com.sun.jna.Native
import com.sun.jna.Pointer
import com.sun.jna.internal.Cleaner
import rongcloud.recording.CallContext
import rongcloud.recording.Failure
import rongcloud.recording.FailureKind
import rongcloud.recording.RecordingException
import rongcloud.recording.Violation
import java.lang.ref.Reference
import java.nio.ByteBuffer
import java.util.concurrent.ConcurrentLinkedQueue

/** An object of the library's, which goes with this one. */
internal class Handle(private val pointer: Long, private val kind: Kind) {
    interface Kind {
        fun clone(handle: Long, status: Long): Long

        fun free(handle: Long, status: Long)
    }

    init {
        Cleaner.getCleaner().register(this, Release(pointer, kind))
    }

    /** Another hold on the object, for a call that lets go of it. */
    fun cloned(crossing: Crossing): Long = try {
        crossing.cloned(pointer, kind)
    } finally {
        Reference.reachabilityFence(this)
    }

    fun release(clone: Long) = Release(clone, kind).run()

    /** Knows nothing of the handle, which would never be garbage otherwise. */
    private class Release(private val pointer: Long, private val kind: Kind) : Runnable {
        override fun run() {
            if (!Core.isLetGo()) crossing { free(pointer, kind) }
        }
    }
}

/** Where bytes lie in a writer: their beginning and their end. */
@JvmInline
internal value class Written(private val both: Long) {
    constructor(from: Int, to: Int) : this(from.toLong() shl Int.SIZE_BITS or to.toLong())

    val from: Int get() = (both ushr Int.SIZE_BITS).toInt()
    val to: Int get() = both.toInt()
}

/**
 * What one call needs. It is used for further ones.
 *
 * Arguments and outcome lie in memory of its own, in slots of eight bytes, so that JNA passes two addresses: it would copy
 * each structure to memory that is allocated, watched and freed anew each time. Bytes take three slots: capacity, length
 * and address, the outcome's status four: a code, and the bytes of a failure.
 */
internal class Crossing private constructor() {
    private val memory = Pointer(Native.malloc(SIZE.toLong()))
    private val slots: ByteBuffer = memory.getByteBuffer(0, SIZE.toLong())
    private val address = Pointer.nativeValue(memory)
    private var next = ARGUMENTS
    private var about: (() -> CallContext?)? = null
    private val violations = mutableListOf<Violation>()
    private val clones = mutableListOf<Pair<Handle, Long>>()
    val writer = Writer(this)

    val arguments: Long get() = address + ARGUMENTS
    val outcome: Long get() = address + OUTCOME

    /** Bytes of an argument, which lie with the others until they are [put]. */
    inline fun encoded(write: Writer.() -> Unit): Written {
        val from = writer.size
        writer.write()
        return Written(from, writer.size)
    }

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

    fun put(value: Long) {
        slots.putLong(next, value)
        next += SLOT
    }

    fun put(value: Int) {
        slots.putInt(next, value)
        next += SLOT
    }

    fun put(value: Double) {
        slots.putDouble(next, value)
        next += SLOT
    }

    fun put(value: Boolean) {
        slots.put(next, if (value) 1 else 0)
        next += SLOT
    }

    fun put(handle: Handle) = put(handle.cloned(this))

    /** The bytes as the library's own. */
    fun put(bytes: Written) {
        val length = bytes.to - bytes.from
        slots.putLong(0, length.toLong())
        allocate(address, address + INNER)
        check(INNER + BYTES * SLOT, Reader::failure)
        val data = slots.getLong(INNER + 2 * SLOT)
        Pointer(data).write(0, writer.bytes, bytes.from, length)
        put(slots.getLong(INNER))
        put(length.toLong())
        put(data)
    }

    /** Whether the outcome, which has as many slots, is that of a success. Throws its failure otherwise. */
    fun checked(size: Int, error: Reader.() -> Throwable) = check(OUTCOME + size * SLOT, error)

    private fun check(status: Int, error: Reader.() -> Throwable) {
        val code = slots.get(status).toInt()
        if (code == 0) return
        slots.put(status, 0)
        val told = taken(status + SLOT)
        // A panic's own text may hold anything: it stays out.
        throw if (code == 1) Reader(told).error() else completed(FailureKind.INTERNAL, PANIC)
    }

    fun long(): Long = slots.getLong(OUTCOME)

    fun int(): Int = slots.getInt(OUTCOME)

    fun double(): Double = slots.getDouble(OUTCOME)

    fun bool(): Boolean = slots.get(OUTCOME) != 0.toByte()

    fun text(): String = String(taken(OUTCOME))

    inline fun <T> told(read: Reader.() -> T): T = Reader(told()).read()

    fun told(): ByteArray = taken(OUTCOME)

    /** Bytes that the library has allocated, which whoever gets them frees. */
    private fun taken(at: Int): ByteArray {
        val capacity = slots.getLong(at)
        if (capacity == 0L) return NONE
        val data = slots.getLong(at + 2 * SLOT)
        val bytes = Pointer(data).getByteArray(0, slots.getLong(at + SLOT).toInt())
        slots.putLong(0, capacity)
        slots.putLong(SLOT, 0)
        slots.putLong(2 * SLOT, data)
        free(address, address + INNER)
        return bytes
    }

    fun cloned(handle: Long, kind: Handle.Kind): Long {
        slots.put(INNER, 0)
        return kind.clone(handle, address + INNER).also { check(INNER, Reader::failure) }
    }

    fun free(handle: Long, kind: Handle.Kind) {
        slots.put(INNER, 0)
        kind.free(handle, address + INNER)
    }

    companion object {
        /** The slots of an outcome before its status. */
        const val NOTHING = 0
        const val NUMBER = 1
        const val BYTES = 3

        private const val PANIC = "a defect in this library stopped the call"
        private const val SLOT = Long.SIZE_BYTES

        /** The arguments of what allocates and frees lie at the beginning, their outcome behind them. */
        private const val INNER = BYTES * SLOT
        private const val OUTCOME = INNER + (BYTES + 4) * SLOT
        private const val ARGUMENTS = OUTCOME + (BYTES + 4) * SLOT

        /** No function has more than a dozen arguments. */
        private const val SIZE = ARGUMENTS + 12 * BYTES * SLOT
        private val NONE = ByteArray(0)
        private val unused = ConcurrentLinkedQueue<Crossing>()

        fun begin(about: (() -> CallContext?)?): Crossing {
            val crossing = unused.poll() ?: Crossing()
            crossing.about = about
            return crossing
        }

        fun end(crossing: Crossing) {
            crossing.next = ARGUMENTS
            crossing.about = null
            crossing.violations.clear()
            crossing.clones.clear()
            crossing.writer.clear()
            unused += crossing
        }

        fun letGo() = generateSequence { unused.poll() }.forEach { Native.free(it.address) }
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
