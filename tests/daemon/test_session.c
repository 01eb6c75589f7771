/*
 * Sessions over the socket of a live daemon: who is let in, what a broken or slow client does to
 * others (nothing), and what each is told.
 */
#include <sys/resource.h>
#include <sys/socket.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/wire/wire.h"
#include "tests/harness.h"
#include "tests/support/daemon.h"

static struct daemon	 d;

static void
setup(void)
{
	signal(SIGPIPE, SIG_IGN);
	daemon_init(&d);
}

/* A test that failed leaves its daemon behind; the fixture runs all the same. */
static void
teardown(void)
{
	daemon_free(&d);
}

/* What was asked for, or its error code; "lost" when the line broke. */
static const char *
result(struct val *reply)
{
	return reply != NULL ? reply_error_code(reply) : "lost";
}

static const char *
ask_result(struct conn *l, const char *json)
{
	return result(daemon_ask(l, "%s", json));
}

static void
send_all(int fd, const void *p, size_t n)
{
	while (n > 0) {
		ssize_t	 w = send(fd, p, n, MSG_NOSIGNAL);

		if (w <= 0)
			return;		/* closed meanwhile: what the test looks for shows when
					   it reads */
		p = (const char *)p + w;
		n -= (size_t)w;
	}
}

static void
frame(struct buf *out, const char *json)
{
	struct val	*v = json_val(json);

	wire_append(out, v);
	val_free(v);
}

static void
send_json(int fd, const char *json)
{
	struct buf	 b = BUF_INIT;

	frame(&b, json);
	send_all(fd, b.p, b.n);
	buf_free(&b);
}

/* The next frame, as its error or ""; "end" at the end of the stream. */
static const char *
next(int fd, struct buf *in, int64_t n)
{
	struct val	*v = daemon_read(fd, in);

	if (v == NULL)
		return "end";
	ck_assert_int_eq(val_get_num(v, "req", -1), n);
	return reply_error_code(v);
}

/* ---- who sits there -------------------------------------------------------------------------- */

START_TEST(a_demo_offers_personas)
{
	struct conn	*l;
	struct val	*v;
	bool		 seen = false;

	daemon_start(&d, NULL);
	l = daemon_conn(&d, NULL);
	ck_assert_str_eq(ask_result(l, "{'op':'menu'}"), "denied");
	v = daemon_ask(l, "{'op':'whoami'}");
	ck_assert(val_get_true(v, "ok") && val_get_true(v, "demo"));
	ck_assert_uint_eq(val_len(val_get(v, "personas")), 12);
	for (size_t i = 0; i < 12; i++) {
		const struct val	*p = val_at(val_get(v, "personas"), i);

		seen |= strcmp(val_get_str(p, "user"), "dir-a1") == 0 &&
		    strcmp(val_get_str(p, "name"), "王芳") == 0 &&
		    strcmp(val_get_str(p, "role"), "director") == 0;
	}
	ck_assert(seen);
	val_free(v);
	ck_assert_str_eq(ask_result(l, "{'op':'menu'}"), "denied");

	ck_assert_str_eq(ask_result(l, "{'op':'whoami','persona':'nobody'}"), "denied");
	ck_assert_str_eq(ask_result(l, "{'op':'menu'}"), "denied");
	ck_assert_str_eq(ask_result(l, "{'op':'whoami','persona':'dir-a1'}"), "");
	ck_assert_str_eq(ask_result(l, "{'op':'menu'}"), "");
	ck_assert_str_eq(ask_result(l, "{'op':'trail'}"), "denied");

	/* another one, and without saying so again it stays him */
	ck_assert_str_eq(ask_result(l, "{'op':'whoami','persona':'aud'}"), "");
	ck_assert_str_eq(ask_result(l, "{'op':'trail'}"), "");
	v = daemon_ask(l, "{'op':'whoami'}");
	ck_assert_str_eq(val_get_str(v, "user"), "aud");
	val_free(v);
	/* a wrong one changes nothing */
	ck_assert_str_eq(ask_result(l, "{'op':'whoami','persona':'nobody'}"), "denied");
	ck_assert_str_eq(ask_result(l, "{'op':'trail'}"), "");
	conn_close(l);
	daemon_stop(&d);
}
END_TEST

