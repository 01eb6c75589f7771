#include "tui/app/app_int.h"

/*
 * Keys act on what the person has seen. Each key carries the number of paints sent when it was read
 * (struct key, seen). The rule, in one place:
 * - While the window is too small to show what a key would do, only the lock works. Keys typed
 *   meanwhile are dropped.
 * - A paste is text: outside text fields it is dropped.
 * - A question (view_ops.question) is answered only by keys read after it was painted. Keys typed
 *   or pasted together with the one that opened it are dropped with a message. Typing ahead in
 *   fields, menus and lists is not affected, and moving and leaving are always possible.
 */

/* Records which question has the keyboard: one that is new is not painted yet. */
void
app_typeahead_update(struct app_impl *own)
{
	const struct view	*v = own->top;
	unsigned		 which = v != NULL && v->ops->question != NULL ?
	    v->ops->question(v) : 0;

	if (own->question.view == v && own->question.which == which)
		return;
	own->question.view = v;
	own->question.which = which;
	own->question.drawn = false;
}

/* A frame was sent; `whole`: it showed the views, else the notice that the window is too small. */
void
app_typeahead_painted(struct app_impl *own, bool whole)
{
	uint32_t	 paints = term_paints(own->app.term);

	if (whole && own->hidden)
		own->seen_from = paints;
	own->hidden = !whole;
	app_typeahead_update(own);
	if (whole && !own->question.drawn) {
		own->question.drawn = true;
		own->question.paint = paints;
	}
}

static bool
is_hidden(const struct app_impl *own, const struct key *k)
{
	return own->hidden || k->seen < own->seen_from || frame_too_small(own->app.term);
}

/* Leaving, moving and finding a line decide nothing. */
static bool
is_harmless(enum action act)
{
	switch (act) {
	case ACT_BACK:
	case ACT_UP:
	case ACT_DOWN:
	case ACT_LEFT:
	case ACT_RIGHT:
	case ACT_PAGE_UP:
	case ACT_PAGE_DOWN:
	case ACT_TOP:
	case ACT_END:
	case ACT_FIND:
		return true;
	default:
		return false;
	}
}

static bool
is_early(const struct app_impl *own, const struct key *k)
{
	return own->question.which != 0 && (!own->question.drawn || k->seen < own->question.paint);
}

bool
app_typeahead_allows(struct app_impl *own, const struct key *k, enum key_where where,
    enum action act)
{
	bool	 paste = k->paste || k->code == K_PASTE_BEGIN || k->code == K_PASTE_END;

	app_typeahead_update(own);
	if (act == ACT_LOCK)
		return true;
	if (is_hidden(own, k))
		return false;
	if (paste && where != WHERE_TEXT) {
		app_message(&own->app, _("Only a text field takes what is pasted."), ARG_END);
		return false;
	}
	if (is_harmless(act) || !is_early(own, k))
		return true;
	app_message(&own->app, _("Read the question first, then press a key."), ARG_END);
	return false;
}
