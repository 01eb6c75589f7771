#ifndef TUI_VIEW_LIST_VIEW_H
#define TUI_VIEW_LIST_VIEW_H

#include "tui/app/app.h"
#include "tui/widget/draw.h"
#include "tui/widget/table.h"

/*
 * A list on the whole screen. A screen draws a line and makes the requests. The list view does what
 * all lists have: focus and its mark, paging, reading on behind the last row, reading again with
 * the focus on its row, narrowing while a person types, and the sentence of an empty list.
 *
 * A screen puts struct list_view first in its own struct and uses list_view_draw(), _key(),
 * _reply(), _result() and _shown() in its view_ops; where it does more, it calls them first.
 */
struct list_view;

/* Which rows are asked for. */
enum list_page {
	LIST_FIRST,		/* the first ones, with nothing on the screen */
	LIST_AGAIN,		/* the first ones, while rows.n of them are on the screen */
	LIST_FOUND,		/* the first ones that fit what is being typed */
	LIST_MORE,		/* those behind `last` */
	LIST_BEFORE,		/* those before `first`: two_way only */
	LIST_LAST		/* the last ones, in the opposite order: two_way only */
};

struct list_ops {
	struct val	*(*request)(const struct list_view *, enum list_page);	/* NULL: memory */
	const char	*rows;		/* where the reply holds the rows */
	/*
	 * Reads other keys of the reply (NULL from list_view_fill()); the rows are in the table
	 * already. May be NULL.
	 */
	void		(*receive)(struct list_view *, const struct val *reply, enum list_page);
	/* How many lines the rows make; NULL: one each. */
	size_t		(*count)(const struct list_view *);
	/*
	 * Are both the same row, read twice? Then the focus stays on it. NULL: it stays on its
	 * line.
	 */
	bool		(*is_same)(const struct val *, const struct val *);
	void		(*draw_head)(const struct list_view *, struct term *, int row);
	void		(*draw_line)(const struct list_view *, struct term *, int row, size_t line);
	/*
	 * False while something else of the screen has the focus: no line is marked. NULL: never.
	 */
	bool		(*has_focus)(const struct list_view *);
	/* The sentence of an empty list, translated; NULL: none. */
	const char	*(*empty)(const struct list_view *);
	/* A filter besides `find`, and its removal. Both NULL: there is none. */
	bool		(*is_narrowed)(const struct list_view *);
	void		(*widen)(struct list_view *);
	int		 head_rows, foot_rows;	/* rows that are not for lines */
	int		 line_rows;	/* of a line, 0 = 1 */
	bool		 head_stays;	/* also above an empty list */
	bool		 read_once;	/* not again whenever it is shown */
	/* no further pages are asked for; the title says when there are more rows */
	bool		 one_page;
	bool		 two_way;	/* can be read from its end */
	bool		 finds;		/* has list_view_find() among its commands */
	bool		 found_whole;	/* what is found comes in one page */
	bool		 typed_here;	/* what narrows it is typed in this view: keys do not
					   wait */
	size_t		 reread_max;	/* more rows than these are not read again; 0: all are */
	unsigned	 again_flags;	/* APP_SEND_* of LIST_AGAIN */
};

struct list_view {
	struct view		 view;
	const struct list_ops	*ops;
	/* its words are used to explain a refusal; NULL: none */
	const struct book	*book;
	struct table		 rows;
	const struct table_filter *filter;	/* drops what it does not accept; NULL: nothing */
	struct lines		 lines;
	struct val		*first, *last;	/* of the rows read, dropped ones too; NULL: none */
	bool			 before, more;	/* there are rows above and below those read */
	bool			 loaded;	/* the rows come from a reply */
	bool			 stale;		/* is read again even with read_once */
	struct buf		 find;		/* what narrows it, "" */
	bool			 finding;	/* a LIST_FOUND request is under way */
	bool			 find_again;	/* more was typed since */
	enum action		 move;		/* to be done once more rows are there */
	size_t			 reread;	/* so many rows are asked for again */
	struct val		*was;		/* the row that had the focus when the answer
						   came */
	struct lines		 at;		/* and where it was */
};

/* The first tag of a screen's own requests and views. */
#define LIST_TAG	100

void	 list_view_init(struct list_view *, const struct view_ops *, const struct list_ops *,
    const struct book *);
void	 list_view_release(struct list_view *);		/* what it holds, not the struct */
struct list_view *list_view_of(const struct view *);

/* The row under the focus, where each row makes a line; NULL: none. */
const struct val *list_view_focused(const struct list_view *);
int	 list_view_rows(const struct list_view *);	/* lines on a screen */
bool	 list_view_is_narrowed(const struct list_view *);
/* For the title: "more below", where there is more. */
void	 list_view_add_more(const struct list_view *, struct buf *right);
/* Nothing is on the screen and nothing has been read. */
void	 list_view_clear(struct list_view *);
/* From the beginning, with nothing on the screen. */
void	 list_view_read(struct list_view *);
/* Asks for the rows that fit this text; while an answer is under way, once more after it. */
void	 list_view_look_for(struct list_view *, const char *text);
/* As many rows as there are; the focus stays on its row. */
void	 list_view_read_again(struct list_view *);
/* Rows that are here already: nothing is asked for. */
void	 list_view_fill(struct list_view *, const struct val *rows);
void	 list_view_lines_changed(struct list_view *);	/* count() has changed */

/* For view_ops. */
void	 list_view_draw(struct view *, struct term *);
bool	 list_view_key(struct view *, const struct key *, enum action);
void	 list_view_shown(struct view *);
void	 list_view_reply(struct view *, int tag, const struct val *);	/* of tags below LIST_TAG */
void	 list_view_result(struct view *, int tag, const struct val *);	/* of tags below LIST_TAG */

/* For tables of commands. */
bool	 list_view_has_line(const struct view *);
bool	 list_view_has_pages(const struct view *);
bool	 list_view_has_found(const struct view *);
void	 list_view_find(struct view *);		/* asks what to look for */
void	 list_view_find_next(struct view *);
void	 list_view_back(struct view *);		/* takes back what narrows it, then leaves */

#endif