/* The account is looked at anew for each request. */
START_TEST(a_suspended_account_stops_at_once)
{
	struct conn	*sec, *dir;
	struct val	*v;
	int64_t		 id = 0, ver = 0;

	daemon_start(&d, NULL);
	sec = daemon_conn(&d, "sec");
	dir = daemon_conn(&d, "dir-a1");
	v = daemon_ask(sec, "{'op':'list','book':'account','list':'active','limit':100}");
	for (size_t i = 0; i < val_len(val_get(v, "rows")); i++) {
		const struct val	*row = val_at(val_get(v, "rows"), i);

		if (strcmp(val_str(val_find(row, "f.user")), "dir-a1") == 0) {
			id = val_get_num(row, "id", 0);
			ver = val_get_num(row, "ver", 0);
		}
	}
	val_free(v);
	ck_assert_str_eq(ask_result(dir, "{'op':'menu'}"), "");
	ck_assert_str_eq(result(daemon_ask(sec,
	    "{'op':'act','book':'account','id':%lld,'ver':%lld,'act':'suspend',"
	    "'ask':{'why':'调离'}}", (long long)id, (long long)ver)), "");
	ck_assert_str_eq(ask_result(dir, "{'op':'menu'}"), "denied");
	ck_assert_str_eq(ask_result(sec, "{'op':'menu'}"), "");
	conn_close(sec);
	conn_close(dir);
	daemon_stop(&d);
}
END_TEST

START_TEST(a_demo_takes_any_word_for_a_password)
{
	struct conn	*l;

	daemon_start(&d, NULL);
	l = daemon_conn(&d, "dir-a1");
	ck_assert_str_eq(ask_result(l, "{'op':'unlock'}"), "denied");
	ck_assert_str_eq(ask_result(l, "{'op':'unlock','secret':''}"), "denied");
	ck_assert_str_eq(ask_result(l, "{'op':'unlock','secret':'x'}"), "");
	conn_close(l);
	daemon_stop(&d);
}
END_TEST

/* ---- frames ---------------------------------------------------------------------------------- */

START_TEST(many_requests_in_one_write_are_answered_in_order)
{
	struct buf	 out = BUF_INIT, in = BUF_INIT;
	char		 json[100];
	int		 fd;

	daemon_start(&d, NULL);
	fd = daemon_connect(&d);
	frame(&out, "{'req':1,'op':'whoami','persona':'dir-a1'}");
	for (int i = 2; i < 400; i++) {
		snprintf(json, sizeof(json), "{'req':%d,'op':'%s'}", i * 10, i % 3 == 0 ? "menu" :
		    i % 3 == 1 ? "unlock" : "x");
		frame(&out, json);
	}
	send_all(fd, out.p, out.n);
	/* the end of what he sends is not the end of what he is told */
	shutdown(fd, SHUT_WR);
	ck_assert_str_eq(next(fd, &in, 1), "");
	for (int i = 2; i < 400; i++)
		ck_assert_str_eq(next(fd, &in, i * 10), i % 3 == 0 ? "" : i % 3 == 1 ? "denied" :
		    "bad-request");
	ck_assert_str_eq(next(fd, &in, 0), "end");
	buf_free(&in);
	buf_free(&out);
	close(fd);
	daemon_stop(&d);
}
END_TEST

START_TEST(a_request_needs_number_and_operation)
{
	struct buf	 in = BUF_INIT;
	int		 fd;

	daemon_start(&d, NULL);
	fd = daemon_connect(&d);
	send_json(fd, "{'op':'whoami'}");
	ck_assert_str_eq(next(fd, &in, 0), "bad-request");
	send_json(fd, "{'req':-3,'op':'whoami'}");
	ck_assert_str_eq(next(fd, &in, 0), "bad-request");
	send_json(fd, "{'req':'1','op':'whoami'}");
	ck_assert_str_eq(next(fd, &in, 0), "bad-request");
	send_json(fd, "{'req':4,'op':4}");
	ck_assert_str_eq(next(fd, &in, 4), "bad-request");
	send_json(fd, "{'req':5,'op':'whoami'}");
	ck_assert_str_eq(next(fd, &in, 5), "");
	buf_free(&in);
	close(fd);
	daemon_stop(&d);
}
END_TEST

