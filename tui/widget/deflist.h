#ifndef TUI_WIDGET_DEFLIST_H
#define TUI_WIDGET_DEFLIST_H

#include <stddef.h>

#include "forms/buf.h"

/*
 * Heads and what is told of each, for screens to read: the heads in a column as wide as the widest of them, the words
 * behind it, and what does not fit on the row goes on below itself.
 */
struct deflist_item {
	char	*label;
	char	*description;
};

struct deflist {
	struct deflist_item	*at;
	size_t		 n;
};

#define DEFLIST_INIT	{ NULL, 0 }

/* Copies. Of no words, NULL or "", nothing is told. */
void	 deflist_add(struct deflist *, const char *label, const char *description);
/* Appends them in lines of so many cells. The column of the labels is at least that wide. */
void	 deflist_print(const struct deflist *, int least, int cells, struct buf *out);
void	 deflist_free(struct deflist *);

#endif
