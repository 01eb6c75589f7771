#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/view/picker.h"
#include "tui/widget/table.h"
#include "tui/screen/scr.h"
#include "tui/view/prompt.h"
#include "tui/wording.h"

/*
 * One list of a book: rows are read a page at a time as one goes down, the count follows the first
 * page. Narrowed by what is typed after "/", by one value of a column ("f"), or not at all.
 */
#define CODE		"#"	/* before an index that is no code to be typed */
#define FETCH_NARROW	100	/* rows asked for at once while most of them may be dropped */

enum {
	TAG_FIRST = 1, TAG_MORE, TAG_BEFORE, TAG_LAST, TAG_AGAIN, TAG_TOTAL,	/* requests */
	TAG_FIND, TAG_FIND_LIVE, TAG_SORT, TAG_COLUMN, TAG_GROUPS, TAG_OPENED		/* views */
};

struct list_view {
	struct view		 view;
	const struct list	*list;
	struct table		 rows;
	struct lines		 lines;
	bool			 before, behind;	/* there are rows above and below those read */
	size_t			 sort;
	bool			 desc;
	struct buf		 find;			/* what narrows it, "" */
	bool			 find_again;		/* typed on while an answer was under way */
	bool			 finding;
	struct table_filter	 only;
	struct buf		 only_words;
	int64_t			 total;			/* -1: not counted yet */
	bool			 from_top;		/* the first row read is the list's first */
	enum action		 move;			/* to be done once more rows are there */
};

static struct list_view *
list_of(const struct view *v)
{
	return (struct list_view *)(uintptr_t)v;
}

static int
rows_shown(const struct list_view *l)
{
	return frame_content_rows(l->view.app->term) - 1;	/* the first one is for the columns' labels */
}

static bool
narrowed(const struct list_view *l)
{
	return l->find.n > 0 || l->only.path != NULL;
}

/* ---- asking ------------------------------------------------------------------------------------------------- */

static struct val *
request(const struct list_view *l, const char *op, size_t limit)
{
	struct val	*req = app_request_new(op);

	if (req == NULL)
		return NULL;
	val_put(req, "book", val_text(l->list->book->name));
	val_put(req, "list", val_text(l->list->name));
	if (limit > 0) {
		val_put(req, "limit",
		    val_int(limit > FETCH_NARROW || narrowed(l) ? FETCH_NARROW : (int64_t)limit));
		val_put(req, "sort", val_int((int64_t)l->sort));
		val_put(req, "desc", val_bool(l->desc));
	}
	if (limit > 0 && l->find.n > 0)
		val_put(req, "find", val_text(buf_str(&l->find)));
	return req;
}

static void
ask_first(struct list_view *l)
{
	app_send(&l->view, TAG_FIRST, request(l, "list", (size_t)rows_shown(l)), APP_SEND_WAIT);
}

/* The row rows continue from: its key is opaque. */
static void
ask_from(struct list_view *l, int tag, const char *where, const struct val *row)
{
	struct val	*req = request(l, "list", (size_t)rows_shown(l));

	if (req != NULL && val_get(row, "key") != NULL)
		val_put(req, where, val_dup(val_get(row, "key")));
	app_send(&l->view, tag, req, APP_SEND_WAIT);
}

static void
ask_more(struct list_view *l)
{
	if (l->rows.n > 0)
		ask_from(l, TAG_MORE, "after", l->rows.at[l->rows.n - 1]);
}

/* The last page is the first one of the opposite order. */
static void
ask_last(struct list_view *l)
{
	struct val	*req = request(l, "list", (size_t)rows_shown(l));

	if (req != NULL)
		val_put(req, "desc", val_bool(!l->desc));
	app_send(&l->view, TAG_LAST, req, APP_SEND_WAIT);
}

static void
ask_total(struct list_view *l)
{
	app_send(&l->view, TAG_TOTAL, request(l, "count", 0), 0);
}

/* While a word is being typed only the newest question counts: one at a time is under way. */
static void
ask_find(struct list_view *l)
{
	if (l->finding) {
		l->find_again = true;
		return;
	}
	l->finding = true;
	/* Enter after the word waits for it */
	app_send(&l->view, TAG_FIND_LIVE, request(l, "list", FETCH_NARROW), APP_SEND_WAIT);
}

