#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/edit/edit.h"
#include "tui/screen/scr.h"
#include "tui/term/width.h"
#include "tui/view/list_view.h"
#include "forms/wording.h"

/*
 * One box to find a record of a book in: any characters of a name, pinyin, initials, a number. Each
 * line says which field it was that fits.
 */
#define FIND_MAX	40	/* clusters */
#define FIND_ROWS	50	/* more are found by typing more, not by paging */

enum { TAG_READ = LIST_TAG };

struct find_view {
	struct list_view	 list;
	bool			 pick;		/* answers instead of opening */
	struct edit		*edit;
	bool			 in_list;	/* focus is in the list, not in the box */
	bool			 enters;	/* Enter waits for the rows of what was typed */
};

static struct find_view *
find_of(const struct view *v)
{
	return (struct find_view *)(uintptr_t)v;
}

static struct val *
find_request(const struct list_view *l, enum list_page page)
{
	struct val	*req = app_request_new("find");

	(void)page;
	pack_put(req, PK_BOOK, val_text(l->book->name));
	pack_put(req, PK_TEXT, val_text(edit_text(find_of(&l->view)->edit)));
	pack_put(req, PK_LIMIT, val_int(FIND_ROWS));
	return req;
}

/* An answer that comes after the box was emptied shows nothing. */
static void
receive(struct list_view *l, const struct val *reply, enum list_page page)
{
	(void)reply;
	(void)page;
	if (edit_len(find_of(&l->view)->edit) == 0)
		list_view_clear(l);
}

static bool
is_same(const struct val *a, const struct val *b)
{
	return table_row_id(a) == table_row_id(b);
}

static void
look(struct find_view *f)
{
	if (edit_len(f->edit) > 0)
		list_view_look_for(&f->list, edit_text(f->edit));
	else
		list_view_clear(&f->list);
}

static void
find_shown(struct view *v)
{
	if (list_view_of(v)->loaded)
		list_view_shown(v);
	else
		look(find_of(v));
}

static void	 enter_list(struct find_view *);

