/* shouwang -j on a live daemon: lines in, lines out. */
#include "tui/app/json.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <jansson.h>

#include "tests/harness.h"
#include "tests/support/daemon.h"

static struct daemon	 d;

struct talk {
	pid_t	 pid;
	FILE	*in, *out;
};

static void
setup(void)
{
	signal(SIGPIPE, SIG_IGN);
	daemon_init(&d);
	fixture_reopen(&d.fixture);
	child_in_state(&d.fixture, "dir-a2", "田远", AREA_A2, 700, "active");
	fixture_close(&d.fixture);
	daemon_start(&d, NULL);
}

static void
teardown(void)
{
	if (d.pid != 0)
		daemon_stop(&d);
	daemon_free(&d);
}

static void
talk_start(struct talk *t)
{
	int	 in[2], out[2], null;

	ck_assert(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
	fflush(NULL);
	ck_assert_int_ne(t->pid = fork(), -1);
	if (t->pid == 0) {
		null = open("/dev/null", O_WRONLY);
		dup2(in[0], 0);
		dup2(out[1], 1);
		dup2(null, 2);
		close(in[1]);
		close(out[0]);
		clearerr(stdin);
		exit(json_main(d.socket));
	}
	close(in[0]);
	close(out[1]);
	t->in = fdopen(in[1], "w");
	t->out = fdopen(out[0], "r");
}

/* Ends the input; nothing more may come. The exit status. */
static int
talk_end(struct talk *t)
{
	int	 status;

	fclose(t->in);
	ck_assert_int_eq(fgetc(t->out), EOF);
	fclose(t->out);
	while (waitpid(t->pid, &status, 0) == -1)
		ck_assert_int_eq(errno, EINTR);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* The next line, as JSON; the caller's. */
static json_t *
answer(struct talk *t)
{
	char		*line = NULL;
	size_t		 cap = 0;
	json_error_t	 e;
	json_t		*j;

	ck_assert_int_gt(getline(&line, &cap, t->out), 0);
	j = json_loads(line, 0, &e);
	ck_assert_msg(j != NULL, "%s in %s", e.text, line);
	free(line);
	return j;
}

/* One line, ' for "; the reply. */
static json_t *
say(struct talk *t, const char *line)
{
	for (; *line != '\0'; line++)
		fputc(*line == '\'' ? '"' : *line, t->in);
	fputc('\n', t->in);
	fflush(t->in);
	return answer(t);
}

static const char *
text(const json_t *j, const char *key)
{
	const char	*s = json_string_value(json_object_get(j, key));

	return s != NULL ? s : "";
}

/* "" or the error code. */
static const char *
result(json_t *j)
{
	static char	 code[40];

	snprintf(code, sizeof(code), "%s", json_is_true(json_object_get(j, "ok")) ? "" :
	    text(j, "error"));
	json_decref(j);
	return code;
}

static void
log_in(struct talk *t, const char *persona)
{
	char	 line[100];

	talk_start(t);
	snprintf(line, sizeof(line), "{'op':'whoami','persona':'%s','lang':'en'}", persona);
	ck_assert_str_eq(result(say(t, line)), "");
}

/* ---- tests ----------------------------------------------------------------------------------- */

START_TEST(one_line_one_reply)
{
	struct talk	 t;
	json_t		*j;

	talk_start(&t);
	/* whoami is asked without being told to; a demo then still wants a persona */
	ck_assert_str_eq(result(say(&t, "{'op':'menu'}")), "denied");
	j = say(&t, "{'op':'whoami','persona':'dir-a1','req':'mine'}");
	ck_assert_str_eq(text(j, "name"), "王芳");
	ck_assert_str_eq(text(j, "req"), "mine");
	json_decref(j);
	j = say(&t, "{'op':'menu'}");
	ck_assert_ptr_null(json_object_get(j, "req"));
	ck_assert(json_is_object(json_object_get(j, "counts")));
	json_decref(j);
	ck_assert_int_eq(talk_end(&t), EX_OK);
}
END_TEST

static const char *const bad_lines[] = {
	"",
	" ",
	"menu",
	"{'op':'menu'",
	"{'op':'menu'} x",
	"[]",
	"'menu'",
	"{}",
	"{'op':1}",
	"{'op':'menu','x':1.5}",
	"{'op':'menu','x':99999999999999999999}",
	"{'op':'menu','op':'menu'}",
	"{'op':'save','token':'zz'}",
	"{'op':'save','token':'abc'}",
	"{'op':'list','after':'12 34'}",
	"{'op':'menu','x':'\xff'}",
	"{'op':'menu','x':'\\u0000'}",
	"{'op':'menu','x':[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}",
};

/* Each is answered, with words, and the next one is served. */
START_TEST(malformed_lines_are_answered)
{
	struct talk	 t;
	json_t		*j;

	log_in(&t, "dir-a1");
	for (size_t i = 0; i < sizeof(bad_lines) / sizeof(bad_lines[0]); i++) {
		j = say(&t, bad_lines[i]);
		ck_assert_msg(*text(j, "text") != '\0' && strstr(text(j, "text"), "{1}") == NULL,
		    "%s", bad_lines[i]);
		ck_assert_msg(strcmp(result(j), "bad-request") == 0, "%s", bad_lines[i]);
		ck_assert_str_eq(result(say(&t, "{'op':'menu'}")), "");
	}
	ck_assert_int_eq(talk_end(&t), EX_OK);
}
END_TEST

START_TEST(a_line_too_long_is_answered)
{
	struct talk	 t;

	log_in(&t, "dir-a1");
	fputs("{\"op\":\"menu\",\"x\":\"", t.in);
	for (int i = 0; i < 3 << 20; i++)
		fputc('x', t.in);
	ck_assert_str_eq(result(say(&t, "'}")), "bad-request");
	ck_assert_str_eq(result(say(&t, "{'op':'menu'}")), "");
	ck_assert_int_eq(talk_end(&t), EX_OK);
}
END_TEST

START_TEST(the_last_line_needs_no_end)
{
	struct talk	 t;
	json_t		*j;

	log_in(&t, "dir-a1");
	fputs("{\"op\":\"menu\"}", t.in);
	fclose(t.in);
	t.in = fopen("/dev/null", "w");
	j = answer(&t);
	ck_assert_str_eq(result(j), "");
	ck_assert_int_eq(talk_end(&t), EX_OK);
}
END_TEST

static json_int_t
save(struct talk *t, const char *token, int serial)
{
	char		 line[3000];
	json_t		*j;
	json_int_t	 id;

	snprintf(line, sizeof(line), "{'op':'save','book':'child',%s'set':%s}", token,
	    child_fields("王小明", AREA_A1, serial));
	j = say(t, line);
	id = json_integer_value(json_object_get(j, "id"));
	ck_assert_str_eq(result(j), "");
	return id;
}

START_TEST(tokens)
{
	struct talk	 t;
	json_int_t	 id;

	log_in(&t, "dir-a1");
	id = save(&t, "", 1);
	ck_assert_int_ne(save(&t, "", 2), id);		/* a fresh one each time */
	id = save(&t, "'token':'000102030405060708090a0b0c0d0e0f',", 3);
	ck_assert_int_eq(save(&t, "'token':'000102030405060708090A0B0C0D0E0F',", 3), id);
	ck_assert_int_eq(talk_end(&t), EX_OK);
}
END_TEST

/* The place of a row comes as hexadecimal text and goes back the same way. */
START_TEST(bytes_both_ways)
{
	struct talk	 t;
	char		 line[800];
	json_t		*j, *rows;
	json_int_t	 first;
	const char	*key;

	log_in(&t, "dir-a1");
	for (int i = 0; i < 3; i++)
		save(&t, "", i);
	j = say(&t, "{'op':'list','book':'child','list':'mine','limit':1}");
	rows = json_object_get(j, "rows");
	ck_assert_uint_eq(json_array_size(rows), 1);
	first = json_integer_value(json_object_get(json_array_get(rows, 0), "id"));
	key = text(json_array_get(rows, 0), "key");
	ck_assert_uint_gt(strlen(key), 16);
	ck_assert_uint_eq(strspn(key, "0123456789abcdef"), strlen(key));
	snprintf(line, sizeof(line), "{'op':'list','book':'child','list':'mine','after':'%s'}",
	    key);
	json_decref(j);
	j = say(&t, line);
	rows = json_object_get(j, "rows");
	ck_assert_uint_eq(json_array_size(rows), 2);
	for (size_t i = 0; i < 2; i++)
		ck_assert_int_ne(json_integer_value(json_object_get(json_array_get(rows, i), "id")),
		    first);
	json_decref(j);
	ck_assert_int_eq(talk_end(&t), EX_OK);
}
END_TEST

/* Sentences stand filled in beside their msgids. */
START_TEST(problems_have_text)
{
	struct talk	 t;
	json_t		*j, *p;
	size_t		 i, filled = 0;

	log_in(&t, "dir-a1");
	j = say(&t, "{'op':'save','book':'child','set':{'name':'王小明','birth':99999999}}");
	ck_assert_uint_gt(strlen(text(j, "text")), 10);
	ck_assert_uint_gt(json_array_size(json_object_get(j, "problems")), 0);
	json_array_foreach(json_object_get(j, "problems"), i, p) {
		ck_assert_uint_gt(strlen(text(p, "text")), 5);
		ck_assert_ptr_null(strchr(text(p, "text"), '{'));
		filled += strchr(text(p, "say"), '{') != NULL;
	}
	ck_assert_uint_gt(filled, 0);
	ck_assert_str_eq(result(j), "invalid");
	ck_assert_int_eq(talk_end(&t), EX_OK);
}
END_TEST

/*
 * The village of a child in another township, asked for with one place after the other and at every
 * way there is.
 */
START_TEST(no_line_tells_the_village)
{
	static const char *const	 lines[] = {
		"{'op':'near','book':'child','fields':{'citizen_no':'990121201601107012','residence':'PLACE'}}",
		"{'op':'near','book':'child','fields':{'name':'田远','birth':'2016-01-10','residence':'PLACE','address':'二组12号'}}",
		"{'op':'near','book':'child','fields':{'name':'田远','residence':'PLACE','address':'二组12号'}}",
		"{'op':'save','book':'child','set':{'name':'某','residence':'" AREA_B1 "','citizen_no':'990121201601107012','address':'PLACE'}}",
		"{'op':'check','book':'child','fields':{'name':'某','residence':'PLACE','citizen_no':'990121201601107012'}}",
	};
	static const char *const	 places[] = { AREA_A1, AREA_A2, AREA_B1, AREA_A, AREA_B,
	    AREA_COUNTY_C, "990121100299" };
	struct talk			 t;

	log_in(&t, "dir-b1");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char	*first = NULL;

		for (size_t k = 0; k < 21; k++) {
			const char	*at = strstr(lines[i], "PLACE");
			char		 line[300], *got;
			json_t		*j;

			snprintf(line, sizeof(line), "%.*s%s%s", (int)(at - lines[i]), lines[i],
			    places[k % (sizeof(places) / sizeof(places[0]))], at + strlen("PLACE"));
			j = say(&t, line);
			got = json_dumps(j, JSON_SORT_KEYS);
			ck_assert_msg(strstr(got, "石桥村") == NULL, "%s", got);
			/* check says what is wrong with the place itself, and nothing of a file */
			ck_assert_msg(i < 4 ? first == NULL || strcmp(first, got) == 0 :
			    strstr(got, "already") == NULL, "%s", got);
			if (first == NULL)
				first = strdup(got);
			free(got);
			json_decref(j);
		}
		free(first);
	}
	ck_assert_int_eq(talk_end(&t), EX_OK);
	log_in(&t, "leader");
	ck_assert_str_eq(result(say(&t,
	    "{'op':'near','book':'child','fields':{'citizen_no':'990121201601107012'}}")),
	    "denied");
	ck_assert_int_eq(talk_end(&t), EX_OK);
}
END_TEST

START_TEST(a_daemon_that_stops)
{
	struct talk	 t;
	json_t		*j;

	log_in(&t, "dir-a1");
	daemon_stop(&d);
	j = say(&t, "{'op':'menu'}");
	ck_assert_uint_gt(strlen(text(j, "text")), 10);
	ck_assert_str_eq(result(j), "stopped");
	ck_assert_int_eq(talk_end(&t), EX_UNAVAILABLE);
}
END_TEST

START_TEST(no_daemon)
{
	struct talk	 t;

	daemon_stop(&d);
	talk_start(&t);
	ck_assert_int_eq(talk_end(&t), EX_UNAVAILABLE);
}
END_TEST

static Suite *
json(void)
{
	const TTest *const all[] = {
		one_line_one_reply, malformed_lines_are_answered, a_line_too_long_is_answered,
		    the_last_line_needs_no_end,
		tokens, bytes_both_ways, problems_have_text, no_line_tells_the_village,
		    a_daemon_that_stops, no_daemon,
	};
	Suite	*s = suite_create("json");
	TCase	*tc = tcase_create("json");

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		tcase_add_test(tc, all[i]);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(json)
