#!/usr/bin/env bash
# Swift for a machine that has none, so that `make` never skips the Swift suite.
#
#   scripts/swift-toolchain.sh install        nothing if a Swift compiler is on PATH, else one in a folder of its own
#   scripts/swift-toolchain.sh run DIR CMD…   CMD in DIR, with that Swift; exit status, signals and output are CMD's own
#   scripts/swift-toolchain.sh remove         deletes the folder
#
#   RONGCLOUD_SWIFT_ROOT   the folder (default: ${XDG_CACHE_HOME:-$HOME/.cache}/rongcloud-recording/swift)
#   RONGCLOUD_SWIFT_BIND   further folders that CMD has to see, separated by colons; always visible, at their own
#                          absolute paths: this repository, DIR's repository, /tmp, $TMPDIR and $CARGO_TARGET_DIR
#
# Debian 12 has no Swift, Debian 13 has one (`swiftlang`) that needs a newer libc: hence a small Debian 13 in a folder,
# entered with chroot. Not a sandbox: CMD is root, shares the network (a test server on 127.0.0.1 is reachable) and
# could leave. $HOME inside has the same path but is a folder of the toolchain's own, which keeps SwiftPM's caches.
set -euo pipefail

suite=trixie
# gcc brings the linker; libstdc++-14-dev and libc6-dev the headers and start files, on which swiftlang doesn't depend.
# ca-certificates: TLS clients under test refuse to start without any root certificate. git: SwiftPM fetches every
# dependency given by URL with it, local ones too. pkg-config: SwiftPM asks it where to look, and warns without.
packages=(swiftlang libstdc++-14-dev libc6-dev gcc ca-certificates git pkg-config)
# What the stamp must say: a root made from another recipe is made anew.
recipe="1 $suite ${packages[*]}"

