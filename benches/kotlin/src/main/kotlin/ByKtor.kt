// Ktor's client on OkHttp, because its own engine keeps no connection for a POST.

import io.ktor.client.HttpClient
import io.ktor.client.engine.okhttp.OkHttp
import io.ktor.client.request.header
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.content.ByteArrayContent

fun byKtor(target: Target): Contender {
    val client = HttpClient(OkHttp) {
        engine { config { prepareFor(target) } }
    }
    val url = target.url + target.operation.path
    return Contender {
        val response = client.post(url) {
            for ((name, value) in headers()) header(name, value)
            setBody(ByteArrayContent(body(target.operation), ContentType.Application.Json))
        }
        readReply(target.operation, response.status.value, response.bodyAsText())
    }
}
