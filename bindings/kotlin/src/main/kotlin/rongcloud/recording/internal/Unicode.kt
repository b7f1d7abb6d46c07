// Texts that aren't Unicode are refused here: the boundary can't carry them, and what it had allocated would leak.

package rongcloud.recording.internal

import rongcloud.recording.Host
import rongcloud.recording.Layout
import rongcloud.recording.RecordingConfig
import rongcloud.recording.SplitStreamRecording
import rongcloud.recording.Violation

/** Refuses texts with half of a surrogate pair, each named by the path before it. */
internal fun requireUnicode(vararg texts: Pair<String, String?>, about: (() -> CallContext)? = null) =
    requireUnicode(texts.asList(), about)

/** Refuses a config with such a text. */
internal fun requireUnicode(config: RecordingConfig) = requireUnicode(
    when (config) {
        is RecordingConfig.SplitStream -> config.recording.texts()

        is RecordingConfig.Mcu -> listOf(
            "config.mcuConfig.videoResolution" to config.recording.mcuConfig?.videoResolution,
        )
    },
)

/** Refuses JSON with half of a surrogate pair, as the core refuses what is no JSON. */
internal fun requireUnicodeJson(json: String) {
    val before = json.substring(0, json.loneSurrogate() ?: return)
    val line = before.count { it == '\n' } + 1
    val column = before.substringAfterLast('\n').countCodePoints() + 1
    throw invalid(
        listOf(Violation("line $line, column $column", "invalid_json", "not JSON: the text is not Unicode")),
    )
}

private fun requireUnicode(texts: List<Pair<String, String?>>, about: (() -> CallContext)? = null) {
    val violations = texts.mapNotNull { (path, text) ->
        text?.loneSurrogate()?.let { index ->
            val place = text.substring(0, index).countCodePoints()
            val reason = "is not Unicode text: it has half of a surrogate pair at index $place"
            Violation(path, "wrong_type", reason)
        }
    }
    if (violations.isNotEmpty()) throw invalid(violations, about)
}

private fun SplitStreamRecording.texts(): List<Pair<String, String?>> =
    listOf("config.videoResolution" to videoResolution) + host.texts() + layout.texts()

private fun Host?.texts(): List<Pair<String, String?>> =
    listOf("config.hostUserId" to this?.userId, "config.hostStreamId" to this?.streamId)

private fun Layout?.texts(): List<Pair<String, String?>> = (this as? Layout.Custom)?.windows.orEmpty().flatMapIndexed {
        index,
        window,
    ->
    listOf(
        "config.input.video[$index].userId" to window.userId,
        "config.input.video[$index].streamId" to window.streamId,
    )
}

/** What the boundary can carry of a text, which is mostly all of it. */
internal fun String.carriable() = if (loneSurrogate() == null) this else String(toByteArray())

private fun String.countCodePoints() = codePointCount(0, length)

/** Where the first half of a surrogate pair stands without the other. */
private fun String.loneSurrogate(): Int? {
    var index = 0
    while (index < length) {
        val point = codePointAt(index)
        if (point in Char.MIN_SURROGATE.code..Char.MAX_SURROGATE.code) return index
        index += Character.charCount(point)
    }
    return null
}
