#!/usr/bin/env bash
# Runs a command beside a PostgreSQL, a PgBouncer before it and a Redis of its own, whose addresses are
# RONGCLOUD_TEST_POSTGRES_URL, RONGCLOUD_TEST_PGBOUNCER_URL and RONGCLOUD_TEST_REDIS_URL, and which end with it, however it
# ends. Within another one of these the servers are there already.
# Usage: with-stores.sh COMMAND [ARGUMENT…]
set -euo pipefail

if [[ -n ${RONGCLOUD_TEST_POSTGRES_URL:-} ]]; then exec "$@"; fi
scripts=$(cd "$(dirname "$0")" && pwd)
"$scripts/require.sh" python3=python3
folder=$(mktemp -d)
# Its own user must get in.
chmod 755 "$folder"
servers=()
end() {
    kill "${servers[@]}" 2>/dev/null || true
    wait "${servers[@]}" 2>/dev/null || true
    rm -rf "$folder"
}
trap end EXIT
trap 'exit 130' INT TERM

# Starts a server with further arguments, and leaves the port that it listens at in the variable `port`.
serve() {
    mkdir "$folder/$1"
    port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
    "$scripts/store-server.sh" "$1" "$folder/$1" "$port" "${@:2}" >"$folder/$1.log" 2>&1 &
    servers+=($!)
    # It may have to be installed first.
    for _ in {1..1200}; do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            return
        fi
        if ! kill -0 "${servers[-1]}" 2>/dev/null; then
            break
        fi
        sleep 0.1
    done
    echo "$1 does not start:" >&2
    cat "$folder/$1.log" >&2
    exit 1
}

serve postgres
export RONGCLOUD_TEST_POSTGRES_URL=postgres://ledger:kept-secret@127.0.0.1:$port/postgres
serve pgbouncer "$port"
export RONGCLOUD_TEST_PGBOUNCER_URL=postgres://ledger:kept-secret@127.0.0.1:$port/postgres
serve redis
export RONGCLOUD_TEST_REDIS_URL=redis://:kept-secret@127.0.0.1:$port/0
"$@"
