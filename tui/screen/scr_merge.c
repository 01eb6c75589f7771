#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/wire/protocol.h"
#include "tui/form/entry.h"
#include "tui/form/problem_list.h"
#include "tui/screen/scr.h"
#include "forms/wording.h"

/*
 * Two records of one person, side by side: a line for each field that differs, with the choice
 * whose value stays. Only values of the two can be chosen; the reason is typed at the end.
 */
enum { TAG_STAYS = 1, TAG_OTHER, TAG_UNDER, TAG_MERGE, TAG_CONFIRM };

#define UNDER_LIMIT	200	/* counted up to here */

struct line {
	const struct field	*field;
	bool			 other;		/* the other's value is taken */
	bool			 fixed;		/* not writable for this person */
};

struct merge_view {
	struct view		 view;
	const struct book	*book;
	int64_t			 id, other;
	struct val		*stays, *goes;	/* replies of "get"; NULL: not here yet */
	struct line		*at;
	struct lines		 lines;
	struct val		*moving;	/* {book: n} under the other; NULL: not known yet */
	bool			 many;		/* more of them than were counted */
	char			*why;
	unsigned char		 token[TOKEN_BYTES];
	struct problem_list		 problem_list;	/* why it was refused */
	struct lines		 wrong;
	bool			 refused;	/* the issues are shown */
};

static struct merge_view *
merge_of(const struct view *v)
{
	return (struct merge_view *)(uintptr_t)v;
}

