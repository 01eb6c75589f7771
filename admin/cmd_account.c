#include <getopt.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "admin/client.h"
#include "core/wire/protocol.h"

/*
 * Accounts belong to the security administrator, and a second one confirms each; this command
 * creates the first ones, and restores access when nobody can log in. The administrator at the
 * server confirms while entering, and the trail says so.
 */

/* ---- finding --------------------------------------------------------------------------------- */

static const char *
user_of(const struct val *rec)
{
	const char	*s = val_get_str(val_get(rec, PK_FIELDS), "user");

	return s != NULL ? s : "";
}

static const struct val *
account_of(const struct val *all, const char *user)
{
	for (size_t i = 0; i < val_len(all); i++)
		if (strcmp(user_of(val_at(all, i)), user) == 0)
			return val_at(all, i);
	return NULL;
}

static bool
role_held(const struct val *all, const char *role)
{
	for (size_t i = 0; i < val_len(all); i++) {
		const char	*has = val_get_str(val_get(val_at(all, i), PK_FIELDS), "role");

		if (has != NULL && strcmp(has, role) == 0 &&
		    strcmp(val_get_str(val_at(all, i), PK_STATE), "active") == 0)
			return true;
	}
	return false;
}

/* ---- adding ---------------------------------------------------------------------------------- */

/* Parses typed text by the field's own type; false: the reason was reported. */
static bool
take(const struct client *client, const char *user, const char *name, const char *typed,
    struct val *fields)
{
	const struct book	*book = set_book(client_set(client), "account");
	const struct field	*f = book_field(book, name);
	const struct form_ctx	 ctx = { client_set(client), NULL, civil_at((int64_t)time(NULL)),
	    LANG_EN, false };
	struct problems		 ps = PROBLEMS_INIT;
	struct buf		 words = BUF_INIT;
	struct val		*v;

	if (f == NULL)
		return report_error(EX_USAGE, "account %s: the definitions have no field %s", user,
		    name) == 0;
	if ((v = f->type->parse(f, f->path, typed, &ctx, &ps)) != NULL)
		xput(fields, name, v);
	for (size_t i = 0; i < ps.n; i++) {
		buf_reset(&words);
		report_problem(&ps.at[i], client_set(client), book, &words);
		report_error(EX_DATAERR, "account %s: %s", user, xtext(&words));
	}
	buf_free(&words);
	problems_free(&ps);
	return v != NULL;
}

/* The separation of the three administrators requires that one exists to create system accounts. */
static bool
sysadmin_first(const struct val *all, const char *role)
{
	if (strcmp(role, "secadmin") != 0 || role_held(all, "sysadmin"))
		return true;
	report_error(EX_DATAERR,
	    "there is no active sysadmin yet: grant that role first, to another person");
	return false;
}

static bool
role_known(const struct client *client, const char *role)
{
	const struct set	*set = client_set(client);
	struct buf		 all = BUF_INIT;

	if (set_role(set, role) != NULL)
		return true;
	for (size_t i = 0; i < set->nroles; i++)
		buf_printf(&all, " %s", set->roles[i].name);
	report_error(EX_DATAERR, "there is no role \"%s\"; there are:%s", role, xtext(&all));
	buf_free(&all);
	return false;
}

static void
warn_no_account(const struct client *client, const char *user)
{
	if (client_core(client) != NULL && client_core(client)->demo)
		return;
	if (getpwnam(user) == NULL)
		report_error(0,
		    "warning: there is no system account %s yet: nobody can log in so until it is made", user);
}

static int
ask_about(struct client *client, struct val *req, const char *user, struct val **reply)
{
	struct buf	 about = BUF_INIT;
	int		 code;

	buf_printf(&about, "account %s", user);
	code = client_ask(client, req, xtext(&about), reply);
	buf_free(&about);
	return code;
}

static struct val *
act_request(const char *act, const struct val *rec)
{
	struct val	*req = client_new_write("act", "account");

	xput(req, PK_ACT, val_text(act));
	if (rec != NULL) {
		xput(req, PK_ID, xcheck(val_dup(val_get(rec, PK_ID))));
		xput(req, PK_VER, xcheck(val_dup(val_get(rec, PK_VER))));
	}
	return req;
}

/* Confirms a new account; rec: a proposed one. */
static int
confirm(struct client *client, const char *user, const struct val *rec, struct val *set)
{
	struct val	*req = act_request("confirm", rec);
	int		 code;

	if (set != NULL)
		xput(req, PK_SET, set);
	if ((code = ask_about(client, req, user, NULL)) == EX_OK)
		warn_no_account(client, user);
	return code;
}

static int
ask_act(struct client *client, const char *act, const char *user, const struct val *rec,
    const char *why, struct val **reply)
{
	struct val	*req = act_request(act, rec), *ask;

	if (why != NULL) {
		ask = xcheck(val_map());
		xput(ask, "why", val_text(why));
		xput(req, PK_ASK, ask);
	}
	return ask_about(client, req, user, reply);
}

