#include <stdio.h>
#include <string.h>

#include "tui/app/app_int.h"
#include "tui/term/width.h"
#include "forms/wording.h"

/*
 * The frame around every screen: person, place and counts; the title; the message; the strip of
 * keys.
 */

int
frame_content_rows(const struct term *t)
{
	return term_rows(t) - 4;
}

bool
frame_too_small(const struct term *t)
{
	return term_rows(t) < FRAME_MIN_ROWS || term_cols(t) < FRAME_MIN_COLS;
}

/* ---- the strip ------------------------------------------------------------------------------- */

static void
add_item(struct strip *s, const struct strip_item *item)
{
	if (s->n < STRIP_MAX)
		s->at[s->n++] = *item;
}

void
strip_add_key(struct strip *s, const char *key, const char *label, const char *help)
{
	add_item(s, &(struct strip_item){ .act = ACT_NONE, .key = key, .label = label,
	    .help = help });
}

void
strip_pin_last(struct strip *s)
{
	if (s->n > 0)
		s->at[s->n - 1].pinned = true;
}

void
strip_prefix_label_last(struct strip *s)
{
	if (s->n > 0)
		s->at[s->n - 1].prefix_label = true;
}

void
strip_add_described(struct strip *s, enum action act, const char *label, const char *help)
{
	const char	*key = key_for_action(act, s->where);

	if (key != NULL)
		add_item(s, &(struct strip_item){ .act = act, .key = gettext(key), .label = label,
		    .help = help });
}

void
strip_add_labelled(struct strip *s, enum action act, const char *label)
{
	strip_add_described(s, act, label, gettext(key_action_help(act)));
}

void
strip_add(struct strip *s, enum action act)
{
	strip_add_labelled(s, act, gettext(key_action_label(act)));
}

void
strip_add_page_keys(struct strip *s, bool more)
{
	if (!more)
		return;
	strip_add(s, ACT_PAGE_DOWN);
	strip_pin_last(s);
	strip_add(s, ACT_PAGE_UP);
}

void
strip_of_view(const struct view *v, struct strip *s)
{
	*s = (struct strip){ .where = v->ops->where != NULL ? v->ops->where(v) : WHERE_LIST };
	if (v->ops->strip != NULL)
		v->ops->strip(v, s);
	command_add_strip(v->ops->commands, v, s);
}

static int
item_cells(const struct strip_item *i)
{
	return width_of(i->key) + 1 + width_of(i->label) + 2;
}

/*
 * Help and back are the last items of every strip; they and pinned items are on each of its pages.
 */
static bool
stays(const struct strip *s, size_t i)
{
	return s->at[i].pinned || i + 2 >= s->n;
}

/* The first item that does not fit on the page beginning at `from`; one item always fits. */
static size_t
page_end(const struct strip *s, size_t from, int room)
{
	size_t	 i, n = 0;

	for (i = 0; i < s->n; i++)
		if (stays(s, i))
			room -= item_cells(&s->at[i]);
	for (i = from; i < s->n; i++) {
		if (stays(s, i))
			continue;
		room -= item_cells(&s->at[i]);
		if (room < 0 && n++ > 0)
			break;
		n++;
	}
	return i;
}

static size_t
page_begin(const struct strip *s, size_t page, int room)
{
	size_t	 from = 0, pages = 0;

	while (from < s->n && pages < page) {
		from = page_end(s, from, room);
		pages++;
	}
	return from < s->n ? from : page_begin(s, page % pages, room);
}

static int
draw_item(struct term *t, int col, const struct strip_item *i)
{
	const int	 row = term_rows(t) - 1;

	col += term_text(t, row, col, -1, ATTR_BOLD, i->key) + 1;
	return col + term_text(t, row, col, -1, ATTR_NORMAL, i->label) + 2;
}

/*
 * Items without room are on further pages of the row; the key that turns the pages shows that there
 * are some.
 */