static void
find_reply(struct view *v, int tag, const struct val *reply)
{
	struct find_view	*f = find_of(v);

	list_view_reply(v, tag, reply);
	if (!f->enters || tag != LIST_FOUND)
		return;
	if (f->list.finding) {		/* more had been typed: that answer counts */
		app_wait_for(v, LIST_FOUND);
		return;
	}
	f->enters = false;
	if (*app_reply_code(reply) == '\0')
		enter_list(f);
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* A merged record opens the one it was merged into, if the person may see it. */
static void
take(struct find_view *f)
{
	const struct val	*row = list_view_focused(&f->list), *into = val_get(row, PK_INTO);
	struct val		*result;

	if (val_get(into, PK_ID) != NULL)
		row = into;
	if (!f->pick) {
		app_push(f->list.view.app, scr_cover_open(f->list.book, table_row_id(row)),
		    &f->list.view, TAG_READ);
		return;
	}
	result = val_map();
	if (result != NULL && val_put(result, "id", val_int(table_row_id(row))) &&
	    val_get(row, PK_TITLE) != NULL)
		pack_copy(result, "title", val_get(row, PK_TITLE));
	app_close(&f->list.view, result);
	val_free(result);
}

/* Enter in the box takes the one record that fits, else goes to choose among them. */
static void
enter_list(struct find_view *f)
{
	if (f->list.rows.n == 0)
		return;
	f->in_list = true;
	f->list.lines.focus = 0;
	if (f->list.rows.n == 1)
		take(f);
}

static void
enter(struct view *v)
{
	struct find_view	*f = find_of(v);

	f->enters = f->list.finding;	/* what is shown is older than what was typed */
	if (f->enters)
		app_wait_for(v, LIST_FOUND);
	else
		enter_list(f);
}

static bool
key_in_box(struct find_view *f, const struct key *k, enum action act)
{
	switch (edit_key(f->edit, k)) {
	case EDIT_CHANGED:
		f->enters = false;
		look(f);
		return true;
	case EDIT_UNHANDLED:
		break;
	default:
		return true;
	}
	if (act != ACT_DOWN && act != ACT_NEXT)
		return false;
	enter(&f->list.view);
	return true;
}

static bool
is_in_list(const struct view *v)
{
	return find_of(v)->in_list;
}

static bool
is_on_line(const struct view *v)
{
	return is_in_list(v) && list_view_has_line(v);
}

static bool
picks(const struct view *v)
{
	return is_on_line(v) && find_of(v)->pick;
}

static bool
may_create(const struct view *v)
{
	const struct find_view	*f = find_of(v);

	return f->in_list && !f->pick && (f->list.book->create & ROLE_BIT(v->app->role)) != 0;
}

static void
take_line(struct view *v)
{
	take(find_of(v));
}

static void
return_to_box(struct view *v)
{
	find_of(v)->in_list = false;
}

static void
create(struct view *v)
{
	app_push(v->app, scr_form_new(v->app, list_view_of(v)->book), v, TAG_READ);
}

static void
leave(struct view *v)
{
	app_close(v, NULL);
}

/* What Enter in the box does with the rows there are. */
static const char *
enter_label(const struct view *v, size_t i)
{
	(void)i;
	if (list_view_of(v)->rows.n > 1)
		return _("choose");
	return find_of(v)->pick ? _("take") : _("open");
}

static bool
has_rows_below(const struct view *v)
{
	return !is_in_list(v) && list_view_has_line(v);
}

const struct command	 scr_find_commands[] = {
	{ .act = ACT_NEXT, .help = N_("Takes the one record that fits, or goes to choose."),
	    .may = has_rows_below, .run = enter, .choice = enter_label },
	{ .act = ACT_OPEN, .label = N_("take"), .may = picks, .run = take_line },
	{ .act = ACT_OPEN, .may = is_on_line, .run = take_line },
	{ .act = ACT_FIND, .help = N_("Goes back to what is looked for, to change it."),
	    .may = is_in_list, .run = return_to_box },
	{ .act = ACT_NEW, .may = may_create, .run = create },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .may = is_in_list, .run = return_to_box },
	{ .act = ACT_BACK, .run = leave },
	{ .act = ACT_NONE }
};

static bool
find_key(struct view *v, const struct key *k, enum action act)
{
	struct find_view	*f = find_of(v);

	if (!f->in_list)
		return key_in_box(f, k, act);
	if ((act != ACT_UP || f->list.lines.focus > 0) && act != ACT_PREV)
		return list_view_key(v, k, act);
	return_to_box(v);
	return true;
}

/* ---- drawing --------------------------------------------------------------------------------- */

#define COL_WHY	62

/* The column is narrow, so it has the title, which begins with the name. */
static const char *
into_name(const struct val *row)
{
	const char	*title = val_get_str(val_get(row, PK_INTO), PK_TITLE);

	return title != NULL ? title : _("another");
}

static void
draw_line(const struct list_view *l, struct term *t, int row, size_t i)
{
	const struct app	*a = l->view.app;
	const struct list	*columns = table_default_list(l->book, a->role);
	const struct val	*v = l->rows.at[i];
	struct table_columns	 c;
	struct buf		 why = BUF_INIT;

	if (columns == NULL)
		return;
	table_layout(&a->ctx, columns, 2, COL_WHY - 1, &c);
	table_draw_row(&a->ctx, columns, &c, t, row, v);
	if (val_get(v, PK_INTO) != NULL)
		wording_format(&why, _("merged into {1}"), ARG_TEXT, into_name(v), ARG_END);
	else if (val_get_str(v, PK_WHY) != NULL)
		wording_path(&a->ctx, l->book, val_get_str(v, PK_WHY), &why);
	term_text(t, row, COL_WHY, term_cols(t) - COL_WHY, ATTR_DIM, buf_str(&why));
	buf_free(&why);
}

