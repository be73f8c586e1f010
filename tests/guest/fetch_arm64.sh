#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Debian's zlib and zstd for arm64, unpacked below DIR; by apt with lists of its own, so that the
# machine's stay as they are. Usage: fetch_arm64.sh DIR
set -eu
rm -rf "$1.new"
mkdir -p "$1.new"
dir=$(cd "$1.new" && pwd)
mkdir -p "$dir/apt/lists/partial" "$dir/apt/archives/partial" "$dir/deb"
: >"$dir/apt/status"
cat >"$dir/apt/conf" <<CONF
APT::Architecture "arm64";
APT::Architectures "arm64";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "0";
Dir::State::lists "$dir/apt/lists";
Dir::State::status "$dir/apt/status";
Dir::Cache "$dir/apt";
CONF
export APT_CONFIG="$dir/apt/conf"
apt-get update || echo "some package lists are missing"
(cd "$dir/deb" && apt-get download zlib1g-dev libzstd-dev)
for package in "$dir"/deb/*.deb; do
	dpkg-deb -x "$package" "$dir"
done
rm -rf "$dir/apt" "$dir/deb" "$1"
mv "$dir" "$1"
