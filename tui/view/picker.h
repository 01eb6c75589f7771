#ifndef TUI_VIEW_PICKER_H
#define TUI_VIEW_PICKER_H

#include "tui/widget/choice.h"
#include "tui/app/view.h"

enum {
	/*
	 * Space or a complete key ticks. Answers {ticked: codes in the order of the choices, done:
	 * by Enter}; Esc keeps the ticks, because it discards nothing anywhere.
	 */
	PICKER_MULTI	= 1,
	/* a complete key that is no beginning of another is taken without Enter */
	PICKER_IMMEDIATE	= 2,
	/* the choice acts at once: a question (view_ops.question) */
	PICKER_IS_QUESTION	= 4
};

/*
 * The list of choices, filtered during typing: digits, any characters of the label, pinyin
 * initials. Takes what is in `choices` (and leaves it empty). Answers with the code chosen, nothing
 * for Esc. `typed` is the initial filter.
 */
struct view	*picker_new(const char *title, struct choices *, unsigned flags, const char *typed);
/* The row of the screen that should stay readable: the field it is for. */
void		 picker_keep_visible(struct view *, int row);

#endif
