#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the boot tests run, fetched from Debian into a cache: kernels, firmware, Xen, a root file
# system, and initramfs files of busybox and programs of ours (docs/IMAGES.md). Packages come by
# apt, which checks signatures and hashes, with lists of its own: the machine's stay as they are,
# nothing is installed, root is not needed. What is there already is not fetched again.
#
# Usage: images.sh [--list | --test | NAME...]    places: ENT_IMAGES, ENT_DEBIAN_MIRROR
set -eu
here=$(cd "$(dirname "$0")" && pwd)
guest=$(cd "$here/../guest" && pwd)
cache=${ENT_IMAGES:-$here/../../.cache/images}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# What is made, whether ./dev test needs it, of which suite and package, and how: "kernel" also
# takes modules; "root" is a file system of the package and what it depends on; anything
# else is the file in the package, for .cpio with the libraries that it needs. MB is the download.
images() {
	cat <<'ROWS'
vmlinuz-6.1   test bookworm  60 kernel                               linux-image-arm64
busybox       test bookworm   1 bin/busybox                          busybox-static
vmlinuz-6.12  -    trixie    94 kernel                               linux-image-arm64
vmlinuz-sid   -    sid      106 kernel                               linux-image-arm64
u-boot.bin    -    bookworm   2 usr/lib/u-boot/qemu_arm64/u-boot.bin u-boot-qemu
edk2.fd       -    bookworm   3 usr/share/AAVMF/AAVMF_CODE.fd        qemu-efi-aarch64
xen-4.17      -    bookworm   1 boot/xen-4.17-arm64                  xen-hypervisor-4.17-arm64
xen-4.20      -    trixie     1 boot/xen-4.20-arm64                  xen-hypervisor-4.20-arm64
root.ext4     -    bookworm  24 root                                 systemd-sysv
qemu.cpio     -    sid       40 usr/bin/qemu-system-aarch64          qemu-system-arm
ROWS
}

# Besides what root.ext4 is named after.
root_packages="base-files base-passwd bash coreutils dash e2fsprogs findutils grep kmod libc-bin
	login mount passwd procps sed util-linux"

# Modules of a full kernel that a board's devices need, without those they depend on.
modules="virtio_mmio virtio_blk crc32c_generic ext4 virtio_console virtio-rng virtio_net 9p
	9pnet_virtio gpio_keys evdev virtio_input"

say() {
	printf 'images: %s\n' "$*" >&2
}

fail() {
	say "$*"
	exit 1
}

usage() {
	say "$*; usage: ./dev images [--list | --test | NAME...]"
	exit 2
}

# apt_for SUITE: apt's own directory for it, with fresh lists; APT_CONFIG names it from then on.
apt_for() {
	local dir=$cache/apt/$1 mirror=${ENT_DEBIAN_MIRROR:-}
	export APT_CONFIG=$dir/conf
	[ ! -e "$dir/fresh" ] || return 0
	[ -f "$keyring" ] || fail "no $keyring: install debian-archive-keyring"
	[ -n "$mirror" ] || mirror=$(APT_CONFIG='' apt-get indextargets --format '$(REPO_URI) $(RELEASE)' \
		'Component: main' 2>/dev/null | awk '$2 == "bookworm" { print $1; exit }') || true
	[ -n "$mirror" ] || mirror=http://deb.debian.org/debian
	mkdir -p "$dir/lists/partial" "$dir/archives/partial"
	: >"$dir/status"
	printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$1" >"$dir/sources.list"
	cat >"$dir/conf" <<CONF
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Install-Recommends "false";
APT::Sandbox::User "";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "30";
Dir::Etc::sourcelist "$dir/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State "$dir";
Dir::State::status "$dir/status";
Dir::Cache "$dir";
CONF
	say "lists of Debian $1 from $mirror"
	apt-get update >"$dir/log" 2>&1 || {
		tail -5 "$dir/log" >&2
		fail "no lists of $1 from $mirror: is there a network? (another mirror: ENT_DEBIAN_MIRROR=URL)"
	}
	touch "$dir/fresh"
}

