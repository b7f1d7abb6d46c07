// OkHttp, its dispatcher and its pool with room for every coroutine.

import kotlinx.coroutines.suspendCancellableCoroutine
import okhttp3.Call
import okhttp3.Callback
import okhttp3.ConnectionPool
import okhttp3.Dispatcher
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody
import okhttp3.Response
import java.io.IOException
import java.util.concurrent.TimeUnit
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

fun byOkHttp(target: Target): Contender {
    val client = OkHttpClient.Builder().apply { prepareFor(target) }.build()
    return Contender { client.newCall(request(target)).awaited { read(target, it) } }
}

/** The same from threads, each of which makes its call itself. */
fun byOkHttpBlocking(target: Target): BlockingContender {
    val client = OkHttpClient.Builder().apply { prepareFor(target) }.build()
    return BlockingContender { client.newCall(request(target)).execute().use { read(target, it) } }
}

private val json = "application/json".toMediaType()

private fun request(target: Target): Request {
    val body = body(target.operation).toRequestBody(json)
    val request = Request.Builder().url(target.url + target.operation.path).post(body)
    for ((name, value) in headers()) request.header(name, value)
    return request.build()
}

private fun read(target: Target, response: Response) =
    readReply(target.operation, response.code, response.body.string())

fun OkHttpClient.Builder.prepareFor(target: Target) {
    val dispatcher = Dispatcher().apply {
        maxRequests = target.concurrency
        maxRequestsPerHost = target.concurrency
    }
    dispatcher(dispatcher)
    connectionPool(ConnectionPool(target.concurrency, 5, TimeUnit.MINUTES))
    target.trust?.let { sslSocketFactory(it.context.socketFactory, it.manager) }
}

private suspend fun Call.awaited(read: (Response) -> Unit): Unit = suspendCancellableCoroutine { continuation ->
    continuation.invokeOnCancellation { cancel() }
    enqueue(
        object : Callback {
            override fun onFailure(call: Call, e: IOException): Unit = continuation.resumeWithException(e)

            override fun onResponse(call: Call, response: Response) {
                runCatching { response.use(read) }
                    .fold({ continuation.resume(Unit) }, { continuation.resumeWithException(it) })
            }
        },
    )
}