/* An account that cannot be put into force again stays out of use, unchanged. */
static int
confirm_resumed(struct client *client, const char *user, const struct val *rec)
{
	int	 code = confirm(client, user, rec, NULL);

	if (code != EX_OK)
		ask_act(client, "suspend", user, rec, "shouwang-admin account resume", NULL);
	return code;
}

/*
 * An account in force is changed through a proposal; when the new version is not valid the old one
 * is restored.
 */
static int
change(struct client *client, const char *user, const struct val *rec, struct val *set)
{
	struct val	*reply;
	int		 code;

	if ((code = ask_act(client, "change", user, rec, "shouwang-admin grant", &reply)) !=
	    EX_OK) {
		val_free(set);
		return code;
	}
	if ((code = confirm(client, user, reply, set)) != EX_OK)
		confirm(client, user, reply, NULL);
	val_free(reply);
	return code;
}

/* There is only one county, so a role for the whole county needs no area. */
static void
put_areas(const struct client *client, const char *role, const struct val *areas,
    struct val *fields)
{
	const struct role	*r = set_role(client_set(client), role);
	struct val		*list;

	if (val_len(areas) > 0)
		list = xcheck(val_dup(areas));
	else if (r == NULL || r->level != AREA_COUNTY)
		list = val_nil();
	else {
		list = xcheck(val_list());
		xadd(list, val_text(client_set(client)->county_code));
	}
	xput(fields, "areas", list);
}

static int
add_account(struct client *client, const char *user, const char *role, struct val *typed,
    struct val *areas)
{
	struct val	*fields = xcheck(val_map()), *all;
	bool		 ok;
	int		 code;

	if ((code = client_fetch_all(client, "account", &all)) != EX_OK) {
		val_free(fields);
		return code;
	}
	ok = role_known(client, role) && sysadmin_first(all, role);
	if (ok && account_of(all, user) != NULL)
		ok = report_error(EX_DATAERR,
		    "account %s is there already; \"grant\" gives it another role", user) == 0;
	for (size_t i = 0; i < val_len(typed); i++)
		ok = take(client, user, val_key(typed, i), val_str(val_value(typed, i)), fields) &&
		    ok;
	put_areas(client, role, areas, fields);
	if (ok)
		code = confirm(client, user, NULL, fields);
	else {
		val_free(fields);
		code = EX_DATAERR;
	}
	val_free(all);
	return code;
}

static int
account_add(const struct admin *admin, int argc, char **argv)
{
	static const struct option	 longs[] = {
		{ "name", required_argument, NULL, 'n' }, { "role", required_argument, NULL, 'r' },
		{ "area", required_argument, NULL, 'a' }, { "from", required_argument, NULL, 'f' },
		{ "until", required_argument, NULL, 'u' }, { "unit", required_argument, NULL, 't' },
		{ "phone", required_argument, NULL, 'p' }, { NULL, 0, NULL, 0 }
	};
	struct val	*typed = xcheck(val_map()), *areas = xcheck(val_list());
	struct client	*client;
	int		 c, at, code;

	while ((c = getopt_long(argc, argv, "", longs, &at)) != -1) {
		if (c == '?')
			code = report_usage_error("account",
			    "account add does not know that option");
		else if (c == 'a')
			xadd(areas, val_text(optarg));
		else
			xput(typed, longs[at].name, val_text(optarg));
		if (c == '?')
			goto out;
	}
	if (argc - optind != 1 || val_get(typed, "name") == NULL ||
	    val_get(typed, "role") == NULL) {
		code = report_usage_error("account",
		    "account add takes one USER, --name and --role");
		goto out;
	}
	xput(typed, "user", val_text(argv[optind]));
	if ((code = client_open(admin, false, &client)) != EX_OK)
		goto out;
	code = add_account(client, argv[optind], val_get_str(typed, "role"), typed, areas);
	client_close(client);
out:
	val_free(typed);
	val_free(areas);
	return code;
}

/* ---- listing --------------------------------------------------------------------------------- */

static void
print_account(const struct set *set, const struct val *rec)
{
	const struct book	*book = set_book(set, "account");
	const struct form_ctx	 ctx = { set, NULL, 0, LANG_EN, false };
	const struct val	*fields = val_get(rec, PK_FIELDS);
	static const char *const names[] = { "user", "role", "areas", "from", "until" };
	struct buf		 line = BUF_INIT;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct val	*v = val_get(fields, names[i]);

		if (strcmp(names[i], "role") == 0)
			buf_puts(&line, val_str(v) != NULL ? val_str(v) : "");
		else if (strcmp(names[i], "areas") == 0)
			for (size_t k = 0; k < val_len(v); k++)
				buf_printf(&line, "%s%s", k > 0 ? "," : "", val_str(val_at(v, k)));
		else
			type_print(book_field(book, names[i]), v, &ctx, &line);
		buf_putc(&line, '\t');
	}
	buf_printf(&line, "%s\t%s", val_get_str(rec, PK_STATE), val_get_str(fields, "name"));
	puts(xtext(&line));
	buf_free(&line);
}

