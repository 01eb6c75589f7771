#include "core/serve/session.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/access/checkout.h"
#include "core/serve/persona.h"
#include "core/wire/protocol.h"
#include "core/wire/wire.h"
#include "core/record/account.h"

/*
 * The stages of one request. A request that exceeds its person's rate is kept until its time. In
 * each stage outside the loop the person waits for a turn (sched.h):
 *
 *	prepare		decoding, peer			pool, if large or the first
 *	admit		greeting, persona, authd	loop; authd's answer returns to the loop
 *	start		account as of now, operation	pool, a slow task when the operation scans
 *	commit		the operation's body		committer
 *	finish		reply				pool
 *	session_answered				loop
 */

#define NO_MEMORY	N_("The server ran out of memory. Try again.")

enum { WRONG_MAX = 5 };		/* consecutive wrong passwords; then the connection ends */

static struct session *
session_of(struct task *task)
{
	return (struct session *)(void *)((char *)task - offsetof(struct session, request.task));
}

static void
task_run(struct task *task)
{
	struct session	*s = session_of(task);

	s->request.in_pool(s);
}

static void
task_after(struct task *task)
{
	struct session	*s = session_of(task);

	s->request.then(s);
}

/* Runs in_pool() in a thread at the person's turn, then then() in the loop. */
static void
pool_run(struct session *s, enum task_class class, void (*in_pool)(struct session *),
    void (*then)(struct session *))
{
	struct request	*t = &s->request;

	t->task = (struct task){ .who = s->who, .run = task_run, .after = task_after };
	t->in_pool = in_pool;
	t->then = then;
	sched_submit(s->srv->sched, &t->task, class);
}

/* ---- the reply ------------------------------------------------------------------------------- */

/* Errors that do not tell whether the record exists or is only out of reach. */
static bool
is_refusal(const char *error)
{
	return error != NULL && (strcmp(error, PE_MISSING) == 0 || strcmp(error, PE_DENIED) == 0);
}

/* Makes the frame; takes reply. Called from any thread. */
static void
frame_reply(struct request *t, struct val *reply)
{
	bool	 ok = reply != NULL && val_put(reply, PK_REQ, val_int(t->n));

	t->ok = val_get_true(reply, PK_OK);
	t->refused = !t->ok && is_refusal(val_get_str(reply, PK_ERROR));
	buf_reset(&t->out);
	t->out.max = SESSION_OUT_MAX;
	if (ok)
		wire_append(&t->out, reply);
	else
		t->out.bad = true;
	val_free(reply);
}

static void
frame_error(struct request *t, const char *error, const char *msgid)
{
	frame_reply(t, call_error_reply(error, msgid));
}

/* What the operation answered. */
static void
frame_call(struct request *t)
{
	struct val	*reply = t->call->reply;
	bool		 was = reply != NULL;

	t->call->reply = NULL;
	frame_reply(t, reply);
	if (t->out.bad && was)
		frame_error(t, PE_FULL,
		    N_("The answer is too long to be sent. Ask for less at once."));
}

static void
free_call(struct session *s)
{
	struct request	*t = &s->request;

	call_free(t->call);
	val_free(t->req);
	t->call = NULL;
	t->req = NULL;
}

static void
request_end(struct session *s)
{
	if (s->request.large) {
		pool_run(s, TASK_FINISH, free_call, session_answered);
		return;
	}
	free_call(s);
	session_answered(s);
}

/* ---- the time of a refusal ------------------------------------------------------------------- */

/*
 * A record that exists but may not be seen is read before that is known, so its refusal would take
 * longer than that of an id that does not exist. Refusals are sent at multiples of limits.refusal
 * after the request began, so that the time tells nothing.
 */
static void
on_held(uv_timer_t *timer)
{
	struct server	*srv = timer->data;
	struct session	*s;

	while ((s = TAILQ_FIRST(&srv->held)) != NULL && (s->request.at <= uv_now(&srv->loop) ||
	    srv->draining)) {
		TAILQ_REMOVE(&srv->held, s, late);
		request_end(s);
	}
	if (s != NULL)
		uv_timer_start(timer, on_held, s->request.at - uv_now(&srv->loop), 0);
}

