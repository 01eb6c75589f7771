#include <stdlib.h>
#include <string.h>

#include "tui/app_int.h"
#include "tui/words.h"

/*
 * Requests to the daemon on behalf of views, and what happens when the line to it breaks: views are
 * told, keep what they hold, and go on once the line is back.
 */

struct val *
request_new(const char *op)
{
	struct val	*req = val_map();

	if (req != NULL && !val_put(req, "op", val_text(op))) {
		val_free(req);
		return NULL;
	}
	return req;
}

static void
unlink_asked(struct asked *a)
{
	struct asked	**p = &a->own->asked;

	while (*p != a)
		p = &(*p)->next;
	*p = a->next;
}

static void
no_longer_waited(struct app_own *own, struct asked *a)
{
	if (a->view != NULL && (a->flags & ASK_WAIT) != 0 && a->view->waiting > 0)
		a->view->waiting--;
	if (own->top == NULL || own->top->waiting == 0)
		own->waiting_since = 0;
}

/* Our own requests have no view. */
static void
deliver_own(struct app_own *own, int tag, const struct val *reply)
{
	if (tag == TAG_COUNT)
		who_counted(own, reply);
}

static void
deliver(struct asked *a, const struct val *reply)
{
	struct app_own	*own = a->own;
	struct view	*v = a->view;

	unlink_asked(a);
	if (!a->lost)
		own->heard_at = app_now();
	no_longer_waited(own, a);
	if (v != NULL)
		v->ops->reply(v, a->tag, reply);
	else
		deliver_own(own, a->tag, reply);
	free(a);
}

static void
answered(void *arg, const struct val *reply)
{
	struct asked	*a = arg;

	if (reply == NULL)
		a->lost = true;		/* told in the next round: a view may be in the middle of asking */
	else
		deliver(a, reply);
}

static void
begin_waiting(struct app_own *own, struct view *v)
{
	v->waiting++;
	if (own->waiting_since == 0)
		own->waiting_since = app_now();
}

void
app_wait_for(struct view *v, int tag)
{
	struct app_own	*own = OWN(v->app);

	for (struct asked *a = own->asked; a != NULL; a = a->next)
		if (a->view == v && a->tag == tag && (a->flags & ASK_WAIT) == 0) {
			a->flags |= ASK_WAIT;
			begin_waiting(own, v);
		}
}

void
app_ask(struct view *v, int tag, struct val *req, unsigned flags)
{
	struct app_own	*own = OWN(v->app);
	struct asked	*a = calloc(1, sizeof(*a));

	if (a == NULL || req == NULL) {
		free(a);
		val_free(req);
		app_say(v->app, _("There is not enough memory on the server for this."), ARG_END);
		return;
	}
	*a = (struct asked){ .next = own->asked, .own = own, .view = v, .tag = tag, .flags = flags, .since = app_now() };
	own->asked = a;
	if ((flags & ASK_WAIT) != 0)
		begin_waiting(own, v);
	if (own->link == NULL) {
		a->lost = true;
		val_free(req);
	} else
		link_send(own->link, req, answered, a);
}

/* The same for the program itself: nobody waits. */
static void
ask_own(struct app_own *own, int tag, struct val *req)
{
	struct asked	*a = calloc(1, sizeof(*a));

	if (a == NULL || req == NULL || own->link == NULL) {
		free(a);
		val_free(req);
		return;
	}
	*a = (struct asked){ .next = own->asked, .own = own, .tag = tag, .since = app_now() };
	own->asked = a;
	link_send(own->link, req, answered, a);
}

void
app_tell(struct app *app, struct val *req)
{
	ask_own(OWN(app), 0, req);
}

void
app_count(struct app *app)
{
	ask_own(OWN(app), TAG_COUNT, request_new("menu"));
}

/* Whose answers are still to come stay on the list, without anybody to give them to. */
void
ask_drop_view(struct app_own *own, struct view *v)
{
	for (struct asked *a = own->asked; a != NULL; a = a->next)
		if (a->view == v) {
			a->view = NULL;
			a->tag = 0;
		}
	if (v->waiting > 0) {
		v->waiting = 0;
		own->waiting_since = 0;
	}
}

void
app_forget(struct view *v)
{
	ask_drop_view(OWN(v->app), v);
}

bool
ask_pending(const struct app_own *own)
{
	for (const struct asked *a = own->asked; a != NULL; a = a->next)
		if (!a->lost)
			return true;
	return false;
}

static struct asked *
next_lost(struct app_own *own)
{
	for (struct asked *a = own->asked; a != NULL; a = a->next)
		if (a->lost)
			return a;
	return NULL;
}

/* ---- the line that was lost --------------------------------------------------------------------------------- */

bool
ask_connect(struct app_own *own, const char **say)
{
	own->link = link_open(own->opts.socket, say);
	own->heard_at = app_now();
	return own->link != NULL;
}

static void
greeted(void *arg, const struct val *reply)
{
	struct app_own	*own = arg;

	own->welcome = val_dup(reply);
}

/*
 * The daemon was restarted: say again who we are, then go on. In a demo store that takes the
 * persona; elsewhere the kernel tells. Nobody waits for the answer: a daemon that accepts and does not answer must not
 * stop the keyboard.
 */
static void
greet_again(struct app_own *own)
{
	struct val	*req = request_new("whoami");

	if (req != NULL)
		val_put(req, "lang", val_text(own->app.ctx.lang == LANG_EN ? "en" : "zh"));
	if (req != NULL && own->app.demo)
		val_put(req, "persona", val_text(own->app.user));
	link_send(own->greeting, req, greeted, own);
}

