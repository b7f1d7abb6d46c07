// One case of the grid, for one operation.

import com.fasterxml.jackson.databind.JsonNode

class Case(private val simulator: Simulator, private val grid: JsonNode, private val case: JsonNode) {
    suspend fun run(operation: Operation): Map<String, Any?> {
        prepare(operation)
        val doors = open()
        try {
            inject(doors.first())
            val caller = Caller(
                apiUrl = doors.first().url,
                backupApiUrl = doors.getOrNull(1)?.url,
                caCertificates = simulator.caCertificate.takeIf { isTls },
                hasSwappedCredentials = case["swapped_credentials"].booleanValue(),
            )
            val outcome = caller.client(settings()).use { outcomeOf { operation.call(it) } }
            return mapOf("case" to case["name"], "operation" to operation.title) + outcome +
                ("executions" to simulator.executions(operation))
        } finally {
            doors.forEach { it.close() }
            simulator.skew(0)
            simulator.next(emptyList<Any>())
        }
    }

    /** Of the client that meets the case. */
    private fun settings() = grid[if (case["times_out"].booleanValue()) "impatient_client" else "client"]

    private val isTls = case["tls"].textValue() != "none"

    /** A room in which nothing has happened yet but what the operation is about. */
    private suspend fun prepare(operation: Operation) {
        simulator.forgetRequests()
        simulator.renewRoom()
        if (operation.needsRecording) {
            Caller(simulator.url).client(grid["client"]).use { Operation.START.call(it) }
            simulator.forgetRequests()
        }
    }

    /** The door that the client goes to first and, where the case has one, its backup. */
    private fun open(): List<Simulator.Door> = listOfNotNull(
        simulator.door(case["tls"].textValue()),
        if (case["backup"].booleanValue()) simulator.door(if (isTls) "valid" else "none") else null,
    )

    private fun inject(door: Simulator.Door) {
        door.fault(case["faults"])
        if (case["shut"].booleanValue()) door.shut()
        simulator.skew(case["skew_ms"].longValue())
        simulator.next(case["steps"])
    }
}
