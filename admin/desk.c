#include "admin/desk.h"

#include <sys/stat.h>

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "admin/line.h"
#include "core/ops/ops.h"

struct desk {
	struct core	*core;		/* one of these two */
	struct line	*line;
	struct actor	*actor;		/* with core */
	struct set	*set;		/* with line */
};

/* ---- opening ------------------------------------------------------------------------------------------------ */

bool
become_owner(const char *home)
{
	struct stat	 st;

	if (geteuid() != 0 || stat(home, &st) != 0 || st.st_uid == 0)
		return true;
	if (setgroups(0, NULL) == 0 && setresgid(st.st_gid, st.st_gid, st.st_gid) == 0 &&
	    setresuid(st.st_uid, st.st_uid, st.st_uid) == 0)
		return true;
	fail(EX_OSERR, "becoming the user whom %s belongs to: %s", home, strerror(errno));
	return false;
}

static void
log_line(enum store_log kind, const char *line, void *arg)
{
	(void)arg;
	if (kind == STORE_LOG_ALARM || (kind == STORE_LOG_DETAIL && say_details))
		fail(0, "%s", line);
}

struct store_opts
desk_store_opts(void)
{
	return (struct store_opts){ .log = log_line, .cache = (size_t)64 << 20, .log_file = (size_t)8 << 20 };
}

/* The lock tells whether a daemon runs. It is given back before the core takes it anew; who comes between is told so. */
static enum home_err
look(const char *home, struct buf *err)
{
	struct home	*h;
	enum home_err	 e = home_open(home, &h, err);

	home_close(e == HOME_OK ? h : NULL);
	return e;
}

static int
open_core(struct desk *desk, const char *home, uid_t asker, enum core_trail trail)
{
	const struct core_opts	 opts = { .store = desk_store_opts(), .trail = trail };
	struct buf		 err = BUF_INIT;
	enum fault		 f = core_open(home, &opts, &desk->core, &err);

	desk->actor = must(actor_local(asker, "local"));
	if (f == FAULT_CONFIG)
		fail_lines(&err);		/* of the definitions, each with its file */
	else if (f != FAULT_NONE)
		fail(0, "%s", text(&err));
	buf_free(&err);
	return fault_status(f);
}

/* What the daemon works with is what it says, whatever lies in HOME/forms by now. */
static int
fetch_set(struct desk *desk)
{
	struct lint	 lint = { BUF_INIT, 0 };
	struct val	*reply;
	int		 code;

	if ((code = desk_ask(desk, desk_request("forms", NULL), "the daemon's definitions", &reply)) != EX_OK)
		return code;
	desk->set = set_build(must(val_take(reply, "set")), &lint);
	val_free(reply);
	if (desk->set == NULL) {
		fail_lines(&lint.out);
		code = fail(EX_PROTOCOL, "the daemon's definitions are not understood: it is of another version");
	}
	buf_free(&lint.out);
	return code;
}

static int
open_line(struct desk *desk, const struct admin *admin)
{
	struct val	*who;
	int		 code;

	if ((code = line_open(admin->home, admin->socket, &desk->line)) != EX_OK ||
	    (code = desk_ask(desk, desk_request("whoami", NULL), "the daemon", &who)) != EX_OK)
		return code;
	if (val_get(who, "personas") != NULL)
		code = fail(EX_TEMPFAIL, "the daemon of a demo store knows invented people only; stop it first");
	val_free(who);
	return code == EX_OK ? fetch_set(desk) : code;
}

static int
open_desk(const struct admin *admin, bool alone, enum core_trail trail, struct desk **out)
{
	struct desk	*desk = must(calloc(1, sizeof *desk));
	struct buf	 err = BUF_INIT;
	uid_t		 asker = getuid();	/* the trail names who ran it, not whom he became */
	enum home_err	 e;
	int		 code;

	*out = NULL;
	if (sodium_init() < 0 || !become_owner(admin->home)) {
		free(desk);
		return EX_OSERR;
	}
	e = look(admin->home, &err);
	if (e == HOME_LOCKED && !alone)
		code = open_line(desk, admin);
	else if (e == HOME_LOCKED)
		code = fail(fault_status(FAULT_IN_USE), "%s; this command needs the home alone, stop the daemon first", text(&err));
	else if (e != HOME_OK)
		code = fail(fault_status(fault_of_home(e)), "%s", text(&err));
	else
		code = open_core(desk, admin->home, asker, trail);
	buf_free(&err);
	if (code == EX_OK)
		*out = desk;
	else
		desk_close(desk);
	return code;
}

int
desk_open(const struct admin *admin, bool alone, struct desk **out)
{
	return open_desk(admin, alone, CORE_TRAIL_REFUSE, out);
}

int
desk_open_untrusted(const struct admin *admin, struct desk **out)
{
	return open_desk(admin, true, CORE_TRAIL_REPORT, out);
}

const struct actor *
desk_actor(const struct desk *desk)
{
	return desk->actor;
}

void
desk_close(struct desk *desk)
{
	if (desk == NULL)
		return;
	actor_unref(desk->actor);
	core_close(desk->core);
	line_close(desk->line);
	set_free(desk->set);
	free(desk);
}

const struct set *
desk_set(const struct desk *desk)
{
	return desk->core != NULL ? desk->core->set : desk->set;
}

struct core *
desk_core(const struct desk *desk)
{
	return desk->core;
}

