#ifndef TUI_WIDGET_DEFLIST_H
#define TUI_WIDGET_DEFLIST_H

#include <stddef.h>

#include "forms/buf.h"

/*
 * A list of definitions: heads in a column as wide as the widest, descriptions beside them, wrapped
 * below themselves.
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

/* Copies both. Without a description (NULL or "") nothing is added. */
void	 deflist_add(struct deflist *, const char *label, const char *description);
/* Appends them in lines of so many cells. The column of the labels is at least that wide. */
void	 deflist_print(const struct deflist *, int least, int cells, struct buf *out);
void	 deflist_free(struct deflist *);

#endif
