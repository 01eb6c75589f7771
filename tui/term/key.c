#include "tui/term/key.h"

#include <stdio.h>
#include <string.h>

#include "tui/term/locale.h"
#include "tui/term/width.h"

/* ---- what acts are called ----------------------------------------------------------------------- */

static const struct {
	const char	*label;		/* on the strip */
	const char	*help;		/* on the help screen */
} acts[ACT_MAX] = {
    [ACT_NONE] = {"", ""},
    [ACT_HELP] = {N_("help"),
	N_("Explain the field or line you are on; once more for the full text.")},
    [ACT_BACK] = {N_("back"), N_("Leave this screen. What you typed is kept.")},
    [ACT_NEXT] = {N_("next"), N_("Go to the next field.")},
    [ACT_PREV] = {N_("previous"), N_("Go to the field before.")},
    [ACT_UP] = {N_("up"), N_("Go up one line.")},
    [ACT_DOWN] = {N_("down"), N_("Go down one line.")},
    [ACT_LEFT] = {N_("left"), N_("Go left.")},
    [ACT_RIGHT] = {N_("right"), N_("Go right.")},
    [ACT_OPEN] = {N_("open"), N_("Open the line you are on.")},
    [ACT_TICK] = {N_("tick"), N_("Set or clear the tick.")},
    [ACT_CHOICES] = {N_("choices"), N_("List what can be entered in this field.")},
    [ACT_SAVE] = {N_("save"), N_("Save this record.")},
    [ACT_FIND] = {N_("find"), N_("Narrow the list while you type.")},
    [ACT_FIND_NEXT] = {N_("find next"), N_("Go to the next line that was found.")},
    [ACT_NEW] = {N_("new"), N_("Begin a new record.")},
    [ACT_EDIT] = {N_("edit"), N_("Change the record you are on.")},
    [ACT_PAGE_DOWN] = {N_("more"), N_("Show the next page.")},
    [ACT_PAGE_UP] = {N_("page up"), N_("Show the page before.")},
    [ACT_TOP] = {N_("top"), N_("Go to the first line.")},
    [ACT_END] = {N_("end"), N_("Go to the last line.")},
    [ACT_DUP] = {N_("copy above"), N_("Take this field over from the record above.")},
    [ACT_UNDO] = {N_("undo"), N_("Take the last change back.")},
    [ACT_REDO] = {N_("redo"), N_("Do again what was taken back.")},
    [ACT_JUMP] = {N_("jump"), N_("Go to any screen by its code.")},
    [ACT_EMERGENCY] = {N_("emergency"), N_("Report an emergency now; this screen waits for you.")},
    [ACT_PRINT] = {N_("print"), N_("Print this, or write it to a file.")},
    [ACT_SORT] = {N_("sort"), N_("Sort the list by another column.")},
    [ACT_COUNT_BY] = {N_("counts"),
	N_("Count the lines by a column; Enter then narrows to one value.")},
    [ACT_CHILDREN] = {N_("records"), N_("What is on record under this: visits, updates.")},
    [ACT_RELATED] = {N_("who shares"),
	N_("Who has the same home, carer or parents, and how many.")},
    [ACT_TIMELINE] = {N_("timeline"), N_("All that happened to this file, newest first.")},
    [ACT_HISTORY] = {N_("history"), N_("Who changed what and when.")},
    [ACT_PAST_DAY] = {N_("past day"), N_("The file as it was at the end of a day.")},
    [ACT_ACCESS_LOG] = {N_("who looked"), N_("Who looked at this file and who changed it.")},
    [ACT_UNMASK] = {N_("full numbers"),
	N_("Show the masked numbers; the trail keeps that you looked.")},
    [ACT_REMARK] = {N_("remark"), N_("Say at the field you are on what is to be put right.")},
    [ACT_MERGE] = {N_("merge"),
	N_("Find another record of the same one and join the two, field by field.")},
    [ACT_SURVIVOR] = {N_("the file that stays"), N_("Open the file this one was merged into.")},
    [ACT_REASONS] = {N_("reasons"),
	N_("All that was written when this was done: reasons, papers, accounts.")},
    [ACT_ACKNOWLEDGE] = {N_("I know of it"),
	N_("Says that you know of this duty, with a note if you wish; it stays until it is done.")},
    [ACT_DISCARD] = {N_("throw away"), N_("Drop this draft; asks first.")},
    [ACT_REFRESH] = {N_("refresh"), N_("Read again and draw the screen anew.")},
    [ACT_LOCK] = {N_("lock"), N_("Lock this terminal, or leave.")},
    [ACT_KEYS] = {N_("more keys"), N_("Show the keys the last row has no room for.")},
};

/* ---- which keys they have ----------------------------------------------------------------------- */

#define L	WHERE_LIST
#define F	WHERE_FIELD
#define T	WHERE_TEXT
#define ALL	WHERE_ALL

#define OF(c)	{ .code = (c) }
#define CHR(c)	{ .code = K_CHAR, .cp = (c) }
#define CTL(c)	{ .code = K_CTRL, .cp = (c) }