static void
hold_refusal(struct session *s)
{
	struct server	*srv = s->srv;
	struct session	*behind = TAILQ_LAST(&srv->held, sessions);
	const uint64_t	 now = uv_now(&srv->loop), step = srv->opts.limits.refusal;

	s->request.at = s->request.begun + ((now - s->request.begun) / step + 1) * step;
	while (behind != NULL && behind->request.at > s->request.at)
		behind = TAILQ_PREV(behind, sessions, late);
	if (behind != NULL)
		TAILQ_INSERT_AFTER(&srv->held, behind, s, late);
	else
		TAILQ_INSERT_HEAD(&srv->held, s, late);
	uv_timer_start(&srv->held_timer, on_held, TAILQ_FIRST(&srv->held)->request.at - now, 0);
}

/*
 * Through the pool: one refusal costs little, but thousands of one person must not keep the loop
 * busy.
 */
static void
refuse(struct session *s, const char *error, const char *msgid)
{
	frame_error(&s->request, error, msgid);
	pool_run(s, TASK_QUICK, free_call, session_answered);
}

/* ---- the operation --------------------------------------------------------------------------- */

static const struct val *
request_map(const struct request *t)
{
	return t->call != NULL ? t->call->req : t->req;
}

/*
 * The account name of the session: in a demo store the persona asked for or chosen before, else the
 * name from the kernel's uid.
 */
static const char *
user_of(const struct session *s)
{
	const char	*persona = s->request.whoami ? val_get_str(request_map(&s->request),
	    PK_PERSONA) : NULL;

	if (!s->srv->core->demo)
		return s->peer.user;
	return persona != NULL ? persona : s->persona;
}

/* Whether the session is the administrator's at the server, in a demo store by the persona. */
static bool
is_local(const struct session *s)
{
	const char	*user = user_of(s);

	return s->local || (s->srv->core->demo && s->at_server && user != NULL &&
	    strcmp(user, PERSONA_LOCAL) == 0);
}

/* Loads the account as it is now: one suspended a moment ago is refused here. */
static enum actor_err
load_actor(const struct session *s, struct actor **actor)
{
	const char	*user = user_of(s);

	if (is_local(s)) {
		*actor = actor_local(s->peer.uid, s->peer.from);
		return *actor != NULL ? ACTOR_OK : ACTOR_SYS;
	}
	if (user[0] == '\0')
		return ACTOR_UNKNOWN;
	return account_load_actor(s->srv->core, user, s->peer.uid, s->peer.from, actor);
}

static enum lang
lang_of(const struct session *s)
{
	const char	*lang = s->request.whoami ? val_get_str(request_map(&s->request), PK_LANG) :
	    NULL;

	if (lang == NULL)
		return s->lang;
	return strcmp(lang, "en") == 0 ? LANG_EN : LANG_ZH;
}

/* Answers whoami in a demo store before a persona is chosen. */
static void
offer_personas(struct session *s)
{
	struct val	*reply = val_map();

	if (reply != NULL && val_put(reply, PK_OK, val_bool(true)) &&
	    val_put(reply, PK_DEMO, val_bool(true)) &&
	    val_put(reply, PK_PERSONAS, persona_list(s->srv->core))) {
		frame_reply(&s->request, reply);
		return;
	}
	val_free(reply);
	frame_error(&s->request, PE_BUSY, NO_MEMORY);
}

/*
 * In the pool: loads the account as it is now and starts the operation, or answers why it cannot be
 * started.
 */
