#!/bin/sh
#
# The manual pages can be set without a complaint, and no program is without one.

. "$SRCDIR/tests/tap.sh"
man=$SRCDIR/admin/man

sets_clean()		# page
{
	_said=$(groff -mdoc -Tutf8 -ww -k "$1" 2>&1 >"$TMPDIR/page") && [ -z "$_said" ] || { echo "$_said"; return 1; }
	[ -s "$TMPDIR/page" ]
}

says_version()		# program
{
	_version=$("$BUILD/$1" --version) && [ "$_version" = "$1 $(sed -n 's/^VERSION=//p' "$SRCDIR/configure")" ]
}

for program in shouwang shouwangd shouwang-admin shouwang-authd; do
	check "$program has a page" [ -f "$man/$program.1" -o -f "$man/$program.8" ]
	check "$program tells its version" says_version "$program"
done
for page in "$man"/*.[158]; do
	if echo .Dd | groff -mdoc -Tutf8 >/dev/null 2>&1; then
		check "${page##*/} is set without a complaint" sets_clean "$page"
	else
		skip "${page##*/}" "no groff that knows mdoc"
	fi
done
finish
