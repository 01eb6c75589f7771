#include "tui/app.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tui/app_int.h"
#include "tui/screen/scr.h"
#include "tui/words.h"

/*
 * The loop of the client and the stack of its views.
 */

uint64_t
app_now(void)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* ---- the stack ---------------------------------------------------------------------------------------------- */

bool
app_on_top(const struct view *v)
{
	return OWN(v->app)->top == v;
}

static void
tell_shown(struct app_own *own)
{
	if (own->top != NULL && own->top->ops->shown != NULL)
		own->top->ops->shown(own->top);
}

/* Below any view that locks the screen nothing gets on top. */
static void
put_on_top(struct app_own *own, struct view *v)
{
	v->below = own->top;
	own->top = v;
}

void
app_push(struct app *app, struct view *v, struct view *from, int tag)
{
	struct app_own	*own = OWN(app);

	if (v == NULL) {
		app_say(app, _("There is not enough memory on the server for this."), ARG_END);
		return;
	}
	v->app = app;
	v->from = from;
	v->tag = tag;
	put_on_top(own, v);
	tell_shown(own);
}

/* Takes the top view off; it is freed when nobody can be in the middle of it. */
static void
take_off(struct app_own *own)
{
	struct view	*v = own->top;

	own->top = v->below;
	ask_drop_view(own, v);
	v->closed = true;
	v->below = own->dead;
	own->dead = v;
}

static void
take_off_until(struct app_own *own, const struct view *v)
{
	while (own->top != v)
		take_off(own);
	take_off(own);
}

void
app_close(struct view *v, const struct val *answer)
{
	struct app_own	*own = OWN(v->app);
	struct view	*from = v->from, *next;
	int		 tag = v->tag;

	if (v->closed)
		return;
	take_off_until(own, v);
	if ((next = own->top) == NULL) {
		own->leaving = true;
		return;
	}
	if (from != NULL && !from->closed && from->ops->answer != NULL)
		from->ops->answer(from, tag, answer);
	if (own->top == next && !v->ops->popup)		/* what was under a popup is as it was */
		tell_shown(own);
}

void
app_replace(struct view *v, struct view *next)
{
	struct app_own	*own = OWN(v->app);
	struct view	*from = v->from;
	int		 tag = v->tag;

	if (next == NULL) {
		app_say(v->app, _("There is not enough memory on the server for this."), ARG_END);
		return;
	}
	take_off_until(own, v);
	app_push(&own->app, next, from, tag);
}

size_t
app_depth(const struct app *app)
{
	size_t	 n = 0;

	for (const struct view *v = OWN(app)->top; v != NULL; v = v->below)
		n++;
	return n;
}

void
app_home(struct app *app)
{
	struct app_own	*own = OWN(app);

	while (own->top != own->menu) {
		if (own->top->ops->leave != NULL)
			own->top->ops->leave(own->top);
		take_off(own);
	}
	tell_shown(own);
}

static void
bury_dead(struct app_own *own)
{
	while (own->dead != NULL) {
		struct view	*v = own->dead;

		own->dead = v->below;
		v->ops->free(v);
	}
}

/* ---- messages ----------------------------------------------------------------------------------------------- */

void
app_say(struct app *app, const char *translated, ...)
{
	struct app_own	*own = OWN(app);
	va_list		 ap;

	buf_reset(&own->message);
	va_start(ap, translated);
	words_vfill(&own->message, translated, ap);
	va_end(ap);
}

void
app_say_text(struct app *app, const char *text)
{
	struct app_own	*own = OWN(app);

	buf_reset(&own->message);
	buf_puts(&own->message, text);
}

void
app_hush(struct app *app)
{
	buf_reset(&OWN(app)->message);
}

/* ---- keys --------------------------------------------------------------------------------------------------- */

static enum key_where
where_of(const struct view *v)
{
	return v->ops->where != NULL ? v->ops->where(v) : WHERE_LIST;
}

