#include "core/core.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "core/access/checkout.h"
#include "core/maint/job.h"
#include "core/record/area_tree.h"
#include "core/record/audit.h"
#include "core/record/index.h"
#include "core/record/pinyin.h"
#include "forms/upgrade.h"

#define LOOK_MAX	5000		/* most records read for one choice of a field */

/* ---- definitions ----------------------------------------------------------------------------- */

/*
 * Adds pinyin initials to the Chinese text under the key, whether it is alone there or with other
 * languages.
 */
static bool
put_initials(struct val *map, const char *key)
{
	struct val	*words = val_get(map, key), *full;
	const char	*zh = val_str(words) != NULL ? val_str(words) : val_get_str(words, "zh");
	struct buf	 py = BUF_INIT;
	bool		 ok;

	if (zh == NULL || val_get(words, "py") != NULL)
		return true;
	pinyin_initials(zh, &py);
	if (val_kind(words) == VAL_MAP)
		ok = val_put(words, "py", val_text(buf_str(&py)));
	else {
		full = val_map();
		ok = val_put(full, "zh", val_text(zh)) &&
		    val_put(full, "py", val_text(buf_str(&py)));
		val_set_line(full, val_line(words));
		ok = ok && val_put(map, key, full);
	}
	buf_free(&py);
	return ok;
}

static bool
add_code_initials(struct val *codes)
{
	bool	 ok = true;

	for (size_t i = 0; ok && i < val_len(codes); i++)
		ok = put_initials(val_at(codes, i), val_key(val_at(codes, i), 0));
	return ok;
}

/* Everything with a label may be in a list of choices: books, columns, menu lines, score sheets. */
static bool
add_label_initials(struct val *v)
{
	bool	 ok = true;

	for (size_t i = 0; ok && i < val_len(v); i++)
		ok = add_label_initials(val_kind(v) == VAL_MAP ? val_value(v, i) : val_at(v, i));
	return ok && (val_kind(v) != VAL_MAP || put_initials(v, "label"));
}

/* Clients can then filter while typing without ICU. */
static bool
add_initials(struct val *src)
{
	struct val	*codes = val_get(src, "codes");
	bool		 ok = true;

	for (size_t i = 0; ok && i < val_len(codes); i++)
		ok = add_code_initials(val_get(val_value(codes, i), "codes"));
	return ok && add_label_initials(src);
}

/* The two books that the program itself reads, with the fields it reads. */
static void
require_builtin_books(const struct set *set, struct lint *lint)
{
	static const struct { const char *book, *field, *type; bool unique; } needs[] = {
		{ "account",	"user",		"text",		true },
		{ "account",	"name",		"text",		false },
		{ "account",	"role",		"choice",	false },
		{ "account",	"areas",	"area",		false },
		{ "account",	"from",		"date",		false },
		{ "account",	"until",	"date",		false },
		{ "area",	"code",		"text",		true },
		{ "area",	"name",		"text",		false },
		{ "area",	"until",	"date",		false },
	};

	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
		const struct book	*book = set_book(set, needs[i].book);
		const struct field	*f = book != NULL ? book_field(book, needs[i].field) : NULL;

		if (f == NULL || !type_is(f, needs[i].type) || (needs[i].unique && !f->unique)) {
			buf_printf(&lint->out,
			    "books/%s.yaml: must have a %s field %s of type %s\n", needs[i].book,
			    needs[i].unique ? "unique" : "plain", needs[i].field, needs[i].type);
			lint->n++;
		}
	}
	if (set_book(set, "account") != NULL &&
	    book_state(set_book(set, "account"), "active") == NULL) {
		buf_puts(&lint->out, "books/account.yaml: must have a state active\n");
		lint->n++;
	}
}

/*
 * Of definitions with former keys only these keys are reported: other errors would only follow from
 * them.
 */
static void
tell_mistakes(const char *dir, const struct lint *lint, struct buf *err)
{
	struct lint	 old = { BUF_INIT, 0 };

	upgrade_tell(dir, &old);
	if (old.n == 0)
		buf_put(err, lint->out.p, lint->out.n);
	else {
		buf_put(err, old.out.p, old.out.n);
		buf_printf(err,
		    "these definitions are written for an earlier version: \"shouwang-admin form upgrade %s\" changes them\n", dir);
	}
	buf_free(&old.out);
}

