#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/widget/deflist.h"
#include "tui/screen/scr.h"
#include "tui/view/list_view.h"
#include "tui/view/prompt.h"
#include "tui/view/text.h"
#include "forms/wording.h"

/*
 * The audit trail, newest first, of all people, one person or one record. On one record the looks
 * of a person on a day without other entries between share a line: people open a file they work
 * with again and again, and changes would be lost among looks. The single entries open from that
 * line.
 */
#define FETCH	50

enum { TAG_USER = LIST_TAG };

struct span {				/* rows that share a line, the latest first */
	size_t		 at;
	size_t		 n;
};

struct trail {
	struct list_view list;		/* of entries */
	struct span	*spans;		/* a line each */
	size_t		 nspans;
	struct buf	 user;
	int64_t		 record;	/* 0: of everything */
	bool		 single;	/* the entries of one line, no more of them to come */
	struct buf	 title;
};

static struct trail *
trail_of(const struct view *v)
{
	return (struct trail *)(uintptr_t)v;
}

static struct val *
trail_request(const struct list_view *l, enum list_page page)
{
	const struct trail	*r = trail_of(&l->view);
	struct val		*req = app_request_new("trail");

	pack_put(req, PK_LIMIT, val_int(FETCH));
	if (r->user.n > 0)
		pack_put(req, PK_USER, val_text(buf_str(&r->user)));
	if (r->record != 0)
		pack_put(req, PK_RECORD, val_int(r->record));
	if (page == LIST_MORE && l->last != NULL)
		pack_copy(req, PK_BEFORE, val_get(l->last, PK_SEQ));
	return req;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool
same_text(const struct val *a, const struct val *b, const char *key)
{
	const char	*x = val_get_str(a, key), *y = val_get_str(b, key);

	return x == y || (x != NULL && y != NULL && strcmp(x, y) == 0);
}

static bool
is_look(const struct val *e)
{
	const char	*act = val_get_str(e, PK_ACT);

	return act != NULL && (strcmp(act, "read") == 0 || strcmp(act, "whole") == 0);
}

/* The times of the first and last look in an entry, and their number. */
static int64_t
first_moment(const struct val *e)
{
	return val_get_num(val_get(e, PK_DETAIL), PK_SINCE, val_get_num(e, PK_AT, 0));
}

static int64_t
last_moment(const struct val *e)
{
	return val_get_num(val_get(e, PK_DETAIL), PK_UNTIL, val_get_num(e, PK_AT, 0));
}

static int64_t
times_of(const struct val *e)
{
	return val_get_num(val_get(e, PK_DETAIL), PK_N, 1);
}

static int64_t
times_in(const struct trail *r, const struct span *s)
{
	int64_t	 n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += times_of(r->list.rows.at[s->at + i]);
	return n;
}

/*
 * Seeing unmasked numbers counts apart from looks; a past day that was looked at is shown in the
 * single entry.
 */
static bool
shares_line(const struct trail *r, const struct val *a, const struct val *b)
{
	return r->record != 0 && !r->single && is_look(a) && same_text(a, b, PK_ACT) &&
	    same_text(a, b, PK_USER) && same_text(a, b, PK_NAME) && same_text(a, b, PK_ROLE) &&
	    civil_at(first_moment(a)) == civil_at(first_moment(b));
}

/*
 * The last line is held back when unread entries may belong to it, so that every count shown is
 * right.
 */
static void
make_lines(struct list_view *l, const struct val *reply, enum list_page page)
{
	struct trail	*r = trail_of(&l->view);
	struct val	**at = l->rows.at;
	struct span	*spans = calloc(l->rows.n + 1, sizeof(*spans));
	size_t		 n = 0;

	(void)reply;
	(void)page;
	if (spans == NULL)
		return;
	for (size_t i = 0; i < l->rows.n; i++)
		if (i > 0 && shares_line(r, at[i], at[i - 1]))
			spans[n - 1].n++;
		else
			spans[n++] = (struct span){ i, 1 };
	free(r->spans);
	r->spans = spans;
	r->nspans = n - (l->more && n > 0 && shares_line(r, at[l->rows.n - 1], at[l->rows.n - 1]));
}

static size_t
count(const struct list_view *l)
{
	return trail_of(&l->view)->nspans;
}

/* The entry a line shows: the latest of those that share it. NULL: there is no such line. */
static const struct val *
entry_of(const struct trail *r, size_t line)
{
	return line < r->list.lines.n ? r->list.rows.at[r->spans[line].at] : NULL;
}

static void
trail_result(struct view *v, int tag, const struct val *result)
{
	struct trail	*r = trail_of(v);

	if (tag != TAG_USER || result == NULL)
		return;
	buf_reset(&r->user);
	buf_puts(&r->user, val_str(result));
	list_view_read(&r->list);
}

static bool
is_narrowed(const struct list_view *l)
{
	return trail_of(&l->view)->user.n > 0;
}

static void
widen(struct list_view *l)
{
	buf_reset(&trail_of(&l->view)->user);
}

/* ---- one entry whole ------------------------------------------------------------------------- */

static const struct book *
book_of(const struct trail *r, const struct val *entry)
{
	const char	*name = val_get_str(entry, PK_BOOK);

	return name != NULL ? set_book(r->list.view.app->ctx.set, name) : NULL;
}

static const struct field *
question(const struct book *book, const struct val *entry, const char *name)
{
	const char		*act = val_get_str(entry, PK_ACT);
	const struct act	*a = book != NULL && act != NULL ? book_act(book, act) : NULL;

	for (size_t i = 0; a != NULL && i < a->nask; i++)
		if (strcmp(a->ask[i].name, name) == 0)
			return &a->ask[i];
	return NULL;
}

static const char *
role_text(const struct trail *r, const struct val *e)
{
	const struct form_ctx	*ctx = &r->list.view.app->ctx;
	const char		*role = val_get_str(e, PK_ROLE);
	const struct role	*known = role != NULL ? set_role(ctx->set, role) : NULL;

	return known != NULL ? wording_label(ctx, known->label) : role != NULL ? role : "";
}

/* The reply has login names only for roles that need them. */
static void
who_text(const struct trail *r, const struct val *e, struct buf *out)
{
	const char	*words[] = { val_get_str(e, PK_NAME), val_get_str(e, PK_USER),
	    role_text(r, e) };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i] != NULL && *words[i] != '\0')
			buf_printf(out, "%s%s", out->n > 0 ? " " : "", words[i]);
}

