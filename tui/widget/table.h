#ifndef TUI_WIDGET_TABLE_H
#define TUI_WIDGET_TABLE_H

#include "forms/check.h"
#include "tui/widget/draw.h"

/* Rows of records from "list", "find" and "near", and their columns on the screen. */
struct table {
	struct val	**at;		/* each a row, owned */
	size_t		  n;
	size_t		  cap;
};

struct table_filter {			/* narrowed to one value of a column; path NULL: all rows */
	char		*path;		/* of a field, or "state", "area" */
	struct val	*value;
};

void	 table_clear(struct table *);
/* copies those that pass behind the others */
void	 table_add(struct table *, const struct val *list, const struct table_filter *);
void	 table_add_front(struct table *, const struct val *list, const struct table_filter *);
void	 table_reverse(struct table *);			/* the other way round */
size_t	 table_find(const struct table *, int64_t id);	/* SIZE_MAX: none */
int64_t	 table_row_id(const struct val *row);

/* Lays the columns of a list out in so many cells; returns how many fit. */
#define TABLE_COLUMNS_MAX	16
struct table_columns {
	size_t	 n;
	int	 col[TABLE_COLUMNS_MAX];
	int	 cells[TABLE_COLUMNS_MAX];
	int	 spare;			/* left of the row behind the last one */
};
void	 table_layout(const struct form_ctx *, const struct list *, int first, int cells,
	    struct table_columns *);
void	 table_draw_head(const struct form_ctx *, const struct list *, const struct table_columns *,
	    struct term *,
    int row);
void	 table_draw_row(const struct form_ctx *, const struct list *, const struct table_columns *,
	    struct term *,
    int row, const struct val *);

/*
 * The list whose columns show records of a book to this role: the first the role may see, else the
 * book's first; NULL: none.
 */
const struct list *table_default_list(const struct book *, const struct role *);

#endif