static void
list_shown(struct view *v)
{
	struct list_view	*l = list_of(v);

	if (v->waiting > 0)
		return;
	if (l->rows.n == 0)
		ask_first(l);
	else if (l->from_top && l->rows.n <= FETCH_NARROW)
		app_send(v, TAG_AGAIN,
		    request(l, "list", l->rows.n > (size_t)rows_shown(l) ? l->rows.n : (size_t)rows_shown(l)), 0);
}

/* ---- answers ------------------------------------------------------------------------------------------------ */

static void
receive_rows(struct list_view *l, const struct val *reply)
{
	table_clear(&l->rows);
	table_add(&l->rows, val_get(reply, "rows"), &l->only);
	l->behind = val_get_true(reply, "more");
	l->before = false;
	l->from_top = true;
	lines_resize(&l->lines, l->rows.n);
}

/* So many rows may have been dropped that the page is not full yet. */
static bool
fill_page(struct list_view *l, const struct val *reply)
{
	const struct val	*got = val_get(reply, "rows");

	if (l->only.path == NULL || !l->behind || l->find.n > 0 ||
	    l->rows.n > l->lines.focus + (size_t)rows_shown(l))
		return false;
	ask_from(l, TAG_MORE, "after", val_at(got, val_len(got) - 1));
	return true;
}

static void
finish_move(struct list_view *l)
{
	enum action	 move = l->move;

	l->move = ACT_NONE;
	lines_resize(&l->lines, l->rows.n);
	lines_move(&l->lines, move, rows_shown(l));
}

static void
receive_more(struct list_view *l, const struct val *reply)
{
	table_add(&l->rows, val_get(reply, "rows"), &l->only);
	l->behind = val_get_true(reply, "more");
	lines_resize(&l->lines, l->rows.n);
	if (!fill_page(l, reply))
		finish_move(l);
}

static void
receive_before(struct list_view *l, const struct val *reply)
{
	size_t	 was = l->rows.n;

	table_add_front(&l->rows, val_get(reply, "rows"), &l->only);
	l->before = val_get_true(reply, "more");
	l->from_top = !l->before;
	l->lines.focus += l->rows.n - was;
	l->lines.top += l->rows.n - was;
	finish_move(l);
}

static void
receive_last(struct list_view *l, const struct val *reply)
{
	bool	 more = val_get_true(reply, "more");

	receive_rows(l, reply);
	table_reverse(&l->rows);
	l->before = more;
	l->from_top = !more;
	l->behind = false;
	l->lines.focus = l->rows.n > 0 ? l->rows.n - 1 : 0;
}

/* Read again: the focus stays on its record, wherever that stands now. */
static void
receive_reread(struct list_view *l, const struct val *reply)
{
	int64_t	 id = l->lines.focus < l->rows.n ? table_row_id(l->rows.at[l->lines.focus]) : 0;
	size_t	 at;

	receive_rows(l, reply);
	if ((at = table_find(&l->rows, id)) != SIZE_MAX)
		l->lines.focus = at;
	ask_total(l);
}

static void
receive_found(struct list_view *l, const struct val *reply)
{
	l->finding = false;
	if (l->find_again) {
		l->find_again = false;
		ask_find(l);
		return;
	}
	receive_rows(l, reply);
	l->lines.focus = 0;
}

static void
list_reply(struct view *v, int tag, const struct val *reply)
{
	struct list_view	*l = list_of(v);

	if (tag == TAG_FIND_LIVE && *app_reply_code(reply) != '\0')
		l->finding = false;
	if (!app_reply_ok(v->app, l->list->book, reply)) {
		l->move = ACT_NONE;
		return;
	}
	switch (tag) {
	case TAG_FIRST:
		receive_rows(l, reply);
		if (!fill_page(l, reply) && l->total < 0)
			ask_total(l);		/* the first page before counting */
		break;
	case TAG_MORE:
		receive_more(l, reply);
		break;
	case TAG_BEFORE:
		receive_before(l, reply);
		break;
	case TAG_LAST:
		receive_last(l, reply);
		break;
	case TAG_AGAIN:
		receive_reread(l, reply);
		break;
	case TAG_FIND_LIVE:
		receive_found(l, reply);
		break;
	case TAG_TOTAL:
		l->total = val_get_num(reply, "count", -1);
		break;
	}
}