static void
draw_strip(struct term *t, const struct strip *s, size_t page)
{
	struct strip	 more = { .where = s->where };
	int		 room = term_cols(t) + 2, col = 0;
	size_t		 from = 0, end;

	if ((end = page_end(s, 0, room)) < s->n) {
		strip_add(&more, ACT_KEYS);
		room -= item_cells(&more.at[0]);
		from = page_begin(s, page, room);
		end = page_end(s, from, room);
	}
	for (size_t i = 0; i < s->n; i++) {
		if (i + 2 == s->n && more.n > 0)
			col = draw_item(t, col, &more.at[0]);
		if (stays(s, i) || (i >= from && i < end))
			col = draw_item(t, col, &s->at[i]);
	}
}

/* ---- row 1 ----------------------------------------------------------------------------------- */

/*
 * Does a record in this state wait for this role? Then the role has an act with a full check from
 * this state.
 */
static bool
state_waits(const struct book *b, const struct role *r, const struct state *s)
{
	for (size_t i = 0; i < b->nacts; i++)
		if (b->acts[i].check && (b->acts[i].by & ROLE_BIT(r)) != 0 &&
		    (b->acts[i].from & STATE_BIT(s)) != 0)
			return true;
	return false;
}

/*
 * Is it a list of records that all wait for the role? Every state it includes waits, and it
 * includes some states but not all.
 */
static bool
is_to_do(const struct list *l, const struct role *r)
{
	const struct book	*b = l->book;
	struct val		*none = val_map();
	size_t			 in = 0, wait = 0;

	if (l->where == NULL || !pred_uses_state(l->where) || none == NULL) {
		val_free(none);
		return false;
	}
	for (size_t i = 0; i < b->nstates; i++) {
		struct pred_ctx	 pc = { .rec = none, .state = b->states[i].name };

		if (!pred_holds(l->where, &pc))
			continue;
		in++;
		wait += state_waits(b, r, &b->states[i]);
	}
	val_free(none);
	return in > 0 && in == wait && in < b->nstates;
}

static void
add_waiting(const struct app *a, const struct menu_item *items, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct menu_item	*m = &items[i];
		struct buf		 name = BUF_INIT;
		int64_t			 count;

		if (m->kind == MENU_SUB)
			add_waiting(a, m->items, m->nitems, out);
		if (m->kind != MENU_LIST || !is_to_do(m->list, a->role))
			continue;
		buf_printf(&name, "%s.%s", m->book->name, m->list->name);
		count = val_get_num(a->counts, buf_str(&name), 0);
		if (count > 0)
			buf_printf(out, "%s%s %lld", out->n > 0 ? "  " : "",
			    wording_label(&a->ctx, m->label), (long long)count);
		buf_free(&name);
	}
}

static void
add_count(const char *translated, int64_t n, struct buf *out)
{
	if (n == 0)
		return;
	if (out->n > 0)
		buf_puts(out, "  ");
	wording_format(out, translated, ARG_NUM, n, ARG_END);
}

/* Keeps whole entries, the most important ones: half a word without its number would mislead. */
static void
keep_whole(struct buf *b, int room)
{
	char	*gap, *at;

	while (width_of(buf_str(b)) > room) {
		for (gap = NULL, at = b->p; (at = strstr(at, "  ")) != NULL; at++)
			gap = at;
		if (gap == NULL)
			return;
		b->n = (size_t)(gap - b->p);
		*gap = '\0';
	}
}

/* Without a connection the counts are old, so only that is shown. */
static void
status_right(const struct app *a, struct buf *right)
{
	if (app_conn_is_down(APP_IMPL(a), app_now())) {
		buf_puts(right, _("not connected"));
		return;
	}
	if (a->role == NULL)
		return;
	if (a->behind)
		buf_puts(right, _("server clock wrong, not saving"));
	add_count(_("overdue {1}"), a->overdue, right);
	add_count(_("due soon {1}"), a->due_soon, right);
	add_count(_("unfinished {1}"), a->drafts, right);
	add_waiting(a, a->role->menu, a->role->nmenu, right);
}