static void
add_who(const struct trail *r, const struct val *e, struct deflist *out)
{
	struct buf	 b = BUF_INIT;

	who_text(r, e, &b);
	deflist_add(out, _("who"), buf_str(&b));
	deflist_add(out, _("from where"), val_get_str(e, PK_FROM));
	buf_free(&b);
}

/* For a file outside the person's area: its township, or that the county office knows. */
static void
detail_text(const struct trail *r, const char *told, struct buf *out)
{
	if (told != NULL && area_valid(told))
		wording_area(&r->list.view.app->ctx, told, out);
	else if (told != NULL)
		buf_puts(out, _("to ask the county office"));
}

/* The day and the time, and until when, unless that is the same minute. */
static void
moments(int64_t first, int64_t last, struct buf *out)
{
	struct buf	 b = BUF_INIT;

	wording_datetime(first, out);
	wording_datetime(last, &b);
	if (strcmp(buf_str(out), buf_str(&b)) != 0)
		buf_printf(out, "-%s", strrchr(buf_str(&b), ' ') + 1);
	buf_free(&b);
}

/* "read", or "read, 12 times". */
static void
act_text(const struct trail *r, const struct val *e, int64_t times, struct buf *out)
{
	const char	*act = val_get_str(e, PK_ACT);
	struct buf	 b = BUF_INIT;

	wording_act(&r->list.view.app->ctx, book_of(r, e), act != NULL ? act : "", &b);
	if (times > 1)
		wording_format(out, _("{1}, {2} times"), ARG_TEXT, buf_str(&b), ARG_NUM, times,
		    ARG_END);
	else
		buf_puts(out, buf_str(&b));
	buf_free(&b);
}

static void
add_what(const struct trail *r, const struct val *e, struct deflist *out)
{
	const struct form_ctx	*ctx = &r->list.view.app->ctx;
	const struct book	*book = book_of(r, e);
	struct buf		 b = BUF_INIT;
	char			 day[11];

	act_text(r, e, times_of(e), &b);
	deflist_add(out, _("did"), buf_str(&b));
	deflist_add(out, _("with"), book != NULL ? wording_label(ctx, book->label) : NULL);
	deflist_add(out, _("number of the record"), val_get_str(e, PK_NUMBER));
	buf_reset(&b);
	wording_paths(ctx, book, val_get(val_get(e, PK_DETAIL), PK_CHANGED), &b);
	deflist_add(out, _("fields changed"), buf_str(&b));
	buf_reset(&b);
	wording_paths(ctx, book, val_get(val_get(e, PK_DETAIL), PK_AGREED), &b);
	deflist_add(out, _("fields that agreed"), buf_str(&b));
	buf_reset(&b);
	detail_text(r, val_get_str(val_get(e, PK_DETAIL), PK_TOLD), &b);
	deflist_add(out, _("what was told"), buf_str(&b));
	civil_print((int)val_get_num(val_get(e, PK_DETAIL), PK_ON, 0), day);
	deflist_add(out, _("as of"), day);
	deflist_add(out, _("together with"), val_get_str(val_get(val_get(e, PK_DETAIL), PK_WITH),
	    PK_NUMBER));
	deflist_add(out, _("Reason"), val_get_str(val_get(e, PK_DETAIL), PK_WHY));
	buf_free(&b);
}