static void
back_again(struct app_own *own)
{
	own->link = own->greeting;
	own->greeting = NULL;
	own->heard_at = app_now();
	app_say(&own->app, _("The connection to the server is back."), ARG_END);
	if (own->top->ops->shown != NULL)
		own->top->ops->shown(own->top);
}

static void
reach(struct app_own *own, uint64_t now)
{
	const char	*why;

	own->retry_at = now + RETRY_MS;
	if ((own->greeting = link_try(own->opts.socket, &why)) == NULL)
		return;
	if (own->app.role != NULL)
		greet_again(own);
	else
		back_again(own);
}

/*
 * Other definitions than ours would make every pointer into the old ones wrong, so then the person logs in anew.
 */
static void
take_welcome(struct app_own *own)
{
	const char	*version = val_get_str(own->welcome, "version");

	if (strcmp(reply_code(own->welcome), "denied") == 0)
		app_refused(&own->app, own->welcome);
	else if (*reply_code(own->welcome) == '\0' && version != NULL && strcmp(version, own->app.ctx.set->version) == 0)
		back_again(own);
	else if (*reply_code(own->welcome) == '\0') {
		buf_reset(&own->goodbye);
		buf_puts(&own->goodbye,
		    _("The forms were changed on the server; please log in again. Your entries are kept."));
		own->leaving = true;
	}
	link_close(own->greeting);	/* unless it is the line now */
	own->greeting = NULL;
	val_free(own->welcome);
	own->welcome = NULL;
}

static void
pump_greeting(struct app_own *own)
{
	bool	 held;

	if (own->greeting == NULL)
		return;
	held = link_pump(own->greeting);
	if (own->welcome != NULL)
		take_welcome(own);
	else if (!held) {
		link_close(own->greeting);
		own->greeting = NULL;
	}
}

void
ask_pump(struct app_own *own)
{
	struct asked	*a;

	if (own->link != NULL && !link_pump(own->link)) {
		own->why_lost = link_lost(own->link);
		link_close(own->link);
		own->link = NULL;
		own->retry_at = app_now() + RETRY_MS;
	}
	pump_greeting(own);
	while ((a = next_lost(own)) != NULL)
		deliver(a, NULL);
}

void
ask_close(struct app_own *own)
{
	link_close(own->link);
	link_close(own->greeting);
	val_free(own->welcome);
	own->link = own->greeting = NULL;
	own->welcome = NULL;
	while (own->asked != NULL) {
		struct asked	*a = own->asked;

		own->asked = a->next;
		free(a);
	}
}

/* ---- is the daemon there ------------------------------------------------------------------------------------ */

int
ask_fd(const struct app_own *own)
{
	const struct link	*l = own->link != NULL ? own->link : own->greeting;

	return l != NULL ? link_fd(l) : -1;
}

/* When the oldest request had to be answered; answers come in order, so any answer shows that it is being worked on. 0: none waits. */
static uint64_t
silent_at(const struct app_own *own)
{
	uint64_t	 since = 0;

	for (const struct asked *a = own->asked; a != NULL; a = a->next)
		if (!a->lost)
			since = a->since;
	if (since == 0)
		return 0;
	return (since > own->heard_at ? since : own->heard_at) + SILENT_MS;
}

bool
ask_away(const struct app_own *own, uint64_t now)
{
	uint64_t	 at = silent_at(own);

	return own->link == NULL || (at != 0 && now >= at);
}

static int
ms_left(uint64_t at, uint64_t now)
{
	return at > now ? (int)(at - now) : 0;
}

int
ask_due(const struct app_own *own, uint64_t now)
{
	const struct link	*l = own->link != NULL ? own->link : own->greeting;
	uint64_t		 at = silent_at(own);

	if (l != NULL && link_wants_write(l))
		return 20;
	if (own->link == NULL)
		return own->greeting != NULL ? -1 : ms_left(own->retry_at, now);
	if (at != 0)
		return at > now ? ms_left(at, now) : -1;
	return own->app.role != NULL ? ms_left(own->heard_at + BEAT_MS, now) : -1;
}

void
ask_tend(struct app_own *own, uint64_t now)
{
	if (own->link == NULL && own->greeting == NULL && now >= own->retry_at)
		reach(own, now);
	else if (own->link != NULL && own->app.role != NULL && silent_at(own) == 0 && now >= own->heard_at + BEAT_MS)
		ask_own(own, TAG_BEAT, request_new("ping"));
}

/* ---- reading answers ---------------------------------------------------------------------------------------- */

const char *
reply_code(const struct val *reply)
{
	const char	*error;

	if (reply == NULL)
		return "lost";
	if (val_get_true(reply, "ok"))
		return "";
	error = val_get_str(reply, "error");
	return error != NULL && *error != '\0' ? error : "bad-request";
}

void
app_refused(struct app *app, const struct val *reply)
{
	struct app_own	*own = OWN(app);

	buf_reset(&own->goodbye);
	words_refusal(&app->ctx, NULL, reply, &own->goodbye);
	own->leaving = true;
}

bool
reply_gone(const struct val *reply)
{
	return strcmp(reply_code(reply), "missing") == 0 || strcmp(reply_code(reply), "denied") == 0;
}

bool
reply_fine(struct app *app, const struct book *book, const struct val *reply)
{
	struct buf	 b = BUF_INIT;

	if (*reply_code(reply) == '\0') {
		if (val_get_true(reply, "partial"))
			app_say(app, _("There may be more: type more letters to narrow the search."));
		return true;
	}
	words_refusal(&app->ctx, book, reply, &b);
	app_say_text(app, buf_str(&b));
	buf_free(&b);
	return false;
}