/* ---- narrowing ---------------------------------------------------------------------------------------------- */

static void
set_only(struct list_view *l, const struct val *result)
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

static void
read_anew(struct list_view *l)
{
	table_clear(&l->rows);
	lines_resize(&l->lines, 0);
	ask_first(l);
}

static void
set_find(struct list_view *l, const char *text)
{
	buf_reset(&l->find);
	buf_puts(&l->find, text);
}

static void
open_groups(struct list_view *l, const struct val *code)
{
	const struct column	*c = code != NULL ?
	    &l->list->columns[strtoul(val_str(code) + strlen(CODE), NULL, 10)] : NULL;

	if (c != NULL)
		app_push(l->view.app, scr_groups(l->list, c), &l->view, TAG_GROUPS);
}

static void
apply_sort(struct list_view *l, const struct val *code)
{
	unsigned long	 n = strtoul(val_str(code) + strlen(CODE), NULL, 10);

	l->sort = n / 2;
	l->desc = n % 2 == 1;
	read_anew(l);
}

static void
list_result(struct view *v, int tag, const struct val *result)
{
	struct list_view	*l = list_of(v);

	switch (tag) {
	case TAG_FIND:
		if (result == NULL && l->find.n > 0) {
			set_find(l, "");
			read_anew(l);
		}
		break;
	case TAG_FIND_LIVE:
		set_find(l, val_str(result));
		ask_find(l);
		break;
	case TAG_SORT:
		if (result != NULL)
			apply_sort(l, result);
		break;
	case TAG_COLUMN:
		open_groups(l, result);
		break;
	case TAG_OPENED:
		if (val_get(result, "look") != NULL)
			app_push(v->app, scr_cover_open(l->list->book, val_get_num(result, "look", 0)), v, TAG_OPENED);
		break;
	case TAG_GROUPS:
		if (result != NULL) {
			set_only(l, result);
			table_clear(&l->rows);	/* shown() reads anew */
			lines_resize(&l->lines, 0);
		}
		break;
	default:
		break;
	}
}

/* ---- keys --------------------------------------------------------------------------------------------------- */

static bool
countable(const struct column *c)
{
	return c->of == COL_STATE || c->of == COL_AREA || (c->of == COL_FIELD && c->field->mask == MASK_NO);
}

static struct view *
column_pick(const struct list_view *l)
{
	struct choices	 all = CHOICES_INIT;
	char		 key[24], code[24];

	for (size_t i = 0; i < l->list->ncolumns; i++) {
		if (!countable(&l->list->columns[i]))
			continue;
		snprintf(key, sizeof(key), "%zu", all.n + 1);
		snprintf(code, sizeof(code), CODE "%zu", i);
		choices_add(&all, key, wording_label(&l->view.app->ctx, l->list->columns[i].label),
		    l->list->columns[i].label.py, code);
	}
	return picker_new(_("Count by"), &all, PICKER_IMMEDIATE, "");
}

static struct view *
sort_pick(const struct list_view *l)
{
	struct choices	 all = CHOICES_INIT;
	struct buf	 label = BUF_INIT;
	char		 key[24], code[24];

	for (size_t i = 0; i < 2 * l->list->nsorts; i++) {
		snprintf(key, sizeof(key), "%zu", i + 1);
		snprintf(code, sizeof(code), CODE "%zu", i);
		buf_reset(&label);
		wording_format(&label, i % 2 == 0 ? "{1}" : _("{1}, last first"),
		    ARG_TEXT, wording_label(&l->view.app->ctx, l->list->sorts[i / 2].label), ARG_END);
		choices_add(&all, key, buf_str(&label), l->list->sorts[i / 2].label.py, code);
	}
	if (!all.bad && all.n > 0)
		all.at[2 * l->sort + l->desc].chosen = true;
	buf_free(&label);
	return picker_new(_("Sort by"), &all, PICKER_IMMEDIATE, "");
}

