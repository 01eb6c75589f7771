#ifndef TUI_FACTS_H
#define TUI_FACTS_H

#include <stddef.h>

#include "forms/buf.h"

/*
 * Heads and what is told of each, for screens to read: the heads in a column as wide as the widest of them, the words
 * behind it, and what does not fit on the row goes on below itself.
 */
struct fact {
	char	*head;
	char	*text;
};

struct facts {
	struct fact	*at;
	size_t		 n;
};

#define FACTS_INIT	{ NULL, 0 }

/* Copies. Of no words, NULL or "", nothing is told. */
void	 facts_add(struct facts *, const char *head, const char *text);
/* Appends them in lines for scr_text(). The column is at least that wide. */
void	 facts_print(const struct facts *, int least, struct buf *out);
void	 facts_free(struct facts *);

#endif