/* What the view did not want, and every screen offers. */
static void
key_for_all(struct app_own *own, enum action act)
{
	switch (act) {
	case ACT_HELP:
		app_push(&own->app, scr_help(own->top), own->top, 0);
		break;
	case ACT_JUMP:
		app_jump(&own->app);
		break;
	case ACT_LOCK:
		app_lock(&own->app);
		break;
	case ACT_KEYS:
		own->strip_page++;
		break;
	case ACT_REFRESH:
		term_repaint(own->app.term);
		tell_shown(own);
		break;
	default:
		break;
	}
}

static void
one_key(struct app_own *own, const struct key *k)
{
	struct view	*v = own->top;
	enum action	 act = key_action(k, where_of(v));

	app_hush(&own->app);
	who_new_day(own);
	if (!seen_allows(own, k, where_of(v), act))
		return;
	if (k->code == K_GARBLED) {
		app_say(&own->app,
		    _("The terminal sent what is no character in {1}; set its encoding, or ours under the account screen."),
		    ARG_TEXT, locale_encoding_name(locale_encoding()), ARG_END);
		return;
	}
	if (act != ACT_KEYS)
		own->strip_page = 0;
	if (!v->ops->key(v, k, act))
		key_for_all(own, act);
	seen_follow(own);		/* before a freed view's address can be another's */
	bury_dead(own);
}

/* Does an answer have to come before the next key makes sense? */
static bool
must_wait(const struct app_own *own)
{
	return own->top != NULL && own->top->waiting > 0;
}

static bool
waits_firmly(const struct app_own *own)
{
	for (const struct asked *a = own->asked; a != NULL; a = a->next)
		if (a->view == own->top && (a->flags & ASK_FIRM) != 0)
			return true;
	return false;
}

/*
 * Typed ahead of an answer: kept in order. Once the way out is on the screen Esc gives up waiting, and no more than that; before,
 * it is a key like others, meant for what the answer brings. A write is always waited for.
 */
static void
keep_key(struct app_own *own, const struct key *k)
{
	bool	 long_wait = own->waiting_since != 0 && app_now() - own->waiting_since >= WAY_OUT_AFTER_MS;

	if (long_wait && key_action(k, where_of(own->top)) == ACT_BACK && !waits_firmly(own)) {
		app_forget(own->top);
		own->ntyped = 0;
	} else
		own->typed[own->ntyped++] = *k;
}

static bool
keys_full(const struct app_own *own)
{
	return own->ntyped == TYPED_MAX;
}

static void
take_key(struct app_own *own, const struct key *k)
{
	own->last_key = app_now();
	if (k->code == K_HANGUP)
		own->hung_up = own->leaving = true;
	else if (k->code == K_RESIZE)
		return;			/* the next draw sees the new size */
	else if (must_wait(own) || own->ntyped > 0)
		keep_key(own, k);
	else
		one_key(own, k);
}

static void
take_kept_keys(struct app_own *own)
{
	size_t	 used = 0;

	while (used < own->ntyped && !must_wait(own) && !own->leaving) {
		struct key	 k = own->typed[used++];

		one_key(own, &k);
	}
	own->ntyped -= used;
	memmove(own->typed, own->typed + used, own->ntyped * sizeof(own->typed[0]));
}

/* ---- the loop ----------------------------------------------------------------------------------------------- */

static int
sooner(int a, int64_t b)
{
	int	 ms = b < 0 ? 0 : b > INT32_MAX ? INT32_MAX : (int)b;

	return a < 0 || ms < a ? ms : a;
}

static int
word_due(const struct app_own *own, int ms, uint64_t now)
{
	int64_t	 waited = (int64_t)(now - own->waiting_since);

	if (own->waiting_since == 0)
		return ms;
	if (waited < WORD_AFTER_MS)
		return sooner(ms, WORD_AFTER_MS - waited);
	return waited < WAY_OUT_AFTER_MS ? sooner(ms, WAY_OUT_AFTER_MS - waited) : ms;
}

