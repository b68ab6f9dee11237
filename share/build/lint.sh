#!/bin/sh
# What a reviewer should not have to say: warnings of both compilers,
# cppcheck, and rules of our own, the format among them (clang-format has no
# name for this style: aligned tables and comments).
set -u
. "$(dirname "$0")/step.sh"
bad=0
B=${B:-build/lint}
files=$(git ls-files '*.c' '*.h' 2>/dev/null)
[ -n "$files" ] || files=$(find modules ui tests -name '*.[ch]')

rule() {
	# rule TEXT PATTERN FILES...: no line may match
	text=$1 pattern=$2
	shift 2
	found=$(grep -nE "$pattern" "$@" /dev/null | grep -v 'lint: allow')
	[ -z "$found" ] && return
	say "  FAIL  $text"
	printf '%s\n' "$found" | head -n 10 | sed 's/^/        /'
	bad=1
}

own_rules() {
	code=$(printf '%s\n' $files | grep -E '^(modules|ui|tests)/')
	product=$(printf '%s\n' $files | grep -E '^(modules|ui)/')
	# shellcheck disable=SC2086
	{
	rule "a call that has a safer form" \
		'\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atof|system|popen|alloca)[[:space:]]*\(' \
		$code
	rule "left open" '\b(TODO|FIXME|XXX)\b' $code
	rule "struct typedef'd" '^typedef struct[^(]*$' $code
	rule "blanks at the end of a line" '[[:space:]]+$' $code
	rule "indented by blanks" '^ {8}' $product
	rule "the host outside its room" '#include <(re|rem|baresip)\.h>' \
		$(printf '%s\n' $product |
		grep -vE '/host/|/module\.c$')
	rule "a test of the host's version outside compat.h" 'HOST_MAJOR' \
		$(printf '%s\n' $product | grep -v 'compat\.h$')
	rule "the desk or the host in the panel" \
		'#include "[^"]*(desk|handoff|host)\.h"' \
		$(printf '%s\n' $product | grep '^ui/')
	rule "text as markup" \
		'gtk_label_set_markup|gtk_text_buffer_insert_markup|pango_parse_markup' \
		$(printf '%s\n' $product | grep '^ui/')
	}
	for f in $files; do
		wide=$(expand "$f" | awk 'length($0) > 79 {print FNR}' |
			tr '\n' ' ')
		[ -z "$wide" ] || {
			say "  FAIL  $f: lines wider than 79: $wide"
			bad=1
		}
		n=$(wc -l <"$f")
		[ "$n" -le 800 ] || {
			say "  FAIL  $f has $n lines: it wants to be two rooms"
			bad=1
		}
		head -n 1 "$f" | grep -q '^/\*' || {
			say "  FAIL  $f does not begin with what it is for"
			bad=1
		}
	done
}

check_cppcheck() {
	# Its lists are macros: without them it sees syntax errors
	queue=$(echo '#include <sys/queue.h>' | cc -E -x c - |
		sed -n 's/^# 1 "\(.*sys\/queue\.h\)".*/\1/p' | head -n 1)
	# shellcheck disable=SC2086
	cppcheck --quiet --std=c11 --error-exitcode=1 \
		--enable=warning,performance,portability \
		--inline-suppr --library=posix --library=gtk \
		--suppress=missingIncludeSystem --suppress=unknownMacro \
		--include="$queue" -Imodules/baton \
		$(printf '%s\n' $files | grep -E '^(modules|ui|tests/sim)/' |
		grep '\.c$')
}

step "gcc, warnings are errors" \
	make INSIDE=1 CC=gcc B=build/lint-gcc modules sim || bad=1
step "clang, warnings are errors" \
	make INSIDE=1 CC=clang B=build/lint-clang modules sim || bad=1
step "cppcheck" check_cppcheck || bad=1
own_rules
[ "$bad" = 0 ] && say "  ok    rules of our own"
exit "$bad"
