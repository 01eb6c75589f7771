/*
 * The root helper, spoken to through core/auth as the daemon does. Under it are the real libpam
 * with services of our own and accounts made up by nss_wrapper, so that nothing of the machine's is
 * touched and no root is needed. auth_start() runs this program again with "authd" before the
 * helper's own arguments.
 *
 * pam_wrapper, which is meant for this, gives each process that forks one of 62 directories under
 * /tmp, and with thirty children at work they collide; pam_start_confdir() does what we need of it.
 * Its modules are used.
 *
 *	test_authd ask SERVICE account|reauth UID < password
 *		asks the machine's own PAM and prints the verdict, for tests/ssh/t_authd.sh
 */
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include <security/pam_appl.h>

#include "core/serve/auth.h"
#include "tests/harness.h"

int	authd_main(int, char *[]);

enum {
	ZHANG = 70001, LI = 70002,	/* accounts in our passwd */
	NOBODY = 79999,			/* not one */
	FLOOD = 80000,			/* nor are these and the following, which matters to
					   nobody */
	JOBS_MAX = 32, JOBS_PER_UID = 4,	/* as in authd.c */
	PAD = 2000,			/* its pad unless -t says otherwise */
};

static char	dir[256];		/* services, accounts, the lock that stalls */
static char	self[4096];		/* this program */
static char	authd[4096];		/* the helper as it is installed */

/* ---- in the helper, as long as it is this program -------------------------------------------- */

/* Speaks as a module would; NULL, or what the conversation got wrong. */
static const char *
conversation_fault(const struct pam_conv *c, const char *secret)
{
	const struct pam_message	 info = { PAM_TEXT_INFO, "守" },
	    bad = { PAM_ERROR_MSG, "望" };
	const struct pam_message	 hidden = { PAM_PROMPT_ECHO_OFF, "?" },
	    shown = { PAM_PROMPT_ECHO_ON, "?" };
	const struct pam_message	*m[PAM_MAX_NUM_MSG + 1] = { &info, &bad, &hidden },
	    *one = &hidden, *two = &shown;
	struct pam_response		*r = NULL;

	for (int i = 3; i <= PAM_MAX_NUM_MSG; i++)
		m[i] = &info;
	if (c->conv(0, m, &r, c->appdata_ptr) == PAM_SUCCESS ||
	    c->conv(-1, m, &r, c->appdata_ptr) == PAM_SUCCESS ||
	    c->conv(PAM_MAX_NUM_MSG + 1, m, &r, c->appdata_ptr) == PAM_SUCCESS || r != NULL)
		return "a number of messages that cannot be";
	if (c->conv(2, m, NULL, c->appdata_ptr) != PAM_SUCCESS)
		return "messages without room for responses";
	if (c->conv(1, &two, &r, c->appdata_ptr) == PAM_SUCCESS || r != NULL)
		return "a question with echo";
	if (c->conv(1, &one, NULL, c->appdata_ptr) == PAM_SUCCESS)
		return "a question without room for the answer";
	if ((c->conv(PAM_MAX_NUM_MSG, m, &r, c->appdata_ptr) == PAM_SUCCESS) != (*secret != '\0'))
		return "the question among messages";
	if (*secret != '\0' && (r[0].resp != NULL || r[3].resp != NULL ||
	    strcmp(r[2].resp, secret) != 0))
		return "the answer";
	if (c->conv(1, &one, &r, c->appdata_ptr) == PAM_SUCCESS)
		return "a second question";
	return NULL;
}

/* Services come from a directory of ours; one of them is played here. */
int
pam_start(const char *service, const char *user, const struct pam_conv *conv, pam_handle_t **pam)
{
	const char	*fault;

	if (strcmp(service, "conversation") == 0) {
		if ((fault = conversation_fault(conv, getenv("TEST_SECRET"))) != NULL) {
			fprintf(stderr, "conversation: %s\n", fault);
			return PAM_SYSTEM_ERR;
		}
		service = "permit";
	}
	return pam_start_confdir(service, user, conv, getenv("TEST_PAM"), pam);
}

/* ---- the world under it ---------------------------------------------------------------------- */

