#!/bin/sh
# Takes what the fuzzers found into the corpus: the fewest inputs that cover
# the same, none above 8 KiB, at most 150 of a target with those by hand.
#
# usage: keep.sh TARGET ...    called by `make fuzz-keep`, which sets B
set -eu
cd "$(dirname "$0")/../.."

B=$(cd "$B" && pwd)
for t in "$@"; do
	corpus=tests/fuzz/corpus/$t
	new=$B/fuzz/merged/$t
	rm -rf "$new"
	mkdir -p "$new" "$corpus" "$B/fuzz/found/$t" "$B/fuzz/logs"
	"$B/fuzz/bin/$t" -set_cover_merge=1 -use_counters=0 -max_len=8192 \
		"$new" "$corpus" "$B/fuzz/found/$t" \
		>"$B/fuzz/logs/keep-$t.log" 2>&1 </dev/null || {
		echo "  FAIL  $t, log: $B/fuzz/logs/keep-$t.log"
		exit 1
	}
	# By hand written ones have names, and stay
	rm -f "$corpus"/[0-9]*
	n=0
	for f in $(find "$new" -type f -printf '%s %p\n' | sort -n |
		awk '{print $2}'); do
		keep=1
		for own in "$corpus"/[a-z]*; do
			[ ! -e "$own" ] || ! cmp -s "$f" "$own" || keep=0
		done
		[ "$keep" = 1 ] && [ "$n" -lt 130 ] || continue
		n=$((n + 1))
		cp "$f" "$corpus/$(printf %03d "$n")"
	done
	echo "  $t: $n of the fuzzer, $(ls "$corpus" | wc -l) in all," \
		"$(du -sb "$corpus" | cut -f 1) bytes"
done