/* Moves; where the rows read so far end, reads on and moves then. */
static bool
move(struct list_view *l, enum action act)
{
	size_t	 n = l->rows.n, page = (size_t)rows_shown(l);

	if (n == 0)
		return false;
	if (l->behind && l->find.n == 0 && ((act == ACT_DOWN && l->lines.focus + 1 >= n) ||
	    (act == ACT_PAGE_DOWN && l->lines.top + 2 * page > n))) {
		l->move = act;
		ask_more(l);
		return true;
	}
	if (l->before && ((act == ACT_UP && l->lines.focus == 0) ||
	    (act == ACT_PAGE_UP && l->lines.top < page))) {
		l->move = act;
		ask_from(l, TAG_BEFORE, "before", l->rows.at[0]);
		return true;
	}
	if (act == ACT_END && l->behind && !narrowed(l)) {
		ask_last(l);
		return true;
	}
	if (act == ACT_TOP && l->before) {
		read_anew(l);
		return true;
	}
	return lines_move(&l->lines, act, rows_shown(l));
}

static void
open_line(struct list_view *l)
{
	app_push(l->view.app, scr_cover_open(l->list->book, table_row_id(l->rows.at[l->lines.focus])), &l->view, TAG_OPENED);
}

/*
 * Rights at the record itself are the daemon's to judge; what the definition rules out is said
 * without asking for it whole.
 */
static bool
state_open_to_us(const struct list_view *l, const struct val *row)
{
	const struct grant	*g = &l->list->book->write[l->view.app->role->index];
	const char		*name = val_get_str(row, "state");
	const struct state	*s = name != NULL ? book_state(l->list->book, name) : NULL;

	return s == NULL || (g->states & STATE_BIT(s)) != 0;
}

/* The strip is of the whole list: one that changed with every line would be sent again with every line. */
static bool
any_open_to_us(const struct list_view *l)
{
	for (size_t i = 0; i < l->rows.n; i++)
		if (state_open_to_us(l, l->rows.at[i]))
			return true;
	return false;
}

static void
edit_line(struct list_view *l)
{
	if (!state_open_to_us(l, l->rows.at[l->lines.focus]))
		app_message(l->view.app, _("You may not change this record in its present state."), ARG_END);
	else
		app_push(l->view.app, scr_edit(l->list->book, table_row_id(l->rows.at[l->lines.focus]), NULL), &l->view, TAG_OPENED);
}

/* What stands under a record is begun there, where one sees whom it is about. */
static bool
may_create(const struct list_view *l)
{
	return l->list->book->under == NULL && (l->list->book->create & ROLE_BIT(l->view.app->role)) != 0;
}

static bool
may_edit(const struct list_view *l)
{
	return l->list->book->write[l->view.app->role->index].reach != REACH_NONE;
}

/* Esc takes back what narrows the list before it leaves it. */
static void
back(struct list_view *l)
{
	if (!narrowed(l)) {
		app_close(&l->view, NULL);
		return;
	}
	set_find(l, "");
	set_only(l, NULL);
	read_anew(l);
}

static void
find_next(struct list_view *l)
{
	if (l->find.n == 0) {
		app_message(l->view.app, _("Nothing was looked for yet; / begins."), ARG_END);
		return;
	}
	if (!lines_move(&l->lines, ACT_DOWN, rows_shown(l)))
		lines_move(&l->lines, ACT_TOP, rows_shown(l));
}

static bool
key_on_line(struct list_view *l, enum action act)
{
	if (l->rows.n == 0)
		return false;
	if (act == ACT_OPEN)
		open_line(l);
	else if (act == ACT_EDIT && may_edit(l))
		edit_line(l);
	else if (act == ACT_FIND_NEXT)
		find_next(l);
	else
		return false;
	return true;
}

