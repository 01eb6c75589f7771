#ifndef TUI_RECORD_H
#define TUI_RECORD_H

#include "forms/check.h"
#include "tui/view.h"

/*
 * A record as lines to read: pages, groups and shown fields in the order of the form, each value in
 * words, and what an act remarked below it. Used by the read view and for versions of the past.
 */
enum record_kind { RECORD_PAGE, RECORD_GROUP, RECORD_FIELD };

struct record_line {
	enum record_kind	 kind;
	const struct field	*field;		/* NULL for a page */
	char			*path;		/* "" for a page */
	char			*label;
	char			*value;
	char			*remark;	/* "" when there is none */
	int			 indent;
};

struct record {
	struct record_line	*at;
	size_t			 n;
	size_t			 focus;		/* always a field, when there is one */
	int			 top;
};

#define RECORD_INIT	{ NULL, 0, 0, 0 }

/* rec is a record as the daemon gives it. Replaces what was there; the focus stays on its field. */
void	 record_build(struct record *, const struct form_ctx *, const struct book *, const struct val *rec);
void	 record_free(struct record *);
const struct record_line *record_focused(const struct record *);	/* NULL: nothing to stand on */

/* To a page: its heading comes to the top, the focus on its first field. Nothing when it shows none. */
void	 record_go(struct record *, const struct term *, const struct page *);

/* Rows [row, row + rows). `more` are remarks being collected, path: text, or NULL. */
void	 record_draw(const struct record *, struct term *, int row, int rows, const struct val *more);
/* Does it take more rows than these? */
bool	 record_many(const struct record *, const struct term *, int rows, const struct val *more);
bool	 record_move(struct record *, const struct term *, enum action, int rows, const struct val *more);

#endif
