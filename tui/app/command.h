#ifndef TUI_APP_COMMAND_H
#define TUI_APP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/term/key.h"

struct strip;
struct view;

/*
 * What a view can do, one row each. The strip, the help screen and the keys read the same rows, so
 * the condition of a key is written once. An action has one key and one meaning everywhere
 * (tui/term/key_actions.h); a row says how it is called here, when it is possible and what it does.
 * Of several rows for one key the first that is possible counts.
 *
 * Signs of `keys` serve where the table of keys has no action: the digits of choices that only this
 * view has, y and n of a question. They count in lists, menus and questions only, never where text
 * is typed. A letter that an action has may not be used with another meaning
 * (tests/unit/test_command.c); n is free where a question has the keyboard.
 */
struct command {
	enum action	 act;		/* ACT_NONE without keys ends a table */
	/*
	 * Msgids, where the action is called otherwise here; NULL: as the table of keys calls it.
	 * Rows without an action have both.
	 */
	const char	*label;
	const char	*help;
	bool		(*may)(const struct view *);	/* possible now; NULL: always */
	void		(*run)(struct view *);	/* NULL: key() or the program does it */

	const char	*keys;		/* signs that do it as well, the first one is shown */
	const char	*shown;		/* msgid: what is shown in place of the first sign */
	bool		 unlisted;	/* not on the strip: the screen says it, or another row */
	/*
	 * Of a row whose signs are choices, in place of run: i is the place in `keys`. Without
	 * choice() the strip shows the row once, else each choice.
	 */
	void		(*choose)(struct view *, size_t i);
	/*
	 * The label of a choice, translated, good as long as the view; NULL: there is none. Of a
	 * row without `keys` the label of the row, where only the definitions know it.
	 */
	const char	*(*choice)(const struct view *, size_t i);
};

#define COMMAND_DIGITS	"123456789"

bool	 command_is_end(const struct command *);
/* Adds what is possible now, in the order of the table. commands may be NULL. */
void	 command_add_strip(const struct command *commands, const struct view *, struct strip *);
/* Does what the key means; act is its action at the focus. False: no row has it, or not now. */
bool	 command_run(
    const struct command *commands, struct view *, const struct key *, enum action act);

#endif
