#!/bin/sh
# Runs every test and ends with the line `N passed, N failed[, N skipped]`.
#
# Called by `make check`, which sets B (output folder), UNIT (the programs of
# tests/unit), REPLAY (the fuzz targets, to be run on their corpus), SAN
# (sanitizers or not), and BARESIP, HOST_LD and HOST_VERSION (what the host
# is). Logs of what failed stay in $B/logs.
set -u
cd "$(dirname "$0")/.." || exit 1

B=$(cd "$B" && pwd) || exit 1
logs=$B/logs
rm -rf "$logs"
mkdir -p "$logs" || exit 1
PYTHONDONTWRITEBYTECODE=1
PYTHONPATH=$PWD/tests/sip
export B PYTHONDONTWRITEBYTECODE PYTHONPATH

# Debian's pytest belongs to Debian's python
python=/usr/bin/python3
"$python" -c 'import pytest' 2>/dev/null || python=python3

passed=0
failed=0
skipped=0

# count WORD LOG: the number in cmocka's "[  WORD  ] N test(s)"
count() {
	n=$(sed -n "s/^\[ *$1 *\] \([0-9][0-9]*\) test(s).*/\1/p" "$2" |
		tail -n 1)
	echo "${n:-0}"
}

# program SOURCE PROGRAM [FOLDER ...]: one program of cmocka
program() {
	source=$1
	run=$2
	shift 2
	name=$(basename "$(dirname "$run")")/$(basename "$run")
	log=$logs/$(echo "$name" | tr / -).log
	timeout --foreground 300 "$run" "$@" >"$log" 2>&1 </dev/null
	code=$?
	p=$(count PASSED "$log")
	f=$(count FAILED "$log")
	s=$(count SKIPPED "$log")
	why=
	if [ "$code" -ne 0 ] && [ "$f" -eq 0 ]; then
		f=1
		why=", ended with $code"
	elif [ $((p + f + s)) -eq 0 ]; then
		f=1
		why=", ran no test"
	fi
	passed=$((passed + p))
	failed=$((failed + f))
	skipped=$((skipped + s))
	echo "  $name: $p passed, $f failed, $s skipped"
	[ "$s" -eq 0 ] || grep '^\[  SKIPPED \]' "$log" |
		grep -v 'test(s)' | sort -u | sed 's/^/    /'
	if [ "$f" -ne 0 ]; then
		echo "  FAIL  $source$why, log: $log"
		grep -E '^\[  (FAILED|ERROR) |ERROR: |runtime error|not hold' \
			"$log" | head -n 20 | sed 's/^/    /'
	else
		rm -f "$log"
	fi
}

# python_tests FOLDER [OPTION ...]: one folder with test_*.py
python_tests() {
	for t in "tests/$1"/test_*.py; do
		[ -e "$t" ] || return 0
		break
	done
	xml=$logs/$1.xml
	log=$logs/$1.log
	folder=$1
	shift
	echo "  $folder:"
	# INT, not TERM: pytest then still ends the phones that it started
	timeout --foreground -s INT -k 60 900 \
		"$python" -m pytest -p no:cacheprovider -q --tb=short \
		--no-header --no-summary --junitxml="$xml" \
		--rootdir="$PWD/tests/$folder" "$@" "tests/$folder" \
		>"$log" 2>&1 </dev/null
	code=$?
	"$python" tests/count.py "$xml" "$code" "$folder" "$log" \
		>"$logs/$folder.sum" ||
		echo "0 1 0" >"$logs/$folder.sum"
	sed '$d' "$logs/$folder.sum"
	read -r p f s <<-END
		$(tail -n 1 "$logs/$folder.sum")
	END
	passed=$((passed + p))
	failed=$((failed + f))
	skipped=$((skipped + s))
	rm -f "$logs/$folder.sum"
}

# replay PROGRAM: a fuzz target on its corpus and on the golden files
replay() {
	t=$(basename "$1")
	set -- "$1" "tests/fuzz/corpus/$t"
	[ ! -d "tests/golden/$t" ] || set -- "$@" "tests/golden/$t"
	program "tests/fuzz/$t.c" "$@"
}

for u in ${UNIT:-}; do
	program "tests/unit/$(basename "$u").c" "$u"
done
for r in ${REPLAY:-}; do
	replay "$r"
done
[ -n "${JSON_SUITE:-}" ] ||
	echo "  note  a public JSON suite is run as well by" \
		"make check JSON_SUITE=FOLDER"
python_tests unit
# Most of a test is waiting, for a phone or for a panel: with so many at a
# time two cores are still not busy. The files of SIP tests stay whole, they
# count what comes one after the other.
if "$python" -c 'import xdist' 2>/dev/null; then
	python_tests sip -n "${JOBS:-8}" --dist loadfile
	python_tests gui -n "${JOBS_GUI:-2}" --dist load
else
	python_tests sip
	python_tests gui
fi

line="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || line="$line, $skipped skipped"
if [ $((passed + failed)) -eq 0 ]; then
	echo "  FAIL  no test was run"
	failed=1
fi
echo "$line"
[ "$failed" -eq 0 ]
