#include <sys/stat.h>
#include <sys/statvfs.h>

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/client.h"
#include "admin/copytree.h"
#include "admin/form.h"
#include "core/core.h"
#include "core/maint/verify.h"
#include "core/record/change.h"
#include "core/store/head.h"

/*
 * Upgrades a home of an earlier format to HOME_FORMAT.
 *
 *	HOME/upgrade/	a whole home: the copy on which all steps are tried
 *	HOME/before/	the content before the upgrade (home_swap()), and `upgraded`: the newest
 *			entry of the trail right after the upgrade
 *
 * Only home_swap() changes the home itself, after the copy was verified. Going back is possible
 * until the trail has a newer entry, which would be lost.
 */
#define COPY		"upgrade"
#define BEFORE		"before"
#define UNDONE		"undone"
#define ROOM		((uint64_t)256 << 20)	/* room for new index rows, logs and the journal of
						   the copy */

/*
 * One step for each format: what the next format does differently. Index rows are made again from
 * the definitions.
 */
static const struct step {
	unsigned	 from;
	const char	*what;
} steps[] = {
	{ 1, "index rows have scopes, places or bodies, instead of area codes" },
};

#define NSTEPS		(sizeof steps / sizeof *steps)

struct upgrade {
	struct home	*home;
	const char	*path;
	struct buf	 copy;		/* HOME/upgrade */
	unsigned	 from;		/* format of the home */
	bool		 dry;
};

static const char *
join(struct buf *out, const char *dir, const char *name)
{
	buf_reset(out);
	buf_printf(out, "%s/%s", dir, name);
	return xtext(out);
}

static int
failed(int code, struct buf *err)
{
	if (err->n > 0 && memchr(err->p, '\n', err->n) != NULL)
		report_lines(err);	/* messages about the definitions, with file names */
	else
		report_error(0, "%s", xtext(err));
	buf_free(err);
	return code;
}

/* ---- the copy -------------------------------------------------------------------------------- */

static int
check_room(const struct upgrade *u)
{
	struct statvfs	 fs;
	struct buf	 path = BUF_INIT;
	uint64_t	 need = ROOM, free_bytes;

	need += copytree_size(join(&path, u->path, "env")) * 3 / 2;
	need += copytree_size(join(&path, u->path, "pages"));
	buf_free(&path);
	if (statvfs(u->path, &fs) != 0)
		return report_error(EX_IOERR, "%s: %s", u->path, strerror(errno));
	free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (free_bytes >= need)
		return EX_OK;
	return report_error(EX_UNAVAILABLE,
	    "%s: the copy needs %" PRIu64 " MB and there are %" PRIu64 ": make room", u->path,
	    need >> 20, free_bytes >> 20);
}

static int
copy_piece(const struct upgrade *u, const char *name, bool folder)
{
	struct buf	 from = BUF_INIT, to = BUF_INIT;
	struct stat	 st;
	int		 code = EX_OK;

	if (stat(join(&from, u->path, name), &st) == 0)
		code = folder ? copytree(from.p, join(&to, u->copy.p, name)) :
		    copytree_file(from.p, join(&to, u->copy.p, name));
	buf_free(&from);
	buf_free(&to);
	return code;
}

static int
make_copy(const struct upgrade *u)
{
	static const struct { const char *name; bool folder; } pieces[] = {
		{ "key", false }, { "keycheck", false }, { "env", true }, { "pages", false },
		{ "head", false }, { "forms", true }, { "kind", false },
	};
	int	 code = copytree_remove(u->copy.p);

	if (code == EX_OK)
		code = check_room(u);
	if (code == EX_OK && mkdir(u->copy.p, 0700) == -1)
		code = report_error(EX_CANTCREAT, "%s: %s", u->copy.p, strerror(errno));
	for (size_t i = 0; code == EX_OK && i < sizeof pieces / sizeof *pieces; i++)
		code = copy_piece(u, pieces[i].name, pieces[i].folder);
	return code;
}

/* ---- the steps ------------------------------------------------------------------------------- */

static int
upgrade_forms(const struct upgrade *u)
{
	struct buf	 dir = BUF_INIT;
	struct stat	 st;
	int		 code = EX_OK;

	if (stat(join(&dir, u->copy.p, "forms"), &st) == 0) {
		printf("definitions: ");
		fflush(stdout);
		code = form_upgrade_dir(dir.p, !u->dry);
	}
	buf_free(&dir);
	if (code == EX_DATAERR)
		report_error(0, "change these lines in %s/forms by hand, then run upgrade again",
		    u->path);
	return code;
}

static int
set_format(const struct upgrade *u)
{
	struct buf	 err = BUF_INIT;
	struct home	*home;
	enum home_err	 e = home_open_any(u->copy.p, &home, &err);

	if (e != HOME_OK)
		return failed(fault_status(fault_of_home(e)), &err);
	if ((e = home_set_format(home, &err)) != HOME_OK) {
		home_close(home);
		return failed(EX_IOERR, &err);
	}
	home_close(home);
	for (size_t i = 0; i < NSTEPS; i++)
		if (steps[i].from >= u->from)
			printf("format %u to %u: %s\n", steps[i].from, steps[i].from + 1,
			    steps[i].what);
	return EX_OK;
}

