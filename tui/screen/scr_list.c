#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/screen/scr.h"
#include "core/wire/protocol.h"
#include "tui/view/list_view.h"
#include "tui/view/picker.h"
#include "forms/wording.h"

/*
 * One list of a book: rows are read a page at a time; the count follows the first page. Narrowed by
 * text typed after "/", by one value of a column ("f"), or not.
 */
#define CODE		"#"	/* before an index that is no code to be typed */
#define FETCH_NARROW	100	/* rows asked for at once while most of them may be dropped */

enum { TAG_TOTAL = LIST_TAG, TAG_SORT, TAG_COLUMN, TAG_GROUPS, TAG_OPENED };

struct book_list {
	struct list_view	 base;
	const struct list	*list;
	size_t			 sort;
	bool			 desc;
	struct table_filter	 only;
	struct buf		 only_words;
	int64_t			 total;			/* -1: not counted yet */
	struct table_columns	 columns;		/* of the last head drawn */
};

static struct book_list *
list_of(const struct view *v)
{
	return (struct book_list *)(uintptr_t)v;
}

/* ---- asking ---------------------------------------------------------------------------------- */

static struct val *
request(const struct book_list *l, const char *op)
{
	struct val	*req = app_request_new(op);

	pack_put(req, PK_BOOK, val_text(l->list->book->name));
	pack_put(req, PK_LIST, val_text(l->list->name));
	return req;
}

/*
 * A page of the screen; more where most of the rows may be dropped, or where as many are wanted
 * again.
 */
static int64_t
rows_wanted(const struct list_view *l, enum list_page page)
{
	const size_t	 rows = (size_t)list_view_rows(l);

	if (list_view_is_narrowed(l) || page == LIST_FOUND)
		return FETCH_NARROW;
	if (page == LIST_AGAIN && l->rows.n > rows)
		return (int64_t)l->rows.n;
	return (int64_t)(rows < FETCH_NARROW ? rows : FETCH_NARROW);
}

/* The row that rows continue from: its key is opaque. */
static void
put_from(struct val *req, const char *where, const struct val *row)
{
	if (val_get(row, PK_KEY) != NULL)
		pack_copy(req, where, val_get(row, PK_KEY));
}

/* The last page is the first one of the opposite order. */
static struct val *
page_request(const struct list_view *base, enum list_page page)
{
	const struct book_list	*l = list_of(&base->view);
	struct val		*req = request(l, PK_LIST);

	pack_put(req, PK_LIMIT, val_int(rows_wanted(base, page)));
	pack_put(req, PK_SORT, val_int((int64_t)l->sort));
	pack_put(req, PK_DESC, val_bool(l->desc != (page == LIST_LAST)));
	if (base->find.n > 0)
		pack_put(req, PK_FIND, val_text(buf_str(&base->find)));
	if (page == LIST_MORE)
		put_from(req, PK_AFTER, base->last);
	else if (page == LIST_BEFORE)
		put_from(req, PK_BEFORE, base->first);
	return req;
}

static void
ask_total(struct book_list *l)
{
	app_send(&l->base.view, TAG_TOTAL, request(l, "count"), 0);
}

/* The first page comes before the count. */
static void
receive(struct list_view *base, const struct val *reply, enum list_page page)
{
	struct book_list	*l = list_of(&base->view);

	(void)reply;
	if (page == LIST_AGAIN || (page == LIST_FIRST && l->total < 0))
		ask_total(l);
}

static void
list_reply(struct view *v, int tag, const struct val *reply)
{
	struct book_list	*l = list_of(v);

	if (tag < LIST_TAG)
		list_view_reply(v, tag, reply);
	else if (app_reply_ok(v->app, l->list->book, reply))
		l->total = val_get_num(reply, PK_COUNT, -1);
}

static bool
is_same(const struct val *a, const struct val *b)
{
	return table_row_id(a) == table_row_id(b);
}

/* ---- narrowing ------------------------------------------------------------------------------- */

static void
set_only(struct book_list *l, const struct val *result)
{
	free(l->only.path);
	val_free(l->only.value);
	l->only = (struct table_filter){ NULL, NULL };
	buf_reset(&l->only_words);
	if (val_get_str(result, "path") == NULL)
		return;
	l->only.path = strdup(val_get_str(result, "path"));
	l->only.value = val_dup(val_get(result, "value"));
	buf_puts(&l->only_words, val_get_str(result, "words"));
}

static bool
is_narrowed(const struct list_view *base)
{
	return list_of(&base->view)->only.path != NULL;
}

static void
widen(struct list_view *base)
{
	set_only(list_of(&base->view), NULL);
}