/*
 * One row for each key. Of several rows for an action the first that is valid at the focus is
 * shown, so the plain key comes before one that not every terminal has. g and G are the only pair
 * that differ by case: both only move.
 */
static const struct binding {
	enum action	 act;
	unsigned	 where;
	struct key	 key;
	const char	*name;
} bindings[] = {
	{ ACT_HELP,	 L | F,	CHR('?'),	"?" },
	{ ACT_HELP,	 ALL,	CTL('_'),	"Ctrl-_" },
	{ ACT_HELP,	 ALL,	OF(K_F1),	"F1" },
	{ ACT_BACK,	 ALL,	OF(K_ESC),	"Esc" },
	{ ACT_BACK,	 ALL,	CTL('b'),	"Ctrl-B" },
	{ ACT_BACK,	 ALL,	OF(K_F3),	"F3" },
	{ ACT_NEXT,	 F | T,	OF(K_ENTER),	N_("Enter") },
	{ ACT_NEXT,	 ALL,	OF(K_TAB),	"Tab" },
	{ ACT_PREV,	 ALL,	CTL('p'),	"Ctrl-P" },
	{ ACT_PREV,	 ALL,	OF(K_BACKTAB),	"Shift-Tab" },
	{ ACT_UP,	 ALL,	OF(K_UP),	N_("Up") },
	{ ACT_DOWN,	 ALL,	OF(K_DOWN),	N_("Down") },
	{ ACT_LEFT,	 ALL,	OF(K_LEFT),	N_("Left") },
	{ ACT_RIGHT,	 ALL,	OF(K_RIGHT),	N_("Right") },
	{ ACT_OPEN,	 L,	OF(K_ENTER),	N_("Enter") },
	{ ACT_TICK,	 F,	CHR(' '),	N_("Space") },
	{ ACT_CHOICES,	 ALL,	CTL('l'),	"Ctrl-L" },
	{ ACT_CHOICES,	 ALL,	OF(K_F4),	"F4" },
	{ ACT_SAVE,	 ALL,	CTL('o'),	"Ctrl-O" },
	{ ACT_SAVE,	 ALL,	OF(K_F2),	"F2" },
	{ ACT_FIND,	 L,	CHR('/'),	"/" },
	{ ACT_FIND_NEXT, L,	CHR('n'),	"n" },
	{ ACT_NEW,	 L,	CHR('a'),	"a" },
	{ ACT_EDIT,	 L,	CHR('e'),	"e" },
	{ ACT_PAGE_DOWN, L,	CHR(' '),	N_("Space") },
	{ ACT_PAGE_DOWN, ALL,	OF(K_PGDN),	"PgDn" },
	{ ACT_PAGE_DOWN, ALL,	OF(K_F8),	"F8" },
	{ ACT_PAGE_UP,	 L,	CHR('-'),	"-" },
	{ ACT_PAGE_UP,	 ALL,	OF(K_PGUP),	"PgUp" },
	{ ACT_PAGE_UP,	 ALL,	OF(K_F7),	"F7" },
	{ ACT_TOP,	 L,	CHR('g'),	"g" },
	{ ACT_TOP,	 ALL,	OF(K_HOME),	"Home" },
	{ ACT_END,	 L,	CHR('G'),	"G" },
	{ ACT_END,	 ALL,	OF(K_END),	"End" },
	{ ACT_DUP,	 ALL,	CTL('d'),	"Ctrl-D" },
	{ ACT_UNDO,	 ALL,	CTL('z'),	"Ctrl-Z" },
	{ ACT_REDO,	 ALL,	CTL('g'),	"Ctrl-G" },
	{ ACT_JUMP,	 L,	CHR('.'),	"." },
	{ ACT_JUMP,	 ALL,	CTL('j'),	"Ctrl-J" },
	{ ACT_EMERGENCY, ALL,	CTL('e'),	"Ctrl-E" },
	{ ACT_PRINT,	 L,	CHR('p'),	"p" },
	{ ACT_SORT,	 L,	CHR('s'),	"s" },
	{ ACT_COUNT_BY,	 L,	CHR('f'),	"f" },
	{ ACT_CHILDREN,	 L,	CHR('u'),	"u" },
	{ ACT_RELATED,	 L,	CHR('q'),	"q" },
	{ ACT_TIMELINE,	 L,	CHR('t'),	"t" },
	{ ACT_HISTORY,	 L,	CHR('h'),	"h" },
	{ ACT_PAST_DAY,	 L,	CHR('o'),	"o" },
	{ ACT_ACCESS_LOG, L,	CHR('l'),	"l" },
	{ ACT_UNMASK,	 L,	CHR('v'),	"v" },
	{ ACT_REMARK,	 L,	CHR('r'),	"r" },
	{ ACT_MERGE,	 L,	CHR('m'),	"m" },
	{ ACT_SURVIVOR,	 L,	CHR('i'),	"i" },
	{ ACT_REASONS,	 L,	CHR('w'),	"w" },
	{ ACT_ACKNOWLEDGE, L,	CHR('k'),	"k" },
	{ ACT_DISCARD,	 L,	CHR('d'),	"d" },
	{ ACT_REFRESH,	 ALL,	CTL('r'),	"Ctrl-R" },
	{ ACT_REFRESH,	 ALL,	OF(K_F5),	"F5" },
	{ ACT_LOCK,	 ALL,	CTL('x'),	"Ctrl-X" },
	{ ACT_KEYS,	 L,	CHR(','),	"," },
	{ ACT_KEYS,	 ALL,	CTL('t'),	"Ctrl-T" },
};

