#ifndef TUI_VIEW_PROMPT_H
#define TUI_VIEW_PROMPT_H

#include "tui/app/view.h"

/*
 * A line of text typed in the message row. Answers with the text, nothing for Esc; with `live`,
 * under tag + 1, after every key. most: characters that can be kept of it; longer ones stay until
 * they are shortened. 0: what is typed is looked for, and kept nowhere.
 */
struct view	*prompt_new(const char *label, const char *text, bool live, size_t most);
/*
 * What is asked for is done at once when Enter ends it: a question (view_ops.question). Returns the
 * view.
 */
struct view	*prompt_as_question(struct view *);

#endif
