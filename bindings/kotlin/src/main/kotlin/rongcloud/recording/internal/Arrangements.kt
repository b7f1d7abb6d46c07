// Layouts made of streams, under the functions that Layout and Room have for them.

package rongcloud.recording.internal

import rongcloud.recording.Corner
import rongcloud.recording.Layout
import rongcloud.recording.Room
import rongcloud.recording.StreamRef

internal object Arrangements {
    fun grid(streams: List<StreamRef>, resolution: String?): Layout =
        native("streams") { gridLayout(streams, resolution) }

    fun spotlight(main: StreamRef, others: List<StreamRef>, resolution: String?): Layout =
        native("streams") { spotlightLayout(main, others, resolution) }

    fun sideBySide(streams: List<StreamRef>, resolution: String?): Layout =
        native("streams") { sideBySideLayout(streams, resolution) }

    fun pictureInPicture(main: StreamRef, inset: StreamRef, corner: Corner): Layout =
        native("streams") { pictureInPictureLayout(main, inset, corner) }

    fun videoStreams(room: Room): List<StreamRef> = native("room") { rongcloud.recording.internal.videoStreams(room) }
}
