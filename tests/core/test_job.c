/*
 * Jobs: each state, visibility, cancelling, limits, the files of the outbox, the trail, and a
 * restart of the server.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "core/maint/job.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"

static struct fixture	 w;

/* ---- a kind of the test's own: it waits until it is let go ----------------------------------- */

static pthread_mutex_t	 lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t	 changed = PTHREAD_COND_INITIALIZER;
static bool		 begun, let_go, stopped;
static enum job_state	 end_as;
static size_t		 bytes;		/* of its result */

static bool
anybody(const struct actor *actor)
{
	return actor != NULL;
}

/* At a turn of the lock it asks whether it shall go on, as the real ones do between records. */
static enum job_state
wait_until_let_go(struct job_run *run)
{
	struct progress	 p = { "turns", 1, 2, 5, 10 };
	bool		 go = false;

	pthread_mutex_lock(&lock);
	begun = true;
	pthread_cond_broadcast(&changed);
	while (!go && !stopped) {
		go = let_go;
		pthread_mutex_unlock(&lock);
		if (!job_progress(run, &p))
			stopped = true;
		usleep(500);
		pthread_mutex_lock(&lock);
	}
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	for (size_t i = 0; i < bytes / 64; i++)
		job_write(run, "%063zu", i);
	job_end(run, end_as == JOB_DONE ? EX_OK : EX_SOFTWARE, "said");
	return end_as;
}

static const struct job_kind	 waiting_kind = { "wait", anybody, wait_until_let_go };

