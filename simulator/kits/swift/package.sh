#!/usr/bin/env bash
# Packs Swift's test kit: sources and the simulator's program, as one folder that needs nothing else.
# Usage: package.sh PROGRAM ARCHIVE FOLDER
#   PROGRAM   the simulator's program, for the platform that this runs on
#   ARCHIVE   the .tar.gz to write
#   FOLDER    where it is unpacked, for tests; RongCloudSimulator/ below it
# Does nothing where the archive was made of the same inputs. Run from the repository's root.
set -euo pipefail

program=$1 archive=$2 folder=$3
sources=simulator/kits/swift
name=RongCloudSimulator
platform=linux-$(uname -m)

inputs() {
  find "$sources/Sources" -type f -print0 | sort -z | xargs -0 sha256sum
  sha256sum "$sources"/{Package.swift,README.md,package.sh} LICENSE* "$program"
}
stamp=$folder/inputs
fingerprint=$(inputs)
if [[ -r $archive && -d $folder/$name && -r $stamp && $(<"$stamp") == "$fingerprint" ]]; then exit; fi

rm -rf -- "$folder"
package=$folder/$name
programs=$package/Sources/$name/Programs/$platform
mkdir -p -- "$package" "$(dirname -- "$archive")"
cp -r -- "$sources/Sources" "$sources/Package.swift" "$sources/README.md" LICENSE* "$package"
mkdir -p -- "$programs"
install -m 755 -- "$program" "$programs/rongcloud-simulator"

# As the client's package is: the same inputs at the same time give the same bytes.
time=${SOURCE_DATE_EPOCH:-$(date +%s)}
tar --create --directory "$folder" --sort=name --owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw,a-s \
  --mtime="@$time" "$name" | gzip -9n >"$archive.new"
mv -- "$archive.new" "$archive"

# What is tested is what is in the archive.
rm -r -- "$package"
tar --extract --file "$archive" --directory "$folder"
printf '%s\n' "$fingerprint" >"$stamp"