#undef L
#undef F
#undef T
#undef ALL

#define NBINDINGS	(sizeof(bindings) / sizeof(bindings[0]))

/* An input method left in Chinese punctuation or full-width mode sends these for the keys on the
 * keyboard. */
static uint32_t
half_width(uint32_t cp)
{
	if (cp >= 0xFF01 && cp <= 0xFF5E)
		return cp - 0xFF01 + '!';
	switch (cp) {
	case 0x3000:
		return ' ';
	case 0x3001:			/* 、 is on the / key */
		return '/';
	case 0x3002:			/* 。 */
		return '.';
	default:
		return cp;
	}
}

uint32_t
key_command(const struct key *k)
{
	uint32_t	 cp;

	if (k->code != K_CHAR || k->paste)
		return 0;
	cp = half_width(k->cp);
	return cp > 0x7e ? 0 : cp >= 'A' && cp <= 'Z' ? cp + 'a' - 'A' : cp;
}

static enum action
find(const struct key *k, enum key_where where)
{
	for (size_t i = 0; i < NBINDINGS; i++)
		if ((bindings[i].where & where) != 0 && bindings[i].key.code == k->code &&
		    bindings[i].key.cp == k->cp)
			return bindings[i].act;
	return ACT_NONE;
}

enum action
key_action(const struct key *k, enum key_where where)
{
	enum action	 act;

	if (k->paste)
		return ACT_NONE;
	if ((act = find(k, where)) == ACT_NONE && k->code == K_CHAR)
		act = find(&KEY_CHR(key_command(k)), where);
	return act;
}

const char *
key_action_label(enum action act)
{
	return acts[act].label;
}

const char *
key_action_help(enum action act)
{
	return acts[act].help;
}

const char *
key_for_action(enum action act, enum key_where where)
{
	for (size_t i = 0; i < NBINDINGS; i++)
		if (bindings[i].act == act && (bindings[i].where & where) != 0)
			return bindings[i].name;
	return NULL;
}

char *
key_all_for_action(enum action act, enum key_where where, char *out, size_t size)
{
	size_t	 n = 0;

	*out = '\0';
	for (size_t i = 0; i < NBINDINGS && n < size; i++)
		if (bindings[i].act == act && (bindings[i].where & where) != 0)
			n += (size_t)snprintf(out + n, size - n, "%s%s", n > 0 ? " " : "",
			    gettext(bindings[i].name));
	return out;
}

/* ---- names of keys ------------------------------------------------------------------------------ */

static const char *const key_names[] = {
	[K_NONE] = "none", [K_ENTER] = "Enter", [K_TAB] = "Tab", [K_BACKTAB] = "Shift-Tab", [K_ESC] = "Esc",
	[K_BACKSPACE] = "Backspace", [K_DELETE] = "Delete", [K_INSERT] = "Insert",
	[K_UP] = "Up", [K_DOWN] = "Down", [K_LEFT] = "Left", [K_RIGHT] = "Right",
	[K_HOME] = "Home", [K_END] = "End", [K_PGUP] = "PgUp", [K_PGDN] = "PgDn",
	[K_F1] = "F1", [K_F2] = "F2", [K_F3] = "F3", [K_F4] = "F4", [K_F5] = "F5", [K_F6] = "F6",
	[K_F7] = "F7", [K_F8] = "F8", [K_F9] = "F9", [K_F10] = "F10", [K_F11] = "F11", [K_F12] = "F12",
	[K_PASTE_BEGIN] = "paste-begin", [K_PASTE_END] = "paste-end", [K_RESIZE] = "resize",
	[K_GARBLED] = "garbled", [K_HANGUP] = "hangup",
};

char *
key_text(const struct key *k, char *out, size_t size)
{
	char	 utf8[5] = "";

	if (k->code == K_CTRL)
		snprintf(out, size, "Ctrl-%c", (int)(k->cp >= 'a' && k->cp <= 'z' ? k->cp - 'a' + 'A' : k->cp));
	else if (k->code != K_CHAR)
		snprintf(out, size, "%s", key_names[k->code]);
	else if (k->cp == ' ')
		snprintf(out, size, "Space");
	else if (!width_enterable(k->cp))
		snprintf(out, size, "U+%04X", (unsigned)k->cp);
	else {
		utf8[width_utf8_put(utf8, k->cp)] = '\0';
		snprintf(out, size, "%s", utf8);
	}
	return out;
}
