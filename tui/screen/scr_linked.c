#include <stdlib.h>
#include <string.h>

#include "tui/rows.h"
#include "tui/screen/scr.h"
#include "tui/words.h"

/*
 * Who shares what with a record: each it names (its home, its carer, its parents) with the others that name the same one,
 * above them those who name the record itself, and below those who say the same without naming anybody on record.
 * Enter opens any of them.
 */
enum { TAG_LINKED = 1, TAG_OPEN };

#define LIMIT	50

struct line {
	const struct val	*of;		/* an entry of "shared" or "same"; NULL: the record itself */
	const struct val	*one;		/* who names it; NULL: the head of its part */
};

struct sharers {
	struct view		 view;
	const struct book	*book;
	int64_t			 id;
	char			*title;
	struct val		*reply;		/* NULL: not here yet */
	struct line		*at;
	struct lines		 lines;
	bool			 touched;
};

static struct sharers *
sharers_of(const struct view *v)
{
	return (struct sharers *)(uintptr_t)v;
}

static void
sharers_shown(struct view *v)
{
	struct sharers	*s = sharers_of(v);
	struct val	*req;

	if (v->waiting != 0)
		return;
	if ((req = request_new("linked")) != NULL) {
		val_put(req, "book", val_text(s->book->name));
		val_put(req, "id", val_int(s->id));
		val_put(req, "shared", val_bool(true));
		val_put(req, "limit", val_int(LIMIT));
	}
	app_ask(v, TAG_LINKED, req, ASK_WAIT);
}

/* ---- lines -------------------------------------------------------------------------------------------------- */

static size_t
count_entries(const struct val *entries)
{
	size_t	 n = 0;

	for (size_t i = 0; i < val_len(entries); i++)
		n += 1 + val_len(val_get(val_at(entries, i), "linked"));
	return n;
}

static size_t
count_lines(const struct val *reply)
{
	return val_len(val_get(reply, "linked")) + count_entries(val_get(reply, "shared")) +
	    count_entries(val_get(reply, "same"));
}

static size_t
put_lines(struct line *at, const struct val *of, const struct val *linked)
{
	for (size_t i = 0; i < val_len(linked); i++)
		at[i] = (struct line){ of, val_at(linked, i) };
	return val_len(linked);
}

/* Each entry with its head, then those it has. */
static size_t
put_entries(struct line *at, const struct val *entries)
{
	size_t	 n = 0;

	for (size_t i = 0; i < val_len(entries); i++) {
		at[n++] = (struct line){ val_at(entries, i), NULL };
		n += put_lines(at + n, val_at(entries, i), val_get(val_at(entries, i), "linked"));
	}
	return n;
}

static void
sharers_reply(struct view *v, int tag, const struct val *reply)
{
	struct sharers		*s = sharers_of(v);
	struct val		*had = s->reply;
	struct line		*at;
	size_t			 n;

	(void)tag;
	if (!reply_fine(v->app, s->book, reply) || (at = calloc(count_lines(reply) + 1, sizeof *at)) == NULL)
		return;
	if ((s->reply = val_dup(reply)) == NULL) {
		s->reply = had;
		free(at);
		return;
	}
	val_free(had);
	free(s->at);
	s->at = at;
	n = put_lines(at, NULL, val_get(s->reply, "linked"));
	n += put_entries(at + n, val_get(s->reply, "shared"));
	n += put_entries(at + n, val_get(s->reply, "same"));
	lines_resize(&s->lines, n);
}

static void
sharers_answer(struct view *v, int tag, const struct val *answer)
{
	(void)tag;
	sharers_of(v)->touched |= answer != NULL;
}

/* ---- keys --------------------------------------------------------------------------------------------------- */

static const struct book *
book_of(const struct sharers *s, const struct val *entry)
{
	const char	*name = val_get_str(entry, "book");

	return name != NULL ? set_book(s->view.app->ctx.set, name) : NULL;
}

static void
open_line(struct sharers *s)
{
	const struct line	*l = &s->at[s->lines.focus];
	const struct val	*entry = l->one != NULL ? l->one : l->of;
	const struct book	*book = book_of(s, entry);
	int64_t			 id = l->one != NULL ? row_id(val_get(l->one, "row")) : val_get_num(l->of, "id", 0);

	if (book != NULL && id != 0)
		app_push(s->view.app, scr_open(book, id), &s->view, TAG_OPEN);
}

static int
rows_shown(const struct sharers *s)
{
	return content_rows(s->view.app->term);
}

