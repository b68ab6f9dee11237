#!/bin/sh
# Measures Baton on the real baresip and prints the table of its limits.
#
# Called by "make bench"; alone it asks "make env" where things are. Settings:
# BENCH_RINGS (200), BENCH_HANDOFFS (50), BENCH_KEEP=1 keeps the logs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
BUILD=${BUILD:-build}

if [ -z "${SIM:-}" ]; then
	env=$(cd "$top" && make -s --no-print-directory INSIDE=1 env)
	while IFS= read -r line; do
		case $line in
		BARESIP=*|BARESIP_VERSION=*|MODULE_PATH=*|SIM=*)
			export "${line?}"
			;;
		LD_LIBRARY_PATH=*)
			# Under another name: python3 must not use it
			export "HOST_LIBRARY_PATH=${line#*=}"
			;;
		esac
	done <<EOF
$env
EOF
else
	export BARESIP MODULE_PATH SIM BARESIP_VERSION
	export HOST_LIBRARY_PATH="${HOST_LIBRARY_PATH:-}"
fi

# Built by "make bench" beside the modules
CONTEXT_BENCH=${CONTEXT_BENCH:-$(dirname "$MODULE_PATH")/bin/context-bench}
export CONTEXT_BENCH

BENCH_JSON=${BENCH_JSON:-$BUILD/bench.json}
PYTHONDONTWRITEBYTECODE=1
export BENCH_JSON PYTHONDONTWRITEBYTECODE

exec /usr/bin/python3 "$here/bench.py"
