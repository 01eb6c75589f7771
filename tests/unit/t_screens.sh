#!/bin/sh
#
# The tests of keys look at the tables in scr_tables.c: a screen whose commands are not there is seen
# by none of them.

. "$SRCDIR/tests/tap.sh"

# untested TABLES: the command tables of the views that this file does not name.
untested()
{
	for table in $(sed -n 's/.*\.commands = \([a-z_]*\).*/\1/p' "$SRCDIR"/tui/*/*.c | sort -u); do
		grep -qw "$table" "$1" || echo "$table"
	done
}

none_untested()
{
	_left=$(untested "$1")
	[ -z "$_left" ] || { echo "not in scr_tables.c: $_left"; return 1; }
}

check "the commands of each view are in scr_tables.c" none_untested "$SRCDIR/tui/screen/scr_tables.c"

# It must be able to fail.
grep -v scr_cover_commands "$SRCDIR/tui/screen/scr_tables.c" >"$TMPDIR/tables.c"
check_not "a table that is not there is found" none_untested "$TMPDIR/tables.c"
finish
