#!/bin/sh
#
# The walls between rooms: no object of a folder uses a function or a variable that is defined in a folder it may not know. The table
# is the one of HACKING.md, from the ground up; a folder may always use itself. Main programs (a folder's top level in core and tui)
# put rooms together and may know what is below them.

. "$SRCDIR/tests/tap.sh"

walls='
forms:
core/env:	forms
core/store:	forms
core/wire:	forms
core/rec:	forms core/env core/store
core/access:	forms core/env core/rec
core/record:	forms core/env core/store core/rec core/access
core/save:	forms core/env core/store core/rec core/access core/record
core/maint:	forms core/env core/store core/rec core/access core/record core/save
core/ops:	forms core/env core/store core/rec core/access core/record core/save core/maint
core/serve:	forms core/env core/store core/rec core/access core/record core/save core/maint core/ops core/wire
core:		forms core/env core/store core/rec core/access core/record core/save core/maint core/ops core/serve core/wire
tui/term:	forms
tui/edit:	forms tui/term
tui/widget:	forms tui/term tui/edit
tui/app:	forms core/wire tui/term tui/edit tui/widget
tui/view:	forms tui/term tui/edit tui/widget tui/app
tui/form:	forms tui/term tui/edit tui/widget tui/app tui/view
tui/screen:	forms tui/term tui/edit tui/widget tui/app tui/view tui/form
tui:		forms tui/term tui/edit tui/widget tui/app tui/view tui/form tui/screen
'

# crossings TABLE: one line for each use of a symbol behind a wall, and for each folder that the table does not know.
crossings()
{
	(cd "$SRCDIR" && find forms core tui -name '*.c' | sed 's/c$/o/') | (cd "$BUILD/obj" && xargs nm -A -g) | awk -v table="$1" '
	function folder(path,	n, part) {		# forms is one room, core and tui have one for each folder
		n = split(path, part, "/")
		return part[1] != "forms" && n > 2 ? part[1] "/" part[2] : part[1]
	}
	BEGIN {
		n = split(table, line, "\n")
		for (i = 1; i <= n; i++) {
			if (split(line[i], part, ":") < 1 || line[i] == "")
				continue
			known[part[1]] = 1
			m = split(part[2], below, " ")
			for (k = 1; k <= m; k++)
				may[part[1], below[k]] = 1
		}
	}
	{
		file = substr($1, 1, index($1, ":") - 1)
		if ($(NF - 1) == "U") {
			use[++uses] = file " " $NF
		} else if ($(NF - 1) ~ /^[TDRBCV]$/)
			defined[$NF] = file
		if (!(folder(file) in known) && !said[folder(file)]++)
			print folder(file) " is not in the table"
	}
	END {
		for (i = 1; i <= uses; i++) {
			split(use[i], u, " ")
			if (!(u[2] in defined))
				continue
			from = folder(u[1])
			to = folder(defined[u[2]])
			if (from != to && !((from, to) in may))
				print u[1] " uses " u[2] " of " defined[u[2]]
		}
	}'
}

none()		# TABLE
{
	found=$(crossings "$1") && echo "$found" && [ -z "$found" ]
}

check "no folder uses what is behind its walls" none "$walls"
check_not "a use behind a wall is found" none "$(echo "$walls" | sed '/^core\/record:/s/ core\/access$//')"
check_not "a folder without a line in the table is found" none "$(echo "$walls" | sed '/^core\/rec:/d')"

finish