/* To the end of the stream, which must come; what was answered until then does not matter. */
static void
read_to_end(int fd)
{
	char	 room[4096];

	while (recv(fd, room, sizeof(room), 0) > 0)
		;
	close(fd);
}

/*
 * Each byte of a good request flipped in some ways and each length cut, each on a connection of its
 * own, while a colleague works on.
 */
START_TEST(malformed_frames_hurt_only_their_sender)
{
	static const unsigned char	 flips[] = { 0x01, 0x20, 0x80, 0xff };
	struct buf			 good = BUF_INIT;
	struct conn			*colleague;
	int				 fd;

	daemon_start(&d, NULL);
	colleague = daemon_conn(&d, "dir-a1");
	frame(&good,
	    "{'req':1,'op':'whoami','persona':'dir-a1','lang':'zh','x':[1,-1,null,true,'x:00ff']}");
	for (size_t i = 0; i < good.n; i++) {
		for (size_t k = 0; k < sizeof(flips); k++) {
			fd = daemon_connect(&d);
			good.p[i] ^= (char)flips[k];
			send_all(fd, good.p, good.n);
			good.p[i] ^= (char)flips[k];
			shutdown(fd, SHUT_WR);
			read_to_end(fd);
		}
		fd = daemon_connect(&d);
		send_all(fd, good.p, i);
		shutdown(fd, SHUT_WR);
		read_to_end(fd);
		if (i % 8 == 0)
			ck_assert_str_eq(ask_result(colleague, "{'op':'menu'}"), "");
	}
	fd = daemon_connect(&d);
	send_all(fd, "GET / HTTP/1.0\r\n\r\n", 18);
	read_to_end(fd);		/* closed without waiting for our end */
	fd = daemon_connect(&d);
	send_all(fd, "SW\1\0\0\x10\0\1", 8);	/* 1 MiB and a byte */
	read_to_end(fd);
	ck_assert_str_eq(ask_result(colleague, "{'op':'menu'}"), "");
	conn_close(colleague);
	buf_free(&good);
	daemon_stop(&d);
}
END_TEST

/* Large ones are read elsewhere than small ones, and to the same rules. */
START_TEST(malformed_large_frames_too)
{
	struct buf	 out = BUF_INIT, in = BUF_INIT;
	struct val	*v = json_val("{'req':1}"), *many = val_list();
	struct conn	*colleague;
	int		 fd;

	daemon_start(&d, NULL);
	colleague = daemon_conn(&d, "dir-a1");
	for (int i = 0; i < 150000; i++)
		ck_assert(val_add(many, val_int(0)));
	ck_assert(val_put(v, "x", many));
	wire_append(&out, v);
	for (int i = 0; i < 20; i++) {
		fd = daemon_connect(&d);
		send_all(fd, out.p, out.n);
		ck_assert_str_eq(next(fd, &in, 1), "bad-request");
		out.p[out.n - 1 - i] = (char)0xff;
		send_all(fd, out.p, out.n);
		out.p[out.n - 1 - i] = 0;
		ck_assert_str_eq(next(fd, &in, 0), "end");
		close(fd);
		ck_assert_str_eq(ask_result(colleague, "{'op':'menu'}"), "");
	}
	conn_close(colleague);
	val_free(v);
	buf_free(&in);
	buf_free(&out);
	daemon_stop(&d);
}
END_TEST