struct entry {
	struct core		*core;
	const struct actor	*actor;
	struct val		*detail;
};

static int
put_entry(struct store_txn *txn, void *arg)
{
	const struct entry	*t = arg;
	const struct writer	 w = writer_now(t->core, txn, t->actor);

	return (int)writer_log(&w, &(struct audit_entry){ .act = "upgrade", .detail = t->detail });
}

static int
tell_trail(const struct upgrade *u, struct core *core)
{
	struct actor	*actor = xcheck(actor_local(geteuid(), "local"));
	struct entry	 t = { core, actor, xcheck(val_map()) };
	int		 e;

	xput(t.detail, "from", val_int(u->from));
	xput(t.detail, "to", val_int(HOME_FORMAT));
	e = commit_run(core->committer, put_entry, &t);
	val_free(t.detail);
	actor_unref(actor);
	return e == STORE_OK ? EX_OK : report_error(EX_IOERR, "writing the audit trail: %s",
	    store_err_text(e));
}

static void
print_finding(const char *kind, const char *text, void *arg)
{
	(void)arg;
	printf("%s: %s\n", kind, text);
}

static void
print_line(const char *text, void *arg)
{
	(void)arg;
	puts(text);
}

static bool
go_on(const struct progress *p, void *arg)
{
	(void)p;
	(void)arg;
	return true;
}

static int
verify_copy(struct core *core)
{
	const struct verify_sink	 sink = { print_finding, print_line, go_on, NULL };
	enum store_err			 e = STORE_OK;

	switch (verify_run(core, &sink, &e)) {
	case VERIFY_AGREES:
		return EX_OK;
	case VERIFY_DIFFERS:
		return report_error(EX_DATAERR,
		    "the upgraded copy does not agree with itself, so the home was left as it is");
	default:
		return report_error(EX_IOERR, "reading the upgraded copy: %s",
		    store_err_text((int)e));
	}
}

/* Opening the home makes the rows of all indexes again when the step asks for it. */
static int
upgrade_store(const struct upgrade *u)
{
	struct core_opts	 opts = { .store = client_store_opts() };
	struct buf		 err = BUF_INIT;
	struct core		*core;
	enum fault		 f;
	int			 code;

	opts.store.ballast = 4096;			/* the home has this file */
	if ((f = core_open(u->copy.p, &opts, &core, &err)) != FAULT_NONE)
		return failed(fault_status(f), &err);
	buf_free(&err);
	code = verify_copy(core);
	if (code == EX_OK)
		code = tell_trail(u, core);
	core_close(core);
	return code;
}

/* ---- replacing the home ---------------------------------------------------------------------- */

/* Reads the newest entry of the trail of HOME from its head. False: there is no head. */
static bool
newest_entry(const struct home *home, uint64_t *seq)
{
	struct head	 head;

	if (head_read(home, home_dir(home), HEAD_NEWEST, &head) != HEAD_OK)
		return false;
	*seq = head.seq;
	return true;
}

static int
note_end(const struct upgrade *u)
{
	struct buf	 path = BUF_INIT;
	uint64_t	 seq;
	FILE		*f;
	bool		 ok;

	buf_printf(&path, "%s/" BEFORE "/upgraded", u->path);
	ok = newest_entry(u->home, &seq) && (f = fopen(xtext(&path), "w")) != NULL;
	if (ok) {
		ok = fprintf(f, "%" PRIu64 "\n", seq) > 0 && fflush(f) == 0 &&
		    fsync(fileno(f)) == 0;
		ok = fclose(f) == 0 && ok;
	}
	if (!ok)
		report_error(0, "%s cannot be written, so \"upgrade --undo\" will not work",
		    path.p);
	buf_free(&path);
	return EX_OK;
}

static int
remove_part(const struct upgrade *u, const char *name)
{
	struct buf	 path = BUF_INIT;
	int		 code = copytree_remove(join(&path, u->path, name));

	buf_free(&path);
	return code;
}

static int
put_in_place(const struct upgrade *u)
{
	struct buf	 err = BUF_INIT, path = BUF_INIT;
	int		 code;

	if ((code = remove_part(u, BEFORE)) != EX_OK)
		return code;
	if (home_swap(u->home, COPY, BEFORE, &err) != HOME_OK)
		return failed(EX_IOERR, &err);
	note_end(u);
	if ((code = remove_part(u, COPY)) != EX_OK)
		return code;
	printf("%s has format %u now; what it was before is in %s/" BEFORE " (%" PRIu64 " MB):\n"
	    "\"upgrade --undo\" goes back as long as nothing new is written, \"upgrade --done\" removes it\n", u->path, HOME_FORMAT,
	    u->path, copytree_size(join(&path, u->path, BEFORE)) >> 20);
	buf_free(&path);
	return EX_OK;
}

