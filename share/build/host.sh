#!/bin/sh
# Finds or builds the host (baresip, libre, librem) and writes what the
# Makefile must know of it to build/host.mk.
#
# The order: BARESIP_PREFIX; libbaresip of pkg-config; the distribution's
# baresip 1.1.0 with the header from its source package; else baresip 1.1.0,
# libre 2.0.1 and rem 1.0.0 from Debian's source packages, built here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
BUILD=${BUILD:-build}
mkdir -p "$BUILD"
BUILD=$(cd "$BUILD" && pwd)
export BUILD
. "$here/step.sh"

baresip_version=1.1.0
libre_version=2.0.1
rem_version=1.0.0

# The distribution that has these three as source packages
source_suite=trixie

modules='account alsa aubridge aufile ausine auconv auresamp cons contact
	ctrl_tcp debug_cmd dtls_srtp echo g711 gtk httpd ice l16 menu
	mixminus mwi netroam opus presence pulse serreg srtp stdio stun
	syslog turn uuid vumeter'

# write_mk NAME VERSION PROGRAM LIBDIR MODULEDIR CFLAGS LIBS
write_mk() {
	tmp=$BUILD/host.mk.new
	{
		echo "HOST := $1"
		echo "HOST_VERSION := $2"
		echo "HOST_BARESIP := $3"
		echo "HOST_LIBDIR := $4"
		echo "HOST_MODULES := $5"
		echo "HOST_CFLAGS :=" $6
		echo "HOST_LIBS :=" $7
	} >"$tmp"
	# Left alone when it is the same: objects depend on it
	dir=$BUILD/$1
	mkdir -p "$dir"
	cmp -s "$tmp" "$dir/host.mk" || cp "$tmp" "$dir/host.mk"
	rm -f "$tmp"
	echo "include $dir/host.mk" >"$BUILD/host.mk"
}

# from_pkgconfig NAME PREFIX: an installed libbaresip, 3.21 or newer
from_pkgconfig() {
	version=$(pkg-config --modversion libbaresip)
	prefix=$(pkg-config --variable=prefix libbaresip)
	libdir=$(pkg-config --variable=libdir libbaresip)
	moddir=$libdir/baresip/modules
	[ -d "$moddir" ] || moddir=$prefix/lib/baresip/modules
	[ -x "$prefix/bin/baresip" ] || {
		say "  FAIL  no baresip program in $prefix/bin"
		return 1
	}
	# The program may lie where the linker does not look
	ldpath=$libdir
	case $libdir in
	/usr/lib|/usr/lib/*-linux-gnu*|/usr/lib64|/lib*) ldpath= ;;
	esac
	write_mk "baresip-$version" "$version" "$prefix/bin/baresip" \
		"$ldpath" "$moddir" \
		"$(pkg-config --cflags libre libbaresip)" \
		"$(pkg-config --libs libre)"
}

# re_defines RE_MK: struct layouts depend on what libre was built with
re_defines() {
	printf 'include %s\nprint:\n\t@echo $(CFLAGS)\n' "$1" |
		make -s --no-print-directory -f - print 2>/dev/null |
		tr ' ' '\n' | grep -E '^-D(HAVE|USE)_' | sort -u | tr '\n' ' '
}

# The mirror that this machine uses already, for main of this release
mirror() {
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
		'Component: main' | grep -v security | head -n 1
}

# fetch_sources DIR: the upstream tarballs of Debian's source packages, with
# an apt configuration of its own: the machine's is neither used nor changed
fetch_sources() {
	uri=$(mirror)
	[ -n "$uri" ] || {
		echo "apt knows no mirror: run apt-get update once" >&2
		return 1
	}
	apt=$1/apt
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$1/tar"
	keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	echo "deb-src [signed-by=$keyring] $uri $source_suite main" \
		>"$apt/sources.list"
	set -- "$1" -o Dir::Etc::SourceList="$apt/sources.list" \
		-o Dir::Etc::SourceParts=/dev/null \
		-o Dir::State::Lists="$apt/lists" \
		-o Dir::Cache="$apt/cache" \
		-o APT::Sandbox::User=root
	dir=$1
	shift
	apt-get "$@" -o APT::Update::Error-Mode=any update
	want=
	for p in baresip="$baresip_version" libre="$libre_version" \
			rem="$rem_version"; do
		full=$(apt-cache "$@" showsrc "${p%%=*}" |
			sed -n 's/^Version: //p' |
			grep "^${p#*=}\(-\|+\|\$\)" | head -n 1)
		[ -n "$full" ] || {
			echo "no source package ${p%%=*} ${p#*=}" >&2
			return 1
		}
		want="$want ${p%%=*}=$full"
	done
	cd "$dir/tar"
	# shellcheck disable=SC2086
	apt-get "$@" source --tar-only --download-only $want
	for t in *.orig.tar.*; do
		tar -xf "$t" -C ..
	done
	cd ..
	ls -d "re-$libre_version" "rem-$rem_version" \
		"baresip-$baresip_version"
}

jobs=$(nproc 2>/dev/null || echo 2)

build_re() {
	make -C "$src/re-$libre_version" -j"$jobs" RELEASE=1 \
		PREFIX="$prefix" install
}

build_rem() {
	make -C "$src/rem-$rem_version" -j"$jobs" RELEASE=1 \
		PREFIX="$prefix" $paths install
}

# The host's modules that can be built with what is installed
module_list() {
	for m in $modules; do
		[ -d "$src/baresip-$baresip_version/modules/$m" ] || continue
		case $m in
		gtk) pkg-config --exists gtk+-3.0 || continue ;;
		alsa) pkg-config --exists alsa || continue ;;
		pulse) pkg-config --exists libpulse-simple || continue ;;
		opus) pkg-config --exists opus || continue ;;
		esac
		printf '%s ' "$m"
	done
}

build_baresip() {
	make -C "$src/baresip-$baresip_version" -j"$jobs" RELEASE=1 \
		PREFIX="$prefix" $paths LIBREM_PATH="$prefix" \
		MODULES="$list" install
	cp "$src/baresip-$baresip_version/include/baresip.h" \
		"$prefix/include/"
}

# Upstream 1.1.0, built under build/
from_source() {
	dir=$BUILD/baresip-$baresip_version
	prefix=$dir/host
	src=$dir/src
	paths="LIBRE_MK=$prefix/share/re/re.mk LIBRE_INC=$prefix/include/re
		LIBRE_SO=$prefix/lib"
	mkdir -p "$src"
	[ -e "$src/.complete" ] || {
		step "host: sources of baresip $baresip_version" \
			fetch_sources "$src" || return
		touch "$src/.complete"
	}
	[ -e "$prefix/.libraries" ] || {
		step "host: libre $libre_version" build_re || return
		step "host: rem $rem_version" build_rem || return
		touch "$prefix/.libraries"
	}
	# More modules can be built when more has been installed since
	list=$(module_list)
	[ "$list" = "$(cat "$prefix/.modules" 2>/dev/null)" ] || {
		step "host: baresip $baresip_version" build_baresip || return
		printf '%s' "$list" >"$prefix/.modules"
		rm -f "$dir"*/host.linked
	}
	write_mk "baresip-$baresip_version" "$baresip_version" \
		"$prefix/bin/baresip" "$prefix/lib" \
		"$prefix/lib/baresip/modules" \
		"-I$prefix/include -I$prefix/include/re
		-I$prefix/include/rem
		$(re_defines "$prefix/share/re/re.mk")" \
		"-L$prefix/lib -lre"
}

