#ifndef TUI_PICK_H
#define TUI_PICK_H

#include "tui/form/choice.h"
#include "tui/view.h"

enum {
	/*
	 * Space or a key typed in full ticks. Answers {ticked: codes in the order of the choices, done: by Enter}; Esc
	 * keeps the ticks, as it discards nothing anywhere
	 */
	PICK_MANY	= 1,
	PICK_AT_ONCE	= 2,	/* a key typed in full, that no longer one begins with, is taken without Enter */
	PICK_DECIDES	= 4	/* what is taken is done at once: a question (view_ops.question) */
};

/*
 * The list of choices that filters while one types: digits, any characters of the label, pinyin
 * initials. Takes what is in `choices` (and leaves it empty). Answers with the code chosen, nothing
 * for Esc. `typed` is where the filter begins.
 */
struct view	*pick_new(const char *title, struct choices *, unsigned flags, const char *typed);
/* The row of the screen that should stay readable: the field it is for. */
void		 pick_beside(struct view *, int row);

#endif
