// Layouts made of streams, and advice about them, under what Layout, LayoutUpdate and Room have for that.

package rongcloud.recording.internal

import rongcloud.recording.Advice
import rongcloud.recording.Corner
import rongcloud.recording.Layout
import rongcloud.recording.LayoutUpdate
import rongcloud.recording.Room
import rongcloud.recording.StreamRef

internal object Arrangements {
    fun grid(streams: List<StreamRef>, resolution: String?, cameras: String?): Layout =
        native("streams") { gridLayout(streams, resolution, cameras) }

    fun spotlight(main: StreamRef, others: List<StreamRef>, resolution: String?): Layout =
        native("streams") { spotlightLayout(main, others, resolution) }

    fun sideBySide(streams: List<StreamRef>, resolution: String?): Layout =
        native("streams") { sideBySideLayout(streams, resolution) }

    fun pictureInPicture(main: StreamRef, inset: StreamRef, corner: Corner): Layout =
        native("streams") { pictureInPictureLayout(main, inset, corner) }

    fun advice(update: LayoutUpdate): List<Advice> = native("layout") { layoutUpdateAdvice(update) }

    fun videoStreams(room: Room): List<StreamRef> = native("room") { rongcloud.recording.internal.videoStreams(room) }
}