static void
start_call(struct session *s)
{
	struct request	*t = &s->request;
	struct actor	*actor = NULL;
	struct val	*refusal;
	enum actor_err	 e;

	if (user_of(s) == NULL) {
		if ((refusal = op_refusal(t->req, s->local)) != NULL)
			frame_reply(t, refusal);
		else
			offer_personas(s);
		return;
	}
	if ((e = load_actor(s, &actor)) != ACTOR_OK) {
		frame_error(t, e != ACTOR_SYS ? PE_DENIED : store_dead(s->srv->core->store) ?
		    PE_STOPPED : PE_BUSY, actor_err_text(e));
		t->last = e != ACTOR_SYS && !s->srv->core->demo;
		return;
	}
	t->call = call_new(s->srv->core, actor, t->req, lang_of(s));
	t->req = NULL;
	actor_unref(actor);
	if (t->call == NULL) {
		frame_error(t, PE_BUSY, NO_MEMORY);
		return;
	}
	t->call->session = session_id(s);
	if (!(t->commit = call_start(t->call) == CALL_COMMIT))
		frame_call(t);
}

static void
finish_call(struct session *s)
{
	call_finish(s->request.call, s->request.result);
	frame_call(&s->request);
}

/* A successful whoami opens the session, or changes its persona. */
static void
open_session(struct session *s)
{
	const char	*persona = user_of(s);

	s->greeted = true;
	s->lang = lang_of(s);
	if (s->srv->core->demo && persona != NULL && persona != s->persona) {
		checkout_end_session(s->srv->core->checkouts, session_id(s));
		free(s->persona);
		s->persona = strdup(persona);
		session_set_person(s, persona);
	}
}

static void
answered(struct session *s)
{
	if (s->request.whoami && s->request.ok)
		open_session(s);
	if (s->request.refused && s->srv->opts.limits.refusal > 0)
		hold_refusal(s);
	else
		request_end(s);
}

static int
body(struct store_txn *txn, void *arg)
{
	struct session	*s = arg;

	return call_body(txn, s->request.call);
}

/*
 * Signals while holding the lock, so that the loop cannot take the request, and end, before the
 * signal is sent.
 */
static void
on_committed(int result, void *arg)
{
	struct session	*s = arg;
	struct server	*srv = s->srv;

	s->request.result = result;
	pthread_mutex_lock(&srv->lock);
	STAILQ_INSERT_TAIL(&srv->committed, s, request.next);
	uv_async_send(&srv->wake);
	pthread_mutex_unlock(&srv->lock);
}

static void	 commit_end(struct person *);

static void
commit(struct session *s)
{
	if (commit_submit(s->srv->core->committer, body, s, on_committed))
		return;
	commit_end(s->who);
	refuse(s, PE_BUSY, N_("The server is busy. Try again in a moment."));
}

/* The committer has finished one request of the person: the next one may go there. */
static void
commit_end(struct person *who)
{
	struct task	*next = sched_write_end(who);

	if (next != NULL)
		commit(session_of(next));
}

void
request_collect(struct server *srv)
{
	STAILQ_HEAD(, session)	 list = STAILQ_HEAD_INITIALIZER(list);
	struct session		*s;

	pthread_mutex_lock(&srv->lock);
	STAILQ_CONCAT(&list, &srv->committed);
	pthread_mutex_unlock(&srv->lock);
	while ((s = STAILQ_FIRST(&list)) != NULL) {
		STAILQ_REMOVE_HEAD(&list, request.next);
		commit_end(s->who);
		pool_run(s, TASK_FINISH, finish_call, answered);
	}
}

static void
after_start(struct session *s)
{
	if (!s->request.commit)
		answered(s);
	else if (sched_write_begin(&s->request.task))
		commit(s);
}

/* ---- accounts and passwords ------------------------------------------------------------------ */

/* The password goes to authd only: no operation, trail entry or draft contains it. */
static void
run(struct session *s)
{
	struct val	*secret = val_take(s->request.req, PK_SECRET);
	size_t		 n;
	const void	*p = val_mem(secret, &n);

	if (n > 0)
		explicit_bzero((void *)(uintptr_t)p, n);
	val_free(secret);
	pool_run(s, op_scans(s->request.req) ? TASK_SLOW : TASK_QUICK, start_call, after_start);
}