static const struct {
	const char	*name, *auth, *account;
} services[] = {
	{ "shouwang",	"@M/pam_matrix.so passdb=@P",		"@M/pam_matrix.so passdb=@P" },
	{ "noisy",	"@M/pam_chatty.so num_lines=8 error info",	"@M/pam_matrix.so passdb=@P verbose" },
	{ "echo",	"@M/pam_matrix.so passdb=@P echo",	"pam_permit.so" },
	{ "twice",	"@M/pam_matrix.so passdb=@P\nauth required @M/pam_matrix.so passdb=@P",
	  "pam_permit.so" },
	{ "permit",	"pam_permit.so",				"pam_permit.so" },
	{ "mapped",	"@M/pam_set_items.so\nauth required pam_permit.so", "pam_permit.so" },
	{ "expired",	"pam_permit.so",				"pam_debug.so acct=acct_expired" },
	{ "pw-expired",	"pam_permit.so",				"pam_debug.so acct=authtok_expired" },
	{ "change",	"pam_permit.so",				"pam_debug.so acct=new_authtok_reqd" },
	{ "acct-deny",	"pam_permit.so",				"pam_debug.so acct=perm_denied" },
	{ "auth-deny",	"pam_debug.so auth=maxtries",			"pam_permit.so" },
	{ "deny-late",	"pam_debug.so auth=auth_err",			"pam_debug.so acct=acct_expired" },
	{ "away",	"pam_debug.so auth=authinfo_unavail",		"pam_debug.so acct=authinfo_unavail" },
	{ "missing",	"@D/pam_missing.so",				"@D/pam_missing.so" },
	{ "stall",	"pam_permit.so",	"pam_exec.so quiet /usr/bin/flock -s @D/lock true" },
	{ "other",	"pam_deny.so",					"pam_deny.so" },
};

/* @M pam_wrapper's modules, @D our directory, @P the service's own passwords in it */
static void
put_line(FILE *f, const char *kind, const char *text, const char *modules, const char *service)
{
	fprintf(f, "%s required ", kind);
	for (; *text != '\0'; text++) {
		if (*text != '@') {
			fputc(*text, f);
			continue;
		}
		switch (*++text) {
		case 'M':
			fputs(modules, f);
			break;
		case 'D':
			fputs(dir, f);
			break;
		case 'P':
			fprintf(f, "%s/passdb-%s", dir, service);
			break;
		}
	}
	fputc('\n', f);
}

static FILE *
create(const char *name)
{
	char	 path[512];
	FILE	*f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if ((f = fopen(path, "w")) == NULL) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	return f;
}

static void
write_services(const char *modules)
{
	char	 name[64];
	FILE	*f;

	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		snprintf(name, sizeof(name), "pam/%s", services[i].name);
		f = create(name);
		put_line(f, "auth", services[i].auth, modules, services[i].name);
		put_line(f, "account", services[i].account, modules, services[i].name);
		fclose(f);
		snprintf(name, sizeof(name), "passdb-%s", services[i].name);
		f = create(name);
		fprintf(f, "zhang:守望-right:%s\nli:right:elsewhere\n", services[i].name);
		fclose(f);
	}
}

static void
write_accounts(void)
{
	FILE	*f;

	f = create("passwd");
	fprintf(f, "zhang:x:%d:%d::/:/bin/sh\nli:x:%d:%d::/:/bin/sh\n", ZHANG, ZHANG, LI, ZHANG);
	fclose(f);
	f = create("group");
	fprintf(f, "staff:x:%d:\n", ZHANG);
	fclose(f);
	f = create("lock");
	fclose(f);
}

static void
world_make(void)
{
	glob_t	 g;
	char	 sub[512];

	snprintf(dir, sizeof(dir), "%.200s/authd.XXXXXX", getenv("TMPDIR") != NULL ?
	    getenv("TMPDIR") : "/tmp");
	if (mkdtemp(dir) == NULL || glob("/usr/lib/*/pam_wrapper", 0, NULL, &g) != 0) {
		perror("a place for the tests, and pam_wrapper's modules");
		exit(EXIT_FAILURE);
	}
	snprintf(sub, sizeof(sub), "%s/pam", dir);
	mkdir(sub, 0755);
	write_services(g.gl_pathv[0]);
	write_accounts();
	globfree(&g);
}

static void
world_remove(void)
{
	char	 command[512];

	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	if (system(command) != 0)
		perror(dir);
}

