#!/usr/bin/env bash
# A small Debian in a folder, of another release or of another machine, to try artifacts in.
#
#   reach/root.sh make SUITE ARCHITECTURE PACKAGE…    makes it; nothing where it is there with these packages
#   reach/root.sh run SUITE ARCHITECTURE DIR CMD…     CMD in DIR, inside
#   reach/root.sh remove                              deletes them all
#
#   RONGCLOUD_REACH_ROOTS   where they are (default: ${XDG_CACHE_HOME:-$HOME/.cache}/rongcloud-recording/reach)
#
# Of another machine, its programs run under qemu. Not a sandbox: CMD is root, shares the network (a simulator outside is
# reachable on 127.0.0.1) and could leave. Visible inside at their own paths: this repository, and /tmp.
set -euo pipefail

self=$(realpath -- "${BASH_SOURCE[0]}")
repository=$(dirname -- "$(dirname -- "$self")")
roots=${RONGCLOUD_REACH_ROOTS:-${XDG_CACHE_HOME:-$HOME/.cache}/rongcloud-recording/reach}

# The first of the machine's own package sources that carries the suite, so that no host is named here.
mirror() { # SUITE
    local uri answer
    answer=$(mktemp -d)
    # shellcheck disable=SC2016 # the placeholder is apt's
    while read -r uri; do
        /usr/lib/apt/apt-helper download-file "${uri%/}/dists/$1/InRelease" "$answer/InRelease" >/dev/null 2>&1 || continue
        if grep -qx 'Origin: Debian' "$answer/InRelease"; then
            rm -r -- "$answer"
            echo "${uri%/}"
            return
        fi
    done < <(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' | awk '!seen[$0]++')
    rm -r -- "$answer"
    echo "none of this machine's package sources carries Debian's $1" >&2
    return 1
}

# Programs of another machine are given to qemu by the kernel, which keeps qemu open (F): it needn't be inside.
emulate() { # ARCHITECTURE
    local machine
    machine=$(case $1 in arm64) echo aarch64 ;; *) echo "$1" ;; esac)
    [[ $1 != "$(dpkg --print-architecture)" ]] || return 0
    "$repository/scripts/require.sh" "qemu-$machine-static=qemu-user-static"
    local registry=/proc/sys/fs/binfmt_misc
    [[ -e $registry/register ]] || mount -t binfmt_misc binfmt_misc $registry
    [[ -e $registry/qemu-$machine ]] || cat "/usr/lib/binfmt.d/qemu-$machine.conf" >$registry/register
}

make_root() { # SUITE ARCHITECTURE PACKAGE…
    local suite=$1 architecture=$2 root=$roots/$1-$2 uri
    shift 2
    local recipe="1 $*"
    emulate "$architecture"
    mkdir -p -- "$roots"
    # Two that make the same one would spoil it.
    exec {lock}>"$root.lock"
    flock "$lock"
    [[ ! -r $root/complete || $(<"$root/complete") != "$recipe" ]] || return 0
    [[ $(id -u) -eq 0 ]] || { echo "$root is made as root" >&2; return 1; }
    "$repository/scripts/require.sh" debootstrap=debootstrap
    uri=$(mirror "$suite")
    echo "Making $root"
    rm -rf --one-file-system -- "$root"
    mkdir -p -- "$root/rootfs/etc/dpkg/dpkg.cfg.d"
    # Nobody reads manuals here, and nothing needs to survive a power cut half-done.
    printf '%s\n' force-unsafe-io path-exclude=/usr/share/{doc,man,info,locale}/'*' >"$root/rootfs/etc/dpkg/dpkg.cfg.d/small"
    # A mount namespace for the mounts that debootstrap makes: interrupted, it would leave them.
    unshare --mount -- "$BASH" "$self" __fill "$suite" "$architecture" "$uri" "$@" >"$root/log" 2>&1 </dev/null || {
        tail -n 40 "$root/log" >&2
        echo "Debian's $suite for $architecture could not be made; the whole log is $root/log" >&2
        return 1
    }
    echo "$recipe" >"$root/complete"
}

fill() { # SUITE ARCHITECTURE URI PACKAGE…
    local suite=$1 architecture=$2 uri=$3 rootfs=$roots/$1-$2/rootfs
    shift 3
    export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    # One that is younger than debootstrap is made as all of its time are.
    local script=()
    [[ -e /usr/share/debootstrap/scripts/$suite ]] || script=(/usr/share/debootstrap/scripts/sid)
    debootstrap --variant=minbase --arch="$architecture" "$suite" "$rootfs" "$uri" "${script[@]}"
    mount_system "$rootfs"
    # Java's packages write their links there.
    mkdir -p -- "$rootfs/usr/share/man/man1"
    chroot "$rootfs" apt-get -q -y -o APT::Sandbox::User=root install --no-install-recommends "$@"
    chroot "$rootfs" apt-get clean
}

# Only in a mount namespace: nothing is ever unmounted.
mount_system() { # ROOTFS
    local path
    for path in /dev /proc /sys; do mount --rbind "$path" "$1$path"; done
    for path in /etc/resolv.conf /etc/hosts; do
        touch "$1$path"
        mount --bind "$path" "$1$path"
    done
}

run() { # SUITE ARCHITECTURE DIR CMD…
    local root=$roots/$1-$2
    [[ -r $root/complete ]] || { echo "$root isn't made: reach/root.sh make $1 $2" >&2; return 1; }
    emulate "$2"
    exec unshare --mount -- "$BASH" "$self" __enter "$@"
}

enter() { # SUITE ARCHITECTURE DIR CMD…
    local rootfs=$roots/$1-$2/rootfs dir=$3 path
    shift 3
    for path in /tmp "$repository"; do
        mkdir -p -- "$rootfs$path"
        mount --rbind "$path" "$rootfs$path"
    done
    mount_system "$rootfs"
    # The machine's own file names another C compiler.
    unset LD_PRELOAD CC CXX
    exec chroot "$rootfs" env --chdir="$dir" HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

case ${1-} in
make) make_root "${@:2}" ;;
run) run "${@:2}" ;;
remove) rm -rf --one-file-system -- "$roots" ;;
__fill) fill "${@:2}" ;;
__enter) enter "${@:2}" ;;
*)
    sed -n '/^set /q; s/^#   //p' "$self" >&2
    exit 2
    ;;
esac
