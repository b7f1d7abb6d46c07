// Keeps events as files, for an example that shall need no database.

package webhook

import rongcloud.recording.ReceivedRecordingEvent
import java.nio.ByteBuffer
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption.ATOMIC_MOVE
import java.nio.file.StandardOpenOption.READ
import java.nio.file.StandardOpenOption.WRITE
import kotlin.io.path.createDirectories
import kotlin.io.path.createTempFile
import kotlin.io.path.deleteIfExists

/**
 * A folder with one file for each event, named by its fingerprint, so that one that comes again changes nothing. A
 * database does the same by a unique index on the fingerprint.
 */
class EventFolder(private val folder: Path) : EventStore {
    init {
        folder.createDirectories()
    }

    override fun keep(received: ReceivedRecordingEvent) {
        // The whole file appears under its name, or none: whoever is killed half-way leaves a partial one.
        val partial = createTempFile(folder, received.fingerprint, ".partial")
        try {
            FileChannel.open(partial, WRITE).use { file ->
                val bytes = ByteBuffer.wrap(received.event.json.toByteArray())
                while (bytes.hasRemaining()) file.write(bytes)
                file.force(true)
            }
            Files.move(partial, folder.resolve("${received.fingerprint}.json"), ATOMIC_MOVE)
            // The name is safe with the folder.
            FileChannel.open(folder, READ).use { it.force(true) }
        } finally {
            partial.deleteIfExists()
        }
    }
}