static void
await_begin(void)
{
	pthread_mutex_lock(&lock);
	while (!begun)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

static void
release(void)
{
	pthread_mutex_lock(&lock);
	let_go = true;
	pthread_mutex_unlock(&lock);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static void
setup(void)
{
	fixture_open(&w);
	jobs_load(w.core->jobs);
	begun = let_go = stopped = false;
	end_as = JOB_DONE;
	bytes = 64;
}

static void
teardown(void)
{
	world_free(&w);
}

static struct actor *
person(const char *user)
{
	struct actor	*a = user != NULL ? actor_new(user, "某人", "here", 1) :
	    actor_local(0, "local");

	ck_assert_ptr_nonnull(a);
	return a;
}

/* A job of the kind above; its id. */
static uint64_t
ask_job(const char *user, enum job_asked expected, int64_t arg)
{
	struct actor	*a = person(user);
	struct val	*args = val_map();
	uint64_t	 id = 0;

	ck_assert(val_put(args, "arg", val_int(arg)));
	ck_assert_int_eq(job_ask(w.core->jobs, &waiting_kind, args, a, &id), expected);
	if (expected == JOB_ASKED)
		job_release(w.core->jobs, id, true);
	val_free(args);
	actor_unref(a);
	return id;
}

static bool
look(const char *user, uint64_t id, struct job_view *out)
{
	struct actor	*a = person(user);
	const bool	 found = job_find(w.core->jobs, a, id, out);

	actor_unref(a);
	return found;
}

static struct job_view
await_end(uint64_t id)
{
	struct job_view	 v;

	do {
		usleep(1000);
		ck_assert(look(NULL, id, &v));
	} while (v.ended == 0);
	return v;
}

static bool
cancel(const char *user, uint64_t id)
{
	struct actor	*a = person(user);
	const bool	 yes = job_cancel(w.core->jobs, a, id);

	actor_unref(a);
	return yes;
}

static const char *
in_home(const char *name)
{
	static char	 path[600];

	snprintf(path, sizeof path, "%s/%s", w.home, name);
	return path;
}

static bool
has_mode(const char *name, mode_t mode)
{
	struct stat	 st;

	return lstat(in_home(name), &st) == 0 && (st.st_mode & 07777) == mode;
}

static int
files_in(const char *name)
{
	DIR	*d = opendir(in_home(name));
	int	 n = 0;

	while (d != NULL && readdir(d) != NULL)
		n++;
	if (d != NULL)
		closedir(d);
	return n - 2;
}

/* How many entries of the trail have this act, and of the newest the state it tells. */
static int
entries(const char *act, const char **state)
{
	static char	 text[32];
	struct val	*r = ask(&w, NULL, "{'op':'trail','limit':100}");
	int		 n = 0;

	for (size_t i = 0; i < val_len(val_get(r, "entries")); i++) {
		const struct val	*e = val_at(val_get(r, "entries"), i);
		const char		*s = val_get_str(val_get(e, "detail"), "state");

		if (strcmp(val_get_str(e, "act"), act) != 0)
			continue;
		if (n++ == 0 && state != NULL) {
			snprintf(text, sizeof text, "%s", s != NULL ? s : "");
			*state = text;
		}
	}
	val_free(r);
	return n;
}

/* ---- states ---------------------------------------------------------------------------------- */

START_TEST(one_runs_and_is_done)
{
	struct job_view	 v;
	const uint64_t	 id = ask_job("anna", JOB_ASKED, 1);
	const char	*state = "";

	await_begin();
	do
		ck_assert(look("anna", id, &v));
	while (v.progress.total == 0);
	ck_assert_int_eq(v.state, JOB_RUNNING);
	ck_assert_str_eq(v.progress.step, "turns");
	ck_assert_uint_eq(v.progress.done, 5);
	ck_assert_str_eq(v.file, "");
	ck_assert(has_mode("outbox/anna/.wait-1.part", 0600));
	release();
	v = await_end(id);
	ck_assert_int_eq(v.state, JOB_DONE);
	ck_assert_int_eq(v.status, EX_OK);
	ck_assert_str_eq(v.say, "said");
	ck_assert_str_eq(v.file, "wait-1.txt");
	ck_assert_uint_eq(v.size, 64);
	ck_assert(has_mode("outbox", 0700) && has_mode("outbox/anna", 0700) &&
	    has_mode("outbox/anna/wait-1.txt", 0600) &&
	    has_mode("outbox/anna/job-1", 0600));
	ck_assert_int_eq(files_in("outbox/anna"), 2);
	fixture_close(&w);			/* its end is told when this returns */
	fixture_reopen(&w);
	ck_assert_int_eq(entries("job-end", &state), 1);
	ck_assert_str_eq(state, "done");
}
END_TEST

START_TEST(one_that_fails_leaves_no_result)
{
	struct job_view	 v;
	uint64_t	 id;

	end_as = JOB_FAILED;
	release();
	v = await_end(id = ask_job("anna", JOB_ASKED, 1));
	ck_assert_int_eq(v.state, JOB_FAILED);
	ck_assert_int_eq(v.status, EX_SOFTWARE);
	ck_assert_str_eq(v.file, "");
	ck_assert_int_eq(files_in("outbox/anna"), 1);
}
END_TEST

START_TEST(a_result_that_cannot_be_written_is_told)
{
	struct job_view	 v;
	uint64_t	 id;
	char		 cmd[700];

	/* a file where her folder would be */
	snprintf(cmd, sizeof cmd, "cd '%s' && mkdir outbox && : >outbox/anna", w.home);
	ck_assert_int_eq(system(cmd), 0);
	release();
	v = await_end(id = ask_job("anna", JOB_ASKED, 1));
	ck_assert_int_eq(v.state, JOB_FAILED);
	ck_assert_int_eq(v.status, EX_IOERR);
	ck_assert_ptr_nonnull(strstr(v.say, "could not be written"));
}
END_TEST

START_TEST(one_that_runs_is_cancelled)
{
	const uint64_t	 id = ask_job("anna", JOB_ASKED, 1);
	struct job_view	 v;

	await_begin();
	ck_assert(!cancel("berta", id));
	ck_assert(cancel("anna", id));
	v = await_end(id);
	ck_assert(stopped);
	ck_assert_int_eq(v.state, JOB_CANCELLED);
	ck_assert_int_eq(files_in("outbox/anna"), 1);
	ck_assert(!cancel("anna", id));
}
END_TEST

START_TEST(one_that_waits_is_cancelled_at_once)
{
	const uint64_t	 first = ask_job("anna", JOB_ASKED, 1);
	uint64_t	 second;
	struct job_view	 v;

	await_begin();
	second = ask_job("berta", JOB_ASKED, 1);
	ck_assert(look("berta", second, &v) && v.state == JOB_WAITING);
	ck_assert(cancel(NULL, second));			/* the local administrator may */
	ck_assert(look("berta", second, &v) && v.state == JOB_CANCELLED);
	ck_assert(look("anna", first, &v) && v.state == JOB_RUNNING);
	release();
	ck_assert_int_eq(await_end(first).state, JOB_DONE);
}
END_TEST

START_TEST(they_run_one_after_the_other)
{
	const uint64_t	 first = ask_job("anna", JOB_ASKED, 1),
	    second = ask_job("berta", JOB_ASKED, 1);
	struct job_view	 v;

	await_begin();
	ck_assert(look(NULL, second, &v) && v.state == JOB_WAITING && v.begun == 0);
	release();
	ck_assert_int_eq(await_end(second).state, JOB_DONE);
	ck_assert(look(NULL, first, &v) && v.state == JOB_DONE);
}
END_TEST

/* ---- whose it is, and how many --------------------------------------------------------------- */

START_TEST(only_the_owner_and_the_administrator_see_it)
{
	const uint64_t	 id = ask_job("anna", JOB_ASKED, 1), local = ask_job(NULL, JOB_ASKED, 2);
	struct job_view	 v[4];
	struct actor	*anna = person("anna"), *namesake = person("local"), *admin = person(NULL);
	struct buf	 b = BUF_INIT;

	release();
	await_end(id);
	await_end(local);
	ck_assert(look("anna", id, v) && !look("berta", id, v) && look(NULL, id, v));
	/* an account of that name is somebody else */
	ck_assert(!look("anna", local, v) && !look("local", local, v));
	ck_assert_uint_eq(job_list(w.core->jobs, anna, v, 4), 1);
	ck_assert_uint_eq(job_list(w.core->jobs, namesake, v, 4), 0);
	ck_assert_uint_eq(job_list(w.core->jobs, admin, v, 4), 2);
	ck_assert_uint_eq(v[0].id, local);			/* the newest first */
	ck_assert(!job_read(w.core->jobs, namesake, id, 0, &b));
	ck_assert(job_read(w.core->jobs, anna, id, 0, &b) && b.n == 64);
	buf_free(&b);
	actor_unref(anna);
	actor_unref(namesake);
	actor_unref(admin);
}
END_TEST

START_TEST(the_same_one_is_joined)
{
	const uint64_t	 id = ask_job("anna", JOB_ASKED, 1);

	await_begin();
	ck_assert_uint_eq(ask_job("anna", JOB_JOINED, 1), id);
	ck_assert_uint_eq(ask_job(NULL, JOB_JOINED, 1), id);	/* an actor who sees all of them */
	ck_assert_uint_ne(ask_job("anna", JOB_ASKED, 2), id);		/* other arguments */
	/* anna's is not hers to see */
	ck_assert_uint_ne(ask_job("berta", JOB_ASKED, 1), id);
	release();
	await_end(id);
	ck_assert_uint_gt(ask_job("anna", JOB_ASKED, 1), id);
}
END_TEST

START_TEST(nobody_has_too_many)
{
	for (int i = 0; i < JOBS_EACH; i++)
		ask_job("anna", JOB_ASKED, i);
	ask_job("anna", JOB_TOO_MANY, JOBS_EACH);
	for (int i = JOBS_EACH; i < JOBS_ALL; i++) {
		char	 name[20];

		snprintf(name, sizeof name, "p%d", i / JOBS_EACH);
		ask_job(name, JOB_ASKED, i);
	}
	ask_job("zoe", JOB_FULL, 0);
}
END_TEST

START_TEST(old_ones_go_with_their_files)
{
	uint64_t	 id = 0;
	struct job_view	 v;

	release();
	for (int i = 0; i < JOBS_KEPT + 3; i++)
		await_end(id = ask_job("anna", JOB_ASKED, i));
	await_end(ask_job("berta", JOB_ASKED, 0));	/* anna's last one is through */
	ck_assert_uint_eq(id, JOBS_KEPT + 3);
	ck_assert(!look("anna", 3, &v) && look("anna", 4, &v));
	ck_assert_int_eq(files_in("outbox/anna"), 2 * JOBS_KEPT);
}
END_TEST

START_TEST(no_name_leads_out_of_the_outbox)
{
	release();
	await_end(ask_job("../../x", JOB_ASKED, 1));
	await_end(ask_job("..", JOB_ASKED, 1));
	ck_assert_int_eq(files_in("outbox"), 2);
	ck_assert_int_eq(files_in("outbox/%2E.%2F..%2Fx"), 2);
	ck_assert_int_eq(files_in("outbox/%2E."), 2);
}
END_TEST

START_TEST(a_result_is_read_in_pieces)
{
	struct actor	*a = person("anna");
	struct buf	 b = BUF_INIT;
	uint64_t	 id;

	bytes = 2 * JOB_PIECE + 64;
	release();
	ck_assert_uint_eq(await_end(id = ask_job("anna", JOB_ASKED, 1)).size, bytes);
	for (size_t at = 0; at < bytes; at = b.n)
		ck_assert(job_read(w.core->jobs, a, id, at, &b) && b.n > at &&
		    b.n - at <= JOB_PIECE);
	ck_assert_uint_eq(b.n, bytes);
	for (size_t i = 0; i < bytes / 64; i++)
		ck_assert_uint_eq(strtoul(b.p + i * 64, NULL, 10), i);
	ck_assert(job_read(w.core->jobs, a, id, bytes, &b) && b.n == bytes);
	buf_free(&b);
	actor_unref(a);
}
END_TEST

/* ---- the server stops ------------------------------------------------------------------------ */

START_TEST(what_runs_and_waits_is_interrupted)
{
	const uint64_t	 first = ask_job("anna", JOB_ASKED, 1),
	    second = ask_job("berta", JOB_ASKED, 1);
	struct job_view	 v;
	const char	*state = "";

	await_begin();
	fixture_close(&w);
	ck_assert(stopped);
	fixture_reopen(&w);
	ck_assert_int_eq(entries("job-end", &state), 2);
	ck_assert_str_eq(state, "interrupted");
	jobs_load(w.core->jobs);
	ck_assert(look("anna", first, &v) && v.state == JOB_INTERRUPTED && v.begun != 0 &&
	    v.ended != 0);
	ck_assert(look("berta", second, &v) && v.state == JOB_INTERRUPTED && v.begun == 0);
	ck_assert_ptr_nonnull(strstr(v.say, "Start it again"));
	ck_assert_int_eq(files_in("outbox/anna"), 1);
	ck_assert_int_eq(entries("job-end", NULL), 2);		/* they are told once */
	ck_assert_uint_eq(ask_job("anna", JOB_ASKED, 1), second + 1);
}
END_TEST

/* A process that was killed could tell nobody: its files are as they were while it ran. */
START_TEST(a_killed_server_is_told_by_the_next)
{
	static const char	 files[] =
	    "cd '%s' && mkdir -p -m 700 outbox/anna && printf 'kind wait\\nowner anna\\nlocal "
	    "0\\nstate %s\\nasked 1773280800\\n"
	    "begun 1773280801\\nended 0\\nstatus 0\\nfile \\nsize 0\\nsay \\n' >outbox/anna/job-7 "
	    "&& : >outbox/anna/.wait-7.part && "
	    "printf 'state nonsense\\n' >outbox/anna/job-8 && cp outbox/anna/job-7 outbox/job-9 && "
	    "mkdir outbox/berta && "
	    "cp outbox/anna/job-7 outbox/berta/job-10";
	char			 cmd[1000];
	struct job_view		 v;
	const char		*state = "";

	fixture_close(&w);
	snprintf(cmd, sizeof cmd, files, w.home, _i == 0 ? "running" : "waiting");
	ck_assert_int_eq(system(cmd), 0);
	fixture_reopen(&w);
	jobs_load(w.core->jobs);
	ck_assert(look("anna", 7, &v) && v.state == JOB_INTERRUPTED && v.asked == 1773280800);
	ck_assert(!look(NULL, 8, &v) && !look(NULL, 9, &v) && !look(NULL, 10, &v));
	ck_assert_int_eq(files_in("outbox/anna"), 2);
	ck_assert_int_eq(entries("job-end", &state), 1);
	ck_assert_str_eq(state, "interrupted");
	ck_assert_uint_eq(ask_job("anna", JOB_ASKED, 1), 8);
}
END_TEST

START_TEST(a_result_is_there_after_a_new_start)
{
	struct actor	*a = person("anna");
	struct buf	 b = BUF_INIT;
	struct job_view	 before, v;

	release();
	before = await_end(ask_job("anna", JOB_ASKED, 1));
	fixture_close(&w);
	fixture_reopen(&w);
	jobs_load(w.core->jobs);
	ck_assert(look("anna", 1, &v));
	ck_assert_int_eq(v.state, JOB_DONE);
	ck_assert_str_eq(v.say, before.say);
	ck_assert_str_eq(v.file, before.file);
	ck_assert_uint_eq(v.size, before.size);
	ck_assert_int_eq(v.ended, before.ended);
	ck_assert(!look("berta", 1, &v));
	ck_assert(job_read(w.core->jobs, a, 1, 0, &b) && b.n == 64);
	buf_free(&b);
	actor_unref(a);
}
END_TEST

/* ---- as it is asked for ---------------------------------------------------------------------- */

static struct val *
op_await(const char *user, int64_t id)
{
	struct val	*r = NULL;

	do {
		val_free(r);
		usleep(1000);
		r = ask(&w, user, "{'op':'job','id':%" PRId64 "}", id);
		ck_assert(val_get_true(r, "ok"));
	} while (val_get(val_get(r, "job"), "ended") == NULL);
	return r;
}

START_TEST(verify_is_asked_for_and_read)
{
	struct val	*r = ask(&w, "aud", "{'op':'job-start','kind':'verify'}"), *job;
	const int64_t	 id = val_get_num(val_get(r, "job"), "id", 0);
	const char	*text;
	size_t		 n;

	ck_assert(val_get_true(r, "ok") && val_get(r, "joined") == NULL);
	ck_assert_str_eq(val_get_str(val_get(r, "job"), "user"), "aud");
	val_free(r);
	r = op_await("aud", id);
	job = val_get(r, "job");
	ck_assert_str_eq(val_get_str(job, "state"), "done");
	ck_assert_int_eq(val_get_num(job, "status", -1), EX_OK);
	ck_assert_str_eq(val_get_str(job, "say"), "All agrees.");
	ck_assert_int_gt(val_get_num(job, "total", 0), 0);
	ck_assert_int_eq(val_get_num(job, "done", 0), val_get_num(job, "total", 0));
	val_free(r);
	r = ask(&w, "aud", "{'op':'job-result','id':%" PRId64 "}", id);
	text = val_mem(val_get(r, "data"), &n);
	ck_assert_ptr_nonnull(memmem(text, n, "the chain is whole", 18));
	ck_assert_ptr_nonnull(memmem(text, n, "all agrees\n", 11));
	ck_assert_int_eq(val_get_num(r, "size", 0), (int64_t)n);
	ck_assert(!val_get_true(r, "more"));
	val_free(r);
	r = ask(&w, "aud", "{'op':'jobs'}");
	ck_assert_uint_eq(val_len(val_get(r, "jobs")), 1);
	val_free(r);
	ck_assert_int_eq(entries("job-start", NULL), 1);
}
END_TEST

START_TEST(rights_are_asked)
{
	static const char *const	 others[] =
	    { "dir-a1", "sup-a", "off", "agency", "leader", "partner" };
	struct val			*r;
	int64_t				 id;

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		ck_assert_str_eq(reply_error_code(ask(&w, others[i],
		    "{'op':'job-start','kind':'verify'}")), "denied");
	ck_assert_int_eq(entries("job-start", NULL), 0);
	id = val_get_num(val_get(r = ask(&w, "aud", "{'op':'job-start','kind':'verify'}"), "job"),
	    "id", 0);
	val_free(r);
	val_free(op_await("aud", id));
	ck_assert_str_eq(reply_error_code(ask(&w, "off", "{'op':'job','id':%" PRId64 "}", id)),
	    "missing");
	ck_assert_str_eq(reply_error_code(ask(&w, "off", "{'op':'job-cancel','id':%" PRId64 "}",
	    id)), "missing");
	ck_assert_str_eq(reply_error_code(ask(&w, "off", "{'op':'job-result','id':%" PRId64 "}",
	    id)), "missing");
	ck_assert_str_eq(reply_error_code(ask(&w, "aud", "{'op':'job-cancel','id':%" PRId64 "}",
	    id)), "conflict");
	ck_assert_str_eq(reply_error_code(ask(&w, "aud", "{'op':'job-start','kind':'nonsense'}")),
	    "bad-request");
	ck_assert_str_eq(reply_error_code(ask(&w, NULL, "{'op':'job','id':%" PRId64 "}", id)), "");
	ck_assert_ptr_null(call_undeclared());
}
END_TEST

/* While another one runs it waits, so there is something to cancel and to be told busy about. */
START_TEST(it_is_cancelled_and_refused_in_words)
{
	const uint64_t	 first = ask_job("anna", JOB_ASKED, 1);
	struct val	*r;
	int64_t		 id;

	await_begin();
	id = val_get_num(val_get(r = ask(&w, "aud", "{'op':'job-start','kind':'verify'}"), "job"),
	    "id", 0);
	ck_assert_str_eq(val_get_str(val_get(r, "job"), "state"), "waiting");
	val_free(r);
	r = ask(&w, "aud", "{'op':'job-start','kind':'verify'}");
	ck_assert(val_get_true(r, "joined") && val_get_num(val_get(r, "job"), "id", 0) == id);
	val_free(r);
	for (int i = 1; i < JOBS_EACH; i++)
		val_free(ask(&w, "aud", "{'op':'job-start','kind':'verify','args':{'n':%d}}", i));
	r = ask(&w, "aud", "{'op':'job-start','kind':'verify','args':{'n':99}}");
	ck_assert_str_eq(val_get_str(r, "error"), "busy");
	ck_assert_str_eq(val_str(val_at(val_get(r, "args"), 0)), "4");
	val_free(r);
	r = ask(&w, "aud", "{'op':'job-cancel','id':%" PRId64 "}", id);
	ck_assert_str_eq(val_get_str(val_get(r, "job"), "state"), "cancelled");
	val_free(r);
	ck_assert_str_eq(reply_error_code(ask(&w, "aud", "{'op':'job-result','id':%" PRId64 "}",
	    id)), "missing");
	ck_assert_int_eq(entries("job-cancel", NULL), 1);
	release();
	await_end(first);
}
END_TEST

static Suite *
jobs_suite(void)
{
	Suite	*s = suite_create("core/maint/job");
	TCase	*tc = tcase_create("jobs");

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, one_runs_and_is_done);
	tcase_add_test(tc, one_that_fails_leaves_no_result);
	tcase_add_test(tc, a_result_that_cannot_be_written_is_told);
	tcase_add_test(tc, one_that_runs_is_cancelled);
	tcase_add_test(tc, one_that_waits_is_cancelled_at_once);
	tcase_add_test(tc, they_run_one_after_the_other);
	tcase_add_test(tc, only_the_owner_and_the_administrator_see_it);
	tcase_add_test(tc, the_same_one_is_joined);
	tcase_add_test(tc, nobody_has_too_many);
	tcase_add_test(tc, old_ones_go_with_their_files);
	tcase_add_test(tc, no_name_leads_out_of_the_outbox);
	tcase_add_test(tc, a_result_is_read_in_pieces);
	tcase_add_test(tc, what_runs_and_waits_is_interrupted);
	tcase_add_loop_test(tc, a_killed_server_is_told_by_the_next, 0, 2);
	tcase_add_test(tc, a_result_is_there_after_a_new_start);
	tcase_add_test(tc, verify_is_asked_for_and_read);
	tcase_add_test(tc, rights_are_asked);
	tcase_add_test(tc, it_is_cancelled_and_refused_in_words);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(jobs_suite)