# fetch SUITE PACKAGE...: these packages alone, unpacked below $tree; noted in SOURCES.
fetch() {
	local suite=$1 deb
	shift
	mkdir -p "$cache/apt/$suite/deb" "$tree"
	(cd "$cache/apt/$suite/deb" && rm -f ./*.deb && apt-get -q download "$@") >&2 ||
		fail "cannot fetch $* of $suite: is there a network? What has come is kept"
	unpack "$cache/apt/$suite/deb"
}

unpack() {
	local deb
	for deb in "$1"/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$tree" --keep-directory-symlink
		printf '%s %s %s\n' "$name" "$(sha256sum <"$deb" | cut -c1-64)" "$(basename "$deb")" \
			>>"$cache/SOURCES"
	done
	rm -f "$1"/*.deb
}

make_file() {
	fetch "$suite" "$package"
	cp "$tree/$how" "$cache/$name.new"
}

# The newest kernel that the meta package depends on; its modules become the end of an initramfs.
make_kernel() {
	local packages
	packages=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
		--no-replaces --no-enhances "$package" |
		grep -E '^linux-(image|binary|modules)-[0-9].*[0-9]-arm64$') ||
		fail "$package of $suite names no kernel"
	fetch "$suite" $packages
	"$here/modules.py" "$tree" "$tree/modules" $modules >"$tree/rows"
	"$here/cpio.py" "$cache/modules-${name#vmlinuz-}.cpio" <"$tree/rows"
	echo "$modules" >"$cache/modules-${name#vmlinuz-}.names"
	cp "$(find "$tree/boot" "$tree"/usr/lib/modules/*/vmlinuz -name 'vmlinuz*' 2>/dev/null)" \
		"$cache/$name.new"
}

make_root() {
	apt-get -qq install -y -d "$package" $root_packages >&2 ||
		fail "cannot fetch $package of $suite: is there a network? What has come is kept"
	tree=$tree cache=$cache name=$name $fakeroot "$0" --root "$cache/apt/$suite/archives"
}

# As root or as what fakeroot takes for it: the packages, not configured, and what a login needs.
root_file_system() {
	local dir
	mkdir -p "$tree/usr"
	for dir in bin sbin lib; do
		mkdir -p "$tree/usr/$dir"
		ln -s "usr/$dir" "$tree/$dir"
	done
	unpack "$1"
	rm -rf "$tree"/usr/share/{doc,man,locale,info,lintian,bug} "$tree/boot"
	cp "$tree/usr/share/base-passwd/passwd.master" "$tree/etc/passwd"
	cp "$tree/usr/share/base-passwd/group.master" "$tree/etc/group"
	cp "$tree/usr/share/base-files/profile" "$tree/usr/share/libc-bin/nsswitch.conf" "$tree/etc/"
	sed -i 's/^root:\*:/root::/' "$tree/etc/passwd"
	echo "/dev/vda / ext4 errors=remount-ro 0 1" >"$tree/etc/fstab"
	echo debian >"$tree/etc/hostname"
	echo 0123456789abcdef0123456789abcdef >"$tree/etc/machine-id"
	for dir in auth account password session; do
		echo "$dir required pam_unix.so nullok" >"$tree/etc/pam.d/common-$dir"
	done
	cp "$tree/etc/pam.d/common-session" "$tree/etc/pam.d/common-session-noninteractive"
	# without udev there is no unit of a terminal to wait for: a login on /dev/console instead
	mkdir -p "$tree/etc/systemd/system/getty.target.wants"
	ln -s /lib/systemd/system/console-getty.service "$tree/etc/systemd/system/getty.target.wants/"
	ln -s /dev/null "$tree/etc/systemd/system/serial-getty@ttyAMA0.service"
	ln -s /dev/null "$tree/etc/systemd/system/getty-static.service"
	find "$tree" -exec touch -h -d @0 {} +
	rm -f "$cache/$name.new"
	# identities are fixed, so that only times of the unpacking differ
	E2FSPROGS_FAKE_TIME=1 mke2fs -q -t ext4 -d "$tree" -L root -m 0 -O ^metadata_csum_seed \
		-U 00000000-0000-4000-8000-000000000001 \
		-E hash_seed=00000000-0000-4000-8000-000000000002,lazy_itable_init=0 \
		"$cache/$name.new" 256M
}

make_program() {
	apt-get -qq install -y -d "$package" >&2 ||
		fail "cannot fetch $package of $suite: is there a network? What has come is kept"
	mkdir -p "$tree"
	unpack "$cache/apt/$suite/archives"
	"$here/program.py" "$tree" "$how" >"$tree/rows" || fail "$how lacks a library"
	"$here/cpio.py" "$cache/$name.new" <"$tree/rows"
}

