#include "admin/client.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "core/core.h"
#include "core/ops/ops.h"
#include "core/wire/conn.h"
#include "core/wire/protocol.h"

#define PATIENCE_MS	60000		/* for one answer: a command may make the daemon read the whole store */

struct client {
	struct core	*core;		/* one of these two */
	struct conn	*conn;
	struct actor	*actor;		/* with core */
	struct set	*set;		/* with conn */
};

/* ---- opening --------------------------------------------------------------------------------- */

bool
client_become_owner(const char *home)
{
	struct stat	 st;

	if (geteuid() != 0 || stat(home, &st) != 0 || st.st_uid == 0)
		return true;
	if (setgroups(0, NULL) == 0 && setresgid(st.st_gid, st.st_gid, st.st_gid) == 0 &&
	    setresuid(st.st_uid, st.st_uid, st.st_uid) == 0)
		return true;
	report_error(EX_OSERR, "becoming the user whom %s belongs to: %s", home, strerror(errno));
	return false;
}

static void
log_line(enum store_log kind, const char *line, void *arg)
{
	(void)arg;
	if (kind == STORE_LOG_ALARM || (kind == STORE_LOG_DETAIL && report_verbose))
		report_error(0, "%s", line);
}

struct store_opts
client_store_opts(void)
{
	return (struct store_opts){ .log = log_line, .cache = (size_t)64 << 20,
	    .log_file = (size_t)8 << 20 };
}

/*
 * The lock tells whether a daemon runs. It is given back before the core takes it anew; who comes
 * between is told so.
 */
static enum home_err
look(const char *home, struct buf *err)
{
	struct home	*h;
	enum home_err	 e = home_open(home, &h, err);

	home_close(e == HOME_OK ? h : NULL);
	return e;
}

static int
open_core(struct client *client, const char *home, uid_t asker, enum core_trail trail)
{
	const struct core_opts	 opts = { .store = client_store_opts(), .trail = trail };
	struct buf		 err = BUF_INIT;
	enum fault		 f = core_open(home, &opts, &client->core, &err);

	client->actor = xcheck(actor_local(asker, "local"));
	if (f == FAULT_CONFIG)
		report_lines(&err);		/* of the definitions, each with its file */
	else if (f != FAULT_NONE)
		report_error(0, "%s", xtext(&err));
	buf_free(&err);
	return fault_status(f);
}

/* What the daemon works with is what it says, whatever lies in HOME/forms by now. */
static int
fetch_set(struct client *client)
{
	struct lint	 lint = { BUF_INIT, 0 };
	struct val	*reply;
	int		 code;

	if ((code = client_ask(client, client_new_request("forms", NULL),
	    "the daemon's definitions", &reply)) != EX_OK)
		return code;
	client->set = load_set(xcheck(val_take(reply, PK_SET)), &lint);
	val_free(reply);
	if (client->set == NULL) {
		report_lines(&lint.out);
		code = report_error(EX_PROTOCOL,
		    "the daemon's definitions are not understood: it is of another version");
	}
	buf_free(&lint.out);
	return code;
}

/* The process that listens where the connection leads; 0: not known. */
static pid_t
listener(const struct conn *conn)
{
	struct ucred	 cred;
	socklen_t	 n = sizeof cred;

	return getsockopt(conn_fd(conn), SOL_SOCKET, SO_PEERCRED, &cred, &n) == 0 ? cred.pid : 0;
}

/* Another home's daemon must never be taken for the one that has this home open. */
static int
connect_holder(const struct admin *admin, struct conn **conn)
{
	const char	*home = admin->home, *path = admin->socket, *say;

	if ((*conn = conn_open(path, &say)) == NULL) {
		const char	*why = strerror(errno);

		return report_error(EX_TEMPFAIL,
		    "process %ld has %s open, and at %s nobody answers (%s); -S says where its daemon listens",
		    (long)home_holder(home), home, path, why);
	}
	if (listener(*conn) != 0 && listener(*conn) == home_holder(home))
		return EX_OK;
	return report_error(EX_TEMPFAIL,
	    "at %s another daemon answers, not the one that has %s open; -S says where that listens",
	    path, home);
}

/* A demo store wants to know as whom: as the administrator at the server. */
static int
become_local(struct client *client)
{
	struct val	*req = client_new_request("whoami", NULL), *who;
	int		 code;

	xput(req, PK_PERSONA, val_text("local"));
	if ((code = client_ask(client, req, "the daemon of a demo store", &who)) == EX_OK)
		val_free(who);
	return code;
}

static int
open_conn(struct client *client, const struct admin *admin)
{
	struct val	*who;
	int		 code;

	if ((code = connect_holder(admin, &client->conn)) != EX_OK ||
	    (code = client_ask(client, client_new_request("whoami", NULL), "the daemon", &who)) !=
	    EX_OK)
		return code;
	if (val_get(who, PK_PERSONAS) != NULL)
		code = become_local(client);
	val_free(who);
	return code == EX_OK ? fetch_set(client) : code;
}

