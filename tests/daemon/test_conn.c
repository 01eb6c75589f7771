/* The client's line, against a daemon that is played here and can therefore misbehave. */
#include "core/wire/conn.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/wire/wire.h"
#include "tests/harness.h"
#include "tests/support/daemon.h"

static char		 path[300];
static int		 listener = -1, fd = -1;	/* fd: the daemon's end */
static struct conn	*l;
static struct buf	 in;				/* what the daemon has read and not taken */

static int
listen_at(const char *where)
{
	struct sockaddr_un	 sun = { .sun_family = AF_UNIX };
	int			 s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_uint_lt(strlen(where), sizeof(sun.sun_path));
	strcpy(sun.sun_path, where);
	ck_assert_int_eq(bind(s, (const struct sockaddr *)&sun, sizeof(sun)), 0);
	ck_assert_int_eq(listen(s, 8), 0);
	return s;
}

static void
setup(void)
{
	const char	*say = "";

	snprintf(path, sizeof(path), "%s/link.%d", getenv("TMPDIR") != NULL ? getenv("TMPDIR") :
	    "/tmp", (int)getpid());
	listener = listen_at(path);
	ck_assert_msg((l = conn_open(path, &say)) != NULL, "%s", say);
	ck_assert_int_ne(fd = accept(listener, NULL, NULL), -1);
}

static void
teardown(void)
{
	conn_close(l);
	if (fd != -1)
		close(fd);
	close(listener);
	unlink(path);
	buf_free(&in);
}

/* ---- the played daemon ----------------------------------------------------------------------- */

/* The next request must have this op; its number. */
static int64_t
request(const char *op)
{
	struct val	*v = daemon_read(fd, &in);
	int64_t		 n = val_get_num(v, "req", -1);

	ck_assert_str_eq(val_get_str(v, "op"), op);
	val_free(v);
	return n;
}

static void
reply_put(struct buf *out, int64_t n, const char *json)
{
	struct val	*v = json_val(json);

	ck_assert(val_put(v, "req", val_int(n)));
	wire_append(out, v);
	val_free(v);
}

static void
reply(int64_t n, const char *json)
{
	struct buf	 out = BUF_INIT;

	reply_put(&out, n, json);
	ck_assert_int_eq(write(fd, out.p, out.n), (ssize_t)out.n);
	buf_free(&out);
}

/* ---- those who ask --------------------------------------------------------------------------- */

static char	 large[] = "large", again[] = "again";
static char	 heard[400];	/* what came, in order: "a:1 b:lost c:bad-request " */

static void
hear(void *arg, const struct val *v)
{
	char	 number[32];

	snprintf(number, sizeof(number), "%lld", (long long)val_get_num(v, "x", 0));
	snprintf(heard + strlen(heard), sizeof(heard) - strlen(heard), "%s:%s ", (const char *)arg,
	    v == NULL ? "lost" : val_get_true(v, "ok") ? number : val_get_str(v, "error"));
}

static void
hear_and_ask(void *arg, const struct val *v)
{
	hear(arg, v);
	conn_send(l, json_val("{'op':'again'}"), hear, again);
}

static void
ask_op(const char *op, conn_reply_fn *fn)
{
	struct val	*v = val_map();

	ck_assert(val_put(v, "op", val_text(op)));
	conn_send(l, v, fn, (void *)(uintptr_t)op);
}

/* ---- tests ----------------------------------------------------------------------------------- */

START_TEST(answers_go_to_those_who_asked)
{
	ask_op("a", hear);
	ask_op("b", hear_and_ask);
	ck_assert_int_eq(request("a"), 1);
	ck_assert_int_eq(request("b"), 2);
	ck_assert(conn_pump(l));
	ck_assert_str_eq(heard, "");
	reply(1, "{'ok':true,'x':7}");
	ck_assert(conn_pump(l));
	ck_assert_str_eq(heard, "a:7 ");
	reply(2, "{'ok':false,'error':'denied'}");
	ck_assert(conn_pump(l));
	ck_assert_str_eq(heard, "a:7 b:denied ");
	ck_assert_int_eq(request("again"), 3);		/* sent from the callback */
	reply(3, "{'ok':true,'x':8}");
	ck_assert(conn_pump(l));
	ck_assert_str_eq(heard, "a:7 b:denied again:8 ");
	ck_assert_ptr_null(conn_lost(l));
}
END_TEST

