#ifndef TUI_WIDGET_DRAW_H
#define TUI_WIDGET_DRAW_H

#include "tui/term/term.h"
#include "tui/term/key.h"

/* Drawing and moving that several screens share. */

/* Lines of one row each with one focus among them. */
struct lines {
	size_t	 n;
	size_t	 focus;
	size_t	 top;		/* the first one in the window, as of the last move */
};

/*
 * The first line to draw in a window of so many rows, so that the focus is in it. Changes nothing.
 */
size_t	 lines_top(const struct lines *, int rows);
/* Up, Down, page and end keys. False: no such key, or it leads nowhere. */
bool	 lines_move(struct lines *, enum action, int rows);
/* more than the window shows at a time */
bool	 lines_overflow(const struct lines *, int rows);
/* some below what the window shows now */
bool	 lines_more_below(const struct lines *, int rows);
void	 lines_resize(struct lines *, size_t n);		/* focus stays inside */

/*
 * The same for lines of several rows each: the first row to draw, given how high each is and which
 * one was first before.
 */
int	 lines_top_varied(const int *heights, size_t n, size_t focus, int top, int rows);

/* The one mark of focus at the left of a row; draw_focus() puts the cursor there, too. */
void	 draw_focus_mark(struct term *, int row, int col);
void	 draw_focus(struct term *, int row, int col);

/*
 * Running text from row on, at most `rows` rows; returns rows it takes (drawn or not). term may be
 * NULL to measure.
 */
int	 draw_text(struct term *, int row, int rows, int col, int cells, unsigned attr,
	    const char *utf8);
/* To the right of a column of so many cells. */
void	 draw_right(struct term *, int row, int col, int cells, unsigned attr, const char *utf8);
void	 draw_number(struct term *, int row, int col, int cells, int64_t n);
/* A key and what it does, "1 男", at the end of a line; returns the next free column. */
int	 draw_key_label(struct term *, int row, int col, const char *key, const char *label);

#endif
