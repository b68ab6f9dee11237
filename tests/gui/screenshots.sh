#!/bin/sh
# Every state of the panel as PNG, light and dark, into build/screenshots
#
# usage: B=FOLDER screenshots.sh [FOLDER-FOR-PNG]
set -eu

demo=${B:?}/bin/panel-demo
out=${1:-${BUILD:-build}/screenshots}
mkdir -p "$out"

# A display of its own: the same picture on every machine
if [ -z "${BATON_SHOTS_INSIDE:-}" ]; then
	BATON_SHOTS_INSIDE=1
	export BATON_SHOTS_INSIDE
	exec xvfb-run -a -s "-screen 0 1280x900x24" sh "$0" "$out"
fi

NO_AT_BRIDGE=1
export NO_AT_BRIDGE
unset GTK_THEME

for state in $("$demo" --list); do
	"$demo" --state "$state" --screenshot "$out/$state.png" >/dev/null
	"$demo" --state "$state" --dark \
		--screenshot "$out/$state-dark.png" >/dev/null
done

"$demo" --state ringing --size 480x720 --screenshot "$out/narrow.png"
for state in passon consulting onward-talking onward-no-complete; do
	"$demo" --state "$state" --size 480x720 \
		--screenshot "$out/narrow-$state.png" >/dev/null
done
"$demo" --state connected --size 1240x860 --screenshot "$out/wide.png"

echo "  $(ls "$out" | wc -l) pictures in $out"
