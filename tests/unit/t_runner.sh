#!/bin/sh
#
# The runner itself: what it must not call a pass. A tree of made-up tests stands in for ours.

. "$SRCDIR/tests/tap.sh"
runner=$SRCDIR/tests/run
tree=$TMPDIR/tree

fresh()			# an empty tree
{
	rm -rf "$tree"
	mkdir -p "$tree/tests/unit" "$tree/build/tests/unit"
}

program()		# name < script: a built test program
{
	: >"$tree/tests/unit/$1.c"
	{ echo "#!/bin/sh"; cat; } >"$tree/build/tests/unit/$1"
	chmod +x "$tree/build/tests/unit/$1"
}

script()		# name < script: a shell test
{
	{ echo "#!/bin/sh"; cat; } >"$tree/tests/unit/$1.sh"
	chmod +x "$tree/tests/unit/$1.sh"
}

# says STATUS LAST-LINE [WORDS]
says()
{
	BUILD=$tree/build SRCDIR=$tree SAN='' TEST_LIMIT=2 sh "$runner" "${3-}" >"$TMPDIR/said" 2>&1
	_got=$?
	cat "$TMPDIR/said"
	[ "$_got" -eq "$1" ] && [ "$(tail -n 1 "$TMPDIR/said")" = "$2" ]
}

good()
{
	program test_good <<'END'
echo "Running suite(s): good"
echo "100%: Checks: 3, Failures: 0, Errors: 0"
END
}

fresh
check "no test at all is not a success" says 1 "0 passed, 0 failed"

good
script t_good <<'END'
echo "ok - one"
echo "ok - two # SKIP not here"
echo "okay, this is no check"
END
check "checks of programs and scripts are added" says 0 "4 passed, 0 failed, 1 skipped"
check "a word picks tests by name" says 0 "3 passed, 0 failed" test_
check "several words pick several" says 0 "4 passed, 0 failed, 1 skipped" "nothing t_good test_good"
check "a word that fits nothing is not a success" says 1 "0 passed, 0 failed" nothing

fresh
good
program test_bad <<'END'
echo "60%: Checks: 5, Failures: 1, Errors: 1"
echo "the reason"
exit 1
END
check "failures and errors are counted" says 1 "6 passed, 2 failed"
check "the output of a failing program is shown" grep -q "| the reason" "$TMPDIR/said"
check_not "that of a good one is not" grep -q "Running suite" "$TMPDIR/said"

fresh
good
script t_bad <<'END'
echo "ok - one"
echo "not ok - two"
exit 1
END
check "not ok is counted" says 1 "4 passed, 1 failed"

fresh
good
program test_crash <<'END'
echo "100%: Checks: 2, Failures: 0, Errors: 0"
kill -SEGV $$
END
check "a crash after the last check is a failure" says 1 "5 passed, 1 failed"

fresh
good
script t_quits <<'END'
echo "ok - one"
exit 3
END
check "a status without a failed check is a failure" says 1 "4 passed, 1 failed"

fresh
good
program test_silent </dev/null
check "a program without a check is a failure" says 1 "3 passed, 1 failed"

fresh
good
program test_hangs <<'END'
echo "100%: Checks: 1, Failures: 0, Errors: 0"
exec sleep 60
END
check "a program that hangs is stopped and is a failure" says 1 "4 passed, 1 failed"

fresh
good
: >"$tree/tests/unit/test_unbuilt.c"
check "a test that was not built is a failure" says 1 "3 passed, 1 failed"

fresh
script t_private <<'END'
[ -z "$(ls -A "$TMPDIR")" ] && echo "ok - empty directory"
[ -z "${MAKEFLAGS+set}" ] && echo "ok - no make flags"
[ "$TZ $LC_ALL" = "UTC C.UTF-8" ] && echo "ok - clock and language"
echo "$TMPDIR" >"$SRCDIR/where"
touch "$TMPDIR/left"
END
script t_private2 <"$tree/tests/unit/t_private.sh"
check "each test has an empty directory and a plain environment" \
    env MAKEFLAGS=n TZ=Asia/Shanghai sh -c 'BUILD=$2/build SRCDIR=$2 sh "$1" | grep -qx "6 passed, 0 failed"' - \
    "$runner" "$tree"
check_not "which is removed at the end" test -e "$(dirname "$(cat "$tree/where")")"

finish