/* The answers of the act and its remarks. */
static void
add_said(const struct trail *r, const struct val *e, struct deflist *out)
{
	const struct form_ctx	*ctx = &r->list.view.app->ctx;
	const struct book	*book = book_of(r, e);
	const struct val	*ask = val_get(val_get(e, PK_DETAIL), PK_ASK),
	    *remarks = val_get(val_get(e, PK_DETAIL), PK_REMARKS);
	struct buf		 b = BUF_INIT;

	for (size_t i = 0; i < val_len(ask); i++) {
		const struct field	*f = question(book, e, val_key(ask, i));

		buf_reset(&b);
		if (f != NULL)
			wording_value(ctx, f, val_value(ask, i), &b);
		deflist_add(out, f != NULL ? wording_label(ctx, f->label) : val_key(ask, i),
		    buf_str(&b));
	}
	for (size_t i = 0; i < val_len(remarks); i++) {
		buf_reset(&b);
		wording_path(ctx, book, val_key(remarks, i), &b);
		deflist_add(out, buf_str(&b), val_str(val_value(remarks, i)));
	}
	buf_free(&b);
}

static void
open_entry(struct trail *r, const struct val *e)
{
	struct deflist	 f = DEFLIST_INIT;
	struct buf	 text = BUF_INIT, when = BUF_INIT;

	moments(first_moment(e), last_moment(e), &when);
	deflist_add(&f, _("when"), buf_str(&when));
	add_who(r, e, &f);
	add_what(r, e, &f);
	add_said(r, e, &f);
	deflist_print(&f, 0, TEXT_CELLS, &text);
	app_push(r->list.view.app, text_new(_("Audit trail"), buf_str(&text)), &r->list.view, 0);
	buf_free(&when);
	buf_free(&text);
	deflist_free(&f);
}

/* The single entries of a line, which are here already. */
static void
open_span(struct trail *r, const struct span *s)
{
	struct view	*v = scr_trail_of(r->record, buf_str(&r->title));
	struct trail	*in = trail_of(v);
	struct val	*list = val_list();

	for (size_t i = 0; list != NULL && i < s->n; i++)
		pack_add(list, val_dup(r->list.rows.at[s->at + i]));
	if (v != NULL) {
		in->single = true;
		list_view_fill(&in->list, list);
	}
	val_free(list);
	app_push(r->list.view.app, v, &r->list.view, 0);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static bool
is_not_single(const struct view *v)
{
	return !trail_of(v)->single;
}

static void
open_line(struct view *v)
{
	struct trail		*r = trail_of(v);
	const struct span	*s = &r->spans[r->list.lines.focus];

	if (s->n > 1)
		open_span(r, s);
	else
		open_entry(r, r->list.rows.at[s->at]);
}

static void
ask_person(struct view *v)
{
	const struct trail	*r = trail_of(v);

	app_push(v->app,
	    prompt_new(r->record != 0 ? _("Name") : _("Login name"), buf_str(&r->user), false, 0),
	    v, TAG_USER);
}

const struct command	 scr_trail_commands[] = {
	{ .act = ACT_OPEN, .may = list_view_has_line, .run = open_line },
	{ .act = ACT_FIND, .label = N_("one person"),
	    .help = N_("Shows only what one person did."), .may = is_not_single,
	    .run = ask_person },
	{ .act = ACT_PAGE_DOWN, .may = list_view_has_pages },
	{ .act = ACT_PAGE_UP, .may = list_view_has_pages },
	{ .act = ACT_REFRESH, .may = is_not_single },
	{ .act = ACT_JUMP },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = list_view_back },
	{ .act = ACT_NONE }
};

static bool
trail_key(struct view *v, const struct key *k, enum action act)
{
	return (act != ACT_REFRESH || is_not_single(v)) && list_view_key(v, k, act);
}

/* ---- drawing --------------------------------------------------------------------------------- */

/* On the trail of one record the person takes the place of book and number. */
static const struct {
	int		 col[5];
	const char	*head[5];
} columns[] = {
	{ { 2, 20, 33, 49, 60 }, { N_("when"), N_("who"), N_("did"), N_("with"),
	  N_("number of the record") } },
	{ { 2, 25, 35, 51, 66 }, { N_("when"), N_("who"), N_("did"), N_("Role"),
	  N_("fields changed") } },
};

static const int *
columns_of(const struct trail *r)
{
	return columns[r->record != 0].col;
}

