#ifndef TUI_WIDGET_RECORD_VIEW_H
#define TUI_WIDGET_RECORD_VIEW_H

#include "forms/check.h"
#include "tui/term/key.h"
#include "tui/term/locale.h"
#include "tui/term/term.h"

/*
 * A record as lines to read: pages, groups and shown fields in the order of the form, each value in
 * words, with the remarks of acts below it. Used by the reader and for past versions.
 */
#define RECORD_VIEW_PATH	160	/* bytes of a path, NUL counted, as in form/entry.h */

enum record_view_kind { RECORD_VIEW_PAGE, RECORD_VIEW_GROUP, RECORD_VIEW_FIELD };

struct record_view_line {
	enum record_view_kind	 kind;
	const struct field	*field;		/* NULL for a page */
	char			*path;		/* "" for a page */
	char			*label;
	char			*value;
	char			*remark;	/* "" when there is none */
	int			 indent;
};

struct record_view {
	struct record_view_line	*at;
	size_t			 n;
	size_t			 focus;		/* always a field, when there is one */
	int			 top;
};

#define RECORD_VIEW_INIT	{ NULL, 0, 0, 0 }

/* rec is a record as the daemon gives it. Replaces what was there; the focus stays on its field. */
void	 record_view_build(struct record_view *, const struct form_ctx *, const struct book *,
	    const struct val *rec);
void	 record_view_free(struct record_view *);
/* NULL: no line can have the focus */
const struct record_view_line *record_view_focused(const struct record_view *);

/*
 * To a page: its heading comes to the top, the focus on its first field. Nothing when it shows
 * none.
 */
void	 record_view_go_to(struct record_view *, const struct term *, const struct page *);

/* Rows [row, row + rows). `more` are remarks being collected, path: text, or NULL. */
void	 record_view_draw(const struct record_view *, struct term *, int row, int rows,
	    const struct val *more);
/* Does it take more rows than these? */
bool	 record_view_overflows(const struct record_view *, const struct term *, int rows,
	    const struct val *more);
bool	 record_view_move(struct record_view *, const struct term *, enum action, int rows,
	    const struct val *more);

#endif
