#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "admin/client.h"
#include "admin/form.h"
#include "core/core.h"
#include "core/record/builtin.h"
#include "core/rec/rec.h"
#include "forms/check.h"

/* ---- definitions alone ----------------------------------------------------------------------- */

/*
 * Loads definitions; all errors go to standard error, one file:line: reason a line, and the result
 * is then NULL.
 */
static struct set *
load(const char *dir)
{
	struct buf	 err = BUF_INIT;
	struct set	*set = core_set_load(dir, &err);

	if (set == NULL)
		report_lines(&err);
	buf_free(&err);
	return set;
}

static int
print_valid(const char *dir, const struct set *set)
{
	size_t	 fields = 0;

	for (size_t i = 0; i < set->nbooks; i++)
		fields += set->books[i].nall;
	printf("%s: in order: %zu books with %zu fields, %zu roles, %zu code lists; version %.8s\n",
	    dir, set->nbooks, fields, set->nroles, set->ncodes, set->version);
	return EX_OK;
}

/* ---- comparison with a home ------------------------------------------------------------------ */

struct against {
	const struct set	*is;		/* the definitions to check */
	const struct set	*was;		/* those of the home; NULL when they are the same or
						   not valid */
	struct val		*places;	/* what areas_new() takes */
	struct areas		*areas;
	int			 today;
	struct val		*gone;	/* "child.nickname" -> number of records with that field */
	uint64_t		 records, misfit, before;
	struct buf		 why;
};

static bool
place_each(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct against	*a = arg;
	struct rec	*rec = NULL;

	if (klen == REC_KEY && rec_decode(a->is, buf_get_u64(key), p, n, &rec) == REC_OK &&
	    strcmp(rec->book->name, "area") == 0)
		xadd(a->places, xcheck(val_dup(rec->fields)));
	rec_free(rec);
	return true;
}

/* The first problem of a record by a set, as a sentence; false: none. */
static bool
misfits(struct against *a, const struct set *set, uint64_t id, const void *p, size_t n,
    struct buf *why)
{
	const struct form_ctx	 ctx = { set, a->areas, a->today, LANG_EN, false };
	struct problems		 ps = PROBLEMS_INIT;
	struct rec		*rec = NULL;
	bool			 bad;

	if (rec_decode(set, id, p, n, &rec) != REC_OK) {
		buf_puts(why, "its book or its state is not defined");
		return true;
	}
	check_record(rec->book, rec->fields, rec->state->name, &ctx, &ps);
	builtin_check(rec->book, rec->fields, &ctx, &ps);
	bad = problems_block(&ps, !rec->state->open);
	for (size_t i = 0; bad && i < ps.n && why->n == 0; i++)
		if (!ps.at[i].warn && (!ps.at[i].gap || !rec->state->open))
			report_problem(&ps.at[i], set, rec->book, why);
	problems_free(&ps);
	rec_free(rec);
	return bad;
}

static void
note_gone(struct against *a, const struct set *set, uint64_t id, const void *p, size_t n)
{
	struct buf	 name = BUF_INIT;
	struct rec	*rec = NULL;

	if (rec_decode(set, id, p, n, &rec) == REC_OK)
		for (size_t i = 0; i < val_len(rec->fields); i++) {
			if (book_field(rec->book, val_key(rec->fields, i)) != NULL)
				continue;
			buf_reset(&name);
			buf_printf(&name, "%s.%s", rec->book->name, val_key(rec->fields, i));
			xput(a->gone, xtext(&name), val_int(val_get_num(a->gone, name.p, 0) + 1));
		}
	rec_free(rec);
	buf_free(&name);
}

/* Its number, read without definitions. */
static void
name_it(uint64_t id, const void *p, size_t n, struct buf *out)
{
	struct val	*env = val_decode(p, n);
	const char	*book = val_get_str(env, "b"), *number = val_get_str(env, "n");

	buf_printf(out, "%s ", book != NULL ? book : "record");
	if (number != NULL && number[0] != '\0')
		buf_puts(out, number);
	else
		buf_printf(out, "#%" PRIu64, id);
	val_free(env);
}

/*
 * Checks one stored record by the new definitions; reports it when only they have a problem with
 * it.
 */
static bool
record_each(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct against	*a = arg;
	uint64_t	 id = klen == REC_KEY ? buf_get_u64(key) : 0;
	struct buf	 name = BUF_INIT, ignored = BUF_INIT;

	a->records++;
	buf_reset(&a->why);
	note_gone(a, a->is, id, p, n);
	if (!misfits(a, a->is, id, p, n, &a->why))
		return true;
	a->misfit++;
	if (a->was != NULL && misfits(a, a->was, id, p, n, &ignored))
		a->before++;
	else {
		name_it(id, p, n, &name);
		printf("%s: %s\n", xtext(&name), xtext(&a->why));
	}
	buf_free(&name);
	buf_free(&ignored);
	return true;
}

