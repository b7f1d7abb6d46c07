// How a recording is followed: one wait after another.

package rongcloud.recording.internal

import rongcloud.recording.FollowedRecording
import java.time.Duration

/** How long one wait of whoever follows lasts. Each begins with a question of its own to the store. */
internal val ONE_LOOK: Duration = Duration.ofMinutes(15)

/** No entry has this version. */
private const val NONE = 0L

/** Tells each change, until nothing more is expected or the ledger is closed. */
internal inline fun eachChange(
    isClosed: () -> Boolean,
    next: (seen: Long) -> FollowedRecording?,
    tell: (FollowedRecording) -> Unit,
) {
    var seen = NONE
    do {
        val found = next(seen)
        if (found != null && (found.isSettled || found.entry.version != seen)) {
            seen = found.entry.version
            tell(found)
        }
    } while (found?.isSettled != true && !isClosed())
}
