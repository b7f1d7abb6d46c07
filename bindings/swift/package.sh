#!/usr/bin/env bash
# Packs the Swift package: sources, generated bindings and the Rust library, as one folder that needs nothing else.
# Usage: package.sh LIBRARY BINDGEN ARCHIVE FOLDER
#   LIBRARY   the release library, without ending: LIBRARY.so has the generator's metadata, LIBRARY.a is packed
#   BINDGEN   the generator
#   ARCHIVE   the .tar.gz to write
#   FOLDER    where it is unpacked, for tests and demos; RongCloudRecording/ below it
# Does nothing where the archive was made of the same inputs. Run from the repository's root, whose uniffi.toml counts.
set -euo pipefail

library=$1 bindgen=$2 archive=$3 folder=$4
sources=bindings/swift
name=RongCloudRecording
platform=linux-$(uname -m)
shopt -s nullglob
licences=(LICENSE*)

inputs() {
  find "$sources/Sources" -type f -print0 | sort -z | xargs -0 sha256sum
  sha256sum "$sources"/{Package.swift,README.md,package.sh} uniffi.toml "${licences[@]}" "$library".{a,so} "$bindgen"
}
stamp=$folder/inputs
fingerprint=$(inputs)
if [[ -r $archive && -d $folder/$name && -r $stamp && $(<"$stamp") == "$fingerprint" ]]; then exit; fi

rm -rf -- "$folder"
package=$folder/$name
ffi=$package/Sources/RongCloudRecordingFFI
mkdir -p -- "$package/lib/$platform" "$(dirname -- "$archive")" "$folder/tmp"
cp -r -- "$sources/Sources" "$sources/README.md" "${licences[@]}" "$package"

"$bindgen" swift "$library.so" "$package/Sources"
# For the driver alone.
mv -- "$package/Sources/Dispatch.swift" "$folder"

# One object with what the bindings call and whatever that needs, everything else hidden. It is a fifth of the size,
# and a program may have other Rust libraries in it, whose runtime has symbols of the same names.
exported=$folder/tmp/exported
grep -oE '\b(uniffi|ffi)_rongcloud_recording_\w+' "$ffi/include/RongCloudRecordingFFI.h" | sort -u >"$exported"
sed 's/^/--undefined=/' "$exported" >"$folder/tmp/roots"
# Without the bitcode that Cargo puts beside the code.
objcopy --strip-debug --remove-section=.llvmbc --remove-section=.llvmcmd "$library.a" "$folder/tmp/$name.a"
ld -r --gc-sections "@$folder/tmp/roots" -o "$folder/tmp/$name.o" "$folder/tmp/$name.a"
objcopy --keep-global-symbols="$exported" --strip-unneeded "$folder/tmp/$name.o"
hash=$(sha256sum "$folder/tmp/$name.o" | cut -c 1-16)
# D: without times and owners, so that the same inputs give the same archive.
ar rcsD "$package/lib/$platform/librongcloud_recording-$hash.a" "$folder/tmp/$name.o"
sed "s/0000000000000000/$hash/" "$sources/Package.swift" >"$package/Package.swift"
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