static void
open_groups(struct book_list *l, const struct val *code)
{
	const struct column	*c = code != NULL ?
	    &l->list->columns[strtoul(val_str(code) + strlen(CODE), NULL, 10)] : NULL;

	if (c != NULL)
		app_push(l->base.view.app, scr_groups(l->list, c), &l->base.view, TAG_GROUPS);
}

static void
apply_sort(struct book_list *l, const struct val *code)
{
	unsigned long	 n = strtoul(val_str(code) + strlen(CODE), NULL, 10);

	l->sort = n / 2;
	l->desc = n % 2 == 1;
	list_view_read(&l->base);
}

static void
list_result(struct view *v, int tag, const struct val *result)
{
	struct book_list	*l = list_of(v);

	if (tag < LIST_TAG)
		list_view_result(v, tag, result);
	else if (tag == TAG_SORT && result != NULL)
		apply_sort(l, result);
	else if (tag == TAG_COLUMN)
		open_groups(l, result);
	else if (tag == TAG_OPENED && val_get(result, "look") != NULL)
		app_push(v->app, scr_cover_open(l->list->book, val_get_num(result, "look", 0)), v,
		    TAG_OPENED);
	else if (tag == TAG_GROUPS && result != NULL) {
		set_only(l, result);
		list_view_read(&l->base);
	}
}

/* ---- keys ------------------------------------------------------------------------------------ */

static bool
countable(const struct column *c)
{
	return c->of == COL_STATE || c->of == COL_AREA ||
	    (c->of == COL_FIELD && c->field->mask == MASK_NO);
}

static struct view *
column_pick(const struct book_list *l)
{
	struct choices	 all = CHOICES_INIT;
	char		 key[24], code[24];

	for (size_t i = 0; i < l->list->ncolumns; i++) {
		if (!countable(&l->list->columns[i]))
			continue;
		snprintf(key, sizeof(key), "%zu", all.n + 1);
		snprintf(code, sizeof(code), CODE "%zu", i);
		choices_add(&all, key,
		    wording_label(&l->base.view.app->ctx, l->list->columns[i].label),
		    l->list->columns[i].label.py, code);
	}
	return picker_new(_("Count by"), &all, PICKER_IMMEDIATE, "");
}

static struct view *
sort_pick(const struct book_list *l)
{
	struct choices	 all = CHOICES_INIT;
	struct buf	 label = BUF_INIT;
	char		 key[24], code[24];

	for (size_t i = 0; i < 2 * l->list->nsorts; i++) {
		snprintf(key, sizeof(key), "%zu", i + 1);
		snprintf(code, sizeof(code), CODE "%zu", i);
		buf_reset(&label);
		wording_format(&label, i % 2 == 0 ? "{1}" : _("{1}, last first"), ARG_TEXT,
		    wording_label(&l->base.view.app->ctx, l->list->sorts[i / 2].label), ARG_END);
		choices_add(&all, key, buf_str(&label), l->list->sorts[i / 2].label.py, code);
	}
	if (!all.bad && all.n > 0)
		all.at[2 * l->sort + l->desc].chosen = true;
	buf_free(&label);
	return picker_new(_("Sort by"), &all, PICKER_IMMEDIATE, "");
}

static void
open_line(struct view *v)
{
	struct book_list	*l = list_of(v);

	app_push(v->app, scr_cover_open(l->list->book, table_row_id(list_view_focused(&l->base))),
	    v, TAG_OPENED);
}

/*
 * The daemon checks rights on the record; what the definition rules out is refused without a
 * request.
 */
static bool
state_open_to_us(const struct book_list *l, const struct val *row)
{
	const struct grant	*g = &l->list->book->write[l->base.view.app->role->index];
	const char		*name = val_get_str(row, PK_STATE);
	const struct state	*s = name != NULL ? book_state(l->list->book, name) : NULL;

	return s == NULL || (g->states & STATE_BIT(s)) != 0;
}

/*
 * The rights of the whole list: a strip that changes with the focused line would be sent with every
 * move.
 */
static bool
may_edit(const struct view *v)
{
	const struct book_list	*l = list_of(v);

	if (l->list->book->write[v->app->role->index].reach == REACH_NONE)
		return false;
	for (size_t i = 0; i < l->base.rows.n; i++)
		if (state_open_to_us(l, l->base.rows.at[i]))
			return true;
	return false;
}

static void
edit_line(struct view *v)
{
	struct book_list	*l = list_of(v);
	const struct val	*row = list_view_focused(&l->base);

	if (!state_open_to_us(l, row))
		app_message(
		    v->app, _("You may not change this record in its present state."), ARG_END);
	else
		app_push(v->app, scr_edit(l->list->book, table_row_id(row), NULL), v, TAG_OPENED);
}

/* A child record is begun from its parent, where the person sees which one it is. */
static bool
may_create(const struct view *v)
{
	const struct book	*b = list_of(v)->list->book;

	return b->under == NULL && (b->create & ROLE_BIT(v->app->role)) != 0;
}

