#!/usr/bin/env bash
# Builds a Python of another kind, out of the system's source package. Inside of a root that root.sh has made.
# Usage: python.sh KIND FOLDER
#   KIND     free-threaded: without the lock that lets one thread run at a time; musl: with musl as its C library
#   FOLDER   where it is put: FOLDER/bin/python3. Nothing is done where it is there
# Fit for trying a package in, which needs little of the standard library: no TLS, no pip, no optimisation.
set -euo pipefail
shopt -s inherit_errexit

kind=$1 folder=$2
if [[ -e $folder/complete ]]; then exit; fi
rm -rf -- "$folder"
sources=$(mktemp -d)
# Fetched as root, where there is no other user's sandbox. A mirror that is late will do.
apt=(apt-get -q -y -o APT::Sandbox::User=root -o Acquire::Check-Valid-Until=false)

fetched() { # PACKAGE: its sources' folder
    (cd "$sources" && "${apt[@]}" source "$1" >&2)
    find "$sources" -mindepth 1 -maxdepth 1 -type d -name "${1%%[0-9]*}*" -print -quit
}

sed 's/^deb /deb-src /' /etc/apt/sources.list >/etc/apt/sources.list.d/sources.list
"${apt[@]}" update >/dev/null
# libffi's sources come without what the autotools make.
"${apt[@]}" install --no-install-recommends autoconf automake build-essential libffi-dev libltdl-dev libtool musl-tools pkgconf zlib1g-dev >&2

options=(--prefix="$folder" --without-ensurepip --disable-test-modules)
case $kind in
free-threaded) options+=(--disable-gil) ;;
musl)
    # It says that it builds for glibc, which Python's configure takes for a contradiction.
    triple=$(uname -m)-linux-musl
    printf '#!/bin/sh\n[ "$*" != --print-multiarch ] || exec echo %s\nexec musl-gcc "$@"\n' "$triple" >"$sources/cc"
    chmod +x "$sources/cc"
    export CC=$sources/cc
    headers=/usr/include/$triple
    # What the kernel defines is the same for either C library.
    ln -sfnt "$headers" /usr/include/{linux,asm-generic} "/usr/include/$(uname -m)-linux-gnu/asm"
    # ctypes calls through it, and the system's is made for the system's C library.
    libffi=$(fetched libffi)
    cd "$libffi"
    ./autogen.sh
    mkdir built
    cd built
    ../configure --quiet --prefix="$folder" --libdir="$folder/lib" --disable-shared --with-pic --disable-docs \
        --disable-multi-os-directory
    make --silent -j2
    make --silent install
    # Nothing else is to be found: it is the system's.
    export LIBFFI_CFLAGS=-I$folder/include LIBFFI_LIBS=$folder/lib/libffi.a PKG_CONFIG_LIBDIR=/nowhere
    ;;
*) sed -n '/^set /q; s/^#   //p' "$0" >&2 && exit 2 ;;
esac
python=$(fetched "python$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')")
cd "$python"
./configure --quiet "${options[@]}"
make --silent -j2
make --silent install
rm -rf -- "$sources"
touch "$folder/complete"
