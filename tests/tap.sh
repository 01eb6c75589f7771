# What every shell test needs. Sourced: . "$SRCDIR/tests/tap.sh"
#
#	check "what holds" command...		ok when the command succeeds
#	check_not "what holds" command...	ok when it fails
#	skip "what" "why"			counted apart
#	finish					the last line of every test: exit 0 only when all held
#
# A command's output is shown only when its check fails.

tap_failed=0

tap_say()		# status what
{
	if [ "$1" -eq 0 ]; then
		echo "ok - $2"
	else
		tap_failed=1
		echo "not ok - $2"
		sed 's/^/# /' "$TMPDIR/tap.out"
	fi
}

check()
{
	tap_what=$1
	shift
	"$@" >"$TMPDIR/tap.out" 2>&1
	tap_say $? "$tap_what"
}

check_not()
{
	tap_what=$1
	shift
	if "$@" >"$TMPDIR/tap.out" 2>&1; then
		tap_say 1 "$tap_what"
	else
		tap_say 0 "$tap_what"
	fi
}

skip()
{
	echo "ok - $1 # SKIP $2"
}

finish()
{
	exit "$tap_failed"
}
