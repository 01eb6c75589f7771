#ifndef TUI_VIEW_TEXT_H
#define TUI_VIEW_TEXT_H

#include "tui/app/view.h"

#define TEXT_COL	2
#define TEXT_CELLS	(FRAME_MIN_COLS - 2 * TEXT_COL)	/* a row of the text has at least so many */

/* Text to read: the long help of a field, the keys of a screen. Copies both; NULL: memory. */
struct view	*text_new(const char *title, const char *text);

#endif
