// What a user without this library writes by hand: a typed config, a signed request, a reply that is read.

import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import java.io.FileInputStream
import java.security.KeyStore
import java.security.MessageDigest
import java.security.SecureRandom
import java.security.cert.CertificateFactory
import java.util.HexFormat
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManagerFactory
import javax.net.ssl.X509TrustManager

// The simulator's app, whose secret is the one of the vendor's published signature.
const val APP_KEY = "uwd1c0sxdlx2"
const val APP_SECRET = "Y1W2MeFwwwRxa0"
const val ROOM = "room1"
const val SESSION = "aaa"

/** What is called, and where. */
enum class Operation(val path: String) {
    START("/rtc/record/start.json"),
    STOP("/rtc/record/stop.json"),
    LAYOUT("/rtc/record/config.json"),
    QUERY("/rtc/room/query.json"),
}

@Serializable
class Body(val sessionId: String, val extra: String, val config: Config)

@Serializable
class Stop(val sessionId: String)

@Serializable
class Change(
    val sessionId: String,
    val mixLayout: Int,
    val renderMode: Int,
    val hostUserId: String,
    val hostStreamId: String,
    val input: Input,
)

@Serializable
class Query(val roomId: String)

@Serializable
class Config(
    val recordType: Int,
    val mode: Int,
    val videoResolution: String,
    val videoFormat: String,
    val audioFormat: String,
    val mixLayout: Int,
    val sliceMin: Int,
    val renderMode: Int,
    val hostUserId: String,
    val hostStreamId: String,
    val input: Input,
)

@Serializable
class Input(val video: List<Picture>)

@Serializable
class Picture(
    val userId: String,
    val streamId: String,
    val x: Double,
    val y: Double,
    val width: Double,
    val height: Double,
)

private val config = Config(
    recordType = 1,
    mode = 3,
    videoResolution = "640x480",
    videoFormat = "mkv",
    audioFormat = "aac",
    mixLayout = 1,
    sliceMin = 60,
    renderMode = 1,
    hostUserId = "user0",
    hostStreamId = "user0_RongCloudRTC",
    input = Input(List(2) { Picture("user$it", "user${it}_RongCloudRTC", it * 0.5, 0.0, 0.5, 0.5) }),
)

/** The body of one request. */
fun body(operation: Operation): ByteArray = when (operation) {
    Operation.START -> Json.encodeToString(Body(SESSION, "", config))
    Operation.STOP -> Json.encodeToString(Stop(SESSION))
    Operation.LAYOUT -> Json.encodeToString(config.change())
    Operation.QUERY -> Json.encodeToString(Query(ROOM))
}.encodeToByteArray()

private fun Config.change() = Change(SESSION, mixLayout, renderMode, hostUserId, hostStreamId, input)

private val random = SecureRandom()

private fun randomHex(bytes: Int): String = HexFormat.of().formatHex(ByteArray(bytes).also(random::nextBytes))

/** The headers of one request but for its content's type, for which each peer has a way of its own. */
fun headers(): List<Pair<String, String>> {
    val nonce = randomHex(9)
    val timestamp = System.currentTimeMillis().toString()
    val digest = MessageDigest.getInstance("SHA-1").digest("$APP_SECRET$nonce$timestamp".encodeToByteArray())
    return listOf(
        "App-Key" to APP_KEY,
        "Nonce" to nonce,
        "Timestamp" to timestamp,
        "Signature" to HexFormat.of().formatHex(digest),
        "Room-Id" to ROOM,
        "X-Request-ID" to randomHex(16),
    )
}

@Serializable
private class Reply(
    val code: Int,
    val errorMessage: String? = null,
    val recordId: String? = null,
    val roomId: String? = null,
    val sessionId: String? = null,
    val createTime: Long? = null,
    val members: List<Member> = emptyList(),
)

@Serializable
private class Member(val userId: String, val joinTime: Long, val data: Data)

@Serializable
private class Data(val uris: List<Stream>)

@Serializable
private class Stream(val mediaType: Int, val msid: String, val uri: String, val tag: String)

/** Fails where the reply is not that of success. */
fun readReply(operation: Operation, status: Int, content: String) {
    val reply = Json.decodeFromString<Reply>(content)
    val isWhole = when (operation) {
        Operation.START -> !reply.recordId.isNullOrEmpty()
        Operation.STOP, Operation.LAYOUT -> true
        Operation.QUERY -> !reply.sessionId.isNullOrEmpty() && reply.members.all { it.data.uris.isNotEmpty() }
    }
    check(status == 200 && reply.code == 200 && isWhole) { "HTTP $status: $content" }
}

/** TLS that trusts the given issuer. */
class Trust(caFile: String) {
    val manager: X509TrustManager
    val context: SSLContext

    init {
        val issuer = FileInputStream(caFile).use(CertificateFactory.getInstance("X.509")::generateCertificate)
        val issuers = KeyStore.getInstance(KeyStore.getDefaultType()).apply {
            load(null)
            setCertificateEntry("issuer", issuer)
        }
        val trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm()).apply { init(issuers) }
        manager = trust.trustManagers.filterIsInstance<X509TrustManager>().single()
        context = SSLContext.getInstance("TLS").apply { init(null, arrayOf(manager), null) }
    }
}