static int
open_client(const struct admin *admin, bool alone, enum core_trail trail, struct client **out)
{
	struct client	*client = xcheck(calloc(1, sizeof *client));
	struct buf	 err = BUF_INIT;
	uid_t		 asker = getuid();	/* the trail names who ran it, not whom he became */
	enum home_err	 e;
	int		 code;

	*out = NULL;
	if (sodium_init() < 0 || !client_become_owner(admin->home)) {
		free(client);
		return EX_OSERR;
	}
	e = look(admin->home, &err);
	if (e == HOME_LOCKED && !alone)
		code = open_conn(client, admin);
	else if (e == HOME_LOCKED)
		code = report_error(fault_status(FAULT_IN_USE),
		    "%s; this command needs the home alone, stop the daemon first", xtext(&err));
	else if (e != HOME_OK)
		code = report_error(fault_status(fault_of_home(e)), "%s", xtext(&err));
	else
		code = open_core(client, admin->home, asker, trail);
	buf_free(&err);
	if (code == EX_OK)
		*out = client;
	else
		client_close(client);
	return code;
}

int
client_open(const struct admin *admin, bool alone, struct client **out)
{
	return open_client(admin, alone, CORE_TRAIL_REFUSE, out);
}

int
client_open_untrusted(const struct admin *admin, bool alone, struct client **out)
{
	return open_client(admin, alone, CORE_TRAIL_REPORT, out);
}

const struct actor *
client_actor(const struct client *client)
{
	return client->actor;
}

void
client_close(struct client *client)
{
	if (client == NULL)
		return;
	actor_unref(client->actor);
	core_close(client->core);
	conn_close(client->conn);
	set_free(client->set);
	free(client);
}

const struct set *
client_set(const struct client *client)
{
	return client->core != NULL ? client->core->set : client->set;
}

struct core *
client_core(const struct client *client)
{
	return client->core;
}

/* ---- asking ---------------------------------------------------------------------------------- */

struct val *
client_new_request(const char *op, const char *book)
{
	struct val	*req = xcheck(val_map());

	xput(req, PK_OP, val_text(op));
	if (book != NULL)
		xput(req, PK_BOOK, val_text(book));
	return req;
}

struct val *
client_new_write(const char *op, const char *book)
{
	struct val	*req = client_new_request(op, book);
	unsigned char	 token[16];

	randombytes_buf(token, sizeof token);
	xput(req, PK_TOKEN, val_bytes(token, sizeof token));
	return req;
}

static int
code_of_error(const char *error)
{
	static const struct { const char *error; int code; } codes[] = {
		{ PE_DENIED, EX_NOPERM }, { PE_MISSING, EX_NOINPUT }, { PE_CONFLICT, EX_TEMPFAIL },
		  { PE_INVALID, EX_DATAERR },
		{ PE_BUSY, EX_TEMPFAIL }, { PE_FULL, EX_IOERR }, { PE_LOCKED, EX_TEMPFAIL },
		  { PE_STOPPED, EX_UNAVAILABLE },
		{ PE_CLOCK, EX_TEMPFAIL },
	};

	for (size_t i = 0; error != NULL && i < sizeof codes / sizeof *codes; i++)
		if (strcmp(codes[i].error, error) == 0)
			return codes[i].code;
	return EX_SOFTWARE;
}

/* The sentence alone says little where there are problems: those then stand for it. */
static int
report_refusal(const struct client *client, const struct val *req, const struct val *reply,
    const char *about)
{
	const char		*name = val_get_str(req, PK_BOOK);
	const struct book	*book = name != NULL && client_set(client) != NULL ?
	    set_book(client_set(client), name) : NULL;
	struct problems		 ps = PROBLEMS_INIT;
	struct buf		 line = BUF_INIT;
	int			 code = code_of_error(val_get_str(reply, PK_ERROR));
	size_t			 said = 0;

	if (val_get(reply, PK_PROBLEMS) != NULL &&
	    !problems_from_val(val_get(reply, PK_PROBLEMS), &ps))
		return report_error(EX_PROTOCOL, "%s: the answer is not understood", about);
	for (size_t i = 0; i < ps.n; i++) {
		if (ps.at[i].warn)
			continue;
		buf_reset(&line);
		report_problem(&ps.at[i], client_set(client), book, &line);
		report_error(code, "%s: %s", about, xtext(&line));
		said++;
	}
	if (said == 0) {
		buf_reset(&line);
		problem_format(&line, val_get_str(reply, PK_SAY) != NULL ?
		    val_get_str(reply, PK_SAY) : "no answer", val_get(reply, PK_ARGS), NULL, NULL);
		report_error(code, "%s: %s", about, xtext(&line));
	}
	problems_free(&ps);
	buf_free(&line);
	return code;
}

