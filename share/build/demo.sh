#!/bin/sh
# make demo: one whole hand-over on this machine. demo.py does it; here it
# gets to know the host and the simulator.
set -eu
cd "$(dirname "$0")/../.."

# The paths of this very build: make gives its own variables on by MAKEFLAGS
facts=$(${MAKE:-make} --no-print-directory INSIDE=1 env)
fact() {
	printf '%s\n' "$facts" | sed -n "s/^$1=//p"
}
BARESIP=$(fact BARESIP)
HOST_LD=$(fact LD_LIBRARY_PATH)
HOST_VERSION=$(fact BARESIP_VERSION)
SIM=$(fact SIM)
MODULE_PATH=$(fact MODULE_PATH)
B=${MODULE_PATH%/modules}
PYTHONDONTWRITEBYTECODE=1
export BARESIP HOST_LD HOST_VERSION SIM B PYTHONDONTWRITEBYTECODE

# Debian's AT-SPI belongs to Debian's python
python=/usr/bin/python3
[ -x "$python" ] || python=python3
command -v "$python" >/dev/null || {
	echo "  FAIL  make demo needs python3" >&2
	exit 1
}
exec "$python" share/build/demo.py
