#include "tui/edit/edit_int.h"

#include <stdlib.h>

#include "tui/term/width.h"

static int
cells_at(const struct edit *e, size_t at)
{
	return e->flags & EDIT_SECRET ? 1 : width_of_base(e->cp[at]);
}

static int
cells_between(const struct edit *e, size_t from, size_t to)
{
	int	 sum = 0;

	for (; from < to; from = edit_next(e, from))
		sum += cells_at(e, from);
	return sum;
}

static bool
is_multi(const struct edit *e)
{
	return (e->flags & EDIT_MULTI) != 0;
}

/* ---- rows of a text of several --------------------------------------------------------------- */

bool
edit_view_reserve(struct edit *e)
{
	size_t	 cap = e->row_cap != 0 ? 2 * e->row_cap : 16;
	size_t	*row = reallocarray(e->row, cap, sizeof(*row));

	if (row == NULL)
		return false;
	e->row = row;
	e->row_cap = cap;
	return true;
}

/* Without memory the rows from here on are one, and cut where the window ends. */
static bool
add_row(struct edit *e, size_t start)
{
	if (e->nrow == e->row_cap && !edit_view_reserve(e))
		return false;
	e->row[e->nrow++] = start;
	return true;
}

/*
 * Closing punctuation does not begin a row: the cluster before comes along, and one more while that
 * is closing punctuation, too. Where nothing else would stay in the row it is broken as it comes.
 */
static size_t
better_break(const struct edit *e, size_t start, size_t at)
{
	size_t	 b = at;

	for (int tries = 0; tries < 4 && width_no_row_start(e->cp[b]); tries++)
		b = edit_prev(e, b);
	return b > start && !width_no_row_start(e->cp[b]) ? b : at;
}

/* Where the row that begins at `start` ends; *room gets the cells left in it. */
static size_t
row_end(const struct edit *e, size_t start, int *room)
{
	size_t	 at = start;

	*room = e->cells;
	while (at < e->n && e->cp[at] != '\n') {
		int	 w = cells_at(e, at);

		if (w > *room)
			return better_break(e, start, at);
		*room -= w;
		at = edit_next(e, at);
	}
	return at < e->n ? at + 1 : at;
}

/*
 * A row for the cursor behind the last cluster: a new one when the text ends with a line end or
 * fills its row.
 */
static void
make_rows(struct edit *e)
{
	size_t	 at = 0;
	int	 room = 0;

	e->nrow = 0;
	while (at < e->n) {
		if (!add_row(e, at))
			return;
		at = row_end(e, at, &room);
	}
	if (e->n == 0 || e->cp[e->n - 1] == '\n' || room == 0)
		add_row(e, e->n);
}