static bool
sharers_key(struct view *v, const struct key *k, enum action act)
{
	struct sharers	*s = sharers_of(v);
	struct val	*touched;

	(void)k;
	if (act == ACT_BACK) {
		touched = s->touched ? val_bool(true) : NULL;
		app_close(v, touched);
		val_free(touched);
	} else if (act == ACT_OPEN && s->lines.n > 0)
		open_line(s);
	else
		return lines_move(&s->lines, act, rows_shown(s));
	return true;
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

#define COL	2

/* "受委托监护人：王桂花   另有 3 份档案", "照料人电话相同   还有 3 份档案" */
static void
head_words(const struct sharers *s, const struct val *of, struct buf *out)
{
	const char	*why = words_both(&s->view.app->ctx, val_get(of, "say")), *title = val_get_str(of, "title");
	int64_t		 n = val_get_num(of, "count", 0);

	if (why != NULL) {
		buf_printf(out, "%s   ", why);
		words_fill(out, _("so in {1} others"), SAY_NUM, n, SAY_END);
		return;
	}
	words_paths(&s->view.app->ctx, s->book, val_get(of, "paths"), out);
	buf_printf(out, "  %s   ", title != NULL ? title : "");
	if (n > 0)
		words_fill(out, _("named by {1} others"), SAY_NUM, n, SAY_END);
	else
		buf_puts(out, _("named by nobody else"));
}

static void
one_words(const struct sharers *s, const struct val *one, struct buf *out)
{
	const struct book	*book = book_of(s, one);
	const char		*title = val_get_str(val_get(one, "row"), "title");

	if (book == NULL)
		return;
	buf_printf(out, "%s  %s   ", words_label(&s->view.app->ctx, book->label), title != NULL ? title : "");
	words_paths(&s->view.app->ctx, book, val_get(one, "paths"), out);
}

static void
draw_line(const struct sharers *s, struct term *t, int row, size_t i)
{
	const struct line	*l = &s->at[i];
	struct buf		 b = BUF_INIT;

	if (i == s->lines.focus) {
		term_text(t, row, 0, -1, ATTR_BOLD, FOCUS_MARK);
		term_cursor(t, row, 0);
	}
	if (l->one == NULL)
		head_words(s, l->of, &b);
	else
		one_words(s, l->one, &b);
	term_text(t, row, l->one != NULL && l->of != NULL ? 2 * COL : COL, -1, l->one == NULL ? ATTR_BOLD : ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

static void
sharers_draw(struct view *v, struct term *t)
{
	struct sharers	*s = sharers_of(v);
	size_t		 top = lines_top(&s->lines, rows_shown(s));

	if (s->reply == NULL)
		return;
	if (s->lines.n == 0)
		term_text(t, CONTENT_ROW, COL, -1, ATTR_NORMAL, _("Nobody on record shares anything with it."));
	for (int i = 0; i < rows_shown(s) && top + (size_t)i < s->lines.n; i++)
		draw_line(s, t, CONTENT_ROW + i, top + (size_t)i);
}

static void
sharers_title(const struct view *v, struct buf *left, struct buf *right)
{
	struct sharers	*s = sharers_of(v);

	words_fill(left, _("Who shares with {1}"), SAY_TEXT, s->title, SAY_END);
	if (lines_top(&s->lines, rows_shown(s)) + (size_t)rows_shown(s) < s->lines.n)
		buf_puts(right, _("more below"));
}

static void
sharers_strip(const struct view *v, struct strip *s)
{
	if (sharers_of(v)->lines.n > 0)
		strip_act(s, ACT_OPEN);
	strip_act(s, ACT_PAGE_DOWN);
	strip_act(s, ACT_PAGE_UP);
	strip_act(s, ACT_HELP);
	strip_act(s, ACT_BACK);
}

static void
sharers_free(struct view *v)
{
	struct sharers	*s = sharers_of(v);

	val_free(s->reply);
	free(s->at);
	free(s->title);
	free(s);
}

static const struct view_ops sharers_ops = {
	.name = "linked", .title = sharers_title, .draw = sharers_draw, .strip = sharers_strip, .key = sharers_key,
	.reply = sharers_reply, .answer = sharers_answer, .shown = sharers_shown, .free = sharers_free,
};

struct view *
scr_linked(const struct book *book, int64_t id, const char *title)
{
	struct sharers	*s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	*s = (struct sharers){ .view.ops = &sharers_ops, .book = book, .id = id, .title = strdup(title) };
	if (s->title == NULL) {
		free(s);
		return NULL;
	}
	return &s->view;
}

static bool
names(const struct book *b, const struct book *other)
{
	for (size_t i = 0; i < b->nall; i++)
		if (b->all[i]->to != NULL && b->all[i] != b->under && (other == NULL || b->all[i]->to == other))
			return true;
	for (size_t i = 0; other == NULL && i < b->nnear; i++)
		if (b->near[i].shared)
			return true;
	return false;
}

bool
scr_linked_has(const struct app *app, const struct book *book)
{
	const struct set	*set = app->ctx.set;

	for (size_t i = 0; i < set->nbooks; i++)
		if (names(&set->books[i], book))
			return true;
	return names(book, NULL);
}
