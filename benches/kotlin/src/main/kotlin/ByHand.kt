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
const val PATH = "/rtc/record/start.json"

@Serializable
class Body(val sessionId: String, val extra: String, val config: Config)

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
    input = Input(List(2) { Picture("user$it", "user${it}_RongCloudRTC", 0.0, 0.0, 0.5, 0.5) }),
)

/** The body of one request. */
fun body(): ByteArray = Json.encodeToString(Body(SESSION, "", config)).encodeToByteArray()

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
private class Reply(val code: Int, val errorMessage: String? = null, val recordId: String? = null)

/** Fails where the reply is not that of a started recording. */
fun readReply(status: Int, content: String) {
    val reply = Json.decodeFromString<Reply>(content)
    check(status == 200 && reply.code == 200 && !reply.recordId.isNullOrEmpty()) { "HTTP $status: $content" }
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