static int
run_upgrade(struct upgrade *u)
{
	int	 code;

	if (u->from == HOME_FORMAT) {
		printf("%s has format %u: there is nothing to upgrade\n", u->path, HOME_FORMAT);
		return EX_OK;
	}
	if ((code = make_copy(u)) == EX_OK && (code = upgrade_forms(u)) == EX_OK &&
	    (code = set_format(u)) == EX_OK)
		code = upgrade_store(u);
	if (code == EX_OK && !u->dry)
		return put_in_place(u);
	if (code == EX_OK)
		printf("tried on a copy; %s is as it was\n", u->path);
	remove_part(u, COPY);
	return code;
}

/* ---- going back ------------------------------------------------------------------------------ */

/* Reads the sequence of the newest entry after the upgrade. False: not known. */
static bool
read_end(const struct upgrade *u, uint64_t *seq)
{
	struct buf	 path = BUF_INIT;
	FILE		*f;
	bool		 ok = false;

	buf_printf(&path, "%s/" BEFORE "/upgraded", u->path);
	if ((f = fopen(xtext(&path), "r")) != NULL) {
		ok = fscanf(f, "%" SCNu64, seq) == 1;
		fclose(f);
	}
	buf_free(&path);
	return ok;
}

static bool
has_before(const struct upgrade *u)
{
	struct buf	 path = BUF_INIT;
	struct stat	 st;
	bool		 has = stat(join(&path, u->path, BEFORE "/kind"), &st) == 0;

	buf_free(&path);
	return has;
}

static int
run_undo(struct upgrade *u)
{
	struct buf	 err = BUF_INIT;
	uint64_t	 then, now;
	int		 code;

	if (!has_before(u))
		return report_error(EX_NOINPUT,
		    "%s/" BEFORE " is not there: there is nothing to go back to", u->path);
	if (!read_end(u, &then) || !newest_entry(u->home, &now))
		return report_error(EX_DATAERR,
		    "%s: it cannot be told whether anything was written since the upgrade",
		    u->path);
	if (now != then)
		return report_error(EX_DATAERR,
		    "%s: the audit trail has %" PRIu64 " new entries since the upgrade; going back would lose what "
		    "they tell of", u->path, now - then);
	if ((code = remove_part(u, UNDONE)) != EX_OK)	/* of a run that was interrupted */
		return code;
	if (home_swap(u->home, BEFORE, UNDONE, &err) != HOME_OK)
		return failed(EX_IOERR, &err);
	if ((code = remove_part(u, UNDONE)) == EX_OK)
		code = remove_part(u, BEFORE);
	if (code == EX_OK)
		printf("%s is as it was before the upgrade: start the earlier version of the program\n", u->path);
	return code;
}

static int
run_done(struct upgrade *u)
{
	int	 code;

	if (!has_before(u)) {
		printf("%s/" BEFORE " is not there: there is nothing to remove\n", u->path);
		return EX_OK;
	}
	if ((code = remove_part(u, BEFORE)) == EX_OK)
		printf("%s/" BEFORE " is removed\n", u->path);
	return code;
}

/* ---- the command line ------------------------------------------------------------------------ */

static int
with_home(struct upgrade *u, int (*run)(struct upgrade *))
{
	struct buf	 err = BUF_INIT;
	enum home_err	 e;
	int		 code;

	if (!client_become_owner(u->path))
		return EX_OSERR;
	if ((e = home_open_any(u->path, &u->home, &err)) != HOME_OK) {
		code = failed(fault_status(fault_of_home(e)), &err);
		return e == HOME_LOCKED ?
		    report_error(code, "stop the daemon, then run upgrade again") : code;
	}
	buf_free(&err);
	u->from = home_format(u->home);
	buf_printf(&u->copy, "%s/" COPY, u->path);
	xtext(&u->copy);
	code = run(u);
	home_close(u->home);
	buf_free(&u->copy);
	return code;
}

int
cmd_upgrade(const struct admin *admin, int argc, char **argv)
{
	static const struct option	 longs[] = { { "dry-run", no_argument, NULL, 'n' },
	    { "undo", no_argument, NULL, 'u' },
	    { "done", no_argument, NULL, 'd' }, { NULL, 0, NULL, 0 } };
	struct upgrade			 u = { .path = admin->home, .copy = BUF_INIT };
	int				 (*run)(struct upgrade *) = run_upgrade;
	int				 c, given = 0;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c == '?')
			return report_usage_error("upgrade", "upgrade does not know that option");
		u.dry |= c == 'n';
		run = c == 'u' ? run_undo : c == 'd' ? run_done : run;
		given++;
	}
	if (optind != argc || given > 1)
		return report_usage_error("upgrade", "upgrade takes one option at most");
	return with_home(&u, run);
}