struct set *
core_set_load(const char *dir, struct buf *err)
{
	struct lint	 lint = { BUF_INIT, 0 };
	struct val	*src;
	struct set	*set = NULL;
	bool		 ok;

	if (!pinyin_open(NULL, err))
		return NULL;
	src = set_read(dir, &lint);
	ok = src != NULL && add_initials(src);
	if (!ok) {
		val_free(src);
		buf_printf(&lint.out, "%s: cannot be read\n", dir);
	} else if ((set = load_set(src, &lint)) != NULL)
		require_builtin_books(set, &lint);
	if (lint.n > 0 || set == NULL) {
		set_free(set);
		set = NULL;
		tell_mistakes(dir, &lint, err);
	}
	buf_free(&lint.out);
	pinyin_close();
	return set;
}

/* ---- opening --------------------------------------------------------------------------------- */

static bool
open_forms(struct core *core, const char *home, const char *forms, struct buf *err)
{
	struct buf	 dir = BUF_INIT;

	if (forms != NULL)
		buf_puts(&dir, forms);
	else
		buf_printf(&dir, "%s/forms", home);
	if (!dir.bad)
		core->set = core_set_load(dir.p, err);
	buf_free(&dir);
	return core->set != NULL;
}

static enum fault
store_fault(const struct core *core, enum store_err e, const char *doing, struct buf *err)
{
	const enum fault	 f = fault_of_store(e);

	if (f == FAULT_DAMAGED)
		buf_printf(err, "%s is damaged (%s): restore the newest backup",
		    home_env(core->home), doing);
	else if (f == FAULT_FULL)
		buf_printf(err, "%s: the disk is full (%s): make room", home_env(core->home),
		    doing);
	else if (f != FAULT_NONE)
		buf_printf(err, "%s: %s", doing, store_err_text((int)e));
	return f;
}

static enum store_err
accept_end(struct core *core, const struct actor *actor, const char *act,
    const struct audit_end *end)
{
	const int64_t	 moment = env_now(core);

	env_time_stamp(core, moment);
	return audit_end_accept(core->store, actor, moment, act, end);
}

static enum store_err
keep_trail(struct core *core, bool restored, const struct audit_end *end)
{
	struct actor	*local;
	char		 line[128];
	enum store_err	 e;

	if (restored) {
		local = actor_local(geteuid(), "local");
		e = local == NULL ? STORE_SYS : accept_end(core, local, "restore", end);
		actor_unref(local);
		return e;
	}
	if (end->read == HEAD_MISSING && end->now.seq > 0 && core->log != NULL) {
		snprintf(line, sizeof line,
		    "audit trail: entries up to %llu were made without a key, later ones have it",
		    (unsigned long long)end->now.seq);
		core->log(STORE_LOG_INFO, line, core->log_arg);
	}
	return audit_end_keep(core->store, end);
}

static enum fault
open_trail(struct core *core, const struct core_opts *opts, struct buf *err)
{
	struct audit_end	 end;
	struct buf		*wrong = &core->trail_problem;
	enum store_err		 e = audit_end_check(core->store, opts->store.restored, &end,
	    wrong);

	if (e == STORE_OK && wrong->n == 0 && !wrong->bad)
		e = keep_trail(core, opts->store.restored, &end);
	else if (e == STORE_OK && opts->trail == CORE_TRAIL_REFUSE) {
		buf_puts(err, buf_str(wrong));
		return FAULT_DAMAGED;
	}
	return store_fault(core, e, "reading the end of the audit trail", err);
}

bool
core_trail_accept(struct core *core, const struct actor *actor, struct buf *err)
{
	struct audit_end	 end;
	struct buf		 wrong = BUF_INIT;
	enum store_err		 e = audit_end_check(core->store, false, &end, &wrong);

	if (e == STORE_OK)
		e = accept_end(core, actor, "accept-loss", &end);
	buf_free(&wrong);
	buf_reset(&core->trail_problem);
	return store_fault(core, e, "writing the end of the audit trail", err) == FAULT_NONE;
}

static bool
read_moment(const struct val *entry, void *arg)
{
	*(int64_t *)arg = val_get_num(entry, "at", 0);
	return false;
}

