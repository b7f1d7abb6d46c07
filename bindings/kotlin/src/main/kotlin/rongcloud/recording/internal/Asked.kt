// What is asked of a client or of a ledger, as calls carry it out.

package rongcloud.recording.internal

import rongcloud.recording.CallContext

/** A question, to be asked once. */
internal interface Asked<T> {
    /** Begins a call of it, and returns the number under which the queue will have its end. */
    fun begin(queue: Handle): Long

    /** What is asked of the service. `null` where nothing is. */
    fun about(): CallContext?

    /** The operation's name, as in Rust. */
    val name: String

    /** The answer that a reply has. */
    fun answer(reply: Any): T
}

@Suppress("UNCHECKED_CAST")
internal class OfClient<T>(private val client: Handle, private val request: Request) : Asked<T> {
    override fun begin(queue: Handle) = NativeClientNative.begin(client, queue, request)

    override fun about() = request.about()

    override val name get() = request.operation()

    override fun answer(reply: Any) = reply as T
}

@Suppress("UNCHECKED_CAST")
internal class OfLedger<T>(private val ledger: Handle, private val request: LedgerRequest) : Asked<T> {
    override fun begin(queue: Handle) = NativeLedgerNative.begin(ledger, queue, request)

    override fun about() = request.about()

    override val name get() = request.operation()

    override fun answer(reply: Any) = (reply as LedgerReply).answer() as T
}