/* The longest request there may be is taken, byte by byte at its beginning. */
START_TEST(slow_and_long_requests_are_taken)
{
	struct buf	 out = BUF_INIT, in = BUF_INIT;
	struct val	*v = json_val("{'req':2,'op':'check','book':'child','fields':{}}");
	char		*pad = malloc(WIRE_REQUEST_MAX);
	int		 fd;

	memset(pad, 'x', WIRE_REQUEST_MAX);
	pad[WIRE_REQUEST_MAX - 100] = '\0';
	ck_assert(val_put(val_get(v, "fields"), "name", val_text(pad)));
	wire_append(&out, v);
	ck_assert_uint_le(out.n, WIRE_HEAD + WIRE_REQUEST_MAX);
	daemon_start(&d, NULL);
	fd = daemon_connect(&d);
	send_json(fd, "{'req':1,'op':'whoami','persona':'dir-a1'}");
	ck_assert_str_eq(next(fd, &in, 1), "");
	for (size_t i = 0; i < 200; i++)
		send_all(fd, out.p + i, 1);
	send_all(fd, out.p + 200, out.n - 200);
	ck_assert_str_eq(next(fd, &in, 2), "");
	send_json(fd, "{'req':3,'op':'menu'}");
	ck_assert_str_eq(next(fd, &in, 3), "");
	val_free(v);
	free(pad);
	buf_free(&in);
	buf_free(&out);
	close(fd);
	daemon_stop(&d);
}
END_TEST

/* ---- floods ---------------------------------------------------------------------------------- */

/* How many lines of the log hold it, and how often it happened by what they say. */
static void
count_said(const char *what, unsigned *lines, unsigned *times)
{
	char		 line[4096], *p;
	unsigned	 more;
	FILE		*f = fopen(d.log, "r");

	*lines = *times = 0;
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (strstr(line, what) == NULL)
			continue;
		++*lines;
		*times += (p = strrchr(line, '(')) != NULL &&
		    sscanf(p, "(%u times more since", &more) == 1 ? more : 1;
	}
	if (f != NULL)
		fclose(f);
}

/* One line a minute, and none of the others is lost. */
START_TEST(bad_frames_are_counted_in_the_log)
{
	unsigned	 lines, times;
	int		 fd;

	daemon_start(&d, "-l connect=1000");
	for (int i = 0; i < 300; i++) {
		fd = daemon_connect(&d);
		send_all(fd, "GET / HTTP/1.0\r\n\r\n", 18);
		read_to_end(fd);
	}
	daemon_stop(&d);
	count_said("sent what is no request", &lines, &times);
	ck_assert_uint_eq(times, 300);
	ck_assert_uint_le(lines, 6);
}
END_TEST

/*
 * With one a second and ten of them at once most of these come too soon; who is in already works
 * on.
 */
START_TEST(connecting_over_and_over_is_refused)
{
	struct buf	 in = BUF_INIT;
	struct conn	*colleague;
	unsigned	 refused = 0, lines, times;
	int		 fd;

	daemon_start(&d, "-l connect=1");
	colleague = daemon_conn(&d, "dir-a1");
	for (int i = 0; i < 200; i++) {
		fd = daemon_connect(&d);
		shutdown(fd, SHUT_WR);
		buf_reset(&in);
		refused += strcmp(next(fd, &in, 0), "busy") == 0;
		close(fd);
	}
	ck_assert_uint_gt(refused, 0);
	ck_assert_str_eq(ask_result(colleague, "{'op':'menu'}"), "");
	conn_close(colleague);
	buf_free(&in);
	daemon_stop(&d);
	count_said("connects too often", &lines, &times);
	ck_assert_uint_eq(times, refused);
	ck_assert_uint_lt(lines, refused);
}
END_TEST

/*
 * Fifteen requests, ten of them at once and one a second: all are answered, and the last ones not
 * before their time.
 */
START_TEST(requests_beyond_the_rate_wait_and_are_answered)
{
	struct buf	 out = BUF_INIT, in = BUF_INIT;
	struct timespec	 from, to;
	char		 json[64];
	int		 fd;

	daemon_start(&d, "-l rate=1");
	clock_gettime(CLOCK_MONOTONIC, &from);
	fd = daemon_connect(&d);
	frame(&out, "{'req':1,'op':'whoami','persona':'dir-a1'}");
	for (int i = 2; i < 17; i++) {
		snprintf(json, sizeof(json), "{'req':%d,'op':'drafts'}", i);
		frame(&out, json);
	}
	send_all(fd, out.p, out.n);
	for (int i = 1; i < 17; i++)
		ck_assert_str_eq(next(fd, &in, i), "");
	clock_gettime(CLOCK_MONOTONIC, &to);
	ck_assert_int_ge(to.tv_sec - from.tv_sec, 3);
	close(fd);
	buf_free(&in);
	buf_free(&out);
	daemon_stop(&d);
}
END_TEST