START_TEST(answers_come_in_any_pieces)
{
	struct buf	 out = BUF_INIT;

	ask_op("a", hear);
	ask_op("b", hear);
	reply_put(&out, 1, "{'ok':true,'x':1}");
	reply_put(&out, 2, "{'ok':true,'x':2}");
	for (size_t i = 0; i < out.n; i++) {
		ck_assert_int_eq(write(fd, out.p + i, 1), 1);
		ck_assert(conn_pump(l));
		ck_assert_str_eq(heard, i + 1 == out.n ? "a:1 b:2 " : i + 1 >= out.n / 2 ? "a:1 " :
		    "");
	}
	buf_free(&out);
}
END_TEST

/* A request larger than the socket takes goes out bit by bit, without waiting. */
START_TEST(a_large_request_waits_for_room)
{
	struct val	*v = val_map();
	char		*pad = calloc(1, WIRE_REQUEST_MAX);

	memset(pad, 'x', WIRE_REQUEST_MAX - 100);
	ck_assert(val_put(v, "op", val_text("large")));
	ck_assert(val_put(v, "pad", val_text(pad)));
	conn_send(l, v, hear, large);
	ask_op("b", hear);
	ck_assert(conn_wants_write(l));
	ck_assert(conn_pump(l));
	ck_assert(conn_wants_write(l));
	ck_assert_int_eq(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	while (conn_wants_write(l)) {
		char	*p = buf_room(&in, 65536);
		ssize_t	 n = read(fd, p, 65536);

		in.n -= 65536 - (n > 0 ? (size_t)n : 0);
		ck_assert(conn_pump(l));
	}
	ck_assert_int_eq(fcntl(fd, F_SETFL, 0), 0);
	ck_assert_int_eq(request("large"), 1);
	ck_assert_int_eq(request("b"), 2);
	free(pad);
}
END_TEST

/*
 * What the daemon would close the line for is not sent; the others are not disturbed, nor the
 * order.
 */
START_TEST(a_request_too_large_is_refused_here)
{
	struct val	*v = val_map();
	char		*pad = calloc(1, WIRE_REQUEST_MAX + 1);

	memset(pad, 'x', WIRE_REQUEST_MAX);
	ck_assert(val_put(v, "op", val_text("large")));
	ck_assert(val_put(v, "pad", val_text(pad)));
	ask_op("a", hear);
	conn_send(l, v, hear, large);
	ask_op("b", hear);
	ck_assert_int_eq(request("a"), 1);
	ck_assert_int_eq(request("b"), 3);
	ck_assert(conn_pump(l));
	ck_assert_str_eq(heard, "");
	reply(1, "{'ok':true,'x':1}");
	ck_assert(conn_pump(l));
	ck_assert_str_eq(heard, "a:1 large:bad-request ");
	reply(3, "{'ok':true,'x':3}");
	ck_assert(conn_pump(l));
	ck_assert_str_eq(heard, "a:1 large:bad-request b:3 ");
	free(pad);
}
END_TEST

START_TEST(a_lost_line_is_told_once)
{
	ask_op("a", hear);
	ask_op("b", hear);
	request("a");
	request("b");
	reply(1, "{'ok':true,'x':1}");
	close(fd);
	fd = -1;
	ck_assert(!conn_pump(l));
	ck_assert_str_eq(heard, "a:1 b:lost ");
	ck_assert_ptr_nonnull(strstr(conn_lost(l), "lost"));
	ck_assert(!conn_pump(l));
	ck_assert_str_eq(heard, "a:1 b:lost ");
	ck_assert(!conn_wants_write(l));
}
END_TEST

/* The last word answers those whose requests were not begun, and is why the line is lost. */
START_TEST(the_last_word_is_passed_on)
{
	ask_op("a", hear);
	ask_op("b", hear);
	request("a");
	reply(1, "{'ok':true,'x':1}");
	reply(0, "{'ok':false,'error':'stopped','say':'Closing time.'}");
	close(fd);		/* with a request unread, which resets the line */
	fd = -1;
	ck_assert(!conn_pump(l));
	ck_assert_str_eq(heard, "a:1 b:stopped ");
	ck_assert_str_eq(conn_lost(l), "Closing time.");
}
END_TEST

/* Refused at the door, before anything was asked. */
START_TEST(a_request_after_the_last_word)
{
	reply(0, "{'ok':false,'error':'busy','say':'Full.'}");
	close(fd);
	fd = -1;
	ask_op("a", hear);
	ck_assert(!conn_pump(l));
	ck_assert_str_eq(heard, "a:busy ");
	ck_assert_str_eq(conn_lost(l), "Full.");
}
END_TEST

static const struct {
	const char	*bytes;
	size_t		 n;
} nonsense[] = {
	{ "HTTP/1.0", 8 },
	{ "SW\2\0\0\0\0\1\xa0", 9 },			/* another version */
	{ "SW\1\0\xff\xff\xff\xff", 8 },
	{ "SW\1\0\0\0\0\1\xa0", 9 },			/* no number */
	{ "SW\1\0\0\0\0\6\xa1\x63req\2", 14 },		/* nobody asked 2 first */
	{ "SW\1\0\0\0\0\6\xa1\x63req\7", 14 },		/* nor 7 at all */
};

START_TEST(nonsense_loses_the_line)
{
	ask_op("a", hear);
	ask_op("b", hear);
	ck_assert_int_eq(write(fd, nonsense[_i].bytes, nonsense[_i].n), (ssize_t)nonsense[_i].n);
	ck_assert(!conn_pump(l));
	ck_assert_str_eq(heard, "a:lost b:lost ");
	ck_assert_ptr_nonnull(strstr(conn_lost(l), "no sense"));
}
END_TEST

START_TEST(closing_calls_nobody)
{
	ask_op("a", hear);
	conn_close(l);
	l = NULL;
	ck_assert_str_eq(heard, "");
	conn_close(NULL);
}
END_TEST

static void *
serve_two(void *arg)
{
	(void)arg;
	reply(request("a"), "{'ok':true,'x':1}");
	reply(request("b"), "{'ok':true,'x':2}");
	return NULL;
}

START_TEST(a_call_waits_and_serves_others)
{
	pthread_t	 t;
	struct val	*v;

	ask_op("a", hear);
	ck_assert_int_eq(pthread_create(&t, NULL, serve_two, NULL), 0);
	v = conn_call(l, json_val("{'op':'b'}"));
	ck_assert_int_eq(val_get_num(v, "x", 0), 2);
	ck_assert_str_eq(heard, "a:1 ");
	val_free(v);
	pthread_join(t, NULL);
}
END_TEST

START_TEST(a_call_on_a_lost_line)
{
	close(fd);
	fd = -1;
	ck_assert_ptr_null(conn_call(l, json_val("{'op':'b'}")));
	ck_assert_ptr_nonnull(conn_lost(l));
	ck_assert_ptr_null(conn_call(l, json_val("{'op':'b'}")));
}
END_TEST

START_TEST(opening_fails_with_one_line)
{
	char		 long_path[400];
	const char	*say = NULL;

	snprintf(long_path, sizeof(long_path), "%s.none", path);
	ck_assert_ptr_null(conn_open(long_path, &say));
	ck_assert_ptr_nonnull(strstr(say, "not running"));
	close(listener);		/* the file stays, nobody listens */
	ck_assert_ptr_null(conn_open(path, &say));
	ck_assert_ptr_nonnull(strstr(say, "not running"));
	listener = -1;
	memset(long_path, 'x', sizeof(long_path) - 1);
	long_path[sizeof(long_path) - 1] = '\0';
	ck_assert_ptr_null(conn_open(long_path, &say));
	ck_assert_ptr_nonnull(strstr(say, "too long"));
}
END_TEST

static Suite *
links(void)
{
	const TTest *const all[] = {
		answers_go_to_those_who_asked, answers_come_in_any_pieces,
		    a_large_request_waits_for_room,
		a_request_too_large_is_refused_here, a_lost_line_is_told_once,
		    the_last_word_is_passed_on,
		a_request_after_the_last_word, closing_calls_nobody, a_call_waits_and_serves_others,
		    a_call_on_a_lost_line,
		opening_fails_with_one_line,
	};
	Suite	*s = suite_create("tui/link");
	TCase	*tc = tcase_create("link");

	tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		tcase_add_test(tc, all[i]);
	tcase_add_loop_test(tc, nonsense_loses_the_line, 0, sizeof(nonsense) / sizeof(nonsense[0]));
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(links)
