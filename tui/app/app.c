#include "tui/app/app.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tui/app/app_int.h"
#include "forms/wording.h"

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

/* ---- the stack ------------------------------------------------------------------------------- */

bool
app_is_top(const struct view *v)
{
	return APP_IMPL(v->app)->top == v;
}

static void
notify_shown(struct app_impl *own)
{
	if (own->top != NULL && own->top->ops->shown != NULL)
		own->top->ops->shown(own->top);
}

/* While the terminal is locked no view comes above the lock screen. */
static void
put_on_top(struct app_impl *own, struct view *v)
{
	v->below = own->top;
	own->top = v;
}

void
app_push(struct app *app, struct view *v, struct view *from, int tag)
{
	struct app_impl	*own = APP_IMPL(app);

	if (v == NULL) {
		app_message(app, _("There is not enough memory on the server for this."), ARG_END);
		return;
	}
	v->app = app;
	v->from = from;
	v->tag = tag;
	put_on_top(own, v);
	notify_shown(own);
}

/* Removes the top view; it is freed when no function of it can be running. */
static void
take_off(struct app_impl *own)
{
	struct view	*v = own->top;

	own->top = v->below;
	app_conn_drop_view(own, v);
	v->closed = true;
	v->below = own->closed_views;
	own->closed_views = v;
}

static void
take_off_until(struct app_impl *own, const struct view *v)
{
	while (own->top != v)
		take_off(own);
	take_off(own);
}

void
app_close(struct view *v, const struct val *result)
{
	struct app_impl	*own = APP_IMPL(v->app);
	struct view	*from = v->from, *next;
	int		 tag = v->tag;

	if (v->closed)
		return;
	take_off_until(own, v);
	if ((next = own->top) == NULL) {
		own->leaving = true;
		return;
	}
	if (from != NULL && !from->closed && from->ops->result != NULL)
		from->ops->result(from, tag, result);
	if (own->top == next && !v->ops->popup)		/* what was under a popup is as it was */
		notify_shown(own);
}

void
app_replace(struct view *v, struct view *next)
{
	struct app_impl	*own = APP_IMPL(v->app);
	struct view	*from = v->from;
	int		 tag = v->tag;

	if (next == NULL) {
		app_message(v->app, _("There is not enough memory on the server for this."),
		    ARG_END);
		return;
	}
	take_off_until(own, v);
	app_push(&own->app, next, from, tag);
}

size_t
app_depth(const struct app *app)
{
	size_t	 n = 0;

	for (const struct view *v = APP_IMPL(app)->top; v != NULL; v = v->below)
		n++;
	return n;
}

void
app_home(struct app *app)
{
	struct app_impl	*own = APP_IMPL(app);

	while (own->top != own->menu) {
		if (own->top->ops->leave != NULL)
			own->top->ops->leave(own->top);
		take_off(own);
	}
	notify_shown(own);
}

static void
free_closed_views(struct app_impl *own)
{
	while (own->closed_views != NULL) {
		struct view	*v = own->closed_views;

		own->closed_views = v->below;
		v->ops->free(v);
	}
}

/* ---- messages -------------------------------------------------------------------------------- */

void
app_message(struct app *app, const char *translated, ...)
{
	struct app_impl	*own = APP_IMPL(app);
	va_list		 ap;

	buf_reset(&own->message);
	va_start(ap, translated);
	wording_vformat(&own->message, translated, ap);
	va_end(ap);
}

void
app_message_text(struct app *app, const char *text)
{
	struct app_impl	*own = APP_IMPL(app);

	buf_reset(&own->message);
	buf_puts(&own->message, text);
}