/* ---- patience -------------------------------------------------------------------------------- */

/* Each wait below is for the daemon to act; how long it takes decides nothing. */

START_TEST(who_says_nothing_is_closed)
{
	struct conn	*colleague;
	struct buf	 in = BUF_INIT;
	int		 silent, half;

	daemon_start(&d, "-l hello=1");
	colleague = daemon_conn(&d, "dir-a1");
	silent = daemon_connect(&d);
	half = daemon_connect(&d);
	send_json(half, "{'req':1,'op':'menu'}");
	ck_assert_str_eq(next(half, &in, 1), "denied");
	read_to_end(silent);
	read_to_end(half);
	/* he was greeted, and stays */
	ck_assert_str_eq(ask_result(colleague, "{'op':'menu'}"), "");
	conn_close(colleague);
	buf_free(&in);
	daemon_stop(&d);
}
END_TEST

START_TEST(half_a_frame_is_not_waited_for)
{
	struct conn	*colleague;
	struct buf	 in = BUF_INIT;
	int		 fd;

	daemon_start(&d, "-l frame=1");
	colleague = daemon_conn(&d, "dir-a1");
	fd = daemon_connect(&d);
	send_json(fd, "{'req':1,'op':'whoami','persona':'dir-a1'}");
	ck_assert_str_eq(next(fd, &in, 1), "");
	send_all(fd, "SW\1\0\0\0\1", 7);
	read_to_end(fd);
	ck_assert_str_eq(ask_result(colleague, "{'op':'menu'}"), "");
	conn_close(colleague);
	buf_free(&in);
	daemon_stop(&d);
}
END_TEST

START_TEST(who_is_away_is_told_and_closed)
{
	struct buf	 in = BUF_INIT;
	int		 fd;

	daemon_start(&d, "-l idle=1");
	fd = daemon_connect(&d);
	send_json(fd, "{'req':1,'op':'whoami','persona':'dir-a1'}");
	ck_assert_str_eq(next(fd, &in, 1), "");
	ck_assert_str_eq(next(fd, &in, 0), "locked");
	ck_assert_str_eq(next(fd, &in, 0), "end");
	buf_free(&in);
	close(fd);
	daemon_stop(&d);
}
END_TEST

/* The client asks by itself whether the server is there: that keeps nobody's session open. */
START_TEST(a_ping_is_no_sign_of_a_person)
{
	struct buf	 in = BUF_INIT;
	struct val	*v;
	bool		 over = false;
	int		 fd;

	daemon_start(&d, "-l idle=1");
	fd = daemon_connect(&d);
	send_json(fd, "{'req':1,'op':'whoami','persona':'dir-a1'}");
	ck_assert_str_eq(next(fd, &in, 1), "");
	for (int i = 0; i < 600 && !over; i++) {
		send_json(fd, "{'req':1,'op':'ping'}");
		ck_assert_ptr_nonnull(v = daemon_read(fd, &in));
		over = val_get_num(v, "req", -1) == 0;
		ck_assert_str_eq(reply_error_code(v), over ? "locked" : "");
		usleep(50000);
	}
	ck_assert(over);
	buf_free(&in);
	close(fd);
	daemon_stop(&d);
}
END_TEST

/* Sends ahead what fits without reading; how much that was. */
static size_t
push(int fd, const struct buf *out, size_t most)
{
	size_t	 sent = 0;
	ssize_t	 n;

	while (sent < most) {
		struct pollfd	 pfd = { .fd = fd, .events = POLLOUT };

		n = send(fd, out->p, out->n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n > 0)
			sent += (size_t)n;
		else if (poll(&pfd, 1, 300) == 0 || (pfd.revents & (POLLHUP | POLLERR)) != 0)
			break;
	}
	return sent;
}

