#!/usr/bin/env bash
# Runs a command with the service's address and credentials in its environment: those that are set, or else those of
# a simulator that lives as long as the command and sends its callbacks to RONGCLOUD_CALLBACK_PORT.
# With --simulator-only, the command is not run where an address is set: it would start a second recording there, or
# wait for callbacks that only the simulator sends to this machine.
# Usage: with-simulator.sh [--simulator-only] SIMULATOR COMMAND [ARGUMENT…]
set -euo pipefail

simulator_only=false
if [[ $1 == --simulator-only ]]; then
    simulator_only=true
    shift
fi
simulator=$1
shift

if [[ -n ${RONGCLOUD_API_URL:-} ]]; then
    if $simulator_only; then
        echo "Run against the simulator only, and RONGCLOUD_API_URL is set: $*"
        exit 0
    fi
    exec "$@"
fi

# The published secret of the vendor's signature example.
export RONGCLOUD_APP_KEY=uwd1c0sxdlx2 RONGCLOUD_APP_SECRET=Y1W2MeFwwwRxa0
room=${RONGCLOUD_ROOM_ID:-room1}
session=${RONGCLOUD_SESSION_ID:-aaa}
if [[ -z ${RONGCLOUD_CALLBACK_PORT:-} ]]; then
    RONGCLOUD_CALLBACK_PORT=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
    export RONGCLOUD_CALLBACK_PORT
fi

# The simulator ends when its standard input does, that is with this script, however it ends.
coproc simulator_process {
    exec "$simulator" --until-stdin-closes --room "$room:$session:111,2222" \
        --callback-url "http://127.0.0.1:$RONGCLOUD_CALLBACK_PORT/recording"
}
read -r RONGCLOUD_API_URL <&"${simulator_process[0]}"
export RONGCLOUD_API_URL
"$@"
