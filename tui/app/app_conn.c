#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/app/app_int.h"
#include "forms/wording.h"

/*
 * Requests to the daemon on behalf of views. When the connection breaks, views are told, keep their
 * state and continue on the next connection.
 */

struct val *
app_request_new(const char *op)
{
	struct val	*req = val_map();

	pack_put(req, PK_OP, val_text(op));
	return req;
}

static void
remove_pending(struct pending_request *a)
{
	struct pending_request	**p = &a->own->pending_request;

	while (*p != a)
		p = &(*p)->next;
	*p = a->next;
}

static void
stop_waiting(struct app_impl *own, struct pending_request *a)
{
	if (a->view != NULL && (a->flags & APP_SEND_WAIT) != 0 && a->view->waiting > 0)
		a->view->waiting--;
	if (own->top == NULL || own->top->waiting == 0)
		own->waiting_since = 0;
}

/* Our own requests have no view. */
static void
deliver_own(struct app_impl *own, int tag, const struct val *reply)
{
	if (tag == TAG_COUNT)
		app_user_set_counts(own, reply);
}

static void
deliver(struct pending_request *a, const struct val *reply)
{
	struct app_impl	*own = a->own;
	struct view	*v = a->view;

	remove_pending(a);
	if (!a->lost)
		own->last_reply_at = app_now();
	stop_waiting(own, a);
	if (v != NULL)
		v->ops->reply(v, a->tag, reply);
	else
		deliver_own(own, a->tag, reply);
	free(a);
}

static void
answered(void *arg, const struct val *reply)
{
	struct pending_request	*a = arg;

	if (reply == NULL)
		/* told in the next round: the view may be inside app_send() */
		a->lost = true;
	else
		deliver(a, reply);
}

static void
begin_waiting(struct app_impl *own, struct view *v)
{
	v->waiting++;
	if (own->waiting_since == 0)
		own->waiting_since = app_now();
}

void
app_wait_for(struct view *v, int tag)
{
	struct app_impl	*own = APP_IMPL(v->app);

	for (struct pending_request *a = own->pending_request; a != NULL; a = a->next)
		if (a->view == v && a->tag == tag && (a->flags & APP_SEND_WAIT) == 0) {
			a->flags |= APP_SEND_WAIT;
			begin_waiting(own, v);
		}
}

void
app_send(struct view *v, int tag, struct val *req, unsigned flags)
{
	struct app_impl	*own = APP_IMPL(v->app);
	struct pending_request	*a = calloc(1, sizeof(*a));

	if (a == NULL || req == NULL) {
		free(a);
		val_free(req);
		app_message(v->app, _("There is not enough memory on the server for this."),
		    ARG_END);
		return;
	}
	*a = (struct pending_request){ .next = own->pending_request, .own = own, .view = v,
	    .tag = tag, .flags = flags, .since = app_now() };
	own->pending_request = a;
	if ((flags & APP_SEND_WAIT) != 0)
		begin_waiting(own, v);
	if (own->conn == NULL) {
		a->lost = true;
		val_free(req);
	} else
		conn_send(own->conn, req, answered, a);
}

/* The same for the program itself, whose keys do not wait. */
static void
ask_own(struct app_impl *own, int tag, struct val *req)
{
	struct pending_request	*a = calloc(1, sizeof(*a));

	if (a == NULL || req == NULL || own->conn == NULL) {
		free(a);
		val_free(req);
		return;
	}
	*a = (struct pending_request){ .next = own->pending_request, .own = own, .tag = tag,
	    .since = app_now() };
	own->pending_request = a;
	conn_send(own->conn, req, answered, a);
}

void
app_send_noreply(struct app *app, struct val *req)
{
	ask_own(APP_IMPL(app), 0, req);
}

void
app_refresh_counts(struct app *app)
{
	ask_own(APP_IMPL(app), TAG_COUNT, app_request_new("menu"));
}

/* Requests without a reply stay on the list, without a view. */
void
app_conn_drop_view(struct app_impl *own, struct view *v)
{
	for (struct pending_request *a = own->pending_request; a != NULL; a = a->next)
		if (a->view == v) {
			a->view = NULL;
			a->tag = 0;
		}
	if (v->waiting > 0) {
		v->waiting = 0;
		own->waiting_since = 0;
	}
}

