// The JDK's own client. HTTP/1.1, because its default offers HTTP/2 with further headers in each request.

import kotlinx.coroutines.future.await
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.time.Duration

fun byJavaNetHttp(target: Target): Contender {
    val builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
    target.trust?.let { builder.sslContext(it.context) }
    val client = builder.build()
    val url = URI(target.url + target.operation.path)
    return Contender {
        val request = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(15))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body(target.operation)))
        for ((name, value) in headers()) request.header(name, value)
        val response = client.sendAsync(request.build(), BodyHandlers.ofString()).await()
        readReply(target.operation, response.statusCode(), response.body())
    }
}
