#!/bin/sh
#
# The runner itself: what it must not call a pass. A tree of made-up tests stands in for ours.

. "$SRCDIR/tests/tap.sh"
runner=$SRCDIR/tests/run
tree=$TMPDIR/tree
limit=60		# seconds, which no test here takes but the one that hangs

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
	BUILD=$tree/build SRCDIR=$tree SAN='' TEST_LIMIT=$limit sh "$runner" "${3-}" >"$TMPDIR/said" 2>&1
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
limit=2
check "a program that hangs is stopped and is a failure" says 1 "4 passed, 1 failed"
limit=60

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

# ---- several at a time

# The two wait for each other, so both end well only if both run.
fresh
script t_meets1 <<'END'
touch "$SRCDIR/$(basename "$0")"
while [ ! -e "$SRCDIR/t_meets1.sh" ] || [ ! -e "$SRCDIR/t_meets2.sh" ]; do
	sleep 0.1
done
echo "ok - met"
END
script t_meets2 <"$tree/tests/unit/t_meets1.sh"
export TEST_JOBS
TEST_JOBS=2
check "two tests run at the same time" says 0 "2 passed, 0 failed"

# Each passes only if it runs alone; the sleep makes it likely that the other would notice.
fresh
script t_one <<'END'
mkdir "$SRCDIR/busy" && echo "ok - alone"
sleep 0.2
rmdir "$SRCDIR/busy"
END
cp "$tree/tests/unit/t_one.sh" "$tree/tests/unit/t_two.sh"
TEST_JOBS=1
check "or one after the other" says 0 "2 passed, 0 failed"
rm "$tree/tests/unit/t_two.sh"
mkdir "$tree/tests/ssh"
mv "$tree/tests/unit/t_one.sh" "$tree/tests/ssh/t_one.sh"
cp "$tree/tests/ssh/t_one.sh" "$tree/tests/ssh/t_two.sh"
script t_other <<'END'
i=0
while [ ! -e "$SRCDIR/busy" ]; do
	i=$((i + 1))
	[ $i -lt 300 ] || exit 1
	sleep 0.1
done
echo "ok - beside one of them"
END
TEST_JOBS=4
check "those with system accounts run one at a time, beside others" says 0 "3 passed, 0 failed"

fresh
good
script t_bad <<'END'
for _ in 1 2 3; do echo "not ok"; sleep 0.1; done
exit 1
END
program test_bad2 <"$tree/tests/unit/t_bad.sh"
check "the sums are those of all jobs" says 1 "3 passed, 6 failed"
apart()			# what a failing test said stands behind its own line, whole
{
	[ "$(sed -n '/FAILED/{n;N;N;p;}' "$TMPDIR/said" | grep -c '^    | not ok$')" -eq 6 ]
}
check "what two failing tests say is not mixed" apart

# The runner's own list of long tests has this one in front.
fresh
for name in t_aaa t_build; do
	script "$name" <<'END'
basename "$0" >>"$SRCDIR/order"
echo ok
END
done
TEST_JOBS=1
check "a long test and a short one" says 0 "2 passed, 0 failed"
check "the long one starts first" [ "$(cat "$tree/order")" = "t_build.sh
t_aaa.sh" ]

fresh
script t_leaves <<'END'
mkdir "$TEST_TEMPLATES/left" && echo "$TEST_TEMPLATES" >"$SRCDIR/where" && echo ok
END
script t_then <<'END'
[ -d "$TEST_TEMPLATES/left" ] && echo ok
END
check "templates are there for the next test" says 0 "2 passed, 0 failed"
check_not "and removed at the end" test -e "$(cat "$tree/where")"

# A runner that is stopped takes what it runs with it; the tests write who they are.
fresh
program test_long <<'END'
touch "$TMPDIR/left" && echo "$TMPDIR" >"$SRCDIR/room.$$"
echo $$ >"$SRCDIR/pid.$$"
exec sleep 60
END
program test_long2 <"$tree/build/tests/unit/test_long"
TEST_JOBS=2
stopped()
{
	BUILD=$tree/build SRCDIR=$tree SAN='' sh "$runner" >"$TMPDIR/said" 2>&1 &
	_runner=$!
	while [ "$(cat "$tree"/pid.* 2>/dev/null | wc -l)" -lt 2 ]; do
		sleep 0.1
	done
	kill "$_runner"
	wait "$_runner"
	[ $? -eq 130 ] || return 1
	for _pid in $(cat "$tree"/pid.*); do
		! kill -0 "$_pid" 2>/dev/null || return 1
	done
}
check "a runner that is stopped stops its tests" stopped

no_rooms_left()
{
	for _room in $(cat "$tree"/room.*); do
		[ ! -e "$_room" ] || return 1
	done
}
check "and leaves none of their files" no_rooms_left

# A test program that nobody gave a folder makes one for its tests and removes it; this one closes homes and leaves them.
started_by_hand()
{
	mkdir "$TMPDIR/hand" &&
	    (unset TEST_TEMPLATES && TMPDIR=$TMPDIR/hand "$BUILD/tests/core/test_change" >"$TMPDIR/said") &&
	    [ -z "$(ls -A "$TMPDIR/hand")" ]
}
check "a program that is started by hand leaves no file" started_by_hand

finish
