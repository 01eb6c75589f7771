#ifndef TUI_ROWS_H
#define TUI_ROWS_H

#include "tui/app.h"
#include "tui/term/draw.h"

/*
 * Rows of records as "list", "find" and "near" answer them, and how they stand on the screen.
 */
struct rows {
	struct val	**at;		/* each a row, owned */
	size_t		  n;
	size_t		  cap;
};

struct row_filter {			/* narrowed to one value of a column; of == NULL path: everything */
	char		*path;		/* of a field, or "state", "area" */
	struct val	*value;
};

void	 rows_clear(struct rows *);
/* copies those that pass behind the others */
void	 rows_add(struct rows *, const struct val *list, const struct row_filter *);
void	 rows_add_front(struct rows *, const struct val *list, const struct row_filter *);
void	 rows_turn(struct rows *);			/* the other way round */
size_t	 rows_of_id(const struct rows *, int64_t id);	/* SIZE_MAX: none */
int64_t	 row_id(const struct val *row);

/* Where the columns of a list stand in so many cells; returns how many fit. */
#define COLUMNS_MAX	16
struct columns {
	size_t	 n;
	int	 col[COLUMNS_MAX];
	int	 cells[COLUMNS_MAX];
	int	 spare;			/* left of the row behind the last one */
};
void	 columns_place(const struct form_ctx *, const struct list *, int first, int cells, struct columns *);
void	 columns_head(const struct form_ctx *, const struct list *, const struct columns *, struct term *,
    int row);
void	 columns_row(const struct form_ctx *, const struct list *, const struct columns *, struct term *,
    int row, const struct val *);

/*
 * The list whose columns show records of a book to this role: the first it is offered, else the
 * book's first; NULL: none.
 */
const struct list *rows_list(const struct book *, const struct role *);

#endif
