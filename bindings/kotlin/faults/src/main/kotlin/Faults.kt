// Makes every call of the grid of faults, cuts starts at every byte, and writes down what came of each.
//
//   java -jar faults.jar SIMULATOR GRID OUTPUT
//
// It judges nothing: what should have come of each call is in the grid, and is compared by who reads the output.

import java.io.Writer
import kotlin.io.path.Path
import kotlin.io.path.bufferedWriter
import kotlin.io.path.readText

suspend fun main(arguments: Array<String>) {
    val (program, file, output) = arguments
    val grid = json.readTree(Path(file).readText())
    Simulator(program).use { simulator ->
        Path(output).bufferedWriter().use { lines ->
            for (case in grid["cases"]) {
                for (operation in Operation.entries) lines.write(Case(simulator, grid, case).run(operation))
            }
            Sweep(simulator, grid["client"]).run(lines::write)
        }
    }
}

private fun Writer.write(line: Map<String, Any?>) {
    write(json.writeValueAsString(line))
    write("\n")
    flush()
}
