#ifndef TUI_VIEW_PICKER_H
#define TUI_VIEW_PICKER_H

#include "tui/widget/choice.h"
#include "tui/app/view.h"

enum {
	/*
	 * Space or a key typed in full ticks. Answers {ticked: codes in the order of the choices, done: by Enter}; Esc
	 * keeps the ticks, as it discards nothing anywhere
	 */
	PICKER_MULTI	= 1,
	PICKER_IMMEDIATE	= 2,	/* a key typed in full, that no longer one begins with, is taken without Enter */
	PICKER_IS_QUESTION	= 4	/* what is taken is done at once: a question (view_ops.question) */
};

/*
 * The list of choices that filters while one types: digits, any characters of the label, pinyin
 * initials. Takes what is in `choices` (and leaves it empty). Answers with the code chosen, nothing
 * for Esc. `typed` is where the filter begins.
 */
struct view	*picker_new(const char *title, struct choices *, unsigned flags, const char *typed);
/* The row of the screen that should stay readable: the field it is for. */
void		 picker_keep_visible(struct view *, int row);

#endif