/* ---- asking ------------------------------------------------------------------------------------------------- */

struct val *
desk_request(const char *op, const char *book)
{
	struct val	*req = must(val_map());

	put(req, "op", val_text(op));
	if (book != NULL)
		put(req, "book", val_text(book));
	return req;
}

struct val *
desk_write(const char *op, const char *book)
{
	struct val	*req = desk_request(op, book);
	unsigned char	 token[16];

	randombytes_buf(token, sizeof token);
	put(req, "token", val_bytes(token, sizeof token));
	return req;
}

static int
code_of_error(const char *error)
{
	static const struct { const char *error; int code; } codes[] = {
		{ "denied", EX_NOPERM }, { "missing", EX_NOINPUT }, { "conflict", EX_TEMPFAIL }, { "invalid", EX_DATAERR },
		{ "busy", EX_TEMPFAIL }, { "full", EX_IOERR }, { "locked", EX_TEMPFAIL }, { "stopped", EX_UNAVAILABLE },
		{ "clock", EX_TEMPFAIL },
	};

	for (size_t i = 0; error != NULL && i < sizeof codes / sizeof *codes; i++)
		if (strcmp(codes[i].error, error) == 0)
			return codes[i].code;
	return EX_SOFTWARE;
}

/* The sentence alone says little where there are problems: those then stand for it. */
static int
say_refusal(const struct desk *desk, const struct val *req, const struct val *reply, const char *about)
{
	const char		*name = val_get_str(req, "book");
	const struct book	*book = name != NULL && desk_set(desk) != NULL ? set_book(desk_set(desk), name) : NULL;
	struct problems		 ps = PROBLEMS_INIT;
	struct buf		 line = BUF_INIT;
	int			 code = code_of_error(val_get_str(reply, "error"));
	size_t			 said = 0;

	if (val_get(reply, "problems") != NULL && !problems_from_val(val_get(reply, "problems"), &ps))
		return fail(EX_PROTOCOL, "%s: the answer is not understood", about);
	for (size_t i = 0; i < ps.n; i++) {
		if (ps.at[i].warn)
			continue;
		buf_reset(&line);
		say_problem(&ps.at[i], desk_set(desk), book, &line);
		fail(code, "%s: %s", about, text(&line));
		said++;
	}
	if (said == 0) {
		buf_reset(&line);
		say_fill(&line, val_get_str(reply, "say") != NULL ? val_get_str(reply, "say") : "no answer", val_get(reply, "args"),
		    NULL, NULL);
		fail(code, "%s: %s", about, text(&line));
	}
	problems_free(&ps);
	buf_free(&line);
	return code;
}

static int
judge(const struct desk *desk, struct val *req, struct val *answer, const char *about, struct val **reply)
{
	int	 code = EX_OK;

	if (answer == NULL)
		code = EX_UNAVAILABLE;		/* the line has said why */
	else if (!val_get_true(answer, "ok"))
		code = say_refusal(desk, req, answer, about);
	val_free(req);
	if (reply != NULL)
		*reply = code == EX_OK ? answer : NULL;
	if (code != EX_OK || reply == NULL)
		val_free(answer);
	return code;
}

int
desk_ask(struct desk *desk, struct val *req, const char *about, struct val **reply)
{
	if (desk->core != NULL)
		return desk_ask_as(desk, desk->actor, req, about, reply);
	return judge(desk, req, line_ask(desk->line, req), about, reply);
}

int
desk_ask_as(struct desk *desk, struct actor *actor, struct val *req, const char *about, struct val **reply)
{
	return judge(desk, req, must(call_run(desk->core, actor, must(val_dup(req)), LANG_EN)), about, reply);
}

/* ---- a whole book ------------------------------------------------------------------------------------------- */

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
fetch_row(struct desk *desk, const char *book, const struct val *row, struct val *out)
{
	struct val	*req = desk_request("get", book), *reply;
	int		 code;

	put(req, "id", val_dup(val_get(row, "id")));
	if ((code = desk_ask(desk, req, book, &reply)) != EX_OK)
		return code;
	add(out, val_take(reply, "record"));
	val_free(reply);
	return EX_OK;
}

int
desk_all(struct desk *desk, const char *name, struct val **out)
{
	const struct list	*list = list_of_all(set_book(desk_set(desk), name));
	struct val		*req, *reply = NULL, *rows;
	bool			 more = true;
	int			 code = EX_OK;

	*out = NULL;
	if (list == NULL)
		return fail(EX_CONFIG, "book %s has no list without a condition (where), so it cannot be read as a whole", name);
	*out = must(val_list());
	while (code == EX_OK && more) {
		req = desk_request("list", name);
		put(req, "list", val_text(list->name));
		put(req, "limit", val_int(100));
		rows = val_get(reply, "rows");
		if (val_len(rows) > 0)
			put(req, "after", val_dup(val_get(val_at(rows, val_len(rows) - 1), "key")));
		val_free(reply);
		if ((code = desk_ask(desk, req, name, &reply)) != EX_OK)
			break;
		rows = val_get(reply, "rows");
		for (size_t i = 0; code == EX_OK && i < val_len(rows); i++)
			code = fetch_row(desk, name, val_at(rows, i), *out);
		more = val_get_true(reply, "more") && val_len(rows) > 0;
	}
	val_free(reply);
	if (code != EX_OK) {
		val_free(*out);
		*out = NULL;
	}
	return code;
}