bool
app_is_pending(const struct view *v, int tag)
{
	for (const struct pending_request *a = APP_IMPL(v->app)->pending_request; a != NULL;
	    a = a->next)
		if (a->view == v && a->tag == tag)
			return true;
	return false;
}

void
app_cancel(struct view *v)
{
	app_conn_drop_view(APP_IMPL(v->app), v);
}

bool
app_conn_has_pending(const struct app_impl *own)
{
	for (const struct pending_request *a = own->pending_request; a != NULL; a = a->next)
		if (!a->lost)
			return true;
	return false;
}

static struct pending_request *
next_lost(struct app_impl *own)
{
	for (struct pending_request *a = own->pending_request; a != NULL; a = a->next)
		if (a->lost)
			return a;
	return NULL;
}

/* ---- the line that was lost ------------------------------------------------------------------ */

bool
app_conn_open(struct app_impl *own, const char **say)
{
	own->conn = conn_open(own->opts.socket, say);
	own->last_reply_at = app_now();
	if (own->conn == NULL)
		*say = _(*say);
	return own->conn != NULL;
}

static void
greeting_answered(void *arg, const struct val *reply)
{
	struct app_impl	*own = arg;

	own->new_conn_reply = val_dup(reply);
}

/*
 * Log-in on a new connection, after the daemon was restarted. A demo store needs the persona;
 * elsewhere the kernel names the user. Keys do not wait for the reply, because a daemon that
 * accepts and never answers must not stop the keyboard.
 */
static void
send_greeting(struct app_impl *own)
{
	struct val	*req = app_request_new("whoami");

	pack_put(req, PK_LANG, val_text(own->app.ctx.lang == LANG_EN ? "en" : "zh"));
	if (own->app.demo)
		pack_put(req, PK_PERSONA, val_text(own->app.user));
	conn_send(own->new_conn, req, greeting_answered, own);
}

static void
switch_conn(struct app_impl *own)
{
	own->conn = own->new_conn;
	own->new_conn = NULL;
	own->last_reply_at = app_now();
	app_message(&own->app, _("The connection to the server is back."), ARG_END);
	if (own->top->ops->shown != NULL)
		own->top->ops->shown(own->top);
}

static void
reconnect(struct app_impl *own, uint64_t now)
{
	const char	*why;

	own->retry_at = now + RETRY_MS;
	if ((own->new_conn = conn_try(own->opts.socket, &why)) == NULL)
		return;
	if (own->app.role != NULL)
		send_greeting(own);
	else
		switch_conn(own);
}

/*
 * Other definitions would make every pointer into the present ones invalid, so the person logs in
 * again.
 */
static void
handle_greeting_reply(struct app_impl *own)
{
	const char	*version = val_get_str(own->new_conn_reply, PK_VERSION);

	if (strcmp(app_reply_code(own->new_conn_reply), PE_DENIED) == 0)
		app_quit_refused(&own->app, own->new_conn_reply);
	else if (*app_reply_code(own->new_conn_reply) == '\0' && version != NULL &&
	    strcmp(version, own->app.ctx.set->version) == 0)
		switch_conn(own);
	else if (*app_reply_code(own->new_conn_reply) == '\0') {
		buf_reset(&own->exit_message);
		buf_puts(&own->exit_message,
		    _("The forms were changed on the server; please log in again. Your entries are kept."));
		own->leaving = true;
	}
	conn_close(own->new_conn);	/* unless it is the line now */
	own->new_conn = NULL;
	val_free(own->new_conn_reply);
	own->new_conn_reply = NULL;
}

static void
pump_new_conn(struct app_impl *own)
{
	bool	 held;

	if (own->new_conn == NULL)
		return;
	held = conn_pump(own->new_conn);
	if (own->new_conn_reply != NULL)
		handle_greeting_reply(own);
	else if (!held) {
		conn_close(own->new_conn);
		own->new_conn = NULL;
	}
}