/* Who does not read is not read from; and in the end he is cut off. */
START_TEST(unread_replies_stop_the_reading)
{
	struct buf	 out = BUF_INIT, in = BUF_INIT;
	struct conn	*colleague;
	struct pollfd	 pfd;
	size_t		 took;
	int		 fd;

	daemon_start(&d, "-l stuck=2");
	colleague = daemon_conn(&d, "dir-a1");
	fd = daemon_connect(&d);
	send_json(fd, "{'req':1,'op':'whoami','persona':'dir-a1'}");
	ck_assert_str_eq(next(fd, &in, 1), "");
	frame(&out, "{'req':2,'op':'forms'}");
	while (out.n < 3000)
		frame(&out, "{'req':2,'op':'forms'}");
	took = push(fd, &out, 8 << 20);
	ck_assert_uint_lt(took, 2 << 20);
	ck_assert_str_eq(ask_result(colleague, "{'op':'menu'}"), "");
	pfd = (struct pollfd){ .fd = fd, .events = 0 };
	while (poll(&pfd, 1, 1000) == 0)
		;
	ck_assert((pfd.revents & (POLLHUP | POLLERR)) != 0);
	ck_assert_str_eq(ask_result(colleague, "{'op':'menu'}"), "");
	conn_close(colleague);
	buf_free(&in);
	buf_free(&out);
	close(fd);
	daemon_stop(&d);
}
END_TEST

/* The same client, but reading: nothing of all that happens to him. */
START_TEST(a_reader_of_much_is_served)
{
	struct buf	 out = BUF_INIT, in = BUF_INIT;
	int		 fd;

	daemon_start(&d, "-l stuck=2");
	fd = daemon_connect(&d);
	frame(&out, "{'req':1,'op':'whoami','persona':'dir-a1'}");
	for (int i = 0; i < 100; i++)
		frame(&out, "{'req':2,'op':'forms'}");
	send_all(fd, out.p, out.n);
	ck_assert_str_eq(next(fd, &in, 1), "");
	for (int i = 0; i < 100; i++)
		ck_assert_str_eq(next(fd, &in, 2), "");
	buf_free(&in);
	buf_free(&out);
	close(fd);
	daemon_stop(&d);
}
END_TEST

/* ---- how many -------------------------------------------------------------------------------- */

/* A connection that was let in has no frame waiting; one that was not has its last word. */
static const char *
try_connect(int *fd)
{
	struct buf	 in = BUF_INIT;
	const char	*got;

	*fd = daemon_connect(&d);
	send_json(*fd, "{'req':7,'op':'whoami'}");
	got = next(*fd, &in, 7);
	buf_free(&in);
	return got;
}

static const char *
refused(void)
{
	struct buf	 in = BUF_INIT;
	int		 fd = daemon_connect(&d);
	const char	*got = next(fd, &in, 0);

	ck_assert_str_eq(next(fd, &in, 0), "end");
	buf_free(&in);
	close(fd);
	return got;
}

static void
check_limit(const char *option)
{
	int	 fd[3];

	daemon_start(&d, option);
	ck_assert_str_eq(try_connect(&fd[0]), "");
	ck_assert_str_eq(try_connect(&fd[1]), "");
	ck_assert_str_eq(refused(), "busy");
	ck_assert_str_eq(refused(), "busy");
	close(fd[1]);
	/* his place is free once the daemon has noticed, which it has when another one is let in */
	for (;;) {
		struct buf	 in = BUF_INIT;
		struct val	*v;

		fd[2] = daemon_connect(&d);
		send_json(fd[2], "{'req':7,'op':'whoami'}");
		v = daemon_read(fd[2], &in);
		buf_free(&in);
		if (val_get_num(v, "req", 0) == 7) {
			val_free(v);
			break;
		}
		val_free(v);
		close(fd[2]);
	}
	close(fd[0]);
	close(fd[2]);
	daemon_stop(&d);
}

