#ifndef TUI_FORM_ENTRY_INT_H
#define TUI_FORM_ENTRY_INT_H

#include "tui/form/entry.h"

/* Between the entry*.c files. */
void	 undo_push(struct entry *, const char *path);	/* the state as it is, to come back to */
void	 undo_free(struct entry_undo *);
void	 said_forget(struct entry *, const char *path);	/* the daemon's problems at a path that has changed */
struct val *entry_own(const struct entry *);
bool	 entry_keep(struct entry *);
void	 random_bytes(unsigned char *, size_t);

#endif
