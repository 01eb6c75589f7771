#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/screen/scr.h"
#include "tui/term/width.h"
#include "tui/screen/child_records.h"
#include "tui/view/list_view.h"
#include "forms/wording.h"

/* Records under one record, the latest first: day, state, title. */
#define LIMIT		200	/* of one book; more are in the book's own list */
#define COL_DAY		2
#define COL_BOOK	14
#define COL_STATE	28

enum { TAG_OPENED = LIST_TAG, TAG_BOOK, TAG_FORM };

struct children_view {
	struct list_view	 list;
	const struct book	*book;
	int64_t			 id;
	char			*title;
	const struct book	*only;		/* NULL: of all books */
	int			 on;		/* 0: as it is */
	int			 state_cells;	/* see state_cells() */
};

static struct children_view *
children_of(const struct view *v)
{
	return (struct children_view *)(uintptr_t)v;
}

static const struct book *
book_at(const struct children_view *b, size_t i)
{
	const char	*name = val_get_str(b->list.rows.at[i], PK_BOOK);

	return name != NULL ? set_book(b->list.view.app->ctx.set, name) : NULL;
}

static struct child_parent
parent_of(const struct children_view *b)
{
	return (struct child_parent){ b->book, b->id, b->title };
}

static struct val *
children_request(const struct list_view *l, enum list_page page)
{
	const struct children_view	*b = children_of(&l->view);
	struct val			*req = app_request_new("under");

	(void)page;
	pack_put(req, PK_BOOK, val_text(b->book->name));
	pack_put(req, PK_ID, val_int(b->id));
	pack_put(req, PK_LIMIT, val_int(LIMIT));
	if (b->only != NULL)
		pack_put(req, PK_OF, val_text(b->only->name));
	if (b->on != 0)
		pack_put(req, PK_ON, val_int(b->on));
	return req;
}

static bool
is_same(const struct val *a, const struct val *b)
{
	return val_same(val_get(a, PK_BOOK), val_get(b, PK_BOOK)) &&
	    table_row_id(val_get(a, PK_ROW)) == table_row_id(val_get(b, PK_ROW));
}

static void
children_result(struct view *v, int tag, const struct val *result)
{
	struct child_parent	 of = parent_of(children_of(v));

	if (tag == TAG_BOOK)
		child_records_chosen(v, &of, result, TAG_FORM);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static bool
may_create(const struct view *v)
{
	const struct children_view	*b = children_of(v);
	const roles_t			 me = ROLE_BIT(v->app->role);

	return b->on == 0 &&
	    (b->only != NULL ? (b->only->create & me) != 0 :
			       child_records_creatable(v->app, b->book));
}

static void
create(struct view *v)
{
	const struct children_view	*b = children_of(v);
	struct child_parent		 of = parent_of(b);

	if (b->only != NULL)
		app_push(v->app, scr_form_child(v->app, b->only, b->id, b->title), v, TAG_FORM);
	else
		child_records_new(v, &of, TAG_BOOK, TAG_FORM);
}

static void
open_line(struct view *v)
{
	const struct children_view	*b = children_of(v);
	const struct book		*book = book_at(b, b->list.lines.focus);
	int64_t				 id =
	    table_row_id(val_get(list_view_focused(&b->list), PK_ROW));

	if (book != NULL)
		app_push(v->app,
		    b->on != 0 ? scr_cover_open_past(book, id, b->on) : scr_cover_open(book, id), v,
		    TAG_OPENED);
}

const struct command	 scr_children_commands[] = {
	{ .act = ACT_OPEN, .may = list_view_has_line, .run = open_line },
	{ .act = ACT_NEW, .may = may_create, .run = create },
	{ .act = ACT_PAGE_DOWN, .may = list_view_has_pages },
	{ .act = ACT_PAGE_UP, .may = list_view_has_pages },
	{ .act = ACT_JUMP },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = list_view_back },
	{ .act = ACT_NONE }
};

/* ---- drawing --------------------------------------------------------------------------------- */

/* The title without its day, which has its own column. */
static const char *
without_day(const char *title, const char *day)
{
	size_t	 n = strlen(day);

	return strncmp(title, day, n) == 0 ? title + n + strspn(title + n, " ") : title;
}