/* Milliseconds until such a request is refused with `error`. */
static int64_t
refused_after(struct conn *l, const char *error, const char *before, int id, const char *after)
{
	struct timespec	 from, to;
	struct val	*r;

	clock_gettime(CLOCK_MONOTONIC, &from);
	r = daemon_ask(l, "{%s:%d%s}", before, id, after);
	clock_gettime(CLOCK_MONOTONIC, &to);
	ck_assert_str_eq(val_get_str(r, "error"), error);
	val_free(r);
	return (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000;
}

/*
 * A record out of reach is read before it is refused, an id nobody has is not: no refusal may come
 * before its moment.
 */
START_TEST(a_refusal_tells_nothing_by_its_time)
{
	static const struct { const char *error, *before, *after; } requests[] = {
		{ "missing", "'op':'get','book':'child','id'", "" },
		  { "missing", "'op':'history','book':'child','id'", "" },
		{ "missing", "'op':'save','book':'child','id'", ",'ver':1,'set':{'address':'x'}" },
		{ "denied", "'op':'trail','record'", "" },
	};
	struct conn	*far, *near;
	int		 ids[2] = { 999999 };
	struct val	*r;

	daemon_init(&d);
	daemon_start(&d, "-l refusal=400");
	far = daemon_conn(&d, "dir-a1");
	near = daemon_conn(&d, "dir-b1");
	r = daemon_ask(far, "{'op':'save','book':'child','set':%s}",
	    child_fields("王小明", AREA_A1, 1));
	ck_assert_int_ne(ids[1] = (int)val_get_num(r, "id", 0), 0);
	val_free(r);
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
		for (int k = 0; k < 2; k++)
			ck_assert_int_ge(refused_after(near, requests[i].error, requests[i].before,
			    ids[k], requests[i].after), 395);
	conn_close(far);
	conn_close(near);
	daemon_stop(&d);
}
END_TEST

START_TEST(connections_of_one_user_are_limited)
{
	check_limit("-l per-uid=2");
}
END_TEST

START_TEST(connections_in_all_are_limited)
{
	check_limit("-l total=2");
}
END_TEST

/*
 * The system has no descriptors left: those who got in work on, and later ones get in once there is
 * room again.
 */
START_TEST(descriptors_run_out)
{
	const struct rlimit	 few = { 64, 64 };
	struct conn		*colleague, *later;
	int			 fd[50];

	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	daemon_start(&d, "-l per-uid=100");
	colleague = daemon_conn(&d, "dir-a1");
	for (int i = 0; i < 50; i++)
		fd[i] = daemon_connect(&d);
	while (!daemon_logged(&d, "accepting a connection"))
		ck_assert_str_eq(ask_result(colleague, "{'op':'menu'}"), "");
	ck_assert_str_eq(ask_result(colleague, "{'op':'menu'}"), "");
	for (int i = 0; i < 50; i++)
		close(fd[i]);
	later = daemon_conn(&d, "dir-b1");
	ck_assert_str_eq(ask_result(later, "{'op':'menu'}"), "");
	conn_close(later);
	conn_close(colleague);
	daemon_stop(&d);
}
END_TEST

struct many {
	struct conn	*conn;
	int64_t		 id;
};

static void
saved(void *arg, const struct val *reply)
{
	struct many	*m = arg;

	m->id = val_get_true(reply, "ok") ? val_get_num(reply, "id", -1) : -1;
}

/* All log in, all save at the same time, each gets a record of his own. */
START_TEST(two_hundred_at_once)
{
	enum { N = 200 };
	static struct many	 m[N];
	struct val		*req;
	char			 token[24];

	daemon_start(&d, "-l per-uid=300");
	for (int i = 0; i < N; i++)
		m[i].conn = daemon_conn(&d, i % 2 == 0 ? "dir-a1" : "dir-b1");
	for (int i = 0; i < N; i++) {
		req = json_val("{'op':'save','book':'child'}");
		snprintf(token, sizeof(token), "token %09d", i);
		ck_assert(val_put(req, "token", val_bytes(token, 16)));
		ck_assert(val_put(req, "set",
		    json_val(child_fields("王小明", i % 2 == 0 ? AREA_A1 : AREA_B1, i))));
		conn_send(m[i].conn, req, saved, &m[i]);
	}
	for (int i = 0; i < N; i++)
		while (m[i].id == 0) {
			struct pollfd	 pfd = { .fd = conn_fd(m[i].conn), .events = POLLIN };

			poll(&pfd, 1, -1);
			ck_assert(conn_pump(m[i].conn));
		}
	for (int i = 0; i < N; i++) {
		ck_assert_int_gt(m[i].id, 0);
		for (int k = 0; k < i; k++)
			ck_assert_int_ne(m[i].id, m[k].id);
	}
	for (int i = 0; i < N; i++)
		conn_close(m[i].conn);
	daemon_stop(&d);
}
END_TEST

/* ---- the end --------------------------------------------------------------------------------- */

START_TEST(sessions_are_told_that_the_server_stops)
{
	struct buf	 in = BUF_INIT;
	struct conn	*l;
	int		 fd;

	daemon_start(&d, NULL);
	fd = daemon_connect(&d);
	send_json(fd, "{'req':1,'op':'whoami','persona':'dir-a1'}");
	ck_assert_str_eq(next(fd, &in, 1), "");
	l = daemon_conn(&d, "dir-b1");
	kill(d.pid, SIGHUP);		/* no reason to end */
	ck_assert_str_eq(ask_result(l, "{'op':'menu'}"), "");
	ck_assert_int_eq(daemon_wait_exit(&d, SIGINT), 0);
	ck_assert_str_eq(next(fd, &in, 0), "stopped");
	ck_assert_str_eq(next(fd, &in, 0), "end");
	ck_assert_str_eq(ask_result(l, "{'op':'menu'}"), "stopped");
	ck_assert_ptr_nonnull(strstr(conn_lost(l), "stopping"));
	ck_assert_int_eq(access(d.socket, F_OK), -1);
	conn_close(l);
	buf_free(&in);
	close(fd);
}
END_TEST

/* Who does not take his answer is cut off, and does not keep the daemon from ending. */
START_TEST(an_unread_reply_does_not_hold_up_the_end)
{
	struct buf	 out = BUF_INIT, in = BUF_INIT;
	int		 fd;

	daemon_start(&d, NULL);
	fd = daemon_connect(&d);
	send_json(fd, "{'req':1,'op':'whoami','persona':'dir-a1'}");
	ck_assert_str_eq(next(fd, &in, 1), "");
	for (int i = 0; i < 100; i++)
		frame(&out, "{'req':2,'op':'forms'}");
	push(fd, &out, out.n);
	daemon_stop(&d);
	buf_free(&in);
	buf_free(&out);
	close(fd);
}
END_TEST

static Suite *
sessions(void)
{
	const TTest *const all[] = {
		a_demo_offers_personas, a_suspended_account_stops_at_once,
		    a_demo_takes_any_word_for_a_password,
		many_requests_in_one_write_are_answered_in_order,
		    a_request_needs_number_and_operation,
		malformed_frames_hurt_only_their_sender, malformed_large_frames_too,
		    bad_frames_are_counted_in_the_log,
		connecting_over_and_over_is_refused, requests_beyond_the_rate_wait_and_are_answered,
		slow_and_long_requests_are_taken, who_says_nothing_is_closed,
		half_a_frame_is_not_waited_for, who_is_away_is_told_and_closed,
		    a_ping_is_no_sign_of_a_person, unread_replies_stop_the_reading,
		a_reader_of_much_is_served, connections_of_one_user_are_limited,
		    connections_in_all_are_limited,
		a_refusal_tells_nothing_by_its_time, descriptors_run_out,
		two_hundred_at_once, sessions_are_told_that_the_server_stops,
		    an_unread_reply_does_not_hold_up_the_end,
	};
	Suite	*s = suite_create("sessions");
	TCase	*tc = tcase_create("sessions");

	tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		tcase_add_test(tc, all[i]);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(sessions)
