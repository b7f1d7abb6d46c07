#!/usr/bin/env bash
# Packs the Swift package: sources, generated bindings and the Rust library, as one folder that needs nothing else.
# Usage: package.sh METADATA BINDGEN NOTICES ARCHIVE FOLDER MACHINE=LIBRARY…
#   METADATA  a release library that has the generator's metadata
#   BINDGEN   the generator
#   NOTICES   a folder with notices and a bill of materials
#   ARCHIVE   the .tar.gz to write
#   FOLDER    where it is unpacked, for tests and demos; RongCloudRecording/ below it
#   LIBRARY   the static library for Linux on a MACHINE, x86_64 or aarch64
# Does nothing where the archive was made of the same inputs. Run from the repository's root, whose uniffi.toml counts.
set -euo pipefail

metadata=$1 bindgen=$2 notices=$3 archive=$4 folder=$5
shift 5
sources=bindings/swift
name=RongCloudRecording
shopt -s nullglob
licences=(LICENSE*)

inputs() { # MACHINE=LIBRARY…
  find "$sources/Sources" -type f -print0 | sort -z | xargs -0 sha256sum
  sha256sum "$sources"/{Package*.swift,README.md,package.sh} uniffi.toml "${licences[@]}" "$notices"/* "$metadata" "$bindgen"
  printf '%s\n' "$@"
  sha256sum "${@#*=}"
}
stamp=$folder/inputs
fingerprint=$(inputs "$@")
if [[ -r $archive && -d $folder/$name && -r $stamp && $(<"$stamp") == "$fingerprint" ]]; then exit; fi

rm -rf -- "$folder"
package=$folder/$name
ffi=$package/Sources/RongCloudRecordingFFI
mkdir -p -- "$package" "$(dirname -- "$archive")" "$folder/tmp"
cp -r -- "$sources/Sources" "$sources"/Package*.swift "$sources/README.md" "${licences[@]}" "$notices"/* "$package"

"$bindgen" swift "$metadata" "$package/Sources"
# For the driver alone.
mv -- "$package/Sources/Dispatch.swift" "$folder"

# One object with what the bindings call and whatever that needs, everything else hidden. It is a fifth of the size,
# and a program may have other Rust libraries in it, whose runtime has symbols of the same names.
exported=$folder/tmp/exported
grep -oE '\b(uniffi|ffi)_rongcloud_recording_\w+' "$ffi/include/RongCloudRecordingFFI.h" | sort -u >"$exported"
sed 's/^/--undefined=/' "$exported" >"$folder/tmp/roots"
# The library is where Swift 6.2 looks for one, and Package.swift names it there for those before.
bundle=$package/RongCloudRecordingFFI.artifactbundle
mkdir -p -- "$bundle"
cp -r -- "$ffi/include" "$bundle"
listed=() variants=()
for given in "$@"; do
  machine=${given%%=*} library=${given#*=}
  tools=
  if [[ $machine != "$(uname -m)" ]]; then tools=$machine-linux-gnu-; fi
  scripts/require.sh "${tools}ld=binutils${tools:+-${machine//_/-}-linux-gnu}"
  # Without the bitcode that Cargo puts beside the code.
  "${tools}objcopy" --strip-debug --remove-section=.llvmbc --remove-section=.llvmcmd "$library" "$folder/tmp/$name.a"
  "${tools}ld" -r --gc-sections "@$folder/tmp/roots" -o "$folder/tmp/$name.o" "$folder/tmp/$name.a"
  "${tools}objcopy" --keep-global-symbols="$exported" --strip-unneeded "$folder/tmp/$name.o"
  hash=$(sha256sum "$folder/tmp/$name.o" | cut -c 1-16)
  mkdir -p -- "$bundle/linux-$machine"
  # D: without times and owners, so that the same inputs give the same archive.
  "${tools}ar" rcsD "$bundle/linux-$machine/librongcloud_recording-$hash.a" "$folder/tmp/$name.o"
  listed+=("\"linux-$machine\": \"librongcloud_recording-$hash.a\"")
  # Compared letter by letter: the second is Debian's own name for the same.
  triples="\"$machine-unknown-linux-gnu\", \"$machine-pc-linux-gnu\""
  variants+=("{
      \"path\": \"linux-$machine/librongcloud_recording-$hash.a\",
      \"supportedTriples\": [$triples],
      \"staticLibraryMetadata\": {\"headerPaths\": [\"include\"], \"moduleMapPath\": \"include/module.modulemap\"}
    }")
done
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
cat >"$bundle/info.json" <<JSON
{
  "schemaVersion": "1.0",
  "artifacts": {"RongCloudRecordingFFI": {
    "version": "$version",
    "type": "staticLibrary",
    "variants": [$(IFS=,; echo "${variants[*]}")]
  }}
}
JSON
libraries=$(IFS=,; echo "${listed[*]}")
sed "s|^\(let libraries: .* = \).*|\1[${libraries//,/, }]|" "$sources/Package.swift" >"$package/Package.swift"
grep -qF "$hash" "$package/Package.swift"
rm -r -- "$folder/tmp"

# The same inputs at the same time give the same bytes. A fixed time for all packages won't do: Swift's compiler takes a
# file with the time it had before for the file it was, and a user who unpacks a newer package would build the older.
time=${SOURCE_DATE_EPOCH:-$(date +%s)}
tar --create --directory "$folder" --sort=name --owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw,a-s \
  --mtime="@$time" "$name" | gzip -9n >"$archive.new"
mv -- "$archive.new" "$archive"

# What is tested is what is in the archive.
rm -r -- "$package"
tar --extract --file "$archive" --directory "$folder"
printf '%s\n' "$fingerprint" >"$stamp"
