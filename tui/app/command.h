#ifndef TUI_APP_COMMAND_H
#define TUI_APP_COMMAND_H

#include <stdbool.h>

#include "tui/term/key.h"

struct strip;
struct view;

/*
 * What a view can do, one row each. The strip, the help screen and the keys read the same rows, so
 * the condition of a key stands once. An action has one key and one meaning everywhere
 * (tui/term/key.c); a row says how it is called here, when it is possible and what it does. Of
 * several rows of one action the first that is possible counts.
 */
struct command {
	enum action	 act;		/* ACT_NONE ends a table */
	/*
	 * Msgids, where the action is called otherwise here; NULL: as the table of keys calls it.
	 */
	const char	*label;
	const char	*help;
	bool		(*may)(const struct view *);	/* possible now; NULL: always */
	void		(*run)(struct view *);	/* NULL: key() or the program does it */
};

/* Adds what is possible now, in the order of the table. commands may be NULL. */
void	 command_add_strip(const struct command *commands, const struct view *, struct strip *);
/* Does what the action stands for. False: nothing of the table, or not possible now. */
bool	 command_run(const struct command *commands, struct view *, enum action);

#endif
