#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/edit/edit.h"
#include "tui/widget/table.h"
#include "tui/screen/scr.h"
#include "tui/term/width.h"
#include "forms/wording.h"

/*
 * One box to find a record of a book in: any characters of a name, pinyin, initials, a number. Each
 * line says which field it was that fits.
 */
#define FIND_MAX	40	/* clusters */
#define FIND_ROWS	50	/* who needs more types on */

enum { TAG_ROWS = 1, TAG_ENTER, TAG_READ };

struct find_view {
	struct view		 view;
	const struct book	*book;
	bool			 pick;		/* answers instead of opening */
	struct edit		*edit;
	bool			 in_list;	/* focus is in the list, not in the box */
	struct table		 rows;
	struct lines		 lines;
	bool			 more;
	bool			 asking, ask_again;
	bool			 asked;		/* an answer has come: "nothing fits" is then true */
};

static struct find_view *
find_of(const struct view *v)
{
	return (struct find_view *)(uintptr_t)v;
}

static int
rows_shown(const struct find_view *f)
{
	return frame_content_rows(f->view.app->term) - 3;
}

static void
send(struct find_view *f, int tag, unsigned flags)
{
	struct val	*req = app_request_new("find");

	if (req != NULL) {
		val_put(req, PK_BOOK, val_text(f->book->name));
		val_put(req, PK_TEXT, val_text(edit_text(f->edit)));
		val_put(req, PK_LIMIT, val_int(FIND_ROWS));
	}
	app_send(&f->view, tag, req, flags);
}

/* While somebody types only the newest question counts: one at a time is under way. */
static void
ask(struct find_view *f)
{
	f->ask_again = f->asking;
	if (f->asking)
		return;
	f->asking = true;
	send(f, TAG_ROWS, 0);
}

static void
typed(struct find_view *f)
{
	f->asked = false;
	if (edit_len(f->edit) > 0) {
		ask(f);
		return;
	}
	table_clear(&f->rows);
	lines_resize(&f->lines, 0);
}

static void
find_shown(struct view *v)
{
	struct find_view	*f = find_of(v);

	if (edit_len(f->edit) > 0)
		ask(f);
}

static void	 enter_list(struct find_view *);

static void
find_reply(struct view *v, int tag, const struct val *reply)
{
	struct find_view	*f = find_of(v);

	if (tag == TAG_ROWS)
		f->asking = false;
	if (!app_reply_ok(v->app, f->book, reply))
		return;
	if (tag == TAG_ROWS && f->ask_again) {
		ask(f);
		return;
	}
	table_clear(&f->rows);
	if (edit_len(f->edit) > 0)
		table_add(&f->rows, val_get(reply, PK_ROWS), NULL);
	f->more = val_get_true(reply, PK_MORE);
	f->asked = true;
	lines_resize(&f->lines, f->rows.n);
	if (!f->in_list)
		f->lines.focus = 0;
	if (tag == TAG_ENTER)
		enter_list(f);
}

/* ---- keys --------------------------------------------------------------------------------------------------- */

/* A merged record leads to the one that stays, where that may be seen. */
static void
take(struct find_view *f)
{
	const struct val	*row = f->rows.at[f->lines.focus], *into = val_get(row, PK_INTO);
	struct val		*result;

	if (val_get(into, PK_ID) != NULL)
		row = into;
	if (!f->pick) {
		app_push(f->view.app, scr_cover_open(f->book, table_row_id(row)), &f->view, TAG_READ);
		return;
	}
	result = val_map();
	if (result != NULL && val_put(result, "id", val_int(table_row_id(row))) && val_get(row, PK_TITLE) != NULL)
		val_put(result, "title", val_dup(val_get(row, PK_TITLE)));
	app_close(&f->view, result);
	val_free(result);
}

/* Enter in the box takes the one record that fits, else goes to choose among them. */
static void
enter_list(struct find_view *f)
{
	if (f->rows.n == 0)
		return;
	f->in_list = true;
	f->lines.focus = 0;
	if (f->rows.n == 1)
		take(f);
}

static bool
key_in_box(struct find_view *f, const struct key *k, enum action act)
{
	switch (edit_key(f->edit, k)) {
	case EDIT_CHANGED:
		typed(f);
		return true;
	case EDIT_UNHANDLED:
		break;
	default:
		return true;
	}
	if (k->code == K_ENTER || act == ACT_DOWN || act == ACT_NEXT) {
		if (f->asking)		/* what is shown is older than what was typed */
			send(f, TAG_ENTER, APP_SEND_WAIT);
		else
			enter_list(f);
		return true;
	}
	return false;
}

static bool
is_in_list(const struct view *v)
{
	return find_of(v)->in_list;
}

static bool
is_on_line(const struct view *v)
{
	return is_in_list(v) && find_of(v)->rows.n > 0;
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

	return f->in_list && !f->pick && (f->book->create & ROLE_BIT(v->app->role)) != 0;
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
	app_push(v->app, scr_form_new(v->app, find_of(v)->book), v, TAG_READ);
}

static void
leave(struct view *v)
{
	app_close(v, NULL);
}

