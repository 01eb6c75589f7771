#ifndef TUI_TERM_KEY_H
#define TUI_TERM_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One key as the terminal sent it. Codes start with K_ because curses owns KEY_. */
enum key_code {
	K_NONE,
	K_CHAR,			/* cp: the character; with `paste` set it may be a control
				   character */
	K_CTRL,			/* cp: 'a'..'z', '@', '\\', ']', '^', '_'; Ctrl-H, I, M, [ are
				   keys below */
	K_ENTER, K_TAB, K_BACKTAB, K_ESC, K_BACKSPACE, K_DELETE, K_INSERT,
	K_UP, K_DOWN, K_LEFT, K_RIGHT, K_HOME, K_END, K_PGUP, K_PGDN,
	K_F1, K_F2, K_F3, K_F4, K_F5, K_F6, K_F7, K_F8, K_F9, K_F10, K_F11, K_F12,
	K_PASTE_BEGIN, K_PASTE_END,
	K_RESIZE,		/* the window's size changed: draw */
	K_GARBLED,		/* no character in the encoding: the terminal is probably set to
				   another */
	K_HANGUP		/* terminal lost, or a signal to end; comes once, see term_lost() */
};

struct key {
	enum key_code	code;
	uint32_t	cp;	/* K_CHAR and K_CTRL, else 0 */
	uint32_t	 seen;	/* paints that had gone out when it was read, see term_paints() */
	bool		 paste;	/* between K_PASTE_BEGIN and K_PASTE_END: text, never a command */
};

#define KEY_OF(c)	((struct key){ .code = (c) })
#define KEY_CHR(c)	((struct key){ .code = K_CHAR, .cp = (uint32_t)(c) })
#define KEY_CTL(c)	((struct key){ .code = K_CTRL, .cp = (uint32_t)(c) })

/*
 * Actions (not the acts of a book, forms/def.h): the same one has the same key on every screen.
 * ACT_HELP, ACT_BACK …: a row in key_actions.h has the name of each, the keys, where they count,
 * and the words for the strip and the help screen.
 */
enum action {
	ACT_NONE,
#define ACTION(name, label, help, keys)	ACT_##name,
#include "tui/term/key_actions.h"
#undef ACTION
	ACT_MAX
};

/* The place of the focus decides what a key means. Bits, for the table; callers pass one. */
enum key_where {
	WHERE_LIST	= 1,	/* list, menu, text to read, dialog: letters are commands */
	WHERE_FIELD	= 2,	/* a field without free text (choice, ticks): Enter moves on,
				   letters are its own */
	WHERE_TEXT	= 4,	/* a text field: nothing printable is a command */
	WHERE_ALL	= 7
};

/*
 * What the key asks for; ACT_NONE when it is not a command there. Pasted keys never are. Letters
 * are read without regard to case and to full width, but for the two harmless moves g (top) and G
 * (end). Ctrl-S, Ctrl-Q and Ctrl-C are no commands anywhere. A field offers the key to its editor
 * or choice list first (edit_key()) and asks here for what those do not want.
 */
enum action	 key_action(const struct key *, enum key_where);

/*
 * A typed letter, digit or sign as a command: ASCII, lower case, full-width forms folded (input
 * methods left in Chinese mode send ？ and １). 0 when the key is none. For digits of menus, yes
 * and no.
 */
uint32_t	 key_command(const struct key *);

/* For the strip and the help screen. msgids: pass through gettext(). Never NULL. */
const char	*key_action_label(enum action);			/* one or two words: "save" */
const char	*key_action_help(enum action);			/* a sentence: "Save this
								   record." */
/* The key to show for the act there ("Ctrl-O", "?", "Esc"); NULL when the act has no key there.
 * Constant, a msgid too ("Space", "Enter"). */
const char	*key_for_action(enum action, enum key_where);
/* All keys of the act there as text, "Ctrl-O F2", into out; returns out. For the help screen. */
char		*key_all_for_action(enum action, enum key_where, char *out, size_t size);

/* "Ctrl-O", "F2", "Space", "王"; for messages and tests. Returns out (at least 16 bytes). */
char		*key_text(const struct key *, char *out, size_t size);

#endif
