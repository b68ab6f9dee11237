#!/bin/sh
# Installs the distribution's packages that are missing, and nothing else.
#
# usage: deps.sh SET ...    SET: core audio gtk screen check fuzz lint
set -eu
. "$(dirname "$0")/step.sh"

core='gcc make pkg-config libc6-dev libssl-dev zlib1g-dev libjson-c-dev
	libcurl4-openssl-dev ca-certificates espeak-ng python3'
audio='libasound2-dev libpulse-dev libopus-dev'
gtk='libgtk-3-dev libglib2.0-dev-bin fonts-dejavu-core adwaita-icon-theme'
screen='xvfb xauth dbus dbus-daemon at-spi2-core python3 python3-gi
	python3-pyatspi gir1.2-atspi-2.0 imagemagick'
check='libcmocka-dev sip-tester python3-pytest python3-pytest-xdist
	python3-jsonschema openssl python3'
distribution_host='baresip-core libre-dev librem-dev'
fuzz='clang libclang-rt-dev'
lint='clang cppcheck'

# Not Debian or a relative of it: say what is needed, go on
if ! command -v dpkg-query >/dev/null 2>&1; then
	say "  note  no dpkg here: install by hand what stands in" \
		"share/build/deps.sh"
	exit 0
fi

want=
for set in "$@"; do
	eval "want=\"\$want \$$set\""
done

missing=
for p in $want; do
	case $(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null) in
	installed) ;;
	*) missing="$missing $p" ;;
	esac
done

[ -n "$missing" ] || exit 0

# A fresh machine has no package lists, or old ones
DEBIAN_FRONTEND=noninteractive
export DEBIAN_FRONTEND
step "package lists" as_root apt-get update
# shellcheck disable=SC2086
step "$(echo $missing | wc -w) system packages" as_root env \
	DEBIAN_FRONTEND=noninteractive \
	apt-get install -y --no-install-recommends $missing