/* ---- speaking to it -------------------------------------------------------------------------- */

/* Starts the helper for a service in this world; `more` is one more variable of its environment. */
static struct auth *
start(const char *service, const char *pad, const char *more)
{
	static char	 pam[512], pw[512], gr[512];
	const char	*argv[] = {
		"/usr/bin/env", "LD_PRELOAD=libnss_wrapper.so", pw, gr, pam, more != NULL ? more :
		    "X=",
		/*
		 * the sanitizers want to be loaded first, and no deep binding; no tracing means no
		 * leak check
		 */
		"ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0",
		    "UBSAN_OPTIONS=print_stacktrace=1",
		"NSS_WRAPPER_DISABLE_DEEPBIND=1", self, "authd", "-s", service, "-t", pad, NULL
	};
	const char	*why = NULL;
	struct auth	*a;

	snprintf(pam, sizeof(pam), "TEST_PAM=%s/pam", dir);
	snprintf(pw, sizeof(pw), "NSS_WRAPPER_PASSWD=%s/passwd", dir);
	snprintf(gr, sizeof(gr), "NSS_WRAPPER_GROUP=%s/group", dir);
	a = auth_start(argv, &why);
	ck_assert_msg(a != NULL, "%s", why);
	return a;
}

static int64_t
now_ms(void)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

struct answer {
	int	 verdict;	/* 0: none yet */
	int64_t	 came;
};

static void
keep(void *arg, enum auth_verdict v)
{
	struct answer	*r = arg;

	ck_assert_int_eq(r->verdict, 0);
	r->verdict = v;
	r->came = now_ms();
}

static void
ask(struct auth *a, enum auth_op op, uid_t uid, const char *secret, struct answer *r)
{
	*r = (struct answer){ 0, 0 };
	ck_assert_int_eq(auth_request(a, op, uid, secret, strlen(secret), keep, r), AUTH_SENT);
}

static void
await(struct auth *a, struct answer *r)
{
	struct pollfd	 pfd = { .fd = auth_fd(a), .events = POLLIN };

	while (r->verdict == 0) {
		ck_assert(poll(&pfd, 1, -1) == 1 || errno == EINTR);
		ck_assert_msg(auth_readable(a), "%s", auth_why(a));
	}
}

/* ---- verdicts -------------------------------------------------------------------------------- */

static const char	longest[AUTH_SECRET_MAX + 1] = { [0 ... AUTH_SECRET_MAX - 1] = 'x' };