void
app_message_clear(struct app *app)
{
	buf_reset(&APP_IMPL(app)->message);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static enum key_where
where_of(const struct view *v)
{
	return v->ops->where != NULL ? v->ops->where(v) : WHERE_LIST;
}

/* Keys that the view does not use and that work on every screen. */
static void
handle_global_key(struct app_impl *own, enum action act)
{
	switch (act) {
	case ACT_HELP:
		app_push(&own->app, own->app.screens->help(own->top), own->top, 0);
		break;
	case ACT_JUMP:
		app_jump_prompt(&own->app);
		break;
	case ACT_LOCK:
		app_lock(&own->app);
		break;
	case ACT_KEYS:
		own->strip_pages_turned++;
		break;
	case ACT_REFRESH:
		term_repaint(own->app.term);
		notify_shown(own);
		break;
	default:
		break;
	}
}

static void
one_key(struct app_impl *own, const struct key *k)
{
	struct view	*v = own->top;
	enum action	 act = key_action(k, where_of(v));

	app_message_clear(&own->app);
	app_user_new_day(own);
	if (!app_typeahead_allows(own, k, where_of(v), act))
		return;
	if (k->code == K_GARBLED) {
		app_message(&own->app,
		    _("The terminal sent what is no character in {1}; set its encoding, or ours under the account screen."),
		    ARG_TEXT, locale_encoding_name(locale_encoding()), ARG_END);
		return;
	}
	if (act != ACT_KEYS)
		own->strip_pages_turned = 0;
	if (!command_run(v->ops->commands, v, k, act) && !v->ops->key(v, k, act))
		handle_global_key(own, act);
	app_typeahead_update(own);		/* before a freed view's address can be another's */
	free_closed_views(own);
}

/* Do typed keys wait for a reply? */
static bool
must_wait(const struct app_impl *own)
{
	return own->top != NULL && own->top->waiting > 0;
}

static bool
waits_firmly(const struct app_impl *own)
{
	for (const struct pending_request *a = own->pending_request; a != NULL; a = a->next)
		if (a->view == own->top && (a->flags & APP_SEND_MUST_FINISH) != 0)
			return true;
	return false;
}

/*
 * A key typed before a reply is kept in order. After the row has shown the way out, Esc gives up
 * waiting and does nothing else; before that it is a key like others, meant for the screen after
 * the reply. The end of a write is always waited for.
 */
static void
queue_key(struct app_impl *own, const struct key *k)
{
	bool	 long_wait = own->waiting_since != 0 &&
	    app_now() - own->waiting_since >= WAIT_ESCAPE_MS;

	if (long_wait && key_action(k, where_of(own->top)) == ACT_BACK && !waits_firmly(own)) {
		app_cancel(own->top);
		own->ntyped = 0;
	} else
		own->typed[own->ntyped++] = *k;
}

static bool
keys_full(const struct app_impl *own)
{
	return own->ntyped == TYPED_MAX;
}

static void
dispatch_key(struct app_impl *own, const struct key *k)
{
	own->last_key = app_now();
	if (k->code == K_HANGUP)
		own->terminal_lost = own->leaving = true;
	else if (k->code == K_RESIZE)
		return;			/* the next draw sees the new size */
	else if (must_wait(own) || own->ntyped > 0)
		queue_key(own, k);
	else
		one_key(own, k);
}

static void
dispatch_queued_keys(struct app_impl *own)
{
	size_t	 used = 0;

	while (used < own->ntyped && !must_wait(own) && !own->leaving) {
		struct key	 k = own->typed[used++];

		one_key(own, &k);
	}
	own->ntyped -= used;
	memmove(own->typed, own->typed + used, own->ntyped * sizeof(own->typed[0]));
}

/* ---- the loop -------------------------------------------------------------------------------- */

static int
min_timeout(int a, int64_t b)
{
	int	 ms = b < 0 ? 0 : b > INT32_MAX ? INT32_MAX : (int)b;

	return a < 0 || ms < a ? ms : a;
}

static int
wait_notice_timeout(const struct app_impl *own, int ms, uint64_t now)
{
	int64_t	 waited = (int64_t)(now - own->waiting_since);

	if (own->waiting_since == 0)
		return ms;
	if (waited < WAIT_NOTICE_MS)
		return min_timeout(ms, WAIT_NOTICE_MS - waited);
	return waited < WAIT_ESCAPE_MS ? min_timeout(ms, WAIT_ESCAPE_MS - waited) : ms;
}

/* Milliseconds until something has to be done without any key or answer; -1 = never. */
static int
next_timeout(const struct app_impl *own, uint64_t now)
{
	int	 ms = -1, timeout;

	for (const struct view *v = own->top; v != NULL; v = v->below)
		if (v->ops->timeout != NULL && (timeout = v->ops->timeout(v, now)) >= 0)
			ms = min_timeout(ms, timeout);
	ms = wait_notice_timeout(own, ms, now);
	if ((timeout = app_conn_timeout(own, now)) >= 0)
		ms = min_timeout(ms, timeout);
	if (own->opts.idle_ms > 0 && !own->locked && own->app.role != NULL)
		ms = min_timeout(ms, own->opts.idle_ms - (int64_t)(now - own->last_key));
	for (const struct pending_request *a = own->pending_request; a != NULL; a = a->next)
		if (a->lost)
			return 0;
	return ms;
}

static void
run_timers(struct app_impl *own, uint64_t now)
{
	for (struct view *v = own->top; v != NULL; v = v->below)
		if (v->ops->timeout != NULL && v->ops->timeout(v, now) == 0)
			v->ops->tick(v, now);
	if (own->opts.idle_ms > 0 && !own->locked && own->app.role != NULL &&
	    now - own->last_key >= (uint64_t)own->opts.idle_ms)
		app_lock(&own->app);
	app_conn_tick(own, now);
}

/*
 * A short wait is not shown: the screen stays as it is until the reply or until the word is due.
 * Painting a screen twice, first without and then with its content, costs half as many bytes again.
 */
static bool
waits_briefly(const struct app_impl *own)
{
	return must_wait(own) && own->waiting_since != 0 &&
	    app_now() - own->waiting_since < WAIT_NOTICE_MS;
}

static void
run_once(struct app_impl *own)
{
	int		 fd = app_conn_fd(own);
	struct key	 k;

	if (keys_full(own))		/* further keys wait in the terminal */
		poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, KEYS_FULL_MS);
	else
		term_wait(own->app.term, &fd, NULL, 1, next_timeout(own, app_now()));
	while (!own->leaving && !keys_full(own) && term_key(own->app.term, &k))
		dispatch_key(own, &k);
	app_conn_pump(own);
	free_closed_views(own);
	dispatch_queued_keys(own);
	if (!own->leaving)
		run_timers(own, app_now());
	free_closed_views(own);
	if (own->top != NULL && !own->leaving && !term_pending(own->app.term) &&
	    !waits_briefly(own))
		frame_draw(own);
}