static void
create(struct view *v)
{
	app_push(v->app, scr_form_new(v->app, list_of(v)->list->book), v, TAG_OPENED);
}

static bool
has_sorts(const struct view *v)
{
	return list_of(v)->list->nsorts > 0;
}

static void
ask_sort(struct view *v)
{
	app_push(v->app, sort_pick(list_of(v)), v, TAG_SORT);
}

static void
ask_column(struct view *v)
{
	app_push(v->app, column_pick(list_of(v)), v, TAG_COLUMN);
}

const struct command	 scr_list_commands[] = {
	{ .act = ACT_OPEN, .may = list_view_has_line, .run = open_line },
	{ .act = ACT_NEW, .may = may_create, .run = create },
	{ .act = ACT_EDIT, .may = may_edit, .run = edit_line },
	{ .act = ACT_FIND, .run = list_view_find },
	{ .act = ACT_FIND_NEXT, .may = list_view_has_found, .run = list_view_find_next },
	{ .act = ACT_SORT, .may = has_sorts, .run = ask_sort },
	{ .act = ACT_COUNT_BY, .run = ask_column },
	{ .act = ACT_PAGE_DOWN, .may = list_view_has_pages },
	{ .act = ACT_PAGE_UP, .may = list_view_has_pages },
	{ .act = ACT_JUMP },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = list_view_back },
	{ .act = ACT_NONE }
};

/* ---- drawing --------------------------------------------------------------------------------- */

static void
list_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct book_list	*l = list_of(v);
	const struct list_view	*base = &l->base;
	const bool		 narrowed = list_view_is_narrowed(base);
	const size_t		 n =
	    base->rows.n, first = lines_top(&base->lines, list_view_rows(base));
	const size_t		 last = first + (size_t)list_view_rows(base);

	buf_puts(left, wording_label(&v->app->ctx, l->list->label));
	if (l->only_words.n > 0)
		buf_printf(left, "  %s", buf_str(&l->only_words));
	if (base->find.n > 0)
		buf_printf(left, "  %s%s%s", _("found"), _(": "), buf_str(&base->find));
	if (n > 0 && (!base->before || narrowed))
		buf_printf(right, "%zu-%zu", first + 1, last < n ? last : n);
	if (n > 0 && (narrowed ? !base->more : l->total >= 0))
		wording_format(
		    right, _(" of {1}"), ARG_NUM, narrowed ? (int64_t)n : l->total, ARG_END);
	list_view_add_more(base, right);
}

/* Drawn before the lines below its labels. */
static void
draw_head(const struct list_view *base, struct term *t, int row)
{
	struct book_list	*l = list_of(&base->view);

	table_layout(&base->view.app->ctx, l->list, 2, term_cols(t), &l->columns);
	table_draw_head(&base->view.app->ctx, l->list, &l->columns, t, row);
}

static void
draw_line(const struct list_view *base, struct term *t, int row, size_t i)
{
	const struct book_list	*l = list_of(&base->view);

	table_draw_row(&base->view.app->ctx, l->list, &l->columns, t, row, base->rows.at[i]);
}

static const char *
empty_text(const struct list_view *l)
{
	return list_view_is_narrowed(l) ? _("Nothing fits. Esc shows the whole list again.") :
					  _("Nothing here at present.");
}

static void
list_free(struct view *v)
{
	struct book_list	*l = list_of(v);

	list_view_release(&l->base);
	buf_free(&l->only_words);
	free(l->only.path);
	val_free(l->only.value);
	free(l);
}

static const struct list_ops	 list_ops = {
	.request = page_request, .rows = "rows", .receive = receive, .is_same = is_same,
	.draw_head = draw_head,
	.draw_line = draw_line, .empty = empty_text, .is_narrowed = is_narrowed, .widen = widen,
	.head_rows = 1,
	.head_stays = true, .two_way = true, .finds = true, .found_whole = true,
	.reread_max = FETCH_NARROW,
};

static const struct view_ops	 view_ops = {
	.name = "list", .title = list_title, .draw = list_view_draw,
	.commands = scr_list_commands, .key = list_view_key,
	.reply = list_reply, .result = list_result, .shown = list_view_shown, .free = list_free,
};

/* Where it is days that order a book of days, the latest come first. */
static bool
latest_first(const struct list *list)
{
	return list->book->date != NULL && list->nsorts > 0 &&
	    list->sorts[0].field == list->book->date;
}

struct view *
scr_list(const struct list *list)
{
	struct book_list	*l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	*l = (struct book_list){ .list = list, .total = -1, .desc = latest_first(list) };
	list_view_init(&l->base, &view_ops, &list_ops, list->book);
	l->base.filter = &l->only;
	return &l->base.view;
}