/* The state; a book with a single state shows none. */
static void
state_text(const struct children_view *b, size_t i, struct buf *out)
{
	const struct book	*book = book_at(b, i);

	if (book != NULL && book->nstates > 1)
		wording_state(&b->list.view.app->ctx, book,
		    val_get_str(val_get(b->list.rows.at[i], PK_ROW), PK_STATE), out);
}

/* Width of the longest state with the blanks behind it; 0: no record has a state to show. */
static int
state_cells(const struct children_view *b)
{
	int	 widest = 0, cells;

	for (size_t i = 0; i < b->list.rows.n; i++) {
		struct buf	 words = BUF_INIT;

		state_text(b, i, &words);
		if ((cells = width_of(buf_str(&words))) > widest)
			widest = cells;
		buf_free(&words);
	}
	return widest > 0 ? widest + 2 : 0;
}

/* The title names the book if there is only one, so the columns begin further left. */
static void
draw_line(const struct list_view *l, struct term *t, int row, size_t i)
{
	const struct children_view	*b = children_of(&l->view);
	const struct val		*v = l->rows.at[i];
	const struct book		*book = book_at(b, i);
	const char			*title = val_get_str(val_get(v, PK_ROW), PK_TITLE);
	const int			 col =
	    b->only != NULL && b->state_cells > 0 ? COL_BOOK : COL_STATE;
	struct buf			 state = BUF_INIT;
	char				 day[11];

	civil_print((int)val_get_num(v, PK_DAY, 0), day);
	term_text(t, row, COL_DAY, COL_BOOK - COL_DAY - 1, ATTR_NORMAL, day);
	if (col == COL_STATE)
		term_text(t, row, COL_BOOK, COL_STATE - COL_BOOK - 1, ATTR_NORMAL,
		    book != NULL ? wording_label(&l->view.app->ctx, book->label) : "");
	state_text(b, i, &state);
	term_text(t, row, col, -1, ATTR_NORMAL, buf_str(&state));
	term_text(t, row, col + b->state_cells, -1, ATTR_NORMAL,
	    title != NULL ? without_day(title, day) : "");
	buf_free(&state);
}

static void
receive(struct list_view *l, const struct val *reply, enum list_page page)
{
	(void)reply;
	(void)page;
	children_of(&l->view)->state_cells = state_cells(children_of(&l->view));
}

static const char *
empty_text(const struct list_view *l)
{
	(void)l;
	return _("Nothing here at present.");
}

static void
children_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct children_view	*b = children_of(v);

	wording_as_of(b->on, left);
	if (b->only != NULL)
		buf_printf(left, "%s  %s", wording_label(&v->app->ctx, b->only->label), b->title);
	else
		wording_format(left, _("Records of {1}"), ARG_TEXT, b->title, ARG_END);
	if (b->list.rows.n > 0)
		buf_printf(right, "%zu", b->list.rows.n);
	list_view_add_more(&b->list, right);
}

static void
children_free(struct view *v)
{
	struct children_view	*b = children_of(v);

	list_view_release(&b->list);
	free(b->title);
	free(b);
}

static const struct list_ops	 list_ops = {
	.request = children_request, .rows = "under", .receive = receive, .is_same = is_same,
	.draw_line = draw_line,
	.empty = empty_text, .one_page = true, .again_flags = APP_SEND_WAIT,
};

static const struct view_ops	 children_ops = {
	.name = "under", .title = children_title, .draw = list_view_draw,
	.commands = scr_children_commands,
	.key = list_view_key, .reply = list_view_reply, .result = children_result,
	.shown = list_view_shown,
	.free = children_free,
};

struct view *
scr_children(const struct children_filter *what)
{
	struct children_view	*b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	*b = (struct children_view){ .book = what->of->book, .id = what->of->id,
	    .title = strdup(what->of->title), .only = what->only, .on = what->on };
	list_view_init(&b->list, &children_ops, &list_ops, what->of->book);
	if (b->title == NULL) {
		free(b);
		return NULL;
	}
	return &b->list.view;
}