/* When the trail cannot be read the day is not checked against it; verify reports the trail. */
static void
load_newest_moment(struct core *core)
{
	int64_t	 at = 0;

	if (audit_read(core->store, 0, 1, NULL, 0, read_moment, &at) != STORE_OK)
		env_log(core, STORE_LOG_ALARM,
		    "the newest entry of the audit trail cannot be read: run \"shouwang-admin verify\"");
	atomic_store(&core->newest, at);
	env_time_behind(core);
}

static enum fault
open_store(struct core *core, const struct core_opts *opts, bool *names_read, struct buf *err)
{
	enum store_err	 e;
	enum fault	 f;

	if ((e = store_open(core->home, &opts->store, &core->store, err)) != STORE_OK)
		return fault_of_store(e);
	load_newest_moment(core);
	if ((f = open_trail(core, opts, err)) != FAULT_NONE)
		return f;
	if ((e = index_catalog_open(core->store, core->set, &core->index_catalog)) != STORE_OK)
		return store_fault(core, e, "reading the catalog of indexes", err);
	*names_read = index_catalog_any_new(core->index_catalog);
	if ((e = index_catalog_rebuild(core, err)) != STORE_OK)
		return fault_of_store(e);
	if (!area_tree_load(core))
		return store_fault(core, store_dead(core->store) ? STORE_DEAD : STORE_SYS,
		    "reading the area tree", err);
	return store_fault(core, committer_start(core->store, &core->committer),
	    "starting the committer", err);
}

/* HOME/pinyin: false: memory. */
static bool
sounds_path(const char *home, struct buf *path)
{
	buf_printf(path, "%s/pinyin", home);
	return !path->bad;
}

/*
 * Sounds are kept once definitions and areas have been read and before any name of a person has:
 * the file is not encrypted. When indexes are made anew names are read, so that start keeps
 * nothing.
 */
static enum fault
open_content(struct core *core, const char *home, const struct core_opts *opts, const char *sounds,
    struct buf *err)
{
	enum fault	 f;
	bool		 names_read = false;

	if (!pinyin_open(sounds, err))
		return FAULT_SYS;
	if (!open_forms(core, home, opts->forms, err))
		return FAULT_CONFIG;
	if ((f = open_store(core, opts, &names_read, err)) == FAULT_NONE && !names_read)
		pinyin_keep(sounds);
	return f;
}

static enum fault
open_home(struct core *core, const char *home, const struct core_opts *opts, struct buf *err)
{
	struct buf	 sounds = BUF_INIT;
	enum home_err	 e;
	enum fault	 f;

	if ((e = home_open(home, &core->home, err)) != HOME_OK)
		return fault_of_home(e);
	core->demo = home_demo(core->home);
	f = sounds_path(home, &sounds) ? open_content(core, home, opts, sounds.p, err) : FAULT_SYS;
	buf_free(&sounds);
	return f;
}

enum fault
core_open(const char *home, const struct core_opts *opts, struct core **out, struct buf *err)
{
	struct core	*core = calloc(1, sizeof *core);
	enum fault	 f;

	*out = NULL;
	if (core == NULL || sodium_init() < 0 || (core->checkouts = checkout_new()) == NULL ||
	    (core->jobs = jobs_new(core)) == NULL ||
	    pthread_mutex_init(&core->areas_lock, NULL) != 0) {
		buf_puts(err, "memory ran out");
		if (core != NULL) {
			jobs_free(core->jobs);
			checkout_free(core->checkouts);
		}
		free(core);
		return FAULT_SYS;
	}
	core->log = opts->store.log;
	core->log_arg = opts->store.arg;
	core->scan_limit = LOOK_MAX;
	if ((f = open_home(core, home, opts, err)) == FAULT_NONE)
		*out = core;
	else
		core_close(core);
	return f;
}

void
core_close(struct core *core)
{
	if (core == NULL)
		return;
	jobs_free(core->jobs);
	committer_stop(core->committer);
	env_free_areas(core);
	checkout_free(core->checkouts);
	index_catalog_free(core->index_catalog);
	store_close(core->store);
	buf_free(&core->trail_problem);
	set_free(core->set);
	home_close(core->home);
	pthread_mutex_destroy(&core->areas_lock);
	free(core);
}
