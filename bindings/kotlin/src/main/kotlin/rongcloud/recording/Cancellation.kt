// What became of the call that a cancellation or an interruption has ended.

@file:JvmName("Cancellations")

package rongcloud.recording

import kotlinx.coroutines.CancellationException

/** Further causes than these nobody has, unless they form a circle. */
private const val MOST_CAUSES = 16

/**
 * What became of the call of this library that a cancelled coroutine or future had under way: mostly
 * [RecordingException.Cancelled], which says whether the request had begun to leave, under which id, and whether a
 * recording may be running; where the start had just succeeded, with the recording as [RecordingException.Cancelled.started].
 * Where the call had just failed, that failure. `null` where no call had begun, so that nothing was sent.
 *
 * The exception that the call itself throws has exactly that call's. One that others throw because of it (`withTimeout`,
 * `await`) has it, too; where it ended several calls at once, all of them are among its suppressed exceptions.
 *
 * It is among the suppressed exceptions, so that logged stack traces have it.
 */
public val CancellationException.recordingException: RecordingException?
    get() = toldOfCall()

/**
 * What became of the call of this library that the interrupted thread was waiting for; as of a [CancellationException].
 * `null` where the thread was interrupted before, so that nothing was sent.
 */
public val InterruptedException.recordingException: RecordingException?
    get() = toldOfCall()

private fun Throwable.toldOfCall() = generateSequence(this) { it.cause }
    .take(MOST_CAUSES)
    .flatMap { it.suppressedExceptions }
    .filterIsInstance<RecordingException>()
    .firstOrNull()
