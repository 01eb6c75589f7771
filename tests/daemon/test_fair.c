/*
 * The loop in one process with its test, which holds what one person's requests need: whatever he
 * asks for, another is answered.
 */
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/core.h"
#include "core/serve/serve.h"
#include "core/wire/wire.h"
#include "tests/harness.h"
#include "tests/support/daemon.h"

#define LINES	16		/* connections of the one */

static struct daemon	 d;		/* its home and socket; the process is ours */
static struct core	*core;
static struct server	*srv;
static pthread_t	 loop;
static atomic_bool	 held;		/* the disk waits for `flushes` */
static sem_t		 flushes;
static int		 flood[LINES];

/* The disk takes what the test lets it. */
static int
on_flush(void *arg)
{
	(void)arg;
	if (atomic_load(&held))
		sem_wait(&flushes);
	return 0;
}

static void *
run(void *arg)
{
	return serve_run(arg) ? arg : NULL;
}

static void
begin(void)
{
	static const struct store_hooks	 hooks = { .flush = on_flush };
	const struct core_opts		 opts = { .store = { .cache = 8 << 20, .hooks = &hooks } };
	const struct serve_opts		 serve = { .socket = d.socket, .limits = SERVE_LIMITS };
	struct serve_opts		 own = serve;
	struct buf			 err = BUF_INIT;

	own.limits.per_uid = 100;
	ck_assert_int_eq(core_open(d.fixture.home, &opts, &core, &err), FAULT_NONE);
	ck_assert_ptr_nonnull(srv = serve_open(core, NULL, &own, &err));
	ck_assert_int_eq(pthread_create(&loop, NULL, run, srv), 0);
}

static void
let_all_flush(void)
{
	atomic_store(&held, false);
	sem_post(&flushes);
}

static void
end(void)
{
	let_all_flush();
	serve_stop(srv);
	pthread_join(loop, NULL);
	serve_close(srv);
	core_close(core);
}

static void
setup(void)
{
	signal(SIGPIPE, SIG_IGN);
	sem_init(&flushes, 0, 0);
	daemon_init(&d);
	begin();
}

static void
tell(int fd, const char *json)
{
	struct buf	 b = BUF_INIT;
	struct val	*v = json_val(json);

	wire_append(&b, v);
	ck_assert_int_eq(send(fd, b.p, b.n, MSG_NOSIGNAL), (ssize_t)b.n);
	val_free(v);
	buf_free(&b);
}

static const char *
hear(int fd)
{
	struct buf	 in = BUF_INIT;
	struct val	*v = daemon_read(fd, &in);

	buf_free(&in);
	return v != NULL ? reply_error_code(v) : "end";
}

static int
line_of(const char *persona)
{
	int	 fd = daemon_connect(&d);
	char	 json[100];

	snprintf(json, sizeof(json), "{'req':1,'op':'whoami','persona':'%s'}", persona);
	tell(fd, json);
	ck_assert_str_eq(hear(fd), "");
	return fd;
}

static void
open_flood(const char *persona)
{
	for (int i = 0; i < LINES; i++)
		flood[i] = line_of(persona);
}

static void
send_flood(const char *json)
{
	for (int i = 0; i < LINES; i++)
		tell(flood[i], json);
}

static void
hear_flood(void)
{
	for (int i = 0; i < LINES; i++) {
		ck_assert_str_eq(hear(flood[i]), "");
		close(flood[i]);
	}
}

/* How many of the flood are answered by now. */
static unsigned
answered(void)
{
	struct pollfd	 p[LINES];
	unsigned	 n = 0;

	for (int i = 0; i < LINES; i++)
		p[i] = (struct pollfd){ .fd = flood[i], .events = POLLIN };
	poll(p, LINES, 0);
	for (int i = 0; i < LINES; i++)
		n += (p[i].revents & POLLIN) != 0;
	return n;
}

/* Requests that stand still wherever they look at the areas take no thread that another needs. */
static void
flood_stands_still(const char *json)
{
	int	 other;

	open_flood("off");
	other = line_of("dir-a1");
	pthread_mutex_lock(&core->areas_lock);
	send_flood(json);
	for (int i = 2; i < 50; i++) {
		tell(other, "{'req':2,'op':'whoami'}");
		ck_assert_str_eq(hear(other), "");
	}
	ck_assert_uint_eq(answered(), 0);
	pthread_mutex_unlock(&core->areas_lock);
	hear_flood();
	close(other);
	end();
}

START_TEST(scans_of_one_keep_nobody_waiting)
{
	flood_stands_still("{'req':2,'op':'list','book':'child','list':'all'}");
}
END_TEST

START_TEST(short_requests_of_one_keep_nobody_waiting)
{
	flood_stands_still("{'req':2,'op':'drafts'}");
}
END_TEST

static bool
count_row(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	(void)key;
	(void)klen;
	(void)p;
	(void)n;
	++*(size_t *)arg;
	return true;
}

/* Drafts that the committer has written, durable or not. */
static size_t
drafts(void)
{
	size_t	 n = 0;

	ck_assert_int_eq(store_scan(core->store, NULL, STORE_DRAFT,
	    &(struct store_range){ .keys_only = true }, count_row, &n), STORE_OK);
	return n;
}

/*
 * The flood writes one draft over and over, the other writes his. Once both are with the committer
 * the disk takes what is on its way, and one batch more: now the other is answered, and of the
 * flood no more than the one request that each batch may hold of one person.
 */
START_TEST(writes_of_one_keep_nobody_waiting)
{
	int	 other;

	open_flood("dir-a2");
	other = line_of("dir-a1");
	atomic_store(&held, true);
	send_flood("{'req':2,'op':'draft','draft':'x:00112233445566778899aabbccddeeff','book':'child','set':{'name':'甲'}}");
	tell(other,
	    "{'req':2,'op':'draft','draft':'x:00112233445566778899aabbccddeefe','book':'child','set':{'name':'乙'}}");
	while (drafts() < 2)
		usleep(1000);
	sem_post(&flushes);
	sem_post(&flushes);
	ck_assert_str_eq(hear(other), "");
	ck_assert_uint_le(answered(), 2);
	let_all_flush();
	hear_flood();
	close(other);
	end();
}
END_TEST

static Suite *
fair(void)
{
	Suite	*suite = suite_create("fairness");
	TCase	*tc = tcase_create("one floods, another works");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, scans_of_one_keep_nobody_waiting);
	tcase_add_test(tc, short_requests_of_one_keep_nobody_waiting);
	tcase_add_test(tc, writes_of_one_keep_nobody_waiting);
	suite_add_tcase(suite, tc);
	return suite;
}

TEST_MAIN(fair)