static const struct val *
fields_of(const struct val *reply)
{
	return val_get(val_get(reply, PK_RECORD), PK_FIELDS);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static void
get(struct merge_view *m, int tag, int64_t id)
{
	struct val	*req = app_request_new("get");

	pack_put(req, PK_BOOK, val_text(m->book->name));
	pack_put(req, PK_ID, val_int(id));
	pack_put(req, PK_WHOLE, val_bool(true));
	app_send(&m->view, tag, req, APP_SEND_WAIT);
}

static void
merge_shown(struct view *v)
{
	struct merge_view	*m = merge_of(v);

	if (m->stays == NULL && v->waiting == 0)
		get(m, TAG_STAYS, m->id);
}

static void
ask_under(struct merge_view *m)
{
	struct val	*req = app_request_new("under");

	pack_put(req, PK_BOOK, val_text(m->book->name));
	pack_put(req, PK_ID, val_int(m->other));
	pack_put(req, PK_LIMIT, val_int(UNDER_LIMIT));
	app_send(&m->view, TAG_UNDER, req, APP_SEND_WAIT);
}

/* The chosen values of the other record, in the form of a save: nil where it has none. */
static struct val *
chosen(const struct merge_view *m)
{
	struct val	*set = val_map();

	for (size_t i = 0; set != NULL && i < m->lines.n; i++) {
		const struct field	*f = m->at[i].field;
		const struct val	*v = val_find(fields_of(m->goes), f->path);

		if (!m->at[i].other)
			continue;
		if (!val_set(set, f->path, v != NULL ? val_dup(v) : val_nil())) {
			val_free(set);
			set = NULL;
		}
	}
	return set;
}

static void
send(struct merge_view *m)
{
	struct val	*req = app_request_new("merge");

	pack_put(req, PK_BOOK, val_text(m->book->name));
	pack_put(req, PK_ID, val_int(m->id));
	pack_put(req, PK_VER, val_int(val_get_num(val_get(m->stays, PK_RECORD), PK_VER, 0)));
	pack_put(req, PK_OTHER, val_int(m->other));
	pack_put(req, PK_OTHERVER, val_int(val_get_num(val_get(m->goes, PK_RECORD), PK_VER, 0)));
	pack_put(req, PK_SET, chosen(m));
	pack_put(req, PK_WHY, val_text(m->why));
	pack_put(req, PK_TOKEN, val_bytes(m->token, sizeof(m->token)));
	app_send(&m->view, TAG_MERGE, req, APP_SEND_WAIT | APP_SEND_MUST_FINISH);
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Groups are compared field by field, repeating ones as a whole; computed fields follow. */
static bool
compared(const struct merge_view *m, const struct field *f)
{
	return f->computed == COMPUTED_NO && f != m->book->under &&
	    (f->fields == NULL || f->many) && (f->group == NULL || !f->group->many);
}

static bool
differs(const struct merge_view *m, const struct field *f)
{
	const struct val	*a = val_find(fields_of(m->stays), f->path),
	    *b = val_find(fields_of(m->goes), f->path);

	return !(type_value_empty(a) && type_value_empty(b)) && !val_same(a, b);
}

/*
 * Begins with the value that is filled in; with this record's where both are, or where its other
 * answers hide the field.
 */
static bool
other_first(const struct merge_view *m, const struct field *f)
{
	const struct val	*a = fields_of(m->stays);
	const struct pred_ctx	 ctx = { a, f->group != NULL ? val_get(a, f->group->name) : NULL,
	    val_get_str(val_get(m->stays, PK_RECORD), PK_STATE), m->view.app->ctx.today };

	return type_value_empty(val_find(a, f->path)) && check_shown(f, &ctx);
}

static bool
build_lines(struct merge_view *m)
{
	const struct val	*not_his = val_get(val_get(m->stays, PK_MAY), PK_FIELDS);
	size_t			 n = 0;

	free(m->at);
	if ((m->at = calloc(m->book->nall + 1, sizeof(*m->at))) == NULL)
		return false;
	for (size_t i = 0; i < m->book->nall; i++) {
		const struct field	*f = m->book->all[i];

		if (!compared(m, f) || !differs(m, f))
			continue;
		m->at[n] = (struct line){ .field = f, .fixed = val_has(not_his, f->path) };
		m->at[n].other = !m->at[n].fixed && other_first(m, f);
		n++;
	}
	lines_resize(&m->lines, n);
	return true;
}

/* ---- words ----------------------------------------------------------------------------------- */

static void
title_of(const struct merge_view *m, const struct val *reply, struct buf *out)
{
	record_title(m->book, fields_of(reply), &m->view.app->ctx, out);
}

static void
number_of(const struct val *reply, struct buf *out)
{
	const char	*number = val_get_str(val_get(reply, PK_RECORD), PK_NUMBER);

	if (number != NULL)
		buf_puts(out, number);
}

static int64_t
taken(const struct merge_view *m)
{
	int64_t	 n = 0;

	for (size_t i = 0; i < m->lines.n; i++)
		n += m->at[i].other;
	return n;
}

/* "走访记录 4、动态更新 6" */
static void
moving_text(const struct merge_view *m, struct buf *out)
{
	for (size_t i = 0; i < val_len(m->moving); i++) {
		const struct book	*b = set_book(m->view.app->ctx.set, val_key(m->moving, i));

		if (out->n > 0)
			buf_puts(out, _(", "));
		buf_printf(out, "%s ", b != NULL ? wording_label(&m->view.app->ctx, b->label) :
		    val_key(m->moving, i));
		buf_printf(out, "%lld", (long long)val_num(val_value(m->moving, i), 0));
	}
	if (m->many)
		buf_puts(out, _(" or more"));
}

static void
summary(const struct merge_view *m, struct buf *out)
{
	struct buf	 stays = BUF_INIT, goes = BUF_INIT, moving = BUF_INIT;

	title_of(m, m->stays, &stays);
	title_of(m, m->goes, &goes);
	moving_text(m, &moving);
	wording_format(out, _("{1} stays."), ARG_TEXT, buf_str(&stays), ARG_END);
	buf_puts(out, "\n");
	wording_format(out, _("Taken from {1}: {2} of {3} fields that differ."), ARG_TEXT,
	    buf_str(&goes), ARG_NUM, taken(m), ARG_NUM, (int64_t)m->lines.n, ARG_END);
	buf_puts(out, "\n");
	if (moving.n > 0) {
		wording_format(out, _("Going over with it: {1}."), ARG_TEXT, buf_str(&moving),
		    ARG_END);
		buf_puts(out, "\n");
	}
	buf_puts(out,
	    _("The other file is then a merged one: its number still finds this file, its history stays, and the merge can be undone."));
	buf_free(&stays);
	buf_free(&goes);
	buf_free(&moving);
}

static void
confirm(struct merge_view *m)
{
	struct buf	 title = BUF_INIT, text = BUF_INIT;

	buf_puts(&title, _("Merge two records"));
	buf_puts(&title, "  ");
	title_of(m, m->stays, &title);
	summary(m, &text);
	app_push(m->view.app, scr_confirm(buf_str(&title), buf_str(&text), _("Merge the two?")),
	    &m->view, TAG_CONFIRM);
	buf_free(&title);
	buf_free(&text);
}

/* ---- answers --------------------------------------------------------------------------------- */

static void
receive_moving(struct merge_view *m, const struct val *reply)
{
	const struct val	*list = val_get(reply, PK_UNDER);

	val_free(m->moving);
	m->moving = val_map();
	m->many = val_get_true(reply, PK_MORE);
	for (size_t i = 0; m->moving != NULL && i < val_len(list); i++) {
		const char	*book = val_get_str(val_at(list, i), PK_BOOK);

		if (book != NULL)
			pack_put(m->moving, book, val_int(val_get_num(m->moving, book, 0) + 1));
	}
	confirm(m);
}

static void
receive_record(struct merge_view *m, int tag, const struct val *reply)
{
	struct val	**into = tag == TAG_STAYS ? &m->stays : &m->goes;

	val_free(*into);
	*into = val_dup(reply);
	if (tag == TAG_STAYS)
		get(m, TAG_OTHER, m->other);
	else if (!val_get_true(val_get(reply, PK_MAY), PK_MERGE)) {
		app_close(&m->view, NULL);
		app_message(m->view.app, _("That record is merged already, or not yours to merge."),
		    ARG_END);
	} else
		build_lines(m);
}

static void
merged(struct merge_view *m, const struct val *reply)
{
	struct app	*app = m->view.app;
	struct val	*done = val_map();
	struct buf	 stays = BUF_INIT, goes = BUF_INIT;

	title_of(m, m->stays, &stays);
	title_of(m, m->goes, &goes);
	if (done != NULL && val_put(done, "done", val_int(val_get_num(reply, PK_ID, 0))))
		app_close(&m->view, done);
	app_message(app, _("Done: {1} is merged into {2}."), ARG_TEXT, buf_str(&goes), ARG_TEXT,
	    buf_str(&stays), ARG_END);
	app_refresh_counts(app);
	val_free(done);
	buf_free(&stays);
	buf_free(&goes);
}

static void
not_merged(struct merge_view *m, const struct val *reply)
{
	if (strcmp(app_reply_code(reply), PE_CONFLICT) == 0) {
		val_free(m->stays);
		m->stays = NULL;
		get(m, TAG_STAYS, m->id);
	} else if (strcmp(app_reply_code(reply), PE_INVALID) == 0 &&
	    val_get(reply, PK_PROBLEMS) != NULL) {
		problem_list_build_val(&m->problem_list, &m->view.app->ctx, m->book,
		    val_get(reply, PK_PROBLEMS));
		lines_resize(&m->wrong, m->problem_list.n);
		m->refused = m->problem_list.n > 0;
	}
	app_reply_ok(m->view.app, m->book, reply);
}

static void
merge_reply(struct view *v, int tag, const struct val *reply)
{
	struct merge_view	*m = merge_of(v);

	if (tag == TAG_MERGE && *app_reply_code(reply) != '\0')
		not_merged(m, reply);
	else if (!app_reply_ok(v->app, m->book, reply)) {
		if (tag != TAG_UNDER && reply != NULL)	/* nothing to compare */
			app_close(v, NULL);
	} else if (tag == TAG_MERGE)
		merged(m, reply);
	else if (tag == TAG_UNDER)
		receive_moving(m, reply);
	else
		receive_record(m, tag, reply);
}

static void
merge_result(struct view *v, int tag, const struct val *result)
{
	struct merge_view	*m = merge_of(v);

	if (tag != TAG_CONFIRM || result == NULL)
		return;
	free(m->why);
	if ((m->why = strdup(val_get_str(result, "why"))) != NULL)
		send(m);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void
choose(struct merge_view *m, bool other)
{
	struct line	*l = m->lines.n > 0 ? &m->at[m->lines.focus] : NULL;

	if (l == NULL)
		return;
	if (l->fixed && other)
		app_message(m->view.app, _("This field is not yours to change; it stays as it is."),
		    ARG_END);
	else
		l->other = other;
}

/* Leaves the problems, with the focus on the field of the focused problem. */
static void
put_right(struct merge_view *m)
{
	const struct problem_item	*wrong = m->wrong.focus < m->problem_list.n ?
	    &m->problem_list.at[m->wrong.focus] : NULL;

	m->refused = false;
	for (size_t i = 0; wrong != NULL && i < m->lines.n; i++)
		if (strcmp(m->at[i].field->path, wrong->path) == 0)
			m->lines.focus = i;
}

static int	 rows_shown(const struct term *);

static bool
is_comparing(const struct view *v)
{
	return merge_of(v)->at != NULL && !merge_of(v)->refused;
}

static bool
may_choose(const struct view *v)
{
	return is_comparing(v) && merge_of(v)->lines.n > 0;
}

static bool
is_refused(const struct view *v)
{
	return merge_of(v)->refused;
}

static void
choose_this(struct view *v)
{
	choose(merge_of(v), false);
}

static void
choose_other(struct view *v)
{
	choose(merge_of(v), true);
}

static void
ask_to_merge(struct view *v)
{
	ask_under(merge_of(v));
}

static void
go_to_next(struct view *v)
{
	if (!lines_move(&merge_of(v)->lines, ACT_DOWN, rows_shown(v->app->term)))
		ask_to_merge(v);
}

static void
put_problem_right(struct view *v)
{
	put_right(merge_of(v));
}

static void
leave(struct view *v)
{
	app_close(v, NULL);
}

const struct command	 scr_merge_commands[] = {
	{ .act = ACT_OPEN, .label = N_("put right"),
	    .help = N_("Goes to the field this line tells of."), .may = is_refused,
	    .run = put_problem_right },
	{ .act = ACT_EDIT, .may = is_refused, .run = put_problem_right, .unlisted = true },
	{ .act = ACT_LEFT, .label = N_("this one"),
	    .help = N_("The value of the record that stays."), .may = may_choose,
	    .run = choose_this, .keys = "1" },
	{ .act = ACT_RIGHT, .label = N_("the other"),
	    .help = N_("The value of the record that is merged into it."), .may = may_choose,
	    .run = choose_other, .keys = "2" },
	{ .act = ACT_OPEN, .label = N_("next"),
	    .help = N_("Goes to the next line; after the last one it goes on."),
	    .may = may_choose, .run = go_to_next },
	{ .act = ACT_OPEN, .may = is_comparing, .run = ask_to_merge, .unlisted = true },
	{ .act = ACT_SAVE, .label = N_("go on"),
	    .help = N_("What will happen is shown before anything does."), .may = is_comparing,
	    .run = ask_to_merge },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .may = is_refused, .run = put_problem_right },
	{ .act = ACT_BACK, .run = leave },
	{ .act = ACT_NONE }
};

static bool
merge_key(struct view *v, const struct key *k, enum action act)
{
	struct merge_view	*m = merge_of(v);

	(void)k;
	if (m->refused)
		return lines_move(&m->wrong, act, frame_content_rows(v->app->term) - 2);
	return m->at != NULL && lines_move(&m->lines, act, rows_shown(v->app->term));
}

/* ---- drawing --------------------------------------------------------------------------------- */

#define COL_LABEL	2
#define COL_ONE		22
#define DETAIL_ROWS	6	/* a blank, the field's name, two rows each of both values */

static int
rows_shown(const struct term *t)
{
	return frame_content_rows(t) - 2 - DETAIL_ROWS;
}

static int
col_two(const struct term *t)
{
	return COL_ONE + (term_cols(t) - COL_ONE) / 2;
}

static void
value_text(const struct merge_view *m, const struct field *f, const struct val *reply,
    struct buf *out)
{
	const struct val	*v = val_find(fields_of(reply), f->path);

	if (type_value_empty(v))
		buf_puts(out, _("(not filled in)"));
	else if (f->link_book != NULL)
		wording_links(&m->view.app->ctx, f, v, val_get(val_get(reply, PK_RECORD), PK_LINKS),
		    out);
	else
		wording_value(&m->view.app->ctx, f, v, out);
}

/* The chosen value is bold and has a mark, so that it shows without colour and weight. */
static void
draw_side(struct term *t, int row, int col, int cells, bool chosen, const char *text)
{
	if (chosen)
		term_text(t, row, col, 1, ATTR_BOLD, "*");
	term_text(t, row, col + 2, cells - 3, chosen ? ATTR_BOLD : ATTR_NORMAL, text);
}

static void
draw_line(const struct merge_view *m, struct term *t, int row, size_t i)
{
	const struct line	*l = &m->at[i];
	int			 two = col_two(t);
	struct buf		 b = BUF_INIT;

	if (i == m->lines.focus)
		draw_focus(t, row, 0);
	wording_path(&m->view.app->ctx, m->book, l->field->path, &b);
	term_text(t, row, COL_LABEL, COL_ONE - COL_LABEL - 1, ATTR_NORMAL, buf_str(&b));
	buf_reset(&b);
	value_text(m, l->field, m->stays, &b);
	draw_side(t, row, COL_ONE, two - COL_ONE, !l->other, buf_str(&b));
	buf_reset(&b);
	value_text(m, l->field, m->goes, &b);
	draw_side(t, row, two, term_cols(t) - two, l->other, buf_str(&b));
	buf_free(&b);
}

static void
draw_whole(const struct merge_view *m, struct term *t, int row, const char *key,
    const struct field *f, const struct val *reply)
{
	struct buf	 b = BUF_INIT;

	value_text(m, f, reply, &b);
	term_text(t, row, COL_LABEL, -1, ATTR_BOLD, key);
	draw_text(t, row, 2, COL_LABEL + 2, term_cols(t) - COL_LABEL - 3, ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

/* Both values of the line that has the focus, as long as they are. */
static void
draw_detail(const struct merge_view *m, struct term *t)
{
	const struct field	*f = m->at[m->lines.focus].field;
	int			 row = CONTENT_ROW + frame_content_rows(t) - DETAIL_ROWS + 1;
	struct buf		 b = BUF_INIT;

	wording_path(&m->view.app->ctx, m->book, f->path, &b);
	term_text(t, row, COL_LABEL, -1, ATTR_DIM, buf_str(&b));
	draw_whole(m, t, row + 1, "1", f, m->stays);
	draw_whole(m, t, row + 3, "2", f, m->goes);
	buf_free(&b);
}

static void
draw_head(const struct merge_view *m, struct term *t)
{
	struct buf	 b = BUF_INIT;

	buf_puts(&b, _("1 this one"));
	buf_puts(&b, " ");
	number_of(m->stays, &b);
	term_text(t, CONTENT_ROW, COL_ONE + 2, col_two(t) - COL_ONE - 3, ATTR_DIM, buf_str(&b));
	buf_reset(&b);
	buf_puts(&b, _("2 the other"));
	buf_puts(&b, " ");
	number_of(m->goes, &b);
	term_text(t, CONTENT_ROW, col_two(t) + 2, -1, ATTR_DIM, buf_str(&b));
	buf_free(&b);
}

static void
merge_draw(struct view *v, struct term *t)
{
	struct merge_view	*m = merge_of(v);
	int		 shown = rows_shown(t);
	size_t		 top = lines_top(&m->lines, shown);

	if (m->at == NULL)
		return;
	if (m->refused) {
		term_text(t, CONTENT_ROW, 3, -1, ATTR_BOLD, _("Not possible yet:"));
		problem_list_draw(&m->problem_list, &m->wrong, t, CONTENT_ROW + 1,
		    frame_content_rows(t) - 2);
		return;
	}
	draw_head(m, t);
	for (int i = 0; i < shown && top + (size_t)i < m->lines.n; i++)
		draw_line(m, t, CONTENT_ROW + 1 + i, top + (size_t)i);
	if (m->lines.n > 0)
		draw_detail(m, t);
	else
		term_text(t, CONTENT_ROW + 1, COL_LABEL, -1, ATTR_NORMAL,
		    _("The two say the same in every field."));
}

static void
merge_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct merge_view	*m = merge_of(v);

	buf_puts(left, _("Merge two records"));
	if (m->at == NULL)
		return;
	buf_puts(left, "  ");
	title_of(m, m->stays, left);
	wording_format(right, _("{1} of {2} from the other"), ARG_NUM, taken(m), ARG_NUM,
	    (int64_t)m->lines.n, ARG_END);
}

static void
merge_note(const struct view *v, struct buf *out)
{
	const struct merge_view	*m = merge_of(v);

	if (m->refused)
		problem_list_note(&m->problem_list, &m->wrong, term_cols(v->app->term), out);
	else if (m->lines.n > 0 && m->at != NULL && m->at[m->lines.focus].fixed)
		buf_puts(out, _("This field is not yours to change; it stays as it is."));
}

static void
merge_free(struct view *v)
{
	struct merge_view	*m = merge_of(v);

	val_free(m->stays);
	val_free(m->goes);
	val_free(m->moving);
	problem_list_free(&m->problem_list);
	free(m->at);
	free(m->why);
	free(m);
}

static const struct view_ops merge_ops = {
	.name = "merge", .title = merge_title, .draw = merge_draw,
	.commands = scr_merge_commands, .note = merge_note,
	.key = merge_key, .reply = merge_reply, .result = merge_result, .shown = merge_shown,
	    .free = merge_free,
};

struct view *
scr_merge(const struct book *book, int64_t id, int64_t other)
{
	struct merge_view	*m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	*m = (struct merge_view){ .view.ops = &merge_ops, .book = book, .id = id, .other = other };
	if (getrandom(m->token, sizeof(m->token), 0) != sizeof(m->token)) {
		free(m);
		return NULL;
	}
	return &m->view;
}
