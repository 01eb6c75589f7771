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
		app_say(v->app, _("There is not enough memory on the server for this."), SAY_END);
		return;
	}
	*a = (struct asked){ .next = own->asked, .own = own, .view = v, .tag = tag, .flags = flags };
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
	*a = (struct asked){ .next = own->asked, .own = own, .tag = tag };
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
	while ((a = next_lost(own)) != NULL)
		deliver(a, NULL);
}

void
ask_close(struct app_own *own)
{
	link_close(own->link);
	own->link = NULL;
	while (own->asked != NULL) {
		struct asked	*a = own->asked;

		own->asked = a->next;
		free(a);
	}
}

bool
ask_connect(struct app_own *own, const char **say)
{
	own->link = link_open(own->opts.socket, say);
	return own->link != NULL;
}

/*
 * The daemon was restarted: say again who we are, then go on. In a demo store that takes the
 * persona; elsewhere the kernel tells. Other definitions than ours would make every pointer into
 * the old ones wrong, so then the person logs in anew.
 */
static bool
greet_again(struct app_own *own)
{
	struct val	*req = request_new("whoami"), *reply;
	bool		 same;

	if (req != NULL)
		val_put(req, "lang", val_text(own->app.ctx.lang == LANG_EN ? "en" : "zh"));
	if (req != NULL && own->app.demo)
		val_put(req, "persona", val_text(own->app.user));
	reply = req != NULL ? link_call(own->link, req) : NULL;
	if (!val_get_true(reply, "ok")) {
		if (strcmp(reply_code(reply), "denied") == 0)
			app_refused(&own->app, reply);
		val_free(reply);
		return false;
	}
	same = val_get_str(reply, "version") != NULL &&
	    strcmp(val_get_str(reply, "version"), own->app.ctx.set->version) == 0;
	val_free(reply);
	if (!same) {
		buf_reset(&own->goodbye);
		buf_puts(&own->goodbye,
		    _("The forms were changed on the server; please log in again. Your entries are kept."));
		own->leaving = true;
	}
	return true;
}

void
ask_retry(struct app_own *own, uint64_t now)
{
	const char	*why;

	if (own->link != NULL || now < own->retry_at)
		return;
	own->retry_at = now + RETRY_MS;
	if (!ask_connect(own, &why))
		return;
	if (own->app.role != NULL && !greet_again(own)) {
		link_close(own->link);
		own->link = NULL;
		return;
	}
	app_say(&own->app, _("The connection to the server is back."), SAY_END);
	if (own->top->ops->shown != NULL)
		own->top->ops->shown(own->top);
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
