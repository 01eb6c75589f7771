#ifndef TESTS_SCREEN_CLIENT_H
#define TESTS_SCREEN_CLIENT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/harness.h"
#include "tests/support/daemon.h"
#include "tests/support/vt.h"
#include "tui/term/locale.h"

/*
 * The client at a terminal of 24 rows and 80 columns, on a daemon of its own
 * (tests/support/fixture.h: the day is 2026-03-12). Whole screens are compared with
 * tests/screen/gold/NAME; GOLD=write in the environment writes them anew, to be read before they
 * are committed.
 */
static inline const char *const *
client_argv(const struct daemon *d, const char *lang)
{
	static char		 program[4096];
	static const char	*argv[] = { program, "-S", NULL, "-l", NULL, NULL };
	const char		*build = getenv("BUILD");

	snprintf(program, sizeof(program), "%s/shouwang", build != NULL ? build : "build");
	argv[2] = d->socket;
	argv[4] = lang;
	return argv;
}

/*
 * encoding: NULL for UTF-8, else a terminal of that one. lock: seconds until the terminal locks
 * itself, 0 = never.
 */
static inline struct vt *
client_start_opts(const struct daemon *d, const char *persona, const char *lang,
    const char *encoding, int lock)
{
	char		 who[64], after[64], locale[64];
	const char	*env[] = { who, after, locale, NULL };

	snprintf(who, sizeof(who), "PERSONA=%s", persona);
	snprintf(after, sizeof(after), "SHOUWANG_LOCK_AFTER=%d", lock);
	if (encoding == NULL) {
		snprintf(locale, sizeof(locale), "LC_ALL=C.UTF-8");
		return vt_start(client_argv(d, lang), env, 24, 80);
	}
	snprintf(locale, sizeof(locale), "LC_ALL=zh_CN.%s", encoding);
	return vt_start_in(encoding, client_argv(d, lang), env, 24, 80);
}

static inline struct vt *
client_start_lang(const struct daemon *d, const char *persona, const char *lang,
    const char *encoding)
{
	return client_start_opts(d, persona, lang, encoding, 0);
}

/* A Chinese client, logged in and in its menu. */
static inline struct vt *
client(const struct daemon *d, const char *persona)
{
	struct vt	*vt = client_start_lang(d, persona, "zh", NULL);

	vt_expect(vt, "锁定或退出");
	return vt;
}

/* Leaves by the keys everybody has; the program must end well. */
static inline void
client_leave(struct vt *vt)
{
	vt_type(vt, "<C-x><C-x>");
	ck_assert_int_eq(vt_end(vt), 0);
}

/*
 * A question has the keyboard: it is the line with the focus, or the last row offers to throw away.
 */
static inline bool
client_has_question(struct vt *vt)
{
	const char	*row;

	for (int i = 0; i < vt_rows(vt); i++)
		if ((row = vt_row(vt, i))[0] == '>' && strstr(row, "？   y 是") != NULL)
			return true;
	return strncmp(vt_row(vt, vt_rows(vt) - 1), "y 丢弃", strlen("y 丢弃")) == 0;
}

/*
 * What is typed before a question is painted answers nothing, so tests wait for it, as people do.
 */
static inline void
client_wait_question(struct vt *vt)
{
	for (int ms = 0; ms < VT_PATIENCE_MS && !client_has_question(vt); ms += 20)
		vt_pause(vt, 20);
	ck_assert_msg(client_has_question(vt), "nothing is asked:\n%s", vt_dump(vt));
}

static inline void
client_confirm(struct vt *vt)
{
	client_wait_question(vt);
	vt_type(vt, "y");
}

/* Drafts are offered first at log-in, so a test that leaves some would be felt in the next. */
static inline void
client_drop_drafts(const struct daemon *d)
{
	static const char *const	 users[] = { "dir-a1", "dir-a2", "dir-b1", "sup-a", "sec" };

	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		struct conn	*l = daemon_conn(d, users[i]);
		struct val	*all = daemon_ask(l, "{'op':'drafts'}");

		for (size_t k = 0; k < val_len(val_get(all, "drafts")); k++) {
			struct val	*req = val_map();

			ck_assert(val_put(req, "op", val_text("draft")));
			ck_assert(val_put(req, "draft",
			    val_dup(val_get(val_at(val_get(all, "drafts"), k), "draft"))));
			ck_assert(val_put(req, "drop", val_bool(true)));
			val_free(conn_call(l, req));
		}
		val_free(all);
		conn_close(l);
	}
}

/* ---- whole screens --------------------------------------------------------------------------- */

static inline char *
screen_text(struct vt *vt)
{
	char	*text = calloc(24, 400);
	size_t	 n = 0;

	for (int i = 0; i < vt_rows(vt); i++)
		n += (size_t)snprintf(text + n, 24 * 400 - n, "%s\n", vt_row(vt, i));
	return text;
}

static inline char *
golden_read(const char *name)
{
	char	 path[4200], *text = calloc(24, 400);
	FILE	*f;

	snprintf(path, sizeof(path), "%s/tests/screen/gold/%s",
	    getenv("SRCDIR") != NULL ? getenv("SRCDIR") : ".", name);
	if ((f = fopen(path, "r")) != NULL) {
		text[fread(text, 1, 24 * 400 - 1, f)] = '\0';
		fclose(f);
	}
	return text;
}

static inline void
golden_write(const char *name, const char *text)
{
	char	 path[4200];
	FILE	*f;

	snprintf(path, sizeof(path), "%s/tests/screen/gold/%s",
	    getenv("SRCDIR") != NULL ? getenv("SRCDIR") : ".", name);
	ck_assert_ptr_nonnull(f = fopen(path, "w"));
	fputs(text, f);
	fclose(f);
}

/* Looks until the screen is that one; how long it may take decides nothing. */
static inline void
expect_screen(struct vt *vt, const char *name)
{
	char	*gold = golden_read(name), *now = NULL;
	bool	 write = getenv("GOLD") != NULL && strcmp(getenv("GOLD"), "write") == 0;

	for (int ms = 0; ms < (write ? 1500 : VT_PATIENCE_MS); ms += 20) {
		free(now);
		now = screen_text(vt);
		if (!write && strcmp(now, gold) == 0)
			break;
		vt_pause(vt, 20);
	}
	if (write)
		golden_write(name, now);
	else
		ck_assert_msg(strcmp(now, gold) == 0,
		    "the screen is not gold/%s but\n%s\ninstead of\n%s", name, now, gold);
	free(gold);
	free(now);
}

/* Row n of the screen (as people count, from 1) until it is that. */
#define expect_row(vt, n, text)	vt_expect_row((vt), (n) - 1, (text))

#endif