static const struct {
	const char	*service;
	enum auth_op	 op;
	uid_t		 uid;
	const char	*secret;
	const char	*more;
	enum auth_verdict verdict;
} cases[] = {
	{ "shouwang",	AUTH_REAUTH,	ZHANG,	"守望-right",	NULL,	AUTH_OK },
	{ "shouwang",	AUTH_REAUTH,	ZHANG,	"守望-righ",	NULL,	AUTH_DENIED },
	{ "shouwang",	AUTH_REAUTH,	ZHANG,	"守望-rightt",	NULL,	AUTH_DENIED },
	{ "shouwang",	AUTH_REAUTH,	ZHANG,	"",		NULL,	AUTH_DENIED },
	{ "shouwang",	AUTH_REAUTH,	ZHANG,	longest,	NULL,	AUTH_DENIED },
	{ "permit",	AUTH_REAUTH,	ZHANG,	longest,	NULL,	AUTH_OK },
	{ "shouwang",	AUTH_REAUTH,	LI,	"守望-right",	NULL,	AUTH_DENIED },
	{ "shouwang",	AUTH_REAUTH,	LI,	"right",	NULL,	AUTH_DENIED },
	{ "shouwang",	AUTH_REAUTH,	NOBODY,	"守望-right",	NULL,	AUTH_DENIED },
	{ "shouwang",	AUTH_ACCOUNT,	ZHANG,	"",		NULL,	AUTH_OK },
	{ "shouwang",	AUTH_ACCOUNT,	NOBODY,	"",		NULL,	AUTH_DENIED },
	/* what the account part says, with the right password and without one */
	{ "expired",	AUTH_REAUTH,	ZHANG,	"x",		NULL,	AUTH_EXPIRED },
	{ "expired",	AUTH_ACCOUNT,	ZHANG,	"",		NULL,	AUTH_EXPIRED },
	{ "pw-expired",	AUTH_ACCOUNT,	ZHANG,	"",		NULL,	AUTH_EXPIRED },
	{ "change",	AUTH_REAUTH,	ZHANG,	"x",		NULL,	AUTH_MUST_CHANGE },
	{ "change",	AUTH_ACCOUNT,	ZHANG,	"",		NULL,	AUTH_MUST_CHANGE },
	{ "acct-deny",	AUTH_ACCOUNT,	ZHANG,	"",		NULL,	AUTH_DENIED },
	{ "auth-deny",	AUTH_ACCOUNT,	ZHANG,	"",		NULL,	AUTH_OK },
	{ "auth-deny",	AUTH_REAUTH,	ZHANG,	"x",		NULL,	AUTH_DENIED },
	/*
	 * a wrong password does not learn that the account has expired, nor a stranger that it is
	 * none
	 */
	{ "deny-late",	AUTH_REAUTH,	ZHANG,	"x",		NULL,	AUTH_DENIED },
	{ "expired",	AUTH_REAUTH,	NOBODY,	"x",		NULL,	AUTH_DENIED },
	/*
	 * a stack that lets everybody in does not let in who is not there, or is turned into
	 * another
	 */
	{ "permit",	AUTH_REAUTH,	ZHANG,	"x",		NULL,	AUTH_OK },
	{ "permit",	AUTH_REAUTH,	NOBODY,	"x",		NULL,	AUTH_DENIED },
	{ "permit",	AUTH_ACCOUNT,	NOBODY,	"",		NULL,	AUTH_DENIED },
	{ "mapped",	AUTH_REAUTH,	ZHANG,	"x", "PAM_USER=zhang",	AUTH_OK },
	{ "mapped",	AUTH_REAUTH,	ZHANG,	"x", "PAM_USER=li",	AUTH_DENIED },
	/* the conversation: messages pass, one hidden question is answered, anything else is not */
	{ "conversation", AUTH_REAUTH,	ZHANG,	"守1", "TEST_SECRET=守1", AUTH_OK },
	{ "conversation", AUTH_ACCOUNT,	ZHANG,	"", "TEST_SECRET=",	AUTH_OK },
	{ "noisy",	AUTH_REAUTH,	ZHANG,	"x",		NULL,	AUTH_OK },
	{ "noisy",	AUTH_REAUTH,	LI,	"x",		NULL,	AUTH_DENIED },
	{ "echo",	AUTH_REAUTH,	ZHANG,	"守望-right",	NULL,	AUTH_ERROR },
	{ "twice",	AUTH_REAUTH,	ZHANG,	"守望-right",	NULL,	AUTH_ERROR },
	/* PAM that cannot judge */
	{ "away",	AUTH_REAUTH,	ZHANG,	"x",		NULL,	AUTH_ERROR },
	{ "away",	AUTH_ACCOUNT,	ZHANG,	"",		NULL,	AUTH_ERROR },
	{ "missing",	AUTH_ACCOUNT,	ZHANG,	"",		NULL,	AUTH_ERROR },
	{ "no-such",	AUTH_ACCOUNT,	ZHANG,	"",		NULL,	AUTH_DENIED },
};

enum { CASES = sizeof(cases) / sizeof(cases[0]) };

/* One authd each, all at work at once, so that the pad is waited for only once. */
START_TEST(verdicts)
{
	struct auth	*a[CASES];
	struct answer	 r[CASES];
	int64_t		 asked[CASES];

	for (int i = 0; i < CASES; i++) {
		a[i] = start(cases[i].service, "2000", cases[i].more);
		asked[i] = now_ms();
		ask(a[i], cases[i].op, cases[i].uid, cases[i].secret, &r[i]);
	}
	for (int i = 0; i < CASES; i++) {
		await(a[i], &r[i]);
		ck_assert_msg(r[i].verdict == (int)cases[i].verdict,
		    "case %d, service %s: verdict %d, not %d", i,
		    cases[i].service, r[i].verdict, cases[i].verdict);
		/* no failure before the pad: on a slow machine later, never earlier */
		ck_assert_msg(r[i].verdict == AUTH_OK || r[i].came - asked[i] >= PAD,
		    "case %d: answered after %d ms", i, (int)(r[i].came - asked[i]));
		auth_stop(a[i]);
	}
}
END_TEST