static int
judge(const struct client *client, struct val *req, struct val *answer, const char *about,
    struct val **reply)
{
	int	 code = EX_OK;

	if (answer == NULL)
		code = EX_UNAVAILABLE;		/* reported before */
	else if (!val_get_true(answer, PK_OK))
		code = report_refusal(client, req, answer, about);
	val_free(req);
	if (reply != NULL)
		*reply = code == EX_OK ? answer : NULL;
	if (code != EX_OK || reply == NULL)
		val_free(answer);
	return code;
}

int
client_ask(struct client *client, struct val *req, const char *about, struct val **reply)
{
	struct val	*answer;

	if (client->core != NULL)
		return client_ask_as(client, client->actor, req, about, reply);
	if ((answer = conn_call_within(client->conn, xcheck(val_dup(req)), PATIENCE_MS)) == NULL)
		report_error(EX_UNAVAILABLE, "%s", conn_lost(client->conn));
	return judge(client, req, answer, about, reply);
}

/* The last word of a daemon that ends the connection stands for the answer. */
int
client_try(struct client *client, struct val *req, const char *about, struct val **reply)
{
	struct val	*answer;

	if (client->core != NULL)
		return client_ask(client, req, about, reply);
	answer = client->conn == NULL ? NULL :
	    conn_call_within(client->conn, xcheck(val_dup(req)), PATIENCE_MS);
	if (answer != NULL && (val_get_true(answer, PK_OK) || conn_lost(client->conn) == NULL))
		return judge(client, req, answer, about, reply);
	val_free(answer);
	val_free(req);
	*reply = NULL;
	return EX_UNAVAILABLE;
}

int
client_reconnect(struct client *client, const struct admin *admin)
{
	struct val	*who;
	const char	*say;
	int		 code = EX_UNAVAILABLE;

	conn_close(client->conn);
	if ((client->conn = conn_try(admin->socket, &say)) == NULL)
		return code;
	if (listener(client->conn) != 0 && listener(client->conn) == home_holder(admin->home) &&
	    client_try(client, client_new_request("whoami", NULL), "the daemon", &who) == EX_OK) {
		code = EX_OK;
		val_free(who);
	}
	return code;
}

int
client_ask_as(struct client *client, struct actor *actor, struct val *req, const char *about,
    struct val **reply)
{
	return judge(client, req,
	    xcheck(call_run(client->core, actor, xcheck(val_dup(req)), LANG_EN)), about, reply);
}

/* ---- a whole book ---------------------------------------------------------------------------- */

/* A list that holds every record of the book. */
static const struct list *
list_of_all(const struct book *book)
{
	for (size_t i = 0; i < book->nlists; i++)
		if (book->lists[i].where == NULL)
			return &book->lists[i];
	return NULL;
}

static int
fetch_row(struct client *client, const char *book, const struct val *row, struct val *out)
{
	struct val	*req = client_new_request("get", book), *reply;
	int		 code;

	xput(req, PK_ID, val_dup(val_get(row, PK_ID)));
	if ((code = client_ask(client, req, book, &reply)) != EX_OK)
		return code;
	xadd(out, val_take(reply, PK_RECORD));
	val_free(reply);
	return EX_OK;
}

int
client_fetch_all(struct client *client, const char *name, struct val **out)
{
	const struct list	*list = list_of_all(set_book(client_set(client), name));
	struct val		*req, *reply = NULL, *rows;
	bool			 more = true;
	int			 code = EX_OK;

	*out = NULL;
	if (list == NULL)
		return report_error(EX_CONFIG,
		    "book %s has no list without a condition (where), so it cannot be read as a whole", name);
	*out = xcheck(val_list());
	while (code == EX_OK && more) {
		req = client_new_request("list", name);
		xput(req, PK_LIST, val_text(list->name));
		xput(req, PK_LIMIT, val_int(100));
		rows = val_get(reply, PK_ROWS);
		if (val_len(rows) > 0)
			xput(req, PK_AFTER, val_dup(val_get(val_at(rows, val_len(rows) - 1),
			    PK_KEY)));
		val_free(reply);
		if ((code = client_ask(client, req, name, &reply)) != EX_OK)
			break;
		rows = val_get(reply, PK_ROWS);
		for (size_t i = 0; code == EX_OK && i < val_len(rows); i++)
			code = fetch_row(client, name, val_at(rows, i), *out);
		more = val_get_true(reply, PK_MORE) && val_len(rows) > 0;
	}
	val_free(reply);
	if (code != EX_OK) {
		val_free(*out);
		*out = NULL;
	}
	return code;
}
