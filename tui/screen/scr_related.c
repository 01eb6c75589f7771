#include <stdlib.h>
#include <string.h>

#include "tui/screen/scr.h"
#include "core/wire/protocol.h"
#include "tui/view/list_view.h"
#include "forms/wording.h"

/*
 * Relations of a record. First the records that link to it; then each record it links to (home,
 * carer, parents) with the others that link to the same one; then values it shares without a link.
 * Siblings share nearly everything: relations with the same others are grouped, and the others are
 * listed once below the group. Enter opens any of them.
 */
enum { TAG_OPEN = LIST_TAG };

#define LIMIT	50

struct line {
	const struct val	*of;		/* an entry of "shared" or "same"; NULL: the
						   record itself */
	const struct val	*one;		/* links to it; NULL: the head of its part */
	/* only one head above it: the line shows by which fields */
	bool			 alone;
};

struct related_view {
	struct list_view	 list;
	const struct book	*book;
	int64_t			 id;
	char			*title;
	struct val		*reply;		/* NULL: not here yet */
	struct line		*at;
	size_t			 n;
	bool			 touched;
};

static struct related_view *
related_of(const struct view *v)
{
	return (struct related_view *)(uintptr_t)v;
}

static struct val *
related_request(const struct list_view *l, enum list_page page)
{
	const struct related_view	*s = related_of(&l->view);
	struct val			*req = app_request_new("linked");

	(void)page;
	pack_put(req, PK_BOOK, val_text(s->book->name));
	pack_put(req, PK_ID, val_int(s->id));
	pack_put(req, PK_SHARED, val_bool(true));
	pack_put(req, PK_LIMIT, val_int(LIMIT));
	return req;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static size_t
count_entries(const struct val *entries)
{
	size_t	 n = 0;

	for (size_t i = 0; i < val_len(entries); i++)
		n += 1 + val_len(val_get(val_at(entries, i), PK_LINKED));
	return n;
}

static size_t
count_lines(const struct val *reply)
{
	return val_len(val_get(reply, PK_LINKED)) + count_entries(val_get(reply, PK_SHARED)) +
	    count_entries(val_get(reply, PK_SAME));
}

static size_t
put_lines(struct line *at, const struct val *of, const struct val *linked, bool alone)
{
	for (size_t i = 0; i < val_len(linked); i++)
		at[i] = (struct line){ of, val_at(linked, i), alone };
	return val_len(linked);
}

static bool
is_among(const struct val *one, const struct val *linked)
{
	for (size_t i = 0; i < val_len(linked); i++)
		if (table_row_id(val_get(val_at(linked, i), PK_ROW)) == table_row_id(val_get(one,
		    PK_ROW)))
			return true;
	return false;
}

static bool
same_others(const struct val *a, const struct val *b)
{
	const struct val	*of = val_get(a, PK_LINKED), *in = val_get(b, PK_LINKED);

	if (val_get_num(a, PK_COUNT, 0) != val_get_num(b, PK_COUNT, 0) ||
	    val_len(of) != val_len(in))
		return false;
	for (size_t i = 0; i < val_len(of); i++)
		if (!is_among(val_at(of, i), in))
			return false;
	return true;
}

/* The first entry with the same others; i: itself. */
static size_t
first_like(const struct val *const *entries, size_t i)
{
	size_t	 k = 0;

	while (k < i && !same_others(entries[k], entries[i]))
		k++;
	return k;
}

/* Puts the heads of entries with the same others, then these others, for each such group. */
static size_t
put_entries(struct line *at, const struct val *const *entries, size_t nentries)
{
	size_t	 n = 0, heads;

	for (size_t i = 0; i < nentries; i++) {
		if (first_like(entries, i) < i)
			continue;
		heads = 0;
		for (size_t k = i; k < nentries; k++)
			if (first_like(entries, k) == i) {
				at[n++] = (struct line){ .of = entries[k] };
				heads++;
			}
		n += put_lines(at + n, entries[i], val_get(entries[i], PK_LINKED), heads == 1);
	}
	return n;
}

static size_t
gather(const struct val *reply, const struct val **entries)
{
	const struct val	*shared = val_get(reply, PK_SHARED),
	    *same = val_get(reply, PK_SAME);
	size_t			 n = 0;

	for (size_t i = 0; i < val_len(shared); i++)
		entries[n++] = val_at(shared, i);
	for (size_t i = 0; i < val_len(same); i++)
		entries[n++] = val_at(same, i);
	return n;
}

static void
receive(struct list_view *l, const struct val *reply, enum list_page page)
{
	struct related_view	 *s = related_of(&l->view);
	const size_t		  most = count_lines(reply) + 1;
	struct val		 *copy = val_dup(reply);
	struct line		 *at = calloc(most, sizeof *at);
	const struct val	**entries = calloc(most, sizeof *entries);

	(void)page;
	if (copy != NULL && at != NULL && entries != NULL) {
		val_free(s->reply);
		free(s->at);
		s->reply = copy;
		s->at = at;
		s->n = put_lines(at, NULL, val_get(copy, PK_LINKED), true);
		s->n += put_entries(at + s->n, entries, gather(copy, entries));
	} else {
		val_free(copy);
		free(at);
	}
	free(entries);
}

static size_t
count(const struct list_view *l)
{
	return related_of(&l->view)->n;
}

static void
related_result(struct view *v, int tag, const struct val *result)
{
	(void)tag;
	related_of(v)->touched |= result != NULL;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static const struct book *
book_of(const struct related_view *s, const struct val *entry)
{
	const char	*name = val_get_str(entry, PK_BOOK);

	return name != NULL ? set_book(s->list.view.app->ctx.set, name) : NULL;
}

static void
open_line(struct view *v)
{
	const struct related_view	*s = related_of(v);
	const struct line		*l = &s->at[s->list.lines.focus];
	const struct val		*entry = l->one != NULL ? l->one : l->of;
	const struct book		*book = book_of(s, entry);
	int64_t				 id =
	    l->one != NULL ? table_row_id(val_get(l->one, PK_ROW)) : val_get_num(l->of, PK_ID, 0);

	if (book != NULL && id != 0)
		app_push(v->app, scr_cover_open(book, id), v, TAG_OPEN);
}

static void
leave(struct view *v)
{
	struct val	*touched = related_of(v)->touched ? val_bool(true) : NULL;

	app_close(v, touched);
	val_free(touched);
}

const struct command	 scr_related_commands[] = {
	{ .act = ACT_OPEN, .may = list_view_has_line, .run = open_line },
	{ .act = ACT_PAGE_DOWN, .may = list_view_has_pages },
	{ .act = ACT_PAGE_UP, .may = list_view_has_pages },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = leave },
	{ .act = ACT_NONE }
};

/* ---- drawing --------------------------------------------------------------------------------- */

#define COL	2

/* "受委托监护人：王桂花   另有 3 份档案", "照料人电话相同   还有 3 份档案" */
static void
head_text(const struct related_view *s, const struct val *of, struct buf *out)
{
	const char	*why = wording_bilingual(&s->list.view.app->ctx, val_get(of, PK_SAY)),
	    *title = val_get_str(of, PK_TITLE);
	int64_t		 n = val_get_num(of, PK_COUNT, 0);

	if (why != NULL) {
		buf_printf(out, "%s   ", why);
		wording_format(out, _("so in {1} others"), ARG_NUM, n, ARG_END);
		return;
	}
	wording_paths(&s->list.view.app->ctx, s->book, val_get(of, PK_PATHS), out);
	buf_printf(out, "  %s   ", title != NULL ? title : "");
	if (n > 0)
		wording_format(out, _("named by {1} others"), ARG_NUM, n, ARG_END);
	else
		buf_puts(out, _("named by nobody else"));
}

static void
linked_text(const struct related_view *s, const struct line *l, struct buf *out)
{
	const struct book	*book = book_of(s, l->one);
	const char		*title = val_get_str(val_get(l->one, PK_ROW), PK_TITLE);

	if (book == NULL)
		return;
	buf_printf(out, "%s  %s   ", wording_label(&s->list.view.app->ctx, book->label),
	    title != NULL ? title : "");
	if (l->alone)
		wording_paths(&s->list.view.app->ctx, book, val_get(l->one, PK_PATHS), out);
}

static void
draw_line(const struct list_view *list, struct term *t, int row, size_t i)
{
	const struct related_view	*s = related_of(&list->view);
	const struct line		*l = &s->at[i];
	struct buf			 b = BUF_INIT;

	if (l->one == NULL)
		head_text(s, l->of, &b);
	else
		linked_text(s, l, &b);
	term_text(t, row, l->one != NULL && l->of != NULL ? 2 * COL : COL, -1, l->one == NULL ?
	    ATTR_BOLD : ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

static const char *
empty_text(const struct list_view *l)
{
	(void)l;
	return _("Nobody on record shares anything with it.");
}

static void
related_title(const struct view *v, struct buf *left, struct buf *right)
{
	wording_format(left, _("Who shares with {1}"), ARG_TEXT, related_of(v)->title, ARG_END);
	list_view_add_more(&related_of(v)->list, right);
}

static void
related_free(struct view *v)
{
	struct related_view	*s = related_of(v);

	list_view_release(&s->list);
	val_free(s->reply);
	free(s->at);
	free(s->title);
	free(s);
}

static const struct list_ops	 list_ops = {
	.request = related_request, .rows = "linked", .receive = receive, .count = count,
	.draw_line = draw_line,
	.empty = empty_text, .one_page = true, .again_flags = APP_SEND_WAIT,
};

static const struct view_ops	 related_ops = {
	.name = "linked", .title = related_title, .draw = list_view_draw,
	.commands = scr_related_commands,
	.key = list_view_key, .reply = list_view_reply, .result = related_result,
	.shown = list_view_shown,
	.free = related_free,
};

struct view *
scr_related(const struct book *book, int64_t id, const char *title)
{
	struct related_view	*s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	*s = (struct related_view){ .book = book, .id = id, .title = strdup(title) };
	list_view_init(&s->list, &related_ops, &list_ops, book);
	if (s->title == NULL) {
		free(s);
		return NULL;
	}
	return &s->list.view;
}

static bool
names(const struct book *b, const struct book *other)
{
	for (size_t i = 0; i < b->nall; i++)
		if (b->all[i]->link_book != NULL && b->all[i] != b->under &&
		    (other == NULL || b->all[i]->link_book == other))
			return true;
	for (size_t i = 0; other == NULL && i < b->nmatch_rules; i++)
		if (b->match_rules[i].shared)
			return true;
	return false;
}

bool
scr_related_exist(const struct app *app, const struct book *book)
{
	const struct set	*set = app->ctx.set;

	for (size_t i = 0; i < set->nbooks; i++)
		if (names(&set->books[i], book))
			return true;
	return names(book, NULL);
}