const struct command	 scr_find_commands[] = {
	{ ACT_OPEN, N_("take"), NULL, picks, take_line },
	{ .act = ACT_OPEN, .may = is_on_line, .run = take_line },
	{ ACT_FIND, NULL, N_("Goes back to what is looked for, to change it."), is_in_list,
	    return_to_box },
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
	if ((act != ACT_UP || f->lines.focus > 0) && act != ACT_PREV)
		return lines_move(&f->lines, act, rows_shown(f));
	return_to_box(v);
	return true;
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

#define COL_WHY	62

/* The column is narrow: the title begins with what people call it. */
static const char *
into_name(const struct val *row)
{
	const char	*title = val_get_str(val_get(row, PK_INTO), PK_TITLE);

	return title != NULL ? title : _("another");
}

static void
draw_row(const struct find_view *f, const struct table_columns *c, struct term *t, int row, size_t i)
{
	const struct app	*a = f->view.app;
	const struct val	*v = f->rows.at[i];
	struct buf		 why = BUF_INIT;

	table_draw_row(&a->ctx, table_default_list(f->book, a->role), c, t, row, v);
	if (val_get(v, PK_INTO) != NULL)
		wording_format(&why, _("merged into {1}"), ARG_TEXT, into_name(v), ARG_END);
	else if (val_get_str(v, PK_WHY) != NULL)
		wording_path(&a->ctx, f->book, val_get_str(v, PK_WHY), &why);
	term_text(t, row, COL_WHY, term_cols(t) - COL_WHY, ATTR_DIM, buf_str(&why));
	if (f->in_list && i == f->lines.focus)
		draw_focus(t, row, 0);
	buf_free(&why);
}

static void
draw_rows(const struct find_view *f, struct term *t)
{
	const struct list	*l = table_default_list(f->book, f->view.app->role);
	struct table_columns		 c;
	int			 rows = rows_shown(f);
	size_t			 top = lines_top(&f->lines, rows);

	if (l == NULL)
		return;
	table_layout(&f->view.app->ctx, l, 2, COL_WHY - 1, &c);
	table_draw_head(&f->view.app->ctx, l, &c, t, CONTENT_ROW + 2);
	term_text(t, CONTENT_ROW + 2, COL_WHY, -1, ATTR_DIM, _("fits"));
	for (int i = 0; i < rows && top + (size_t)i < f->rows.n; i++)
		draw_row(f, &c, t, CONTENT_ROW + 3 + i, top + (size_t)i);
}

/* A book with masked numbers tells how these are looked for. */
static const char *
box_label(const struct find_view *f)
{
	for (size_t i = 0; i < f->book->nall; i++)
		if (f->book->all[i]->find == FIND_NUMBER && f->book->all[i]->mask != MASK_NO)
			return _("Name, pinyin, file no.; other numbers whole or last 4");
	return _("Name, pinyin, initials or number");
}

static void
draw_box(struct find_view *f, struct term *t)
{
	struct buf	 b = BUF_INIT;
	int		 r, c, col = 2;

	col += term_text(t, CONTENT_ROW, col, -1, ATTR_DIM, box_label(f));
	col += term_text(t, CONTENT_ROW, col, -1, ATTR_DIM, _(": "));
	edit_view(f->edit, term_cols(t) - col - 1, 1);
	edit_draw(f->edit, 0, &b);
	term_text(t, CONTENT_ROW, col, term_cols(t) - col - 1, ATTR_NORMAL, buf_str(&b));
	if (!f->in_list) {
		edit_cursor(f->edit, &r, &c);
		draw_focus_mark(t, CONTENT_ROW, 0);
		term_cursor(t, CONTENT_ROW, col + c);
	}
	buf_free(&b);
}

static void
find_draw(struct view *v, struct term *t)
{
	struct find_view	*f = find_of(v);

	draw_box(f, t);
	if (f->rows.n > 0)
		draw_rows(f, t);
	else if (f->asked)
		term_text(t, CONTENT_ROW + 2, 2, -1, ATTR_NORMAL, _("Nobody within your reach fits."));
}

static void
find_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct find_view	*f = find_of(v);

	wording_format(left, _("Find: {1}"), ARG_TEXT, wording_label(&v->app->ctx, f->book->label), ARG_END);
	if (f->rows.n > 0)
		wording_format(right, f->more ? _("the first {1}; type on to narrow") : _("{1} found"),
		    ARG_NUM, (int64_t)f->rows.n, ARG_END);
}

static enum key_where
find_where(const struct view *v)
{
	return find_of(v)->in_list ? WHERE_LIST : WHERE_TEXT;
}

/* In the box Enter is no command: it ends what is typed. */
static void
find_strip(const struct view *v, struct strip *s)
{
	const struct find_view	*f = find_of(v);

	if (f->rows.n > 0 && !f->in_list)
		strip_add_key(s, _("Enter"),
		    f->rows.n > 1 ? _("choose") :
			f->pick	  ? _("take") :
				    _("open"),
		    "");
}

static void
find_free(struct view *v)
{
	struct find_view	*f = find_of(v);

	table_clear(&f->rows);
	edit_free(f->edit);
	free(f);
}

static const struct view_ops find_ops = {
	.name = "find", .where = find_where, .title = find_title, .draw = find_draw, .strip = find_strip,
	.commands = scr_find_commands, .key = find_key, .reply = find_reply, .shown = find_shown,
	.free = find_free,
};

struct view *
scr_find(const struct book *book, bool pick, const char *text)
{
	struct find_view	*f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	*f = (struct find_view){ .view.ops = &find_ops, .book = book, .pick = pick,
	.edit = edit_new(FIND_MAX, 0) };
	if (f->edit == NULL || !edit_set(f->edit, text, strlen(text))) {
		find_free(&f->view);
		return NULL;
	}
	return &f->view;
}