fetch_header() {
	fetch_sources "$src"
	mkdir -p "$prefix/include"
	cp "$src/baresip-$baresip_version/include/baresip.h" \
		"$prefix/include/"
}

# The distribution's baresip 1.1.0 and libre; only the header is not packaged
from_distribution() {
	dir=$BUILD/baresip-$baresip_version
	prefix=$dir/header
	src=$dir/src
	sh "$here/deps.sh" distribution_host || return
	if [ ! -e "$prefix/include/baresip.h" ]; then
		mkdir -p "$src"
		step "host: header of baresip $baresip_version" \
			fetch_header || return
	fi
	write_mk "baresip-$baresip_version" "$baresip_version" \
		/usr/bin/baresip "" /usr/lib/baresip/modules \
		"-I$prefix/include $(pkg-config --cflags libre librem)
		$(re_defines /usr/share/re/re.mk)" \
		"$(pkg-config --libs libre)"
}

distribution_has_it() {
	command -v apt-cache >/dev/null 2>&1 || return 1
	apt-cache policy baresip 2>/dev/null |
		grep -q "Candidate: $baresip_version"
}

if [ -n "${BARESIP_PREFIX:-}" ]; then
	PKG_CONFIG_PATH=$BARESIP_PREFIX/lib/pkgconfig:$BARESIP_PREFIX/lib64/pkgconfig
	PKG_CONFIG_PATH=$PKG_CONFIG_PATH:$(echo \
		"$BARESIP_PREFIX"/lib/*/pkgconfig)
	export PKG_CONFIG_PATH
	pkg-config --exists libbaresip libre || {
		say "  FAIL  no libbaresip and libre in" \
			"BARESIP_PREFIX=$BARESIP_PREFIX"
		exit 1
	}
	from_pkgconfig
elif pkg-config --atleast-version=3.21 libbaresip 2>/dev/null; then
	from_pkgconfig
elif distribution_has_it; then
	from_distribution
else
	from_source
fi
