#!/bin/sh
#
# The Chinese catalogue: every sentence of the sources is in it, translated; places agree; nothing in it that a terminal may draw in another
# width than ours.

. "$SRCDIR/tests/tap.sh"
export LC_ALL=C.UTF-8

po=$SRCDIR/tui/po/zh_CN.po
pot=$TMPDIR/now.pot

sources()
{
	(cd "$SRCDIR" && find tui forms core admin -name '*.[ch]' | LC_ALL=C sort)
}

extract()
{
	(cd "$SRCDIR" && sources | xgettext --from-code=UTF-8 --language=C --keyword=_ --keyword=N_ -f - -o "$pot")
}

# msgid and msgstr on one line each, with a tab between
pairs()
{
	msgcat --no-wrap "$1" | awk '
	function flush() { if (id != "") print id "\t" str; id = str = "" }
	/^msgid /	{ flush(); at = 1; sub(/^msgid /, "") }
	/^msgstr /	{ at = 2; sub(/^msgstr /, "") }
	/^#/ || /^$/	{ next }
	{ gsub(/^"|"$/, ""); if (at == 1) id = id $0; else str = str $0 }
	END		{ flush() }'
}

places_agree()
{
	pairs "$1" | awk -F '\t' '
	{
		for (n = 1; n <= 9; n++) {
			place = "{" n "}"
			if ((index($1, place) > 0) != (index($2, place) > 0)) {
				print "{" n "} stands on one side only: " $1 " / " $2
				bad = 1
			}
		}
	}
	END	{ exit bad }'
}

# Curly quotes, dashes, ellipsis, middle dot, multiplication sign: one column here, two there.
ambiguous()
{
	grep -nP '[\x{2018}-\x{201F}\x{2010}-\x{2015}\x{2026}\x{00B7}\x{00D7}\x{2190}-\x{2193}\x{25A0}-\x{25FF}]' "$1"
}

own_words()
{
	for f in "$SRCDIR"/tui/screen/*.c "$SRCDIR"/tui/form/*.c "$SRCDIR"/tui/view/*.c "$SRCDIR"/tui/widget/*.c "$SRCDIR"/tui/app/*.c "$SRCDIR"/forms/wording.c; do
		ambiguous "$f" && return 0
	done
	return 1
}

no_leftover()
{
	! msgmerge -q --no-fuzzy-matching -o - "$po" "$pot" | grep '^#~'
}

check "the sources' sentences can be extracted" extract
check "the catalogue is well formed" msgfmt --check -o "$TMPDIR/mo" "$po"
check "every sentence is there and translated" msgcmp "$po" "$pot"
check "no sentence is left over from earlier" no_leftover
check "places are the same on both sides" places_agree "$po"
check_not "no translation has characters of uncertain width" ambiguous "$po"
check_not "no screen draws characters of uncertain width" own_words

# Each of these must be able to fail.
msgcat --no-wrap "$po" | awk '/^msgid "Menu"$/ { print; getline; print "msgstr \"\""; next } { print }' >"$TMPDIR/gap.po"
check_not "a sentence without a translation is found" msgcmp "$TMPDIR/gap.po" "$pot"
msgattrib --no-obsolete --set-fuzzy "$po" -o "$TMPDIR/fuzzy.po"
check_not "fuzzy translations are found" msgcmp "$TMPDIR/fuzzy.po" "$pot"
sed 's/^msgstr "找到{1}个"/msgstr "找到个"/' "$po" >"$TMPDIR/place.po"
check_not "a lost place is found" places_agree "$TMPDIR/place.po"
sed 's/^msgstr "菜单"/msgstr "“菜单”"/' "$po" >"$TMPDIR/wide.po"
check "a character of uncertain width is found" ambiguous "$TMPDIR/wide.po"
finish