/* ---- many, and slow -------------------------------------------------------------------------- */

static int
stall(void)
{
	char	 path[512];
	int	 fd;

	snprintf(path, sizeof(path), "%s/lock", dir);
	ck_assert_int_ne(fd = open(path, O_RDONLY | O_CLOEXEC), -1);
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	return fd;
}

START_TEST(a_flood_is_turned_away_and_the_rest_served)
{
	struct auth	*a = start("stall", "60000", NULL);
	struct answer	 r[JOBS_MAX], over;
	const int	 lock = stall();

	for (int i = 0; i < JOBS_MAX; i++)
		ask(a, AUTH_ACCOUNT, i % 2 == 0 && i / 2 < JOBS_PER_UID ? ZHANG : FLOOD + i, "",
		    &r[i]);
	ask(a, AUTH_ACCOUNT, LI, "", &over);
	await(a, &over);
	ck_assert_int_eq(over.verdict, AUTH_BUSY);
	for (int i = 0; i < JOBS_MAX; i++)
		ck_assert_int_eq(r[i].verdict, 0);
	close(lock);
	for (int i = 0; i < JOBS_PER_UID; i++)
		await(a, &r[2 * i]);
	for (int i = 0; i < JOBS_PER_UID; i++)
		ck_assert_int_eq(r[2 * i].verdict, AUTH_OK);
	ask(a, AUTH_ACCOUNT, LI, "", &over);		/* there is room again */
	await(a, &over);
	ck_assert_int_eq(over.verdict, AUTH_OK);
	auth_stop(a);
}
END_TEST

START_TEST(one_account_does_not_take_all_places)
{
	struct auth	*a = start("stall", "60000", NULL);
	struct answer	 r[JOBS_PER_UID], over, li;
	const int	 lock = stall();

	for (int i = 0; i < JOBS_PER_UID; i++)
		ask(a, AUTH_ACCOUNT, ZHANG, "", &r[i]);
	ask(a, AUTH_ACCOUNT, ZHANG, "", &over);
	ask(a, AUTH_ACCOUNT, LI, "", &li);
	await(a, &over);
	ck_assert_int_eq(over.verdict, AUTH_BUSY);
	close(lock);
	await(a, &li);
	ck_assert_int_eq(li.verdict, AUTH_OK);
	for (int i = 0; i < JOBS_PER_UID; i++) {
		await(a, &r[i]);
		ck_assert_int_eq(r[i].verdict, AUTH_OK);
	}
	auth_stop(a);
}
END_TEST

START_TEST(a_module_that_hangs_is_cut_off)
{
	struct auth	*a = start("stall", "100", NULL);
	struct answer	 r;
	const int	 lock = stall();

	ask(a, AUTH_ACCOUNT, ZHANG, "", &r);
	await(a, &r);
	ck_assert_int_eq(r.verdict, AUTH_ERROR);
	close(lock);
	auth_stop(a);
}
END_TEST