name=${0##*/}
# Up to where a Swift compiler is found, only what macOS has too: its bash 3.2, and no GNU realpath.
self=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)/${BASH_SOURCE[0]##*/}
root=${RONGCLOUD_SWIFT_ROOT:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/rongcloud-recording/swift}
if [[ $root != /* ]]; then root=$PWD/$root; fi
rootfs=$root/rootfs
marker=$root/made-by-swift-toolchain # `remove` and `install` delete nothing in a folder without it
stamp=$root/complete                 # written last: a root without it is half-made
log=$root/install.log
bundle=/etc/ssl/certs/ca-certificates.crt

say() { printf '%s: %s\n' "$name" "$*" >&2; }
die() {
  say "$@"
  exit 1
}

# `swift` is also the name of OpenStack's client: only a compiler counts.
native_swift() {
  command -v swift >/dev/null && [[ $(swift --version 2>/dev/null) == *'Swift version'* ]]
}

installed() { [[ -r $stamp && $(<"$stamp") == "$recipe" ]]; }

require_debian_root() {
  local id=''
  if [[ -r /etc/os-release ]]; then
    # shellcheck source=/dev/null
    id=$(. /etc/os-release && printf '%s' "${ID-}")
  fi
  [[ $id == debian && $(id -u) == 0 ]] ||
    die "no Swift compiler on PATH, and one can be set up only on Debian as root: install Swift 6 or later"
  unshare --mount true 2>/dev/null ||
    die "no Swift compiler on PATH, and this container may not mount: install Swift 6 or later, or allow CAP_SYS_ADMIN"
}

# The lock is the folder itself, so nothing is left behind by `remove`. Runs share it, install and remove don't.
# The descriptor is inherited on purpose: a run holds the lock until its last process is gone.
lock() { # OPTION… for flock
  local fd
  exec {fd}<"$root" || return
  flock "$@" "$fd" && [[ $root -ef /dev/fd/$fd ]]
}

# ---- install ----------------------------------------------------------------------------------------------------

install_toolchain() {
  if native_swift || installed; then return; fi
  require_debian_root
  if [[ -d $root && ! -e $marker && -n $(ls -A -- "$root") ]]; then
    die "$root holds something else: point RONGCLOUD_SWIFT_ROOT at a new or empty folder"
  fi
  # debootstrap doesn't quote its target everywhere.
  if [[ $root == *[[:space:]]* ]]; then die "'$root' has a space: set RONGCLOUD_SWIFT_ROOT to a path without"; fi
  mkdir -p -- "$root"
  : >>"$marker"
  lock --exclusive || die "$root was removed meanwhile: try again"
  if installed; then return; fi # by the process that held the lock

  say "setting up Swift in $root, once (1 to 3 minutes, 3 GB)"
  local status=0
  # A mount namespace for the mounts that debootstrap makes: interrupted, it would leave them.
  { prepare_apt && unshare --mount -- "$BASH" "$self" __build; } >"$log" 2>&1 </dev/null || status=$?
  if ((status)); then
    # debootstrap writes what went wrong to a log of its own, among a line for each download.
    if [[ -r $rootfs/debootstrap/debootstrap.log ]]; then
      grep -v ' URL:' "$rootfs/debootstrap/debootstrap.log" >>"$log" || true
    fi
    tail -n 60 -- "$log" >&2
    die "Swift could not be set up; the whole log is $log"
  fi
}

prepare_apt() {
  # Timeout: something else may be installing just now.
  local options=(-q -y -o DPkg::Lock::Timeout=300)
  # A fresh container has no lists, without which apt knows neither debootstrap nor its own sources. One broken source
  # among several is no reason to stop here.
  apt-get "${options[@]}" update || say "going on with the package lists there are"
  PATH=$PATH:/usr/sbin command -v debootstrap ||
    DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" install --no-install-recommends debootstrap
}

# The first of the machine's own package sources that carries the suite, so no host is named here. apt lists them
# (it knows all the formats) and fetches the probe (with its own proxy, certificates and credentials).
mirror() {
  local uri answer
  answer=$(mktemp -d)
  # shellcheck disable=SC2016 # the placeholder is apt's
  while read -r uri; do
    # Debian's cloud images name a local list of mirrors, which debootstrap can't read.
    if [[ $uri == mirror+file:* ]]; then
      uri=${uri#mirror+file:}
      uri=$(grep -m1 -Eo '^https?://[^[:space:]]+' "${uri%/}") || continue
    fi
    [[ $uri =~ ^https?:// ]] || continue
    uri=${uri%/}
    /usr/lib/apt/apt-helper download-file "$uri/dists/$suite/InRelease" "$answer/InRelease" >&2 || continue
    if grep -qx 'Origin: Debian' "$answer/InRelease"; then
      rm -r -- "$answer"
      printf '%s\n' "$uri"
      return
    fi
  done < <(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' | awk '!seen[$0]++')
  rm -r -- "$answer"
  say "none of this machine's package sources carries Debian's $suite"
  return 1
}

# How this machine's apt reaches its mirror, as lines for another apt.conf: proxies, certificates, clock checks. Not
# the rest of apt.conf.d, whose hooks call programs that the root doesn't have.
apt_settings() { # PROXY
  apt-config dump --no-empty |
    grep -E '^Acquire::(https?::|Retries |ForceIPv[46] |Check-(Date|Valid-Until) |Max-FutureTime )' |
    grep -viE '::proxy-?auto-?detect' || true
  # The detecting program isn't in the root either, so its answer goes there.
  if [[ $1 ]]; then printf 'Acquire::http::Proxy "%s";\nAcquire::https::Proxy "%s";\n' "$1" "$1"; fi
}

# Runs in a mount namespace of its own, output to the log.
build() {
  local uri scheme proxy cainfo='' # apt-config prints nothing for what isn't set
  # The caller's PATH may lack sbin, and goes into the chroot with debootstrap; its TMPDIR and locale aren't there.
  export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
  unset TMPDIR LD_PRELOAD
  umask 022

  uri=$(mirror)
  scheme=${uri%%:*}
  proxy=$(/usr/lib/apt/apt-helper auto-detect-proxy "$uri" | sed -n "s/^Using proxy '\(.\+\)' for URL .*/\1/p")
  if [[ ! $proxy ]]; then eval "$(apt-config shell proxy "Acquire::$scheme::Proxy")"; fi
  if [[ $proxy == DIRECT ]]; then proxy=; fi
  eval "$(apt-config shell cainfo Acquire::https::CAInfo)"

  # What an interrupted attempt left.
  rm -rf --one-file-system -- "$rootfs" "$stamp"
  mkdir -p -- "$rootfs"/etc/{apt/apt.conf.d,dpkg/dpkg.cfg.d}
  # Nothing here needs to survive a power cut half-done (the stamp comes after a sync), and nobody reads manuals here.
  cat >"$rootfs/etc/dpkg/dpkg.cfg.d/swift-toolchain" <<'DPKG'
force-unsafe-io
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/info/*
path-exclude=/usr/share/locale/*
DPKG
  # Only for root: a proxy's address may hold a password.
  (umask 077 && apt_settings "$proxy" >"$rootfs/etc/apt/apt.conf.d/99machine")
  cat >"$rootfs/etc/apt/apt.conf.d/98swift-toolchain" <<'APT'
Acquire::Languages "none";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
APT

  # debootstrap fetches with wget, which knows neither apt's proxy nor its certificate file.
  if [[ $proxy ]]; then export "${scheme}_proxy=$proxy"; fi
  if [[ $cainfo ]]; then
    install -D -m 644 -- "$cainfo" "$rootfs$cainfo"
    printf 'ca_certificate = %s\n' "$cainfo" >"$root/wgetrc"
    export WGETRC=$root/wgetrc
  fi
  debootstrap --variant=minbase "$suite" "$rootfs" "$uri"

  # A mirror behind https, or a proxy that opens it, may be signed by a certificate only this machine knows. As the
  # packages' scripts rewrite the bundle, `run` lays the machine's own over it.
  if [[ -r $bundle ]]; then install -D -m 644 -- "$bundle" "$rootfs$bundle"; fi
  if [[ -d /usr/local/share/ca-certificates ]]; then
    mkdir -p -- "$rootfs/usr/local/share/ca-certificates"
    cp -r -- /usr/local/share/ca-certificates/. "$rootfs/usr/local/share/ca-certificates/"
  fi
  unset APT_CONFIG # it names a file outside, whose settings apt_settings has copied
  : >>"$rootfs/etc/hosts"
  : >>"$rootfs/etc/resolv.conf"
  mount_system
  chroot "$rootfs" apt-get -q -o Acquire::Retries=3 update
  chroot "$rootfs" apt-get -q -y -o Acquire::Retries=3 install --no-install-recommends "${packages[@]}"
  chroot "$rootfs" apt-get clean
  rm -rf -- "$rootfs"/var/lib/apt/lists/*
  chroot "$rootfs" swift --version
  sync -f "$rootfs"
  printf '%s\n' "$recipe" >"$stamp"
}

# ---- run --------------------------------------------------------------------------------------------------------

# The machine's own devices, processes and name resolution. Only in a mount namespace: nothing is ever unmounted.
mount_system() {
  local path
  for path in /dev /proc /sys; do mount --rbind "$path" "$rootfs$path"; done
  for path in /etc/resolv.conf /etc/hosts; do
    if [[ -e $path ]]; then mount --bind "$path" "$rootfs$path"; fi
  done
}

# A folder at its own path, so that paths in messages, caches and rpaths mean the same inside and outside.
mount_same() { # FOLDER
  local path
  path=$(realpath -- "$1")
  case $path in
    / | /bin | /dev | /etc | /lib | /lib64 | /proc | /sbin | /sys | /usr | /usr/bin | /usr/lib | /usr/libexec)
      die "$path would hide the toolchain: use a folder below it" ;;
  esac
  if [[ $rootfs$path -ef $path ]]; then return; fi # below a folder that is mounted already
  mkdir -p -- "$rootfs$path"
  mount --rbind "$path" "$rootfs$path"
}

# Everything below is exec'ed: CMD keeps this process's id, so signals reach it and its status is ours.
run() { # DIR CMD…
  (($# >= 2)) || usage
  [[ -d $1 ]] || die "no folder $1"
  local dir
  dir=$(cd -- "$1" && pwd -P)
  shift
  if native_swift; then
    cd -- "$dir"
    exec "$@"
  fi
  installed || die "no Swift compiler: run '$name install' first"
  require_debian_root
  lock --shared || die "$root was removed meanwhile"
  installed || die "no Swift compiler: run '$name install' first"
  exec unshare --mount -- "$BASH" "$self" __enter "$dir" "$@"
}

# Runs in a mount namespace of its own: concurrent runs don't see each other's mounts, and the kernel drops them with
# the last process, however it ends.
enter() { # DIR CMD…
  local dir=$1 folder folders=()
  shift
  export HOME=${HOME:-/root}
  IFS=: read -ra folders <<<"${RONGCLOUD_SWIFT_BIND-}"
  folders+=(/tmp "${TMPDIR-}" "${CARGO_TARGET_DIR-}" "$(dirname -- "${self%/*}")" "$dir")
  # Inside a larger repository, files beside DIR matter too.
  folders+=("$(git -C "$dir" rev-parse --show-toplevel 2>/dev/null || true)")
  mkdir -p -- "$rootfs$HOME"
  for folder in "${folders[@]}"; do
    if [[ -d $folder ]]; then mount_same "$folder"; fi
  done
  mount_system
  if [[ -r $bundle ]]; then mount --bind "$bundle" "$rootfs$bundle"; fi
  # These name the machine's own files, which aren't inside. SwiftPM would take CC for the compiler.
  unset LD_PRELOAD CC CXX
  exec chroot "$rootfs" env --chdir="$dir" \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

# ---- remove -----------------------------------------------------------------------------------------------------

remove() {
  if [[ ! -e $root ]]; then return; fi
  [[ -e $marker ]] || die "$root was not made by this script: left alone"
  lock --exclusive --nonblock || die "$root is in use: left alone"
  root=$(cd -- "$root" && pwd -P) # as the kernel writes it
  rootfs=$root/rootfs
  # This script leaves no mounts; someone looking around with chroot may have. Deepest first.
  local mounts path left=()
  mounts=$(mounts_below)
  while read -r path; do
    if [[ $path ]]; then umount -- "$path" || true; fi
  done <<<"$mounts"
  mounts=$(mounts_below)
  if [[ $mounts ]]; then
    mapfile -t left <<<"$mounts"
    die "still mounted, nothing deleted: ${left[*]}"
  fi
  # The marker goes last: an interrupted removal can be taken up again. A run that finds no stamp doesn't start.
  rm -f -- "$stamp"
  rm -rf --one-file-system -- "$rootfs"
  rm -rf --one-file-system -- "$root"
}

mounts_below() {
  local point
  while read -r _ _ _ _ point _; do
    printf -v point '%b' "${point//\\/\\0}" # mountinfo writes a space as \040
    if [[ $point == "$root"/* ]]; then printf '%s\n' "$point"; fi
  done </proc/self/mountinfo | sort -r
}

usage() {
  sed -n '/^set /q; s/^#   //p' "$self" >&2
  exit 2
}

case ${1-} in
  install) install_toolchain ;;
  run) run "${@:2}" ;;
  remove) remove ;;
  __build) build ;;
  __enter) enter "${@:2}" ;;
  *) usage ;;
esac