struct answer {
	const char	*error;
	const char	*say;
	bool		 last;	/* ends the session: such an account may not use the system */
};

#define CANNOT_CHECK	N_("The server cannot check accounts at the moment. Try again, then tell the system administrator.")
#define EXPIRED		N_("Your account or your password has expired. Ask the system administrator.")
#define MUST_CHANGE	N_("Your password has to be changed first. Log out and in again; you will be asked for a new one.")
#define STOPPING	N_("The server is stopping. Log in again in a moment; your entries are kept.")
#define CHECK_BUSY	N_("Too many passwords are being checked at once. Try again in a moment.")

static const struct answer	 on_account[] = {
	[AUTH_DENIED]		= { PE_DENIED,
	    N_("Your account may not be used now. Ask the system administrator."), true },
	[AUTH_EXPIRED]		= { PE_DENIED, EXPIRED, true },
	[AUTH_MUST_CHANGE]	= { PE_DENIED, MUST_CHANGE, true },
	[AUTH_BUSY]		= { PE_BUSY, CHECK_BUSY, false },
	[AUTH_ERROR]		= { PE_BUSY, CANNOT_CHECK, false },
};

static const struct answer	 on_password[] = {
	[AUTH_DENIED]		= { PE_DENIED, N_("That is not your password."), false },
	[AUTH_EXPIRED]		= { PE_DENIED, EXPIRED, true },
	[AUTH_MUST_CHANGE]	= { PE_DENIED, MUST_CHANGE, true },
	[AUTH_BUSY]		= { PE_BUSY, CHECK_BUSY, false },
	[AUTH_ERROR]		= { PE_BUSY, CANNOT_CHECK, false },
};

static bool
needs_password(const struct session *s)
{
	return op_needs_password(s->srv->core, s->request.req);
}

static void
on_verdict(void *arg, enum auth_verdict v)
{
	struct session		*s = arg;
	const bool		 password = needs_password(s);
	const struct answer	*a;

	s->request.auth_pending = false;
	if (v == AUTH_OK) {
		s->account_ok = true;
		s->checked = uv_now(&s->srv->loop);
		s->wrong_passwords = 0;
		run(s);
		return;
	}
	a = password ? &on_password[v] : &on_account[v];
	s->request.last = a->last ||
	    (password && v == AUTH_DENIED && ++s->wrong_passwords >= WRONG_MAX);
	refuse(s, a->error, a->say);
}

static void
ask_authd(struct session *s, enum auth_op op)
{
	const char	*secret = op == AUTH_REAUTH ? val_get_str(s->request.req, PK_SECRET) : NULL;
	enum auth_sent	 sent;

	s->request.auth_pending = true;
	sent = auth_request(s->srv->auth, op, s->peer.uid, secret, secret != NULL ? strlen(secret) :
	    0, on_verdict, s);
	if (sent == AUTH_SENT)
		return;
	/*
	 * Not sent: use the verdict authd would have given. The loop notices a lost helper and ends
	 * the daemon.
	 */
	on_verdict(s, sent == AUTH_FULL ? AUTH_BUSY : sent == AUTH_BAD_SECRET ? AUTH_DENIED :
	    AUTH_ERROR);
}

static bool
check_due(const struct session *s)
{
	return !s->account_ok || uv_now(&s->srv->loop) - s->checked >= s->srv->opts.limits.account *
	    1000ULL;
}

/*
 * A demo store has personas and no passwords: any password is accepted, so that screens that ask
 * for one can be shown.
 */
static void
admit_demo(struct session *s)
{
	const char	*secret = val_get_str(s->request.req, PK_SECRET);

	if (s->persona == NULL && !op_is_first(s->request.req))
		refuse(s, PE_DENIED, N_("Choose a person of the demonstration first."));
	else if (needs_password(s) && (secret == NULL || *secret == '\0'))
		refuse(s, on_password[AUTH_DENIED].error, on_password[AUTH_DENIED].say);
	else
		run(s);
}