static void
number_text(const struct val *e, struct buf *out)
{
	const char	*number = val_get_str(e, PK_NUMBER);

	if (number != NULL && *number != '\0')
		buf_puts(out, number);
	else if (val_get_num(e, PK_RECORD, 0) != 0)
		buf_printf(out, "#%lld", (long long)val_get_num(e, PK_RECORD, 0));
}

/* The first and the last moment of those that share a line. */
static void
when_text(const struct trail *r, const struct span *s, struct buf *out)
{
	moments(first_moment(r->list.rows.at[s->at + s->n - 1]),
	    last_moment(r->list.rows.at[s->at]), out);
}

static void
action_text(const struct trail *r, const struct span *s, struct buf *out)
{
	act_text(r, r->list.rows.at[s->at], times_in(r, s), out);
}

static void
draw_line(const struct list_view *l, struct term *t, int row, size_t i)
{
	const struct trail	*r = trail_of(&l->view);
	const struct span	*s = &r->spans[i];
	const struct val	*e = l->rows.at[s->at];
	const struct form_ctx	*ctx = &r->list.view.app->ctx;
	const struct book	*book = book_of(r, e);
	const int		*col = columns_of(r);
	const char		*name = val_get_str(e, PK_NAME);
	const char		*fourth = book != NULL ? wording_label(ctx, book->label) : "";
	struct buf		 b = BUF_INIT;

	when_text(r, s, &b);
	term_text(t, row, col[0], col[1] - col[0] - 1, ATTR_NORMAL, buf_str(&b));
	term_text(t, row, col[1], col[2] - col[1] - 1, ATTR_NORMAL, name != NULL ? name : "");
	buf_reset(&b);
	action_text(r, s, &b);
	term_text(t, row, col[2], col[3] - col[2] - 1, ATTR_NORMAL, buf_str(&b));
	term_text(t, row, col[3], col[4] - col[3] - 1, ATTR_NORMAL, r->record != 0 ?
	    role_text(r, e) : fourth);
	buf_reset(&b);
	if (r->record != 0)
		wording_paths(ctx, book, val_get(val_get(e, PK_DETAIL), PK_CHANGED), &b);
	else
		number_text(e, &b);
	term_text(t, row, col[4], -1, ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

static void
draw_head(const struct list_view *l, struct term *t, int row)
{
	const struct trail	*r = trail_of(&l->view);

	for (size_t i = 0; i < sizeof(columns[0].col) / sizeof(columns[0].col[0]); i++)
		term_text(t, row, columns_of(r)[i], -1, ATTR_DIM,
		    gettext(columns[r->record != 0].head[i]));
}

/* Row 23: what the columns have no room for. */
static void
trail_note(const struct view *v, struct buf *out)
{
	const struct trail	*r = trail_of(v);
	const struct val	*e = entry_of(r, r->list.lines.focus);
	const char		*from = val_get_str(e, PK_FROM);
	const struct val	*changed = val_get(val_get(e, PK_DETAIL), PK_CHANGED);

	if (e == NULL)
		return;
	who_text(r, e, out);
	buf_printf(out, "  %s%s", from != NULL ? from : "", from != NULL ? "  " : "");
	wording_paths(&v->app->ctx, book_of(r, e), changed, out);
}

static void
trail_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct trail	*r = trail_of(v);

	if (r->record != 0)
		wording_format(left, _("Who looked at and changed {1}"), ARG_TEXT,
		    buf_str(&r->title), ARG_END);
	else
		buf_puts(left, _("Audit trail"));
	if (r->user.n > 0)
		buf_printf(left, "  %s", buf_str(&r->user));
	list_view_add_more(&r->list, right);
}

static void
trail_free(struct view *v)
{
	struct trail	*r = trail_of(v);

	list_view_release(&r->list);
	free(r->spans);
	buf_free(&r->user);
	buf_free(&r->title);
	free(r);
}

static const struct list_ops	 list_ops = {
	.request = trail_request, .rows = "entries", .receive = make_lines, .count = count,
	.draw_head = draw_head,
	.draw_line = draw_line, .is_narrowed = is_narrowed, .widen = widen, .head_rows = 1,
	.head_stays = true,
	.read_once = true, .again_flags = APP_SEND_WAIT,
};

static const struct view_ops	 trail_ops = {
	.name = "trail", .title = trail_title, .draw = list_view_draw, .note = trail_note,
	.commands = scr_trail_commands,
	.key = trail_key, .reply = list_view_reply, .result = trail_result,
	.shown = list_view_shown, .free = trail_free,
};

struct view *
scr_trail(void)
{
	struct trail	*r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	list_view_init(&r->list, &trail_ops, &list_ops, NULL);
	return &r->list.view;
}

struct view *
scr_trail_of(int64_t id, const char *title)
{
	struct view	*v = scr_trail();

	if (v != NULL) {
		trail_of(v)->record = id;
		buf_puts(&trail_of(v)->title, title);
	}
	return v;
}
