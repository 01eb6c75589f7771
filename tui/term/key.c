#include "tui/term/key.h"

#include <stdio.h>
#include <string.h>

#include "tui/term/locale.h"
#include "tui/term/width.h"

#define KEYS_MAX	4		/* of one action, with the end */

struct binding {
	unsigned	 where;		/* bits of enum key_where; 0 ends the keys of an action */
	struct key	 key;
	const char	*name;
};

#define L	WHERE_LIST
#define F	WHERE_FIELD
#define T	WHERE_TEXT
#define ALL	WHERE_ALL

#define OF(c)	{ .code = (c) }
#define CHR(c)	{ .code = K_CHAR, .cp = (c) }
#define CTL(c)	{ .code = K_CTRL, .cp = (c) }

#define KEY(where, key, name)		{ where, key, name },
#define ACTION(name, label, help, keys)	[ACT_##name] = { label, help, { keys { .where = 0 } } },

static const struct {
	const char	*label;		/* on the strip */
	const char	*help;		/* on the help screen */
	struct binding	 keys[KEYS_MAX];
} acts[ACT_MAX] = {
	[ACT_NONE] = { "", "", { { .where = 0 } } },
#include "tui/term/key_actions.h"
};

#undef ACTION
#undef KEY
#undef L
#undef F
#undef T
#undef ALL

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

/* The first key of the action that counts there, or the next one after `b`. NULL: there is none. */
static const struct binding *
next_key(enum action act, enum key_where where, const struct binding *b)
{
	for (b = b != NULL ? b + 1 : acts[act].keys; b->where != 0; b++)
		if ((b->where & where) != 0)
			return b;
	return NULL;
}

static enum action
find(const struct key *k, enum key_where where)
{
	const struct binding	*b;

	for (enum action act = ACT_NONE; act < ACT_MAX; act++)
		for (b = next_key(act, where, NULL); b != NULL; b = next_key(act, where, b))
			if (b->key.code == k->code && b->key.cp == k->cp)
				return act;
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
	const struct binding	*b = next_key(act, where, NULL);

	return b != NULL ? b->name : NULL;
}

char *
key_all_for_action(enum action act, enum key_where where, char *out, size_t size)
{
	const struct binding	*b;
	size_t			 n = 0;

	*out = '\0';
	for (b = next_key(act, where, NULL); b != NULL && n < size; b = next_key(act, where, b))
		n += (size_t)snprintf(out + n, size - n, "%s%s", n > 0 ? " " : "",
		    gettext(b->name));
	return out;
}

/* ---- names of keys --------------------------------------------------------------------------- */

static const char *const key_names[] = {
	[K_NONE] = "none", [K_ENTER] = "Enter", [K_TAB] = "Tab", [K_BACKTAB] = "Shift-Tab",
	    [K_ESC] = "Esc",
	[K_BACKSPACE] = "Backspace", [K_DELETE] = "Delete", [K_INSERT] = "Insert",
	[K_UP] = "Up", [K_DOWN] = "Down", [K_LEFT] = "Left", [K_RIGHT] = "Right",
	[K_HOME] = "Home", [K_END] = "End", [K_PGUP] = "PgUp", [K_PGDN] = "PgDn",
	[K_F1] = "F1", [K_F2] = "F2", [K_F3] = "F3", [K_F4] = "F4", [K_F5] = "F5", [K_F6] = "F6",
	[K_F7] = "F7", [K_F8] = "F8", [K_F9] = "F9", [K_F10] = "F10", [K_F11] = "F11",
	    [K_F12] = "F12",
	[K_PASTE_BEGIN] = "paste-begin", [K_PASTE_END] = "paste-end", [K_RESIZE] = "resize",
	[K_GARBLED] = "garbled", [K_HANGUP] = "hangup",
};

char *
key_text(const struct key *k, char *out, size_t size)
{
	char	 utf8[5] = "";

	if (k->code == K_CTRL)
		snprintf(out, size, "Ctrl-%c", (int)(k->cp >= 'a' && k->cp <= 'z' ?
		    k->cp - 'a' + 'A' : k->cp));
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