static int
compare(struct against *a, struct store *st)
{
	const struct store_range	 all = { .lolen = 0 };
	enum store_err			 e = store_scan(st, NULL, STORE_REC, &all, place_each, a);

	a->areas = xcheck(areas_new(a->places));
	if (e == STORE_OK)
		e = store_scan(st, NULL, STORE_REC, &all, record_each, a);
	if (e != STORE_OK)
		return report_error(EX_IOERR, "reading the records: %s", store_err_text((int)e));
	for (size_t i = 0; i < val_len(a->gone); i++)
		printf("%s is no longer defined: %" PRId64 " records keep it, nobody sees it\n",
		    val_key(a->gone, i), val_num(val_value(a->gone, i), 0));
	printf("%" PRIu64 " records, %" PRIu64 " of them do not fit", a->records, a->misfit);
	if (a->before > 0)
		printf("; %" PRIu64 " of those do not fit the definitions in use either and are not named here", a->before);
	putchar('\n');
	return a->misfit > a->before ? EX_DATAERR : EX_OK;
}

/* Opens the store without a core, which would build the indexes of the new definitions. */
static int
open_and_compare(const char *path, struct against *a)
{
	const struct store_opts	 opts = client_store_opts();
	struct buf		 err = BUF_INIT;
	struct home		*home;
	struct store		*st;
	enum home_err		 e;
	int			 code;

	if ((e = home_open(path, &home, &err)) != HOME_OK)
		code = report_error(fault_status(fault_of_home(e)), "%s%s", xtext(&err),
		    e == HOME_LOCKED ?
		    "; this command needs the home alone, stop the daemon first" : "");
	else {
		enum store_err	 se = store_open(home, &opts, &st, &err);

		if (se != STORE_OK)
			code = report_error(fault_status(fault_of_store(se)), "%s", xtext(&err));
		else
			code = compare(a, st);
		store_close(st);
		home_close(home);
	}
	buf_free(&err);
	return code;
}

static int
check_against(const char *home, const struct set *set)
{
	struct against	 a = { .is = set, .places = xcheck(val_list()), .gone = xcheck(val_map()),
			    .today = civil_at((int64_t)time(NULL)) };
	struct buf	 own = BUF_INIT, err = BUF_INIT;
	struct set	*was;
	int		 code;

	buf_printf(&own, "%s/forms", home);
	was = core_set_load(xtext(&own), &err);
	a.was = was != NULL && strcmp(was->version, set->version) != 0 ? was : NULL;
	code = open_and_compare(home, &a);
	set_free(was);
	areas_free(a.areas);
	val_free(a.places);
	val_free(a.gone);
	buf_free(&a.why);
	buf_free(&own);
	buf_free(&err);
	return code;
}

static int
check(const char *dir, const char *home)
{
	struct buf	 own = BUF_INIT;
	struct set	*set;
	int		 code;

	if (home != NULL && !client_become_owner(home))
		return EX_OSERR;
	buf_printf(&own, "%s/forms", home != NULL ? home : "");
	if (dir == NULL)
		dir = xtext(&own);
	if ((set = load(dir)) == NULL)
		code = EX_DATAERR;
	else {
		code = print_valid(dir, set);
		if (home != NULL)
			code = check_against(home, set);
	}
	set_free(set);
	buf_free(&own);
	return code;
}

int
cmd_form(const struct admin *admin, int argc, char **argv)
{
	static const struct option	 longs[] = { { "against", required_argument, NULL, 'a' },
	    { NULL, 0, NULL, 0 } };
	const char			*home = NULL;
	int				 c;

	(void)admin;
	if (argc > 1 && strcmp(argv[1], "upgrade") == 0)
		return form_upgrade(argc - 1, argv + 1);
	if (argc < 2 || strcmp(argv[1], "check") != 0)
		return report_usage_error("form", "form check DIR or form upgrade DIR");
	while ((c = getopt_long(argc - 1, argv + 1, "", longs, NULL)) != -1) {
		if (c != 'a')
			return report_usage_error("form", "form check does not know that option");
		home = optarg;
	}
	if (argc - 1 - optind > 1 || (argc - 1 == optind && home == NULL))
		return report_usage_error("form", "form check takes one folder");
	return check(argc - 1 > optind ? argv[1 + optind] : NULL, home);
}
