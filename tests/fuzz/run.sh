#!/bin/sh
# Runs each fuzz target for a bounded time, from the corpus and what was found
# before; ends with 1 and names the input when one of them breaks something.
#
# usage: run.sh TARGET ...    called by `make fuzz`, which sets B
# Settings: FUZZ_SECONDS (30) for each target, FUZZ_JOBS (processors) at once
set -u
cd "$(dirname "$0")/../.." || exit 1

B=$(cd "$B" && pwd) || exit 1
FUZZ_SECONDS=${FUZZ_SECONDS:-30}
FUZZ_JOBS=${FUZZ_JOBS:-$(nproc)}
export B FUZZ_SECONDS
found=$B/fuzz/found
logs=$B/fuzz/logs

# last PATTERN LOG: the number behind the last such word of libFuzzer
last() {
	n=$(grep -o "$1[0-9][0-9]*" "$2" | tail -n 1 | tr -dc 0-9)
	echo "${n:-0}"
}

one() {
	t=$1
	log=$logs/$t.log
	broken=$B/fuzz/broken/$t
	mkdir -p "$found/$t" "$broken" "$logs" "tests/fuzz/corpus/$t"
	dict=tests/fuzz/dict/$t.dict
	# A second is the most that any input of this size may take
	timeout $((FUZZ_SECONDS + 120)) "$B/fuzz/bin/$t" \
		-max_total_time="$FUZZ_SECONDS" -max_len=8192 -timeout=5 \
		-rss_limit_mb=1024 -malloc_limit_mb=256 -dict="$dict" \
		-artifact_prefix="$broken/" -print_final_stats=1 \
		"$found/$t" "tests/fuzz/corpus/$t" $(golden "$t") \
		>"$log" 2>&1 </dev/null
	code=$?
	runs=$(last 'stat::number_of_executed_units: *' "$log")
	if [ "$code" -eq 0 ] && [ "$runs" -gt 0 ]; then
		echo "  fuzz/$t: $runs runs, coverage $(last 'cov: ' "$log")," \
			"corpus $(last 'corp: ' "$log")"
		return 0
	fi
	input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
	echo "  FAIL  fuzz/$t ended with $code, log: $log"
	grep -E 'ERROR: |runtime error|SUMMARY' "$log" | head -n 4 |
		sed 's/^/        /'
	[ -z "$input" ] ||
		echo "        again: $B/fuzz/bin/$t $input"
	return 1
}

# The golden files of the same format are a corpus too
golden() {
	for g in "tests/golden/$1" "tests/golden/${1}s"; do
		[ ! -d "$g" ] || echo "$g"
	done
}

# Called once more for each of them
if [ "${1:-}" = one ]; then
	one "$2"
	exit
fi

echo "fuzzing for $FUZZ_SECONDS s each, $FUZZ_JOBS at once"
printf '%s\n' "$@" | xargs -P "$FUZZ_JOBS" -I '{}' \
	sh tests/fuzz/run.sh one '{}' || {
	echo "fuzz: something broke, see above"
	exit 1
}
