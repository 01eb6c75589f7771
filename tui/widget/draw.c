#include "tui/widget/draw.h"

#include <stdio.h>
#include <string.h>

#include "tui/term/width.h"

size_t
lines_top(const struct lines *l, int rows)
{
	size_t	 page = rows > 0 ? (size_t)rows : 1, top = l->top;

	if (l->focus < top)
		top = l->focus;
	if (l->focus >= top + page)
		top = l->focus - page + 1;
	if (top + page > l->n)
		top = l->n > page ? l->n - page : 0;
	return top;
}

/* One page on keeps the focus on the same row of the screen, as far as there are lines. */
static size_t
page_from(const struct lines *l, size_t page, bool down)
{
	if (down)
		return l->focus + page < l->n ? l->focus + page : l->n - 1;
	return l->focus > page ? l->focus - page : 0;
}

bool
lines_move(struct lines *l, enum action act, int rows)
{
	const size_t	 page = rows > 0 ? (size_t)rows : 1, was = l->focus;

	if (l->n == 0)
		return false;
	l->top = lines_top(l, rows);
	switch (act) {
	case ACT_UP:
	case ACT_PREV:
		l->focus -= l->focus > 0;
		break;
	case ACT_DOWN:
	case ACT_NEXT:
		l->focus += l->focus + 1 < l->n;
		break;
	case ACT_PAGE_DOWN:
		l->focus = page_from(l, page, true);
		l->top = l->top + page < l->n ? l->top + page : l->top;
		break;
	case ACT_PAGE_UP:
		l->focus = page_from(l, page, false);
		l->top = l->top > page ? l->top - page : 0;
		break;
	case ACT_TOP:
		l->focus = 0;
		break;
	case ACT_END:
		l->focus = l->n - 1;
		break;
	default:
		return false;
	}
	l->top = lines_top(l, rows);
	return l->focus != was;
}

bool
lines_overflow(const struct lines *l, int rows)
{
	return l->n > (rows > 0 ? (size_t)rows : 1);
}

bool
lines_more_below(const struct lines *l, int rows)
{
	return lines_top(l, rows) + (rows > 0 ? (size_t)rows : 1) < l->n;
}

void
lines_resize(struct lines *l, size_t n)
{
	l->n = n;
	if (l->focus >= n)
		l->focus = n > 0 ? n - 1 : 0;
	if (l->top >= n)
		l->top = 0;
}

int
lines_top_varied(const int *heights, size_t n, size_t focus, int top, int rows)
{
	int	 before = 0, all = 0;

	for (size_t i = 0; i < n; i++) {
		if (i < focus)
			before += heights[i];
		all += heights[i];
	}
	if (n == 0)
		return 0;
	if (before + heights[focus] > top + rows)
		top = before + heights[focus] - rows;
	if (before < top)
		top = before;
	if (top + rows > all)
		top = all - rows;
	return top > 0 ? top : 0;
}

void
draw_focus_mark(struct term *t, int row, int col)
{
	term_text(t, row, col, -1, ATTR_BOLD, ">");
}

void
draw_focus(struct term *t, int row, int col)
{
	draw_focus_mark(t, row, col);
	term_cursor(t, row, col);
}

int
draw_text(struct term *term, int row, int rows, int col, int cells, unsigned attr, const char *utf8)
{
	size_t	 n = strlen(utf8), take, show;
	int	 used = 0;

	while (n > 0) {
		take = width_wrap(utf8, n, cells, &show);
		if (term != NULL && used < rows)
			term_textn(term, row + used, col, -1, attr, utf8, show);
		used++;
		utf8 += take;
		n -= take;
	}
	return used;
}

void
draw_right(struct term *t, int row, int col, int cells, unsigned attr, const char *utf8)
{
	term_text(t, row, col + cells - width_of(utf8), -1, attr, utf8);
}

void
draw_number(struct term *t, int row, int col, int cells, int64_t n)
{
	char	 s[24];

	snprintf(s, sizeof(s), "%lld", (long long)n);
	draw_right(t, row, col, cells, ATTR_NORMAL, s);
}

int
draw_key_label(struct term *term, int row, int col, const char *key, const char *label)
{
	col += term_text(term, row, col, -1, ATTR_NORMAL, key);
	col += 1 + term_text(term, row, col + 1, -1, ATTR_NORMAL, label);
	return col + 2;
}
