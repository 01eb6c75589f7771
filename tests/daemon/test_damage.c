/*
 * Damage to the files of a home: the daemon and the tools say one line, with what to do, and end
 * with one exit status for each cause. Tables of which nothing is promised are made anew.
 */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/harness.h"
#include "tests/support/daemon.h"

static struct daemon	 d;

/*
 * The programs it starts are not searched for leaks: Berkeley DB frees nothing when opening an
 * environment panics.
 */
static void
setup(void)
{
	const char	*asan = getenv("ASAN_OPTIONS");
	char		 text[500];

	snprintf(text, sizeof text, "%s:detect_leaks=0", asan != NULL ? asan : "");
	ck_assert_int_eq(setenv("ASAN_OPTIONS", text, 1), 0);
	daemon_init(&d);
}

static void
teardown(void)
{
	daemon_free(&d);
}

static void
serves(void)
{
	conn_close(daemon_conn(&d, "dir-a1"));
}

static void	 shell(const char *, ...) __attribute__((format(printf, 1, 2)));

/* A command in the home. */
static void
shell(const char *fmt, ...)
{
	char	 cmd[2000];
	va_list	 ap;
	int	 n = snprintf(cmd, sizeof(cmd), "cd '%s' && ", d.fixture.home);

	va_start(ap, fmt);
	vsnprintf(cmd + n, sizeof(cmd) - (size_t)n, fmt, ap);
	va_end(ap);
	ck_assert_msg(system(cmd) == 0, "%s", cmd);
}

static int
lines_said(void)
{
	FILE	*f = fopen(d.log, "r");
	int	 c, n = 0;

	ck_assert_ptr_nonnull(f);
	while ((c = getc(f)) != EOF)
		n += c == '\n';
	fclose(f);
	return n;
}

static void
hush(void)
{
	ck_assert(access(d.log, F_OK) != 0 || truncate(d.log, 0) == 0);
}

/* The exit status of shouwang-admin, which says it in d.log, too. */
static int
admin(const char *command)
{
	const char	*build = getenv("BUILD");
	char		 cmd[2000];

	snprintf(cmd, sizeof(cmd), "'%s/shouwang-admin' -d '%s' %s >/dev/null 2>>'%s'",
	    build != NULL ? build : "build", d.fixture.home, command, d.log);
	return WEXITSTATUS(system(cmd));
}

static void
put_home_back(void)
{
	shell("rm -rf env && cp -a ../kept/. .");
}

/*
 * Nothing is served and, if the tool is asked, nothing opened, with this status and one line that
 * holds both words.
 */
static void
is_told(const char *harm, int status, const char *file, const char *what, bool tool_too)
{
	for (int tool = 0; tool <= tool_too; tool++) {
		put_home_back();
		shell("%s", harm);
		hush();
		if (tool == 0)
			ck_assert_msg(!daemon_try_start(&d, NULL), "served after: %s", harm);
		ck_assert_msg((tool == 0 ? daemon_wait_exit(&d, 0) : admin("status")) == status,
		    "another status after: %s", harm);
		ck_assert_msg(lines_said() == 1 && daemon_logged(&d, file) &&
		    daemon_logged(&d, what), "see %s after: %s", d.log, harm);
	}
}

#define FLIP(file, at)	"printf XXXX | dd of=" file " bs=1 seek=" #at " conv=notrunc 2>/dev/null"

static const struct {
	const char	*harm;			/* file in place of $f */
	int		 status;
	const char	*what;
	bool		 unsafe;		/* not made anew */
} harms[] = {
	{ "rm $f",				EX_NOINPUT,	"missing: restore", false },
	{ ": >$f",				EX_DATAERR,	"damaged: restore", false },
	{ FLIP("$f", 100),			EX_DATAERR,	"damaged: restore", false },
	{ FLIP("$f", 20000),			EX_DATAERR,	"damaged: restore", false },
	{ "cat kind >$f",			EX_DATAERR,	"damaged: restore", false },
	{ "head -c 65536 /dev/urandom >$f",	EX_DATAERR,	"damaged: restore", false },
	{ "truncate -s 16384 $f",		EX_DATAERR,	"damaged: restore", false },
	{ "chmod 640 $f",			EX_NOPERM,	"must be 0600", true },
	{ "rm $f && mkdir $f",			EX_NOPERM,	"no regular file", true },
	{ "chown 12345 $f",			EX_NOPERM,	"belongs to user 12345", true },
};

static const struct {
	const char	*file;
	bool		 made_anew;
} tables[] = {
	{ "meta.db", false }, { "rec.db", false }, { "ver.db", false }, { "idx.db", false },
	  { "tally.db", false },
	{ "audit.db", false }, { "draft.db", true }, { "token.db", true },
};

