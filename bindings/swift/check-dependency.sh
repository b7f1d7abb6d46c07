#!/usr/bin/env bash
# Shows that the package can be used by version from a git repository, built for release and linked statically: the
# example, as a package that depends on it so, starts a recording with the simulator.
# Usage: check-dependency.sh ARCHIVE VERSION FOLDER SIMULATOR
# Run from the repository's root. Does nothing where the archive has been checked before.
set -euo pipefail

archive=$1 version=$2 folder=$3 simulator=$4
stamp=$folder/checked
fingerprint=$(sha256sum "$archive" examples/swift/Sources/*/* "${BASH_SOURCE[0]}")
if [[ -r $stamp && $(<"$stamp") == "$fingerprint" ]]; then exit; fi
rm -rf -- "$folder"
mkdir -p -- "$folder"

tar --extract --file "$archive" --directory "$folder"
repository=$folder/RongCloudRecording
git=(git -C "$repository" -c user.name=check -c user.email=check@localhost -c commit.gpgsign=false)
"${git[@]}" init --quiet
"${git[@]}" add --all --force
"${git[@]}" commit --quiet --message "$version"
"${git[@]}" tag "$version"

cp -r -- examples/swift "$folder/consumer"
dependency=".package(url: \"file://$repository\", exact: \"$version\")"
sed -i "s|\.package(path: .*|$dependency|" "$folder/consumer/Package.swift"
grep -qF "$dependency" "$folder/consumer/Package.swift"

scripts/swift-toolchain.sh run "$folder/consumer" swift build --configuration release --static-swift-stdlib
scripts/with-simulator.sh "$simulator" \
  scripts/swift-toolchain.sh run "$folder/consumer" .build/release/StartRecording | grep '^record id: '
printf '%s\n' "$fingerprint" >"$stamp"