/* Milliseconds until something has to be done without any key or answer; -1 = never. */
static int
next_due(const struct app_own *own, uint64_t now)
{
	int	 ms = -1, due;

	for (const struct view *v = own->top; v != NULL; v = v->below)
		if (v->ops->due != NULL && (due = v->ops->due(v, now)) >= 0)
			ms = sooner(ms, due);
	ms = word_due(own, ms, now);
	if ((due = ask_due(own, now)) >= 0)
		ms = sooner(ms, due);
	if (own->opts.idle_ms > 0 && !own->locked && own->app.role != NULL)
		ms = sooner(ms, own->opts.idle_ms - (int64_t)(now - own->last_key));
	for (const struct asked *a = own->asked; a != NULL; a = a->next)
		if (a->lost)
			return 0;
	return ms;
}

static void
do_due(struct app_own *own, uint64_t now)
{
	for (struct view *v = own->top; v != NULL; v = v->below)
		if (v->ops->due != NULL && v->ops->due(v, now) == 0)
			v->ops->tick(v, now);
	if (own->opts.idle_ms > 0 && !own->locked && own->app.role != NULL &&
	    now - own->last_key >= (uint64_t)own->opts.idle_ms)
		app_lock(&own->app);
	ask_tend(own, now);
}

/*
 * A wait too short for a word is not shown: the screen stays as it is until the answer or until the
 * word is due. Painting a screen twice, first without and then with what it is about, costs half as
 * many bytes again.
 */
static bool
waits_briefly(const struct app_own *own)
{
	return must_wait(own) && own->waiting_since != 0 && app_now() - own->waiting_since < WORD_AFTER_MS;
}

static void
round_of(struct app_own *own)
{
	int		 fd = ask_fd(own);
	struct key	 k;

	if (keys_full(own))		/* what is typed further ahead waits in the terminal */
		poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, KEYS_FULL_MS);
	else
		term_wait(own->app.term, &fd, NULL, 1, next_due(own, app_now()));
	while (!own->leaving && !keys_full(own) && term_key(own->app.term, &k))
		take_key(own, &k);
	ask_pump(own);
	bury_dead(own);
	take_kept_keys(own);
	if (!own->leaving)
		do_due(own, app_now());
	bury_dead(own);
	if (own->top != NULL && !own->leaving && !term_pending(own->app.term) && !waits_briefly(own))
		frame_draw(own);
}

/* The last words to the daemon: what views still hold. Answers are waited for, but not for long. */
static void
send_rest(struct app_own *own)
{
	uint64_t	 until = app_now() + GOODBYE_MS;

	for (struct view *v = own->top; v != NULL; v = v->below)
		if (v->ops->leave != NULL)
			v->ops->leave(v);
	while (own->link != NULL && app_now() < until && (ask_pending(own) || link_wants_write(own->link))) {
		int	 fd = link_fd(own->link);

		if (own->hung_up) {
			struct timespec	 ts = { 0, 5 * 1000 * 1000 };

			nanosleep(&ts, NULL);	/* a dead terminal is always readable */
		} else
			term_wait(own->app.term, &fd, NULL, 1, 20);
		ask_pump(own);
	}
}

void
app_leave(struct app *app)
{
	OWN(app)->leaving = true;
}

const char *
app_run(const struct app_opts *opts)
{
	static struct app_own	 own;
	const char		*say;

	own = (struct app_own){ .opts = *opts };
	if (!ask_connect(&own, &say))
		return say;
	if ((say = term_open(&own.app.term)) != NULL) {
		ask_close(&own);
		return say;
	}
	own.last_key = app_now();
	own.app.ctx.lang = locale_language();
	app_push(&own.app, scr_enter(), NULL, 0);
	while (!own.leaving && own.top != NULL)
		round_of(&own);
	send_rest(&own);
	while (own.top != NULL)
		take_off(&own);
	bury_dead(&own);
	ask_close(&own);
	who_free(&own);
	term_close(own.app.term);
	return own.goodbye.n > 0 ? buf_str(&own.goodbye) : NULL;
}