/* Its children become ours when it dies, so that we can wait for all of them. */
START_TEST(when_the_daemon_goes_all_of_it_goes)
{
	struct auth	*a;
	struct answer	 r;
	int		 lock, status, exited = 0, gone = 0;

	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	a = start("stall", "60000", NULL);
	lock = stall();
	ask(a, AUTH_ACCOUNT, ZHANG, "", &r);
	ask(a, AUTH_ACCOUNT, ZHANG, "", &r);
	/* the fifth of an account is answered at once, and shows that the others are at work */
	for (int i = 2; i <= JOBS_PER_UID; i++)
		ask(a, AUTH_ACCOUNT, ZHANG, "", &r);
	await(a, &r);
	ck_assert_int_eq(r.verdict, AUTH_BUSY);
	auth_stop(a);
	/* While the modules would still wait. The kernel kills the children before the daemon can be waited for, so that
	   any of the five may come first; a child that only begins after the daemon's end sees that and ends itself. */
	for (int i = 0; i < 1 + JOBS_PER_UID; i++) {
		ck_assert_int_ne(wait(&status), -1);
		exited += WIFEXITED(status) && WEXITSTATUS(status) == EX_OK;
		gone += (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) ||
		    (WIFEXITED(status) && WEXITSTATUS(status) == EX_OSERR);
	}
	ck_assert_int_eq(exited, 1);
	ck_assert_int_eq(gone, JOBS_PER_UID);
	close(lock);
	while (wait(NULL) != -1)
		;
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

/* ---- raw frames ------------------------------------------------------------------------------ */

/* AUTH_REAUTH of ZHANG with "secret", id 0x05060708. */
static const uint8_t	valid[AUTH_REQUEST_SIZE] = "\1\2\0\6\5\6\7\10\0\1\x11\x71secret";

struct raw {
	int	fd;
	pid_t	pid;
};

static struct raw
raw_start(void)
{
	char		*argv[] = { (char *)"authd", (char *)"-t", (char *)"1", (char *)"-s",
	    (char *)"none", NULL };
	uint8_t		 hello[16];
	struct raw	 x;
	int		 sv[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv), 0);
	if ((x.pid = fork()) == 0) {
		dup2(sv[1], AUTH_FILENO);
		dup2(open("/dev/null", O_WRONLY), 2);
		exit(authd_main(5, argv));
	}
	close(sv[1]);
	x.fd = sv[0];
	ck_assert_int_eq(recv(x.fd, hello, sizeof(hello), 0), AUTH_REPLY_SIZE);
	ck_assert_int_eq(memcmp(hello, "\1\0\1\0\0\0\0\0", AUTH_REPLY_SIZE), 0);
	return x;
}

/* Sends a frame that must be the end of it; says how it ended. */
static int
raw_end(const uint8_t *frame, size_t n)
{
	struct raw	 x = raw_start();
	uint8_t		 reply[16];
	int		 status;

	ck_assert_int_eq(send(x.fd, frame, n, 0), n);
	ck_assert_int_eq(recv(x.fd, reply, sizeof(reply), 0), 0);
	ck_assert_int_eq(waitpid(x.pid, &status, 0), x.pid);
	close(x.fd);
	ck_assert_msg(WIFEXITED(status), "signal %d", WTERMSIG(status));
	return WEXITSTATUS(status);
}

/* Malformed frames go to main() in a forked child: they must not get as far as PAM. */

/* Of the header only id and uid may be anything; they and the secret are flipped further down. */
static bool
means_something(size_t at)
{
	return at >= 4 && at < 18;
}

START_TEST(every_flipped_bit_that_breaks_a_frame_ends_it)
{
	uint8_t	 frame[AUTH_REQUEST_SIZE];

	for (size_t at = 0; at < sizeof(valid); at++) {
		if (means_something(at))
			continue;
		/* all bits of the header, all at once in the filling */
		for (int bit = 0; bit < (at < 12 ? 8 : 1); bit++) {
			memcpy(frame, valid, sizeof(frame));
			frame[at] ^= at < 12 ? 1 << bit : 0xff;
			ck_assert_msg(raw_end(frame, sizeof(frame)) == EX_PROTOCOL,
			    "byte %zu, bit %d", at, bit);
		}
	}
}
END_TEST

START_TEST(every_other_length_ends_it)
{
	uint8_t	 frame[2 * AUTH_REQUEST_SIZE] = { 0 };

	memcpy(frame, valid, sizeof(valid));
	for (size_t n = 1; n < AUTH_REQUEST_SIZE; n++)
		ck_assert_msg(raw_end(frame, n) == EX_PROTOCOL, "%zu bytes", n);
	ck_assert_int_eq(raw_end(frame, AUTH_REQUEST_SIZE + 1), EX_PROTOCOL);
	ck_assert_int_eq(raw_end(frame, sizeof(frame)), EX_PROTOCOL);
}
END_TEST

static const struct {
	const char	*what;
	size_t		 at;
	const char	*bytes;
	size_t		 n;
} malformed[] = {
	{ "a secret with AUTH_ACCOUNT",	1, "\1", 1 },
	{ "id 0",			4, "\0\0\0\0", 4 },
	{ "a NUL in the secret",	14, "\0", 1 },
	{ "a NUL at its end",		17, "\0", 1 },
	{ "a secret longer than room",	2, "\2\1", 2 },
	{ "the longest length there is", 2, "\377\377", 2 },
	{ "the greeting's op",		1, "\0", 1 },
};