void
app_conn_pump(struct app_impl *own)
{
	struct pending_request	*a;

	if (own->conn != NULL && !conn_pump(own->conn)) {
		/*
		 * a copy: the sentence may be in the last reply, which is freed with the connection
		 */
		free(own->lost_reason);
		own->lost_reason = strdup(_(conn_lost(own->conn)));
		conn_close(own->conn);
		own->conn = NULL;
		own->retry_at = app_now() + RETRY_MS;
	}
	pump_new_conn(own);
	while ((a = next_lost(own)) != NULL)
		deliver(a, NULL);
}

void
app_conn_close(struct app_impl *own)
{
	conn_close(own->conn);
	conn_close(own->new_conn);
	val_free(own->new_conn_reply);
	free(own->lost_reason);
	own->lost_reason = NULL;
	own->conn = own->new_conn = NULL;
	own->new_conn_reply = NULL;
	while (own->pending_request != NULL) {
		struct pending_request	*a = own->pending_request;

		own->pending_request = a->next;
		free(a);
	}
}

/* ---- is the daemon there --------------------------------------------------------------------- */

int
app_conn_fd(const struct app_impl *own)
{
	const struct conn	*l = own->conn != NULL ? own->conn : own->new_conn;

	return l != NULL ? conn_fd(l) : -1;
}

/*
 * When the reply to the oldest request was due. Replies come in order, so any reply shows that the
 * daemon works. 0: no request.
 */
static uint64_t
silent_at(const struct app_impl *own)
{
	uint64_t	 since = 0;

	for (const struct pending_request *a = own->pending_request; a != NULL; a = a->next)
		if (!a->lost)
			since = a->since;
	if (since == 0)
		return 0;
	return (since > own->last_reply_at ? since : own->last_reply_at) + SILENCE_MS;
}

bool
app_conn_is_down(const struct app_impl *own, uint64_t now)
{
	uint64_t	 at = silent_at(own);

	return own->conn == NULL || (at != 0 && now >= at);
}

static int
ms_left(uint64_t at, uint64_t now)
{
	return at > now ? (int)(at - now) : 0;
}

int
app_conn_timeout(const struct app_impl *own, uint64_t now)
{
	const struct conn	*l = own->conn != NULL ? own->conn : own->new_conn;
	uint64_t		 at = silent_at(own);

	if (l != NULL && conn_wants_write(l))
		return 20;
	if (own->conn == NULL)
		return own->new_conn != NULL ? -1 : ms_left(own->retry_at, now);
	if (at != 0)
		return at > now ? ms_left(at, now) : -1;
	return own->app.role != NULL ? ms_left(own->last_reply_at + HEARTBEAT_MS, now) : -1;
}

void
app_conn_tick(struct app_impl *own, uint64_t now)
{
	if (own->conn == NULL && own->new_conn == NULL && now >= own->retry_at)
		reconnect(own, now);
	else if (own->conn != NULL && own->app.role != NULL && silent_at(own) == 0 &&
	    now >= own->last_reply_at + HEARTBEAT_MS)
		ask_own(own, TAG_HEARTBEAT, app_request_new("ping"));
}

/* ---- reading answers ------------------------------------------------------------------------- */

const char *
app_reply_code(const struct val *reply)
{
	const char	*error;

	if (reply == NULL)
		return "lost";
	if (val_get_true(reply, PK_OK))
		return "";
	error = val_get_str(reply, PK_ERROR);
	return error != NULL && *error != '\0' ? error : "bad-request";
}

void
app_quit_refused(struct app *app, const struct val *reply)
{
	struct app_impl	*own = APP_IMPL(app);

	buf_reset(&own->exit_message);
	wording_refusal(&app->ctx, NULL, reply, &own->exit_message);
	own->leaving = true;
}

bool
app_reply_not_found(const struct val *reply)
{
	return strcmp(app_reply_code(reply), PE_MISSING) == 0 ||
	    strcmp(app_reply_code(reply), PE_DENIED) == 0;
}

bool
app_reply_ok(struct app *app, const struct book *book, const struct val *reply)
{
	struct buf	 b = BUF_INIT;

	if (*app_reply_code(reply) == '\0') {
		if (val_get_true(reply, PK_PARTIAL))
			app_message(app,
			    _("There may be more: type more letters to narrow the search."));
		return true;
	}
	wording_refusal(&app->ctx, book, reply, &b);
	app_message_text(app, buf_str(&b));
	buf_free(&b);
	return false;
}