static int
account_list(const struct admin *admin, int argc, char **argv)
{
	struct client	*client;
	struct val	*all;
	int		 code;

	(void)argv;
	if (argc != 1)
		return report_usage_error("account", "account list takes nothing more");
	if ((code = client_open(admin, false, &client)) != EX_OK)
		return code;
	if ((code = client_fetch_all(client, "account", &all)) == EX_OK) {
		for (size_t i = 0; i < val_len(all); i++)
			print_account(client_set(client), val_at(all, i));
		val_free(all);
	}
	client_close(client);
	return code;
}

/* ---- suspending and resuming ----------------------------------------------------------------- */

/* Suspends or resumes an account; a resumed one is confirmed at once. */
static int
do_act(const struct admin *admin, const char *act, const char *user, const char *why)
{
	struct client		*client;
	struct val		*all = NULL, *reply = NULL;
	const struct val	*rec;
	int			 code;

	if ((code = client_open(admin, false, &client)) != EX_OK)
		return code;
	if ((code = client_fetch_all(client, "account", &all)) != EX_OK)
		;
	else if ((rec = account_of(all, user)) == NULL)
		code = report_error(EX_NOUSER, "there is no account %s", user);
	else {
		code = ask_act(client, act, user, rec, why, &reply);
		if (code == EX_OK && strcmp(val_get_str(reply, PK_STATE), "proposed") == 0)
			code = confirm_resumed(client, user, reply);
		val_free(reply);
	}
	val_free(all);
	client_close(client);
	return code;
}

static int
account_suspend(const struct admin *admin, int argc, char **argv)
{
	static const struct option	 longs[] = { { "why", required_argument, NULL, 'w' },
	    { NULL, 0, NULL, 0 } };
	const char			*why = NULL;
	int				 c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c != 'w')
			return report_usage_error("account",
			    "account suspend does not know that option");
		why = optarg;
	}
	if (argc - optind != 1 || why == NULL)
		return report_usage_error("account", "account suspend takes one USER and --why");
	return do_act(admin, "suspend", argv[optind], why);
}

static int
account_resume(const struct admin *admin, int argc, char **argv)
{
	if (argc != 2)
		return report_usage_error("account", "account resume takes one USER");
	return do_act(admin, "resume", argv[1], NULL);
}

int
cmd_account(const struct admin *admin, int argc, char **argv)
{
	static const struct {
		const char	*name;
		int		 (*run)(const struct admin *, int, char **);
	} forms[] = {
		{ "add",	account_add },
		{ "list",	account_list },
		{ "suspend",	account_suspend },
		{ "resume",	account_resume },
	};

	for (size_t i = 0; argc > 1 && i < sizeof forms / sizeof *forms; i++)
		if (strcmp(forms[i].name, argv[1]) == 0)
			return forms[i].run(admin, argc - 1, argv + 1);
	return report_usage_error("account", "account add, list, suspend or resume");
}

/* ---- grant ----------------------------------------------------------------------------------- */

static int
grant(struct client *client, const char *user, const char *role, struct val *areas)
{
	const struct val	*rec;
	struct val		*all, *set;
	int			 code;

	if ((code = client_fetch_all(client, "account", &all)) != EX_OK)
		return code;
	if ((rec = account_of(all, user)) == NULL)
		code = report_error(EX_NOUSER, "there is no account %s; \"account add\" makes one",
		    user);
	else if (!role_known(client, role) || !sysadmin_first(all, role))
		code = EX_DATAERR;
	else {
		set = xcheck(val_map());
		xput(set, "role", val_text(role));
		put_areas(client, role, areas, set);
		code = strcmp(val_get_str(rec, PK_STATE), "proposed") == 0 ?
		    confirm(client, user, rec, set) : change(client, user, rec, set);
	}
	val_free(all);
	return code;
}

int
cmd_grant(const struct admin *admin, int argc, char **argv)
{
	struct val	*areas;
	struct client	*client;
	int		 code;

	if (argc < 3 || argv[1][0] == '-')
		return report_usage_error("grant",
		    "grant takes USER, ROLE and the codes of places");
	if ((code = client_open(admin, false, &client)) != EX_OK)
		return code;
	areas = xcheck(val_list());
	for (int i = 3; i < argc; i++)
		xadd(areas, val_text(argv[i]));
	code = grant(client, argv[1], argv[2], areas);
	val_free(areas);
	client_close(client);
	return code;
}