START_TEST(frames_that_contradict_themselves_end_it)
{
	uint8_t	 frame[AUTH_REQUEST_SIZE];

	memcpy(frame, valid, sizeof(frame));
	memcpy(frame + malformed[_i].at, malformed[_i].bytes, malformed[_i].n);
	ck_assert_msg(raw_end(frame, sizeof(frame)) == EX_PROTOCOL, "%s", malformed[_i].what);
}
END_TEST

START_TEST(a_closed_socket_ends_it_quietly)
{
	struct raw	 x = raw_start();
	int		 status;

	close(x.fd);
	ck_assert_int_eq(waitpid(x.pid, &status, 0), x.pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), EX_OK);
}
END_TEST

static void
expect_reply(int fd, const uint8_t *request, enum auth_verdict v)
{
	uint8_t	 reply[16];

	ck_assert_int_eq(recv(fd, reply, sizeof(reply), 0), AUTH_REPLY_SIZE);
	ck_assert_int_eq(reply[1], AUTH_REAUTH);
	ck_assert_int_eq(reply[2], v);
	ck_assert_int_eq(memcmp(reply + 4, request + 4, 4), 0);
}

/*
 * Flipped bits that leave a valid frame are answered, under the id they came with: another id or
 * password is as good as the first where all passwords are, another uid is nobody's. Those are
 * asked together, for one pad.
 */
START_TEST(every_other_flipped_bit_is_answered)
{
	struct auth	*a = start("permit", "2000", NULL);
	const int	 fd = auth_fd(a);
	uint8_t		 frame[AUTH_REQUEST_SIZE];

	for (size_t bit = 8 * 4; bit < 8 * 18; bit++) {
		memcpy(frame, valid, sizeof(frame));
		frame[bit / 8] ^= 1 << bit % 8;
		ck_assert_int_eq(send(fd, frame, sizeof(frame), 0), sizeof(frame));
		if (bit / 8 < 8 || bit / 8 >= 12)
			expect_reply(fd, frame, AUTH_OK);
		if (bit == 8 * 12 - 1)
			for (int i = 0; i < 32; i++)
				expect_reply(fd, frame, AUTH_DENIED);
	}
	auth_stop(a);
}
END_TEST

/* ---- the process ----------------------------------------------------------------------------- */

static int
run_with_fd3(int fd3, const char *arg)
{
	pid_t	 pid;
	int	 status;

	if ((pid = fork()) == 0) {
		if (fd3 == -1)
			close(AUTH_FILENO);
		else
			dup2(fd3, AUTH_FILENO);
		dup2(open("/dev/null", O_WRONLY), 2);
		execl(authd, authd, arg, (char *)NULL);
		_exit(EX_UNAVAILABLE);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

START_TEST(it_runs_only_under_the_daemon)
{
	int	 seq[2], stream[2], end[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, seq), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, stream), 0);
	ck_assert_int_eq(pipe2(end, O_CLOEXEC), 0);
	ck_assert_int_eq(run_with_fd3(-1, NULL), EX_USAGE);
	ck_assert_int_eq(run_with_fd3(open("/dev/null", O_RDWR | O_CLOEXEC), NULL), EX_USAGE);
	ck_assert_int_eq(run_with_fd3(end[0], NULL), EX_USAGE);
	ck_assert_int_eq(run_with_fd3(stream[0], NULL), EX_USAGE);
	ck_assert_int_eq(run_with_fd3(seq[0], "-t0"), EX_USAGE);
	ck_assert_int_eq(run_with_fd3(seq[0], "-t2s"), EX_USAGE);
	ck_assert_int_eq(run_with_fd3(seq[0], "-x"), EX_USAGE);
	ck_assert_int_eq(run_with_fd3(seq[0], "more"), EX_USAGE);
	close(seq[1]);
	ck_assert_int_eq(run_with_fd3(seq[0], NULL), EX_OK);
}
END_TEST