static bool
list_key(struct view *v, const struct key *k, enum action act)
{
	struct list_view	*l = list_of(v);
	struct app	*app = v->app;

	(void)k;
	if (act == ACT_BACK)
		back(l);
	else if (act == ACT_FIND)
		app_push(app, prompt_new(_("Find"), buf_str(&l->find), true, 0), v, TAG_FIND);
	else if (act == ACT_SORT && l->list->nsorts > 0)
		app_push(app, sort_pick(l), v, TAG_SORT);
	else if (act == ACT_COUNT_BY)
		app_push(app, column_pick(l), v, TAG_COLUMN);
	else if (act == ACT_NEW && may_create(l))
		app_push(app, scr_form_new(app, l->list->book), v, TAG_OPENED);
	else
		return key_on_line(l, act) || move(l, act);
	return true;
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

static void
list_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct list_view	*l = list_of(v);
	size_t			 first = lines_top(&l->lines, rows_shown(l)),
	    last = first + (size_t)rows_shown(l);

	buf_puts(left, wording_label(&v->app->ctx, l->list->label));
	if (l->only_words.n > 0)
		buf_printf(left, "  %s", buf_str(&l->only_words));
	if (l->find.n > 0)
		buf_printf(left, "  %s%s%s", _("found"), _(": "), buf_str(&l->find));
	if (last > l->rows.n)
		last = l->rows.n;
	if (l->rows.n > 0 && (l->from_top || narrowed(l)))
		buf_printf(right, "%zu-%zu", first + 1, last);
	if (l->rows.n > 0 && (narrowed(l) ? !l->behind : l->total >= 0))
		wording_format(right, _(" of {1}"), ARG_NUM, narrowed(l) ? (int64_t)l->rows.n : l->total, ARG_END);
	if (last < l->rows.n || l->behind)
		buf_printf(right, "  %s", _("more below"));
}

static void
draw_empty(const struct list_view *l, struct term *t)
{
	if (l->view.waiting > 0 || l->finding)
		return;
	term_text(t, CONTENT_ROW + 2, 2, -1, ATTR_NORMAL, narrowed(l) ?
	    _("Nothing fits. Esc shows the whole list again.") : _("Nothing here at present."));
}

static void
list_draw(struct view *v, struct term *t)
{
	struct list_view	*l = list_of(v);
	struct table_columns	 c;
	int		 rows = rows_shown(l);
	size_t		 top = lines_top(&l->lines, rows);

	table_layout(&v->app->ctx, l->list, 2, term_cols(t), &c);
	table_draw_head(&v->app->ctx, l->list, &c, t, CONTENT_ROW);
	if (l->rows.n == 0)
		draw_empty(l, t);
	for (int i = 0; i < rows && top + (size_t)i < l->rows.n; i++) {
		int	 row = CONTENT_ROW + 1 + i;

		table_draw_row(&v->app->ctx, l->list, &c, t, row, l->rows.at[top + (size_t)i]);
		if (top + (size_t)i != l->lines.focus)
			continue;
		term_text(t, row, 0, -1, ATTR_BOLD, FOCUS_MARK);
		term_cursor(t, row, 0);
	}
}

static void
list_strip(const struct view *v, struct strip *s)
{
	const struct list_view	*l = list_of(v);

	if (l->rows.n > 0)
		strip_add(s, ACT_OPEN);
	if (may_create(l))
		strip_add(s, ACT_NEW);
	if (may_edit(l) && any_open_to_us(l))
		strip_add(s, ACT_EDIT);
	strip_add(s, ACT_FIND);
	if (l->find.n > 0)
		strip_add(s, ACT_FIND_NEXT);
	if (l->list->nsorts > 0)
		strip_add(s, ACT_SORT);
	strip_add(s, ACT_COUNT_BY);
	strip_add_page_keys(s, !l->from_top || l->behind || lines_overflow(&l->lines, rows_shown(l)));
	strip_add(s, ACT_JUMP);
	strip_add(s, ACT_HELP);
	strip_add(s, ACT_BACK);
}

static void
list_free(struct view *v)
{
	struct list_view	*l = list_of(v);

	table_clear(&l->rows);
	buf_free(&l->find);
	buf_free(&l->only_words);
	free(l->only.path);
	val_free(l->only.value);
	free(l);
}

static const struct view_ops list_ops = {
	.name = "list", .title = list_title, .draw = list_draw, .strip = list_strip, .key = list_key,
	.reply = list_reply, .result = list_result, .shown = list_shown, .free = list_free,
};

/* Where it is days that order a book of days, the latest come first. */
static bool
latest_first(const struct list *list)
{
	return list->book->date != NULL && list->nsorts > 0 && list->sorts[0].field == list->book->date;
}

struct view *
scr_list(const struct list *list)
{
	struct list_view	*l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	*l = (struct list_view){ .view.ops = &list_ops, .list = list, .total = -1, .desc = latest_first(list) };
	return &l->view;
}
