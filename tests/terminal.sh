# Programs on terminals of 24 by 80, from shell tests. Sourced after tests/tap.sh:
#
#	term zhang start "exec $BUILD/shouwang -S $TMPDIR/s"
#	check "the menu comes" term zhang sees 登记孩子
#	term zhang type "1"
#	check "the form begins at the name" term zhang stands 姓名
#	check "and everything is filled in" fill zhang <<END
#	姓名|王小燕
#	曾用名|
#	END
#
# tests/tools/terminal.c says what a terminal can do. Nothing is decided by time: what is waited for comes, or the check
# fails when something is broken anyway. A "no" shows the screen.

mkfifo "$TMPDIR/terminal.in" "$TMPDIR/terminal.out" || exit 1
"$BUILD/tests/tools/terminal" <"$TMPDIR/terminal.in" >"$TMPDIR/terminal.out" &
exec 8>"$TMPDIR/terminal.in" 9<"$TMPDIR/terminal.out"

term()			# name verb [text]
{
	printf '%s\n' "$*" >&8
	read -r term_yes <&9 || return 2
	while IFS= read -r term_line <&9 && [ "$term_line" != . ]; do
		[ "$term_yes" = yes ] || printf '%s\n' "$term_line"
	done
	[ "$term_yes" = yes ] || { echo "asked: $*"; return 1; }
}

# Lines "label|keys": the cursor must come to stand on the label's row, then the keys are typed, and Enter.
fill()			# name
{
	while IFS='|' read -r term_label term_keys; do
		term "$1" stands "$term_label" && term "$1" type "$term_keys<Enter>" || return
	done
}
