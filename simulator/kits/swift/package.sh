#!/usr/bin/env bash
# Packs Swift's test kit: sources and the simulator's program, as one folder that needs nothing else.
# Usage: package.sh NOTICES ARCHIVE FOLDER MACHINE=PROGRAM…
#   NOTICES   a folder with notices and a bill of materials
#   ARCHIVE   the .tar.gz to write
#   FOLDER    where it is unpacked, for tests; RongCloudSimulator/ below it
#   PROGRAM   the simulator's program, for Linux on a MACHINE, x86_64 or aarch64
# Does nothing where the archive was made of the same inputs. Run from the repository's root.
set -euo pipefail

notices=$1 archive=$2 folder=$3
shift 3
sources=simulator/kits/swift
name=RongCloudSimulator

inputs() { # MACHINE=PROGRAM…
  find "$sources/Sources" -type f -print0 | sort -z | xargs -0 sha256sum
  sha256sum "$sources"/{Package.swift,README.md,package.sh} LICENSE* "$notices"/*
  printf '%s\n' "$@"
  sha256sum "${@#*=}"
}
stamp=$folder/inputs
fingerprint=$(inputs "$@")
if [[ -r $archive && -d $folder/$name && -r $stamp && $(<"$stamp") == "$fingerprint" ]]; then exit; fi

rm -rf -- "$folder"
package=$folder/$name
mkdir -p -- "$package" "$(dirname -- "$archive")"
cp -r -- "$sources/Sources" "$sources/Package.swift" "$sources/README.md" LICENSE* "$notices"/* "$package"
for given in "$@"; do
  install -D -m 755 -- "${given#*=}" "$package/Sources/$name/Programs/linux-${given%%=*}/rongcloud-simulator"
done

# As the client's package is: the same inputs at the same time give the same bytes.
time=${SOURCE_DATE_EPOCH:-$(date +%s)}
tar --create --directory "$folder" --sort=name --owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw,a-s \
  --mtime="@$time" "$name" | gzip -9n >"$archive.new"
mv -- "$archive.new" "$archive"

# What is tested is what is in the archive.
rm -r -- "$package"
tar --extract --file "$archive" --directory "$folder"
printf '%s\n' "$fingerprint" >"$stamp"
