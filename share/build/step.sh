# Sourced by the set-up scripts: one line for each step with its time; the
# end of its log when it fails.

log_dir=${BUILD:-build}/log

say() {
	printf '%s\n' "$*"
}

# step NAME COMMAND [ARG ...]: runs COMMAND with its output in a log
step() {
	step_name=$1
	shift
	mkdir -p "$log_dir"
	step_log=$log_dir/$(printf '%s' "$step_name" | tr -c 'a-zA-Z0-9.\n' '-').log
	step_start=$(date +%s)
	if "$@" >"$step_log" 2>&1 </dev/null; then
		say "  ok    $step_name ($(($(date +%s) - step_start)) s)"
	else
		step_code=$?
		say "  FAIL  $step_name ($(($(date +%s) - step_start)) s)," \
			"exit code $step_code, end of $step_log:"
		tail -n 25 "$step_log" | sed 's/^/        /'
		return "$step_code"
	fi
}

# as_root COMMAND [ARG ...]: uses sudo only when it is needed
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo "$@"
	else
		echo "root is needed for: $*; there is no sudo here" >&2
		return 1
	fi
}
