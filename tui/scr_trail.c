#include <stdlib.h>
#include <string.h>

#include "tui/rows.h"
#include "tui/scr.h"
#include "tui/words.h"

/*
 * The audit trail, newest first, of everybody or of one person.
 */
#define FETCH	50

enum { TAG_FIRST = 1, TAG_MORE, TAG_USER };

struct trail {
	struct view	 view;
	struct rows	 rows;
	struct lines	 lines;
	bool		 more;
	struct buf	 user;
};

static struct trail *
trail_of(const struct view *v)
{
	return (struct trail *)(uintptr_t)v;
}

static int
rows_shown(const struct trail *r)
{
	return content_rows(r->view.app->term) - 1;
}

static void
ask(struct trail *r, int tag)
{
	struct val	*req = request_new("trail");

	if (req != NULL) {
		val_put(req, "limit", val_int(FETCH));
		if (r->user.n > 0)
			val_put(req, "user", val_text(buf_str(&r->user)));
		if (tag == TAG_MORE && r->rows.n > 0)
			val_put(req, "before", val_dup(val_get(r->rows.at[r->rows.n - 1], "seq")));
	}
	app_ask(&r->view, tag, req, ASK_WAIT);
}

static void
trail_shown(struct view *v)
{
	if (trail_of(v)->rows.n == 0)
		ask(trail_of(v), TAG_FIRST);
}

static void
trail_reply(struct view *v, int tag, const struct val *reply)
{
	struct trail	*r = trail_of(v);

	if (!reply_fine(v->app, NULL, reply))
		return;
	if (tag == TAG_FIRST)
		rows_clear(&r->rows);
	rows_add(&r->rows, val_get(reply, "entries"), NULL);
	r->more = val_get_true(reply, "more");
	lines_resize(&r->lines, r->rows.n);
	if (tag == TAG_MORE)
		lines_move(&r->lines, ACT_DOWN, rows_shown(r));
}

static void
trail_answer(struct view *v, int tag, const struct val *answer)
{
	struct trail	*r = trail_of(v);

	if (tag != TAG_USER || answer == NULL)
		return;
	buf_reset(&r->user);
	buf_puts(&r->user, val_str(answer));
	ask(r, TAG_FIRST);
}

static bool
at_end(const struct trail *r, enum action act)
{
	return r->more && ((act == ACT_DOWN && r->lines.focus + 1 >= r->lines.n) ||
	    (act == ACT_PAGE_DOWN && r->lines.focus + (size_t)rows_shown(r) >= r->lines.n) || act == ACT_END);
}

static bool
trail_key(struct view *v, const struct key *k, enum action act)
{
	struct trail	*r = trail_of(v);

	(void)k;
	if (act == ACT_BACK && r->user.n > 0) {
		buf_reset(&r->user);
		ask(r, TAG_FIRST);
	} else if (act == ACT_BACK)
		app_close(v, NULL);
	else if (act == ACT_FIND)
		app_push(v->app, prompt_new(_("Login name"), buf_str(&r->user), false), v, TAG_USER);
	else if (act == ACT_REFRESH)
		ask(r, TAG_FIRST);
	else if (at_end(r, act))
		ask(r, TAG_MORE);
	else
		return lines_move(&r->lines, act, rows_shown(r));
	return act != ACT_REFRESH;
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

static const int	 cols[] = { 2, 20, 33, 49, 60 };

static const struct book *
book_of(const struct trail *r, const struct val *entry)
{
	const char	*name = val_get_str(entry, "book");

	return name != NULL ? set_book(r->view.app->ctx.set, name) : NULL;
}

static void
draw_entry(const struct trail *r, struct term *t, int row, const struct val *e)
{
	const struct form_ctx	*ctx = &r->view.app->ctx;
	const struct book	*book = book_of(r, e);
	const char		*name = val_get_str(e, "name"), *number = val_get_str(e, "number"), *act = val_get_str(e, "act");
	struct buf		 b = BUF_INIT;

	words_moment(val_get_num(e, "at", 0), &b);
	term_text(t, row, cols[0], 17, ATTR_NORMAL, buf_str(&b));
	term_text(t, row, cols[1], 12, ATTR_NORMAL, name != NULL ? name : "");
	buf_reset(&b);
	words_act(ctx, book, act != NULL ? act : "", &b);
	term_text(t, row, cols[2], 15, ATTR_NORMAL, buf_str(&b));
	term_text(t, row, cols[3], 10, ATTR_NORMAL, book != NULL ? words_label(ctx, book->label) : "");
	buf_reset(&b);
	if (number != NULL && *number != '\0')
		buf_puts(&b, number);
	else if (val_get_num(e, "record", 0) != 0)
		buf_printf(&b, "#%lld", (long long)val_get_num(e, "record", 0));
	term_text(t, row, cols[4], -1, ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

static void
trail_draw(struct view *v, struct term *t)
{
	static const char *const	 heads[] = { N_("when"), N_("who"), N_("did"), N_("with"), N_("number of the record") };
	struct trail			*r = trail_of(v);
	int				 rows = rows_shown(r);
	size_t				 top = lines_top(&r->lines, rows);

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		term_text(t, CONTENT_ROW, cols[i], -1, ATTR_DIM, gettext(heads[i]));
	for (int i = 0; i < rows && top + (size_t)i < r->rows.n; i++) {
		draw_entry(r, t, CONTENT_ROW + 1 + i, r->rows.at[top + (size_t)i]);
		if (top + (size_t)i == r->lines.focus) {
			term_text(t, CONTENT_ROW + 1 + i, 0, -1, ATTR_BOLD, FOCUS_MARK);
			term_cursor(t, CONTENT_ROW + 1 + i, 0);
		}
	}
}

/* Row 23: what the columns have no room for. */
static void
trail_note(const struct view *v, struct buf *out)
{
	const struct trail	*r = trail_of(v);
	const struct val	*e = r->lines.focus < r->rows.n ? r->rows.at[r->lines.focus] : NULL;
	const char		*user = val_get_str(e, "user"), *from = val_get_str(e, "from");
	const struct val	*changed = val_get(val_get(e, "detail"), "changed");

	if (e == NULL)
		return;
	buf_printf(out, "%s  %s  ", user != NULL ? user : "", from != NULL ? from : "");
	words_paths(&v->app->ctx, book_of(r, e), changed, out);
}

static void
trail_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct trail	*r = trail_of(v);

	buf_puts(left, _("Audit trail"));
	if (r->user.n > 0)
		buf_printf(left, "  %s", buf_str(&r->user));
	if (r->more)
		buf_puts(right, _("more below"));
}

static void
trail_strip(const struct view *v, struct strip *s)
{
	(void)v;
	strip_act_as(s, ACT_FIND, _("one person"));
	strip_act(s, ACT_PAGE_DOWN);
	strip_act(s, ACT_PAGE_UP);
	strip_act(s, ACT_REFRESH);
	strip_act(s, ACT_JUMP);
	strip_act(s, ACT_HELP);
	strip_act(s, ACT_BACK);
}

static void
trail_free(struct view *v)
{
	struct trail	*r = trail_of(v);

	rows_clear(&r->rows);
	buf_free(&r->user);
	free(r);
}

static const struct view_ops trail_ops = {
	.name = "trail", .title = trail_title, .draw = trail_draw, .strip = trail_strip, .note = trail_note, .key = trail_key,
	.reply = trail_reply, .answer = trail_answer, .shown = trail_shown, .free = trail_free,
};

struct view *
scr_trail(void)
{
	struct trail	*r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->view.ops = &trail_ops;
	return &r->view;
}