/*
 * Sends the last requests to the daemon: drafts of the views. Replies are waited for, but not for
 * long.
 */
static void
flush_requests(struct app_impl *own)
{
	uint64_t	 until = app_now() + FLUSH_MS;

	for (struct view *v = own->top; v != NULL; v = v->below)
		if (v->ops->leave != NULL)
			v->ops->leave(v);
	while (own->conn != NULL && app_now() < until &&
	    (app_conn_has_pending(own) || conn_wants_write(own->conn))) {
		int	 fd = conn_fd(own->conn);

		if (own->terminal_lost) {
			struct timespec	 ts = { 0, 5 * 1000 * 1000 };

			nanosleep(&ts, NULL);	/* a dead terminal is always readable */
		} else
			term_wait(own->app.term, &fd, NULL, 1, 20);
		app_conn_pump(own);
	}
}

void
app_quit(struct app *app)
{
	APP_IMPL(app)->leaving = true;
}

const char *
app_run(const struct app_opts *opts)
{
	static struct app_impl	 own;
	const char		*say;

	own = (struct app_impl){ .opts = *opts };
	if (!app_conn_open(&own, &say))
		return say;
	if ((say = term_open(&own.app.term)) != NULL) {
		app_conn_close(&own);
		return say;
	}
	own.last_key = app_now();
	own.app.screens = opts->screens;
	own.app.ctx.lang = locale_language();
	app_push(&own.app, opts->screens->login(), NULL, 0);
	while (!own.leaving && own.top != NULL)
		run_once(&own);
	flush_requests(&own);
	while (own.top != NULL)
		take_off(&own);
	free_closed_views(&own);
	app_conn_close(&own);
	app_user_free(&own);
	term_close(own.app.term);
	return own.exit_message.n > 0 ? buf_str(&own.exit_message) : NULL;
}
