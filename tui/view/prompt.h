#ifndef TUI_VIEW_PROMPT_H
#define TUI_VIEW_PROMPT_H

#include "tui/app/view.h"

/*
 * A line of text typed in the message row. Answers with the text, nothing for Esc; with `live` also
 * after every key, under tag + 1. most: characters that can be stored; a longer text has to be
 * shortened. 0: a search text, which is not stored.
 */
struct view	*prompt_new(const char *label, const char *text, bool live, size_t most);
/* The text acts at once when Enter ends it: a question (view_ops.question). Returns the view. */
struct view	*prompt_as_question(struct view *);

#endif