START_TEST(it_keeps_no_descriptor_and_leaves_no_core)
{
	struct rlimit	 core;
	struct raw	 x;
	int		 leak[2], status;
	char		 c;

	ck_assert_int_eq(pipe(leak), 0);		/* inherited, unlike the others here */
	x = raw_start();
	close(leak[1]);
	ck_assert_int_eq(read(leak[0], &c, 1), 0);	/* it does not hold the writing end */
	ck_assert_int_eq(prlimit(x.pid, RLIMIT_CORE, NULL, &core), 0);
	ck_assert_int_eq(core.rlim_max, 0);
	kill(x.pid, SIGSEGV);
	ck_assert_int_eq(waitpid(x.pid, &status, 0), x.pid);
	ck_assert(!WIFSIGNALED(status) || !WCOREDUMP(status));
	close(x.fd);
}
END_TEST

/* ---- asking the machine's own PAM ------------------------------------------------------------ */

static void
note(void *arg, enum auth_verdict v)
{
	*(enum auth_verdict *)arg = v;
}

/* Outside the runner, so without its assertions. */
static int
ask_machine(const char *service, const char *op_name, const char *uid)
{
	static const char *const names[] = { "lost", "ok", "denied", "expired", "must-change",
	    "busy", "error" };
	/*
	 * AddressSanitizer wraps crypt_r() and does not find the one that pam_unix brings later:
	 * bring it first.
	 */
	const char *const	 argv[] = {
		"/usr/bin/env", "LD_PRELOAD=libcrypt.so.1",
		    "ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0",
		authd, "-s", service, "-t", "1000", NULL
	};
	const size_t		 first = getenv("SAN") != NULL && *getenv("SAN") != '\0' ? 0 : 3;
	const enum auth_op	 op = strcmp(op_name, "reauth") == 0 ? AUTH_REAUTH : AUTH_ACCOUNT;
	enum auth_verdict	 v = 0;
	struct auth		*a;
	struct pollfd		 pfd = { .events = POLLIN };
	const char		*why;
	char			 secret[AUTH_SECRET_MAX + 2] = "";

	if (op == AUTH_REAUTH && fgets(secret, sizeof(secret), stdin) != NULL)
		secret[strcspn(secret, "\n")] = '\0';
	if ((a = auth_start(argv + first, &why)) == NULL) {
		fprintf(stderr, "%s\n", why);
		return EXIT_FAILURE;
	}
	pfd.fd = auth_fd(a);
	if (auth_request(a, op, strtoul(uid, NULL, 10), secret, strlen(secret), note,
	    &v) == AUTH_SENT)
		while (v == 0 && poll(&pfd, 1, -1) == 1 && auth_readable(a))
			;
	puts(names[v]);
	auth_stop(a);
	return EXIT_SUCCESS;
}

static Suite *
authd_suite(void)
{
	Suite	*s = suite_create("admin/authd");
	TCase	*tc = tcase_create("admin/authd");

	tcase_add_unchecked_fixture(tc, world_make, world_remove);
	tcase_add_test(tc, verdicts);
	tcase_add_test(tc, a_flood_is_turned_away_and_the_rest_served);
	tcase_add_test(tc, one_account_does_not_take_all_places);
	tcase_add_test(tc, a_module_that_hangs_is_cut_off);
	tcase_add_test(tc, when_the_daemon_goes_all_of_it_goes);
	tcase_add_test(tc, every_flipped_bit_that_breaks_a_frame_ends_it);
	tcase_add_test(tc, every_other_length_ends_it);
	tcase_add_loop_test(tc, frames_that_contradict_themselves_end_it, 0,
	    sizeof(malformed) / sizeof(malformed[0]));
	tcase_add_test(tc, a_closed_socket_ends_it_quietly);
	tcase_add_test(tc, every_other_flipped_bit_is_answered);
	tcase_add_test(tc, it_runs_only_under_the_daemon);
	tcase_add_test(tc, it_keeps_no_descriptor_and_leaves_no_core);
	suite_add_tcase(s, tc);
	return s;
}

int
main(int argc, char *argv[])
{
	static const test_suite_fn	 all[] = { authd_suite };

	if (argc > 1 && strcmp(argv[1], "authd") == 0)
		return authd_main(argc - 1, argv + 1);
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) == -1)
		return EXIT_FAILURE;
	snprintf(authd, sizeof(authd), "%s/shouwang-authd", getenv("BUILD") != NULL ?
	    getenv("BUILD") : "build");
	if (argc == 5 && strcmp(argv[1], "ask") == 0)
		return ask_machine(argv[2], argv[3], argv[4]);
	return test_run(all, 1);
}