static void
draw_columns(const struct list_view *l, struct term *t, int row)
{
	const struct app	*a = l->view.app;
	const struct list	*columns = table_default_list(l->book, a->role);
	struct table_columns	 c;

	if (columns == NULL)
		return;
	table_layout(&a->ctx, columns, 2, COL_WHY - 1, &c);
	table_draw_head(&a->ctx, columns, &c, t, row);
	term_text(t, row, COL_WHY, -1, ATTR_DIM, _("fits"));
}

/* For a book with masked numbers the label says how to look for them. */
static const char *
box_label(const struct book *book)
{
	for (size_t i = 0; i < book->nall; i++)
		if (book->all[i]->find == FIND_NUMBER && book->all[i]->mask != MASK_NO)
			return _("Name, pinyin, file no.; other numbers whole or last 4");
	return _("Name, pinyin, initials or number");
}

static void
draw_box(const struct find_view *f, struct term *t, int row)
{
	struct buf	 b = BUF_INIT;
	int		 r, c, col = 2;

	col += term_text(t, row, col, -1, ATTR_DIM, box_label(f->list.book));
	col += term_text(t, row, col, -1, ATTR_DIM, _(": "));
	edit_view(f->edit, term_cols(t) - col - 1, 1);
	edit_draw(f->edit, 0, &b);
	term_text(t, row, col, term_cols(t) - col - 1, ATTR_NORMAL, buf_str(&b));
	if (!f->in_list) {
		edit_cursor(f->edit, &r, &c);
		draw_focus_mark(t, row, 0);
		term_cursor(t, row, col + c);
	}
	buf_free(&b);
}

static void
draw_head(const struct list_view *l, struct term *t, int row)
{
	draw_box(find_of(&l->view), t, row);
	if (l->rows.n > 0)
		draw_columns(l, t, row + 2);
}

static bool
has_focus(const struct list_view *l)
{
	return find_of(&l->view)->in_list;
}

static const char *
empty_text(const struct list_view *l)
{
	(void)l;
	return _("Nobody within your reach fits.");
}

static void
find_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct list_view	*l = list_view_of(v);

	wording_format(left, _("Find: {1}"), ARG_TEXT, wording_label(&v->app->ctx, l->book->label),
	    ARG_END);
	if (l->rows.n > 0)
		wording_format(right,
		    l->more ? _("the first {1}; type on to narrow") : _("{1} found"), ARG_NUM,
		    (int64_t)l->rows.n, ARG_END);
}

static enum key_where
find_where(const struct view *v)
{
	return find_of(v)->in_list ? WHERE_LIST : WHERE_TEXT;
}

static void
find_free(struct view *v)
{
	struct find_view	*f = find_of(v);

	list_view_release(&f->list);
	edit_free(f->edit);
	free(f);
}

static const struct list_ops	 list_ops = {
	.request = find_request, .rows = "rows", .receive = receive, .is_same = is_same,
	.draw_head = draw_head, .draw_line = draw_line, .has_focus = has_focus, .empty = empty_text,
	.head_rows = 3, .head_stays = true, .one_page = true, .typed_here = true,
};

static const struct view_ops	 find_ops = {
	.name = "find", .where = find_where, .title = find_title, .draw = list_view_draw,
	.commands = scr_find_commands, .key = find_key, .reply = find_reply,
	.shown = find_shown, .free = find_free,
};

struct view *
scr_find(const struct book *book, bool pick, const char *text)
{
	struct find_view	*f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	*f = (struct find_view){ .pick = pick, .edit = edit_new(FIND_MAX, 0) };
	list_view_init(&f->list, &find_ops, &list_ops, book);
	if (f->edit == NULL || !edit_set(f->edit, text, strlen(text))) {
		find_free(&f->list.view);
		return NULL;
	}
	return &f->list.view;
}