/* Served all the same, once with an alarm, and the damaged file is kept. */
static void
is_made_anew(const char *harm, const char *file)
{
	put_home_back();
	shell("%s", harm);
	hush();
	daemon_start(&d, NULL);
	serves();
	daemon_stop(&d);
	ck_assert(daemon_logged(&d, "ALARM") && daemon_logged(&d, file) &&
	    daemon_logged(&d, "a new one was made"));
	shell("test -e env/%s && { test -e env/%s.bad-* || ! grep -q damaged '%s'; }", file, file,
	    d.log);
	hush();
	daemon_start(&d, NULL);
	daemon_stop(&d);
	ck_assert(!daemon_logged(&d, "ALARM"));
	shell("rm -f env/*.bad-*");
	ck_assert_int_eq(admin("verify"), EX_OK);
}

#define TABLES	(sizeof(tables) / sizeof(tables[0]))
#define NOT_ANEW	6			/* so many of them are not made anew, the first ones */

/*
 * The daemon meets each harm to each table. The tool opens a home by the same call and only words
 * the outcome itself, so it meets each harm to one table only, and verifies what was made anew: a
 * start takes a quarter of a second, and these are hundreds.
 */
START_TEST(a_table_is_damaged)
{
	char	 harm[200];

	shell("cp -a . ../kept");
	for (size_t i = 0; i < sizeof(harms) / sizeof(harms[0]); i++) {
		if (strncmp(harms[i].harm, "chown", 5) == 0 && geteuid() != 0)
			continue;
		snprintf(harm, sizeof(harm), "f=env/%s; %s", tables[_i].file, harms[i].harm);
		if (tables[_i].made_anew && !harms[i].unsafe)
			is_made_anew(harm, tables[_i].file);
		else
			is_told(harm, harms[i].status, tables[_i].file, harms[i].what,
			    i % NOT_ANEW == (size_t)_i);
	}
}
END_TEST

static const struct {
	const char	*harm;
	int		 status;
	const char	*file, *what;
} others[] = {
	{ "rm env/log.*",			EX_DATAERR,	"env: its log files",
	  "restore the newest backup" },
	{ "for f in env/log.*; do : >$f; done",	EX_DATAERR,	"env: its log files",
	  "restore the newest backup" },
	{ "for f in env/log.*; do head -c 99999 /dev/urandom >$f; done", EX_DATAERR, "env/log.*",
	  "restore the newest backup" },
	{ "rm -r env",				EX_NOINPUT,	"env",
	  "missing: restore the newest backup" },
	{ "rm env/*",				EX_NOINPUT,	"env/",
	  "missing: restore the newest backup" },
	{ "chmod 750 env",			EX_NOPERM,	"env", "must be 0700" },
	{ "rm key",				EX_CONFIG,	"key", "missing" },
	{ ": >key",				EX_CONFIG,	"key", "damaged" },
	{ "tr 0-8 1-9 <key >k && cat k >key && rm k", EX_CONFIG, "key", "not the key" },
	{ "chmod 640 key",			EX_NOPERM,	"key", "must be 0600" },
	{ "rm keycheck",			EX_CONFIG,	"keycheck", "missing" },
	{ ": >keycheck",			EX_CONFIG,	"key", "not the key" },
	{ "echo shouwang 9 real >kind",		EX_CONFIG,	"home", "made by a newer version" },
	{ "echo shouwang 1 demo >kind",		EX_CONFIG,	"home", "shouwang-admin -d " },
	{ ": >kind",				EX_CONFIG,	"kind", "damaged" },
	{ "rm kind",				EX_NOINPUT,	"home", "" },
	{ "rm head",				EX_DATAERR,	"head", "missing" },
	{ ": >head",				EX_DATAERR,	"head", "damaged" },
};

START_TEST(a_file_is_damaged)
{
	shell("cp -a . ../kept");
	is_told(others[_i].harm, others[_i].status, others[_i].file, others[_i].what, true);
	/* and the way back */
	put_home_back();
	daemon_start(&d, NULL);
	daemon_stop(&d);
}
END_TEST

/* Berkeley DB's own words are for who asks for them. */
START_TEST(details_are_said_on_request)
{
	shell(FLIP("env/rec.db", 20000));
	ck_assert(!daemon_try_start(&d, "-v"));
	ck_assert_int_eq(daemon_wait_exit(&d, 0), EX_DATAERR);
	ck_assert_int_gt(lines_said(), 1);
	ck_assert(daemon_logged(&d, "BDB"));
	hush();
	ck_assert_int_eq(admin("-v status"), EX_DATAERR);
	ck_assert(daemon_logged(&d, "BDB"));
}
END_TEST

static Suite *
damage(void)
{
	Suite	*s = suite_create("damage");
	TCase	*tc = tcase_create("damage");

	tcase_set_timeout(tc, 300);
	tcase_add_checked_fixture(tc, setup, teardown);
	/*
	 * hundreds of starts, which take long under the thread sanitizer and have no threads to
	 * look at
	 */
	if (strcmp(getenv("SAN") != NULL ? getenv("SAN") : "", "tsan") != 0) {
		tcase_add_loop_test(tc, a_table_is_damaged, 0, TABLES);
		tcase_add_loop_test(tc, a_file_is_damaged, 0, sizeof(others) / sizeof(others[0]));
	}
	tcase_add_test(tc, details_are_said_on_request);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(damage)
