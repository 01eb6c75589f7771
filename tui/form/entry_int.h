#ifndef TUI_FORM_ENTRY_INT_H
#define TUI_FORM_ENTRY_INT_H

#include "tui/widget/pack.h"
#include "tui/form/entry.h"

/* Between the entry*.c files. */
void	 entry_undo_push(struct entry *, const char *path);	/* the state as it is, to come
								   back to */
void	 entry_undo_free(struct entry_undo *);
/* the daemon's problems at a path that has changed */
void	 entry_forget_server_problems(struct entry *, const char *path);
struct val *entry_own_fields(const struct entry *);
bool	 entry_draft_mark_current(struct entry *);
void	 entry_random_bytes(unsigned char *, size_t);

#endif