static void
draw_status(const struct app *a)
{
	const bool	 away = app_conn_is_down(APP_IMPL(a), app_now());
	struct buf	 left = BUF_INIT, right = BUF_INIT;
	int		 room = term_cols(a->term), used;

	buf_puts(&left, _("Shouwang"));
	if (a->role != NULL) {
		buf_puts(&left, "  ");
		if (val_len(a->areas) > 0)
			wording_areas(&a->ctx, a->areas, &left);
		else
			buf_puts(&left, wording_label(&a->ctx, a->ctx.set->county));
		buf_printf(&left, "  %s %s", a->name, wording_label(&a->ctx, a->role->label));
	}
	status_right(a, &right);
	used = room - width_of(buf_str(&left)) - 2;
	keep_whole(&right, used);
	used = width_of(buf_str(&right));
	term_text(a->term, 0, 0, room - used - 1, ATTR_NORMAL, buf_str(&left));
	term_text(a->term, 0, room - used, used, away ? ATTR_BOLD : ATTR_NORMAL, buf_str(&right));
	buf_free(&left);
	buf_free(&right);
}

/* ---- rows 2 and 23 --------------------------------------------------------------------------- */

static void
draw_title(const struct app *a, const struct view *v)
{
	struct buf	 left = BUF_INIT, right = BUF_INIT;
	int		 used, room;

	while (v->ops->title == NULL && v->below != NULL)
		v = v->below;
	if (v->ops->title != NULL)
		v->ops->title(v, &left, &right);
	used = width_of(buf_str(&right));
	room = term_cols(a->term) - used - (used > 0);
	term_textn(a->term, 1, 0, room, ATTR_BOLD, buf_str(&left),
	    width_cut_words(buf_str(&left), left.n, room));
	term_text(a->term, 1, term_cols(a->term) - used, used, ATTR_NORMAL, buf_str(&right));
	buf_free(&left);
	buf_free(&right);
}

/* During a wait one word, later the way out. */
static const char *
waiting_text(const struct app_impl *own)
{
	uint64_t	 ms = own->waiting_since != 0 ? app_now() - own->waiting_since : 0;

	if (ms >= WAIT_ESCAPE_MS)
		return _("Still waiting for the server; Esc gives up.");
	return ms >= WAIT_NOTICE_MS ? _("One moment") : NULL;
}

static void
draw_message(struct app_impl *own)
{
	struct term	*t = own->app.term;
	struct buf	 note = BUF_INIT;
	const char	*waiting = waiting_text(own);

	if (waiting == NULL && own->message.n > 0)
		waiting = buf_str(&own->message);
	if (waiting == NULL && own->conn == NULL && own->lost_reason != NULL)
		waiting = own->lost_reason;
	if (waiting == NULL && own->conn == NULL)
		waiting =
		    _("The connection to the server is lost. Nothing you typed is lost; trying again.");
	if (waiting == NULL && own->top->ops->note != NULL) {
		own->top->ops->note(own->top, &note);
		waiting = buf_str(&note);
	}
	if (waiting != NULL)
		term_text(t, term_rows(t) - 2, 0, term_cols(t), ATTR_NORMAL, waiting);
	buf_free(&note);
}

static void
draw_views(struct view *v, struct term *t)
{
	if (v->ops->popup && v->below != NULL)
		draw_views(v->below, t);
	v->ops->draw(v, t);
}

void
frame_draw(struct app_impl *own)
{
	struct term	*t = own->app.term;
	struct strip	 strip;
	struct view	*v = own->top;

	term_begin(t);
	if (frame_too_small(t)) {
		term_text(t, 0, 0, -1, ATTR_NORMAL,
		    _("Please make this window at least 80 x 24; nothing is lost."));
		term_text(t, 1, 0, -1, ATTR_NORMAL,
		    _("Until then no key works but Ctrl-X: lock, leave."));
		term_flush(t);
		app_typeahead_painted(own, false);
		return;
	}
	draw_status(&own->app);
	draw_title(&own->app, v);
	draw_message(own);		/* before the view: a prompt draws itself over it */
	draw_views(v, t);
	strip_of_view(v, &strip);
	draw_strip(t, &strip, own->strip_pages_turned);
	term_flush(t);
	app_typeahead_painted(own, true);
}
