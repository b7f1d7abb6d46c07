// How all public clients open the native client and wait for its calls.

package rongcloud.recording.internal

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.time.withTimeoutOrNull
import kotlinx.coroutines.withContext
import rongcloud.recording.RecordingConfig
import java.time.Duration
import kotlin.coroutines.CoroutineContext
import rongcloud.recording.internal.RecordingProfile as NativeProfile

/** How long a caller who has left waits for the cancelled call to say what became of it. */
private val LAST_WORD = Duration.ofSeconds(1)

/** App Key and App Secret on their way to the core, which keeps them. */
internal class AppKeyAndSecret(val appKey: String, val appSecret: String)

internal fun openClient(app: AppKeyAndSecret?, options: ClientOptions): NativeClient {
    requireUnicode(
        "app_key" to app?.appKey,
        "app_secret" to app?.appSecret,
        "api_url" to options.apiUrl,
        "backup_api_url" to options.backupApiUrl,
        "proxy" to options.proxy,
        "ca_certificates" to options.caCertificates,
    )
    return native {
        Linkage.check()
        Log.prepare()
        val credentials = app?.let { Credentials(it.appKey, it.appSecret) }
        // The client shares the core's credentials: this handle to them can go at once.
        try {
            NativeClient(credentials, options, "kotlin")
        } finally {
            credentials?.close()
        }
    }
}

internal fun validated(config: RecordingConfig): NativeProfile {
    requireUnicode(config)
    return native { NativeProfile(config) }
}

/** A call that has begun, whatever its answer: the native types for that have the same functions and nothing in common. */
internal class Running<T : Any>(
    private val handle: AutoCloseable,
    val ended: suspend () -> T,
    val number: () -> Long,
    val cancel: () -> Unit,
    val wait: (Duration) -> T?,
) : AutoCloseable by handle

/** One operation that can be begun, and the two ways to wait for its end. */
internal class Operation<T : Any>(private val begin: NativeClient.() -> Running<T>) {
    /**
     * Suspends until it has ended; cancelling the coroutine ends it.
     *
     * The context keeps the caller off the core's threads, on which an unconfined coroutine would go on: a caller that
     * blocked there would hold up all other calls.
     */
    suspend fun await(client: NativeClient, context: LogContext? = Log.context()): T =
        linked { awaited(Dispatchers.Default, context) { client.begin() } }

    /** Blocks until it has ended; interrupting the thread ends it. */
    fun block(client: NativeClient): T = linked { blocked { client.begin() } }
}

internal suspend fun <T : Any> awaited(threads: CoroutineContext, context: LogContext?, begin: () -> Running<T>): T =
    withContext(threads) {
        logged(context, begin) { call ->
            try {
                native { call.ended() }
            } catch (cancelled: CancellationException) {
                call.cancelled()
                throw cancelled
            }
        }
    }

/** Whoever joins a cancelled coroutine finds its connection closed and its end in the log. */
private suspend fun Running<*>.cancelled() = withContext(NonCancellable) {
    withTimeoutOrNull(LAST_WORD) {
        try {
            native {
                cancel()
                ended()
            }
        } catch (_: rongcloud.recording.RecordingException) {
            // It ended as it should; the coroutine has a cause of its own.
        }
    }
}

internal fun <T : Any> blocked(begin: () -> Running<T>): T {
    // What is interrupted beforehand is never sent.
    if (Thread.interrupted()) throw InterruptedException()
    return logged(Log.context(), begin) { call ->
        try {
            runBlocking { native { call.ended() } }
        } catch (interrupted: InterruptedException) {
            call.endedAtInterrupt(interrupted)
        }
    }
}

/** A call that had just ended gives its result after all, and the thread stays interrupted. */
private fun <T : Any> Running<T>.endedAtInterrupt(interrupted: InterruptedException): T {
    val answer =
        try {
            native {
                cancel()
                wait(LAST_WORD)
            }
        } catch (cancelled: rongcloud.recording.RecordingException) {
            // It knows whether the request had begun to leave, and its id.
            interrupted.addSuppressed(cancelled)
            null
        }
    Thread.currentThread().takeIf { answer != null }?.interrupt()
    return answer ?: throw interrupted
}

/** Whatever is found missing amid a call, the request may have left. */
private inline fun <T> linked(call: () -> T): T = try {
    call()
} catch (failure: LinkageError) {
    throw notLinked(failure)
}

private inline fun <T : Any> logged(
    context: LogContext?,
    noinline begin: () -> Running<T>,
    wait: (Running<T>) -> T,
): T = Core.inside {
    native { Log.begun(context, begin) }.use { call ->
        try {
            wait(call)
        } finally {
            Log.forward()
            Log.ended(call)
        }
    }
}

/** The boundary knows no negative durations; nothing is refused like them, by the core. */
internal fun Duration.notNegative(): Duration = if (isNegative) Duration.ZERO else this
