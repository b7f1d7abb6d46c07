// The outcome of the call that a cancellation or an interruption has ended.

@file:JvmName("Cancellations")

package rongcloud.recording

import kotlinx.coroutines.CancellationException

/** Further causes than these nobody has, unless they form a circle. */
private const val MOST_CAUSES = 16

/**
 * The outcome of this library's call that was in progress in a cancelled coroutine or future.
 *
 * Usually it is [RecordingException.Cancelled], which says whether the request had begun to leave, under which id, and
 * whether a recording may be running. If a start had just succeeded, [RecordingException.Cancelled.started] is the
 * recording. If the call had just failed, the outcome is that failure. It is `null` if no call had begun, so that
 * nothing was sent.
 *
 * The exception that the call itself throws has exactly that call's outcome. An exception that others throw because of
 * it (`withTimeout`, `await`) has it too. If that exception ended several calls at once, all their outcomes are among
 * its suppressed exceptions.
 *
 * The outcome is one of the suppressed exceptions, so that logged stack traces show it.
 */
public val CancellationException.recordingException: RecordingException?
    get() = toldOfCall()

/**
 * The outcome of this library's call that the interrupted thread was waiting for, as for a [CancellationException].
 * `null` if the thread was interrupted before the call, so that nothing was sent.
 */
public val InterruptedException.recordingException: RecordingException?
    get() = toldOfCall()

private fun Throwable.toldOfCall() = generateSequence(this) { it.cause }
    .take(MOST_CAUSES)
    .flatMap { it.suppressedExceptions }
    .filterIsInstance<RecordingException>()
    .firstOrNull()