static size_t
row_of(const struct edit *e, size_t pos)
{
	size_t	 lo = 0, hi = e->nrow;

	while (hi - lo > 1) {
		size_t	 mid = (lo + hi) / 2;

		if (e->row[mid] <= pos)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

static size_t
row_limit(const struct edit *e, size_t row)
{
	return row + 1 < e->nrow ? e->row[row + 1] : e->n;
}

/*
 * The last place of the cursor in a row: before its line end, and before the last cluster of a soft
 * break.
 */
static size_t
row_last(const struct edit *e, size_t row)
{
	size_t	 end = row_limit(e, row);

	return row + 1 < e->nrow && end > e->row[row] ? edit_prev(e, end) : end;
}

/* ---- what the window shows ------------------------------------------------------------------- */

/* A scroll sends the whole field again, so it goes a third of the window at a time. */
static void
follow_line(struct edit *e)
{
	int	 under = e->pos < e->n ? cells_at(e, e->pos) : 1;
	int	 before;

	if (cells_between(e, 0, e->n) < e->cells) {
		e->left = 0;
		return;
	}
	if (e->left > 0)
		e->left = edit_next(e, e->left - 1);	/* a boundary again, whatever was edited
							   there */
	if (e->pos <= e->left) {
		e->left = e->pos;
		for (int back = e->cells / 3; e->left > 0 && back > 0; back -= cells_at(e, e->left))
			e->left = edit_prev(e, e->left);
	}
	before = cells_between(e, e->left, e->pos);
	if (before + under <= e->cells)
		return;
	while (before > 0 && before + under > e->cells - e->cells / 3) {
		before -= cells_at(e, e->left);
		e->left = edit_next(e, e->left);
	}
}

static void
follow_rows(struct edit *e)
{
	size_t	 row, rows = (size_t)e->rows;

	make_rows(e);
	row = row_of(e, e->pos);
	if (row < e->top)
		e->top = row;
	if (row >= e->top + rows)
		e->top = row - rows + 1;
	if (e->top + rows > e->nrow)
		e->top = e->nrow > rows ? e->nrow - rows : 0;
}

static void
settle(struct edit *e)
{
	if (!e->view_stale && e->nrow > 0)
		return;
	if (is_multi(e))
		follow_rows(e);
	else {
		follow_line(e);
		e->nrow = 1;
	}
	e->view_stale = false;
}

void
edit_view(struct edit *e, int cells, int rows)
{
	if (cells < 2)
		cells = 2;
	if (rows < 1 || !is_multi(e))
		rows = 1;
	if (cells != e->cells || rows != e->rows) {
		e->view_stale = true;
		e->target_col = -1;
	}
	e->cells = cells;
	e->rows = rows;
	settle(e);
}

static void
fit(const struct edit *e, size_t from, size_t to, struct buf *out)
{
	struct buf	 text = BUF_INIT;
	char		 utf8[4];

	if (e->flags & EDIT_SECRET)
		for (size_t at = from; at < to; at = edit_next(e, at))
			buf_putc(&text, '*');
	else
		for (size_t at = from; at < to; at++)
			buf_put(&text, utf8, width_utf8_put(utf8, e->cp[at]));
	width_fit(out, buf_str(&text), text.n, e->cells);
	buf_free(&text);
}

void
edit_draw(struct edit *e, int row, struct buf *out)
{
	size_t	 r, end;

	settle(e);
	if (!is_multi(e)) {
		fit(e, e->left, row == 0 ? e->n : e->left, out);
		return;
	}
	r = e->top + (size_t)row;
	if (row < 0 || r >= e->nrow) {
		fit(e, 0, 0, out);
		return;
	}
	end = row_limit(e, r);
	if (end > e->row[r] && e->cp[end - 1] == '\n')
		end--;
	fit(e, e->row[r], end, out);
}

void
edit_cursor(struct edit *e, int *row, int *col)
{
	settle(e);
	*row = 0;
	if (!is_multi(e)) {
		*col = cells_between(e, e->left, e->pos);
		return;
	}
	*row = (int)(row_of(e, e->pos) - e->top);
	*col = cells_between(e, e->row[row_of(e, e->pos)], e->pos);
	if (*col >= e->cells)		/* before the line end of a full row */
		*col = e->cells - 1;
}

bool
edit_has_text_before(struct edit *e)
{
	settle(e);
	return is_multi(e) ? e->top > 0 : e->left > 0;
}

bool
edit_has_text_after(struct edit *e)
{
	settle(e);
	return is_multi(e) ? e->top + (size_t)e->rows < e->nrow :
	    cells_between(e, e->left, e->n) > e->cells;
}

int
edit_rows(struct edit *e)
{
	settle(e);
	return (int)e->nrow;
}

/* ---- moves that need rows -------------------------------------------------------------------- */

bool
edit_view_move_rows(struct edit *e, int rows)
{
	size_t	 from, to, at;
	int	 col = 0;

	settle(e);
	from = row_of(e, e->pos);
	if (rows < 0 ? from == 0 : from + 1 >= e->nrow)
		return false;
	to = rows < 0 ? (from > (size_t)-rows ? from - (size_t)-rows : 0) : from + (size_t)rows;
	if (to >= e->nrow)
		to = e->nrow - 1;
	if (e->target_col < 0)
		e->target_col = cells_between(e, e->row[from], e->pos);
	for (at = e->row[to]; at < row_last(e, to) && col + cells_at(e, at) <= e->target_col;
	    at = edit_next(e, at))
		col += cells_at(e, at);
	e->pos = at;
	e->view_stale = true;
	return true;
}

void
edit_view_row_start(struct edit *e)
{
	settle(e);
	e->pos = is_multi(e) ? e->row[row_of(e, e->pos)] : 0;
	e->view_stale = true;
}

void
edit_view_row_end(struct edit *e)
{
	settle(e);
	e->pos = is_multi(e) ? row_last(e, row_of(e, e->pos)) : e->n;
	e->view_stale = true;
}