# What ./dev test compiles again each time, as it takes no second.
make_initramfs() {
	local rows=$cache/rows
	[ -e "$cache/busybox" ] || return 0
	{
		printf 'dir %s\n' bin dev proc sys root
		echo "char dev/console 600 5 1"
		echo "file init 755 $here/init"
		echo "file bin/busybox 755 $cache/busybox"
		echo "link bin/sh busybox"
	} >"$rows"
	"$here/cpio.py" "$cache/initramfs.cpio" <"$rows"
	if ! command -v aarch64-linux-gnu-gcc >/dev/null; then
		say "no initramfs-smoke.cpio: it needs aarch64-linux-gnu-gcc (./dev test installs it)"
		return 0
	fi
	"$guest/kvm-smoke.sh" "$cache"
	echo "file bin/kvm-smoke 755 $cache/kvm-smoke" >>"$rows"
	"$here/cpio.py" "$cache/initramfs-smoke.cpio" <"$rows"
	make_vmm
	for archive in "$cache"/modules-*.cpio; do
		[ ! -e "$archive" ] || cat "$cache/initramfs.cpio" "$archive" \
			>"$cache/initramfs-disk-${archive##*/modules-}"
	done
	rm -f "$rows"
}

# QEMU, to run vmlinuz-6.1 in a virtual machine that has EL2.
make_vmm() {
	[ -e "$cache/qemu.cpio" ] && [ -e "$cache/vmlinuz-6.1" ] || return 0
	aarch64-linux-gnu-gcc -std=gnu11 -O2 -Wall -Wextra -Werror -shared -fPIC "$here/e2h0.c" \
		-o "$cache/e2h0.so"
	{
		echo "dir lib"
		echo "file lib/e2h0.so 755 $cache/e2h0.so"
		echo "file vmlinuz 644 $cache/vmlinuz-6.1"
	} >"$rows"
	"$here/cpio.py" "$cache/vmm.cpio" <"$rows"
	cat "$cache/initramfs-smoke.cpio" "$cache/qemu.cpio" "$cache/vmm.cpio" \
		>"$cache/initramfs-vmm.cpio"
	rm -f "$cache/vmm.cpio" "$cache/e2h0.so"
}

# A kernel with modules of another list is made again.
made() {
	[ -e "$cache/$1" ] || return 1
	[ "${1#vmlinuz-}" = "$1" ] ||
		[ "$(cat "$cache/modules-${1#vmlinuz-}.names" 2>/dev/null)" = "$modules" ]
}

make_images() {
	local name set suite megabytes how package tree fakeroot=""
	[ "$(id -u)" = 0 ] || fakeroot=fakeroot
	while read -r name set suite megabytes how package; do
		! made "$name" || continue
		say "$name: $package of $suite, $megabytes MB"
		apt_for "$suite"
		tree=$cache/tree
		rm -rf "$tree"
		case $how in
		kernel | root) "make_$how" ;;
		usr/bin/*) make_program ;;
		*) make_file ;;
		esac
		mv "$cache/$name.new" "$cache/$name"
		rm -rf "$tree"
	done
}

list() {
	local name set suite megabytes how package
	images | while read -r name set suite megabytes how package; do
		printf '%-13s %4s MB  %-8s %-26s %s%s\n' "$name" "$megabytes" "$suite" "$package" \
			"$(made "$name" && echo "there" || echo "not fetched")" \
			"$([ "$set" = test ] && echo ", needed by ./dev test")"
	done
}

# chosen WORD...: rows of these names, of those that ./dev test needs, or all.
chosen() {
	local word
	if [ $# = 0 ]; then
		images
	elif [ "$1" = --test ]; then
		images | awk '$2 == "test"'
	else
		for word; do
			images | awk -v name="$word" '$1 == name { print; found = 1 } END { exit !found }' ||
				usage "no image '$word'; --list names them"
		done
	fi
}

if [ "${1:-}" = --root ]; then
	root_file_system "$2"
	exit 0
fi
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
case ${1:-} in
--list)
	list
	exit 0
	;;
--test)
	[ $# = 1 ] || usage "'$2' is one argument too many"
	;;
[!-]* | "") ;;
*) usage "unknown option '$1'" ;;
esac
rows=$(chosen "$@")
rm -f "$cache"/apt/*/fresh
make_images <<<"$rows"
make_initramfs
rm -rf "$cache/apt"
say "in $cache:"
cd "$cache"
for file in $(printf '%s\n' *.cpio $(images | cut -d' ' -f1) | sort -u); do
	[ ! -e "$file" ] || printf "  %-26s %9d KB\n" "$file" $(($(stat -c %s "$file") / 1000))
done >&2