static void
admit_real(struct session *s)
{
	if (!s->greeted && !op_is_first(s->request.req))
		refuse(s, PE_BAD_REQUEST, N_("The first request must be whoami."));
	else if (s->local)
		run(s);
	else if (needs_password(s))
		ask_authd(s, AUTH_REAUTH);
	else if (check_due(s))
		ask_authd(s, AUTH_ACCOUNT);
	else
		run(s);
}

/* In the loop: checks what needs no store, then goes on by the kind of store. */
static void
admit(struct session *s)
{
	struct request	*t = &s->request;
	const char	*op = val_get_str(t->req, PK_OP);
	const int64_t	 n = val_get_num(t->req, PK_REQ, 0);

	t->n = n > 0 ? n : 0;
	t->whoami = op != NULL && strcmp(op, "whoami") == 0;
	t->ping = op_is_idle(t->req);
	if (t->req == NULL) {
		t->out.bad = true;	/* not one map: the connection is not read any further */
		request_end(s);
	} else if (t->n == 0 || op == NULL)
		refuse(s, PE_BAD_REQUEST, N_("The request has no number or says no operation."));
	else if (s->leaving || s->closing)
		refuse(s, PE_STOPPED, STOPPING);
	else if (!s->known)
		refuse(s, PE_BUSY, CANNOT_CHECK);
	else if (s->srv->core->demo)
		admit_demo(s);
	else
		admit_real(s);
}

/* ---- decoding -------------------------------------------------------------------------------- */

static void
read_frame(struct request *t, const void *frame, size_t n)
{
	size_t	 used, need;

	if (wire_parse(frame, n, WIRE_REQUEST_MAX, &t->req, &used, &need) != WIRE_FRAME)
		t->req = NULL;
}

static void
prepare(struct session *s)
{
	struct request	*t = &s->request;

	if (t->large) {
		read_frame(t, t->raw.p, t->raw.n);
		buf_wipe(&t->raw);
	}
	if (!s->known)
		s->known = peer_resolve(&s->peer, PEER_UTMP);
}

static void
dispatch(struct session *s)
{
	if (s->request.large || !s->known)
		pool_run(s, TASK_QUICK, prepare, admit);
	else
		admit(s);
}

/* Short enough that a delayed request starts almost on time. */
enum { LATE_MS = 10 };

/*
 * Begins the requests whose time has come; all of them when the server is stopping, so that they
 * are refused.
 */
static void
on_late(uv_timer_t *timer)
{
	struct server	*srv = timer->data;
	const uint64_t	 now = uv_now(&srv->loop) * 1000;
	struct session	*s, *next;

	for (s = TAILQ_FIRST(&srv->late); s != NULL; s = next) {
		next = TAILQ_NEXT(s, late);
		if (s->request.at > now && !srv->draining)
			continue;
		TAILQ_REMOVE(&srv->late, s, late);
		dispatch(s);
	}
	if (TAILQ_EMPTY(&srv->late))
		uv_timer_stop(timer);
}

void
request_begin(struct session *s, const void *frame, size_t n)
{
	struct server	*srv = s->srv;
	struct request	*t = &s->request;
	const uint64_t	 now = uv_now(&srv->loop) * 1000;

	*t = (struct request){ .busy = true, .large = n > REQUEST_SMALL,
	    .begun = uv_now(&srv->loop), .at = s->local ? now : sched_charge(s->who, now) };
	if (t->large)
		buf_put(&t->raw, frame, n);
	else
		read_frame(t, frame, n);
	if (t->at <= now) {
		dispatch(s);
		return;
	}
	TAILQ_INSERT_TAIL(&srv->late, s, late);
	uv_timer_start(&srv->late_timer, on_late, LATE_MS, LATE_MS);
}

void
request_stop(struct session *s)
{
	if (!s->request.auth_pending)
		return;
	auth_forget(s->srv->auth, s);
	s->request.auth_pending = false;
	refuse(s, PE_STOPPED, STOPPING);
}
