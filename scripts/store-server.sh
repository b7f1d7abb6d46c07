#!/usr/bin/env bash
# Becomes a database server on a port of this machine, with its data in a folder, made at its first start: who starts
# this may end it by its process id. Where the folder has a server.crt and a server.key, it speaks TLS: PostgreSQL
# besides plain text, Redis on the next port. The user is `ledger` in PostgreSQL, and the password of both `kept-secret`.
# PgBouncer stands before the PostgreSQL of another port, and gives its few connections out for a transaction at a time.
# Usage: store-server.sh postgres FOLDER PORT
#        store-server.sh redis FOLDER PORT [SETTING…]
#        store-server.sh pgbouncer FOLDER PORT POSTGRES_PORT
set -euo pipefail
cd "$(dirname "$0")/.."

engine=$1 folder=$2 port=$3
password=kept-secret
has_tls=false
[[ ! -e $folder/server.crt ]] || has_tls=true

# Debian keeps its programs out of the way.
with_postgres() {
    for programs in /usr/lib/postgresql/*/bin; do PATH=$programs:$PATH; done
}

case $engine in
postgres)
    with_postgres
    scripts/require.sh postgres=postgresql setpriv=util-linux
    with_postgres
    # The server refuses to run as root.
    as=()
    echo "$password" >"$folder/password"
    if [[ $(id -u) -eq 0 ]]; then
        as=(setpriv --reuid=postgres --regid=postgres --clear-groups --)
        chown -R postgres "$folder"
    fi
    cd "$folder"
    if [[ ! -e data/PG_VERSION ]]; then
        "${as[@]}" initdb --pgdata data --username ledger --auth scram-sha-256 --pwfile password \
            --encoding UTF8 --locale C
    fi
    settings=(-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200)
    if $has_tls; then
        chmod 600 server.key
        settings+=(-c ssl=on -c "ssl_cert_file=$folder/server.crt" -c "ssl_key_file=$folder/server.key")
    fi
    exec "${as[@]}" postgres -D data -p "$port" "${settings[@]}"
    ;;
pgbouncer)
    scripts/require.sh pgbouncer=pgbouncer
    as=()
    [[ $(id -u) -ne 0 ]] || as=(-u postgres)
    echo "\"ledger\" \"$password\"" >"$folder/users"
    cat >"$folder/settings" <<SETTINGS
[databases]
* = host=127.0.0.1 port=$4
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $folder/users
pool_mode = transaction
default_pool_size = 3
SETTINGS
    exec pgbouncer "${as[@]}" "$folder/settings"
    ;;
redis)
    scripts/require.sh redis-server=redis-server
    settings=(--bind 127.0.0.1 --port "$port" --dir "$folder" --databases 16 --save "" --appendonly yes)
    settings+=(--requirepass "$password")
    if $has_tls; then
        settings+=(--tls-port $((port + 1)) --tls-cert-file "$folder/server.crt" --tls-key-file "$folder/server.key")
        settings+=(--tls-ca-cert-file "$folder/server.crt" --tls-auth-clients no)
    fi
    exec redis-server "${settings[@]}" "${@:4}"
    ;;
esac
