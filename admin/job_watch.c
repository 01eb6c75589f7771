#include "admin/job_watch.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "admin/bar.h"
#include "core/wire/protocol.h"
#include "forms/check.h"

#define LOOK_MS		200		/* between two looks at the job */
#define RETRY_MS	500		/* between two tries to connect again */
/* a daemon that recovers after a crash may need a minute or two */
#define RETRIES		240

void
job_about(uint64_t id, char about[32])
{
	snprintf(about, 32, "job %" PRIu64, id);
}

bool
job_take_id(const char *command, const char *typed, uint64_t *id)
{
	char	*end;

	errno = 0;
	*id = typed[0] >= '1' && typed[0] <= '9' ? strtoull(typed, &end, 10) : 0;
	if (*id != 0 && errno == 0 && *end == '\0' && *id <= INT64_MAX)
		return true;
	report_usage_error(command, "\"%s\" is not the number of a job", typed);
	return false;
}

static struct val *
request(const char *op, uint64_t id)
{
	struct val	*req = client_new_request(op, NULL);

	xput(req, PK_ID, val_int((int64_t)id));
	return req;
}

/* ---- the result ------------------------------------------------------------------------------ */

int
job_print_result(struct client *client, uint64_t id)
{
	struct val	*req, *reply;
	const void	*data;
	uint64_t	 offset = 0;
	bool		 more = true;
	char		 about[32];
	size_t		 n;
	int		 code = EX_OK;

	job_about(id, about);
	while (more && code == EX_OK) {
		req = request("job-result", id);
		xput(req, PK_OFFSET, val_int((int64_t)offset));
		if ((code = client_ask(client, req, about, &reply)) != EX_OK)
			break;
		if ((data = val_mem(val_get(reply, PK_DATA), &n)) != NULL && n > 0 &&
		    fwrite(data, 1, n, stdout) != n)
			code = report_error(EX_IOERR, "writing to standard output failed");
		offset += n;
		more = val_get_true(reply, PK_MORE);
		val_free(reply);
	}
	return code;
}

int
job_cancel_by_id(struct client *client, uint64_t id)
{
	char	 about[32];
	int	 code;

	job_about(id, about);
	if ((code = client_ask(client, request("job-cancel", id), about, NULL)) == EX_OK)
		printf("%s is cancelled\n", about);
	return code;
}

/* ---- watching -------------------------------------------------------------------------------- */

static volatile sig_atomic_t	 interrupted;

static void
on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

/* Once: who presses it again while the daemon does not answer leaves at once. */
static void
catch_interrupt(struct sigaction *was)
{
	struct sigaction	 sa = { .sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND };

	interrupted = 0;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, was);
}

static void
pause_ms(int ms)
{
	const struct timespec	 ts = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&ts, NULL);		/* a signal ends it */
}

static struct progress
progress_of(const struct val *job)
{
	return (struct progress){ val_get_str(job, PK_STEP), (uint64_t)val_get_num(job, PK_N, 0),
	    (uint64_t)val_get_num(job, PK_OF, 0),
	    (uint64_t)val_get_num(job, PK_DONE, 0), (uint64_t)val_get_num(job, PK_TOTAL, 0) };
}

static const char *
note_of(const struct val *job)
{
	const char	*state = val_get_str(job, PK_STATE);

	if (state != NULL && strcmp(state, "waiting") == 0)
		return "waiting for another job";
	return val_get(job, PK_TOTAL) == NULL ? "counting" : NULL;
}

/* The daemon may be starting anew. EX_OK: there is a connection again. */
static int
connect_again(struct client *client, const struct admin *admin, struct bar *bar,
    const struct val *job)
{
	const struct progress	 p = progress_of(job);

	for (int i = 0; i < RETRIES && !interrupted; i++) {
		bar_show(bar, &p, "connecting again");
		pause_ms(RETRY_MS);
		if (!interrupted && client_reconnect(client, admin) == EX_OK)
			return EX_OK;
	}
	return EX_UNAVAILABLE;
}

/* Until the job has ended: *job is then the last look at it. */
static int
follow(struct client *client, const struct admin *admin, struct bar *bar, uint64_t id,
    struct val **job)
{
	struct val		*reply;
	struct progress		 p;
	char			 about[32];
	int			 code = EX_OK;

	job_about(id, about);
	while (!interrupted && code == EX_OK) {
		if ((code = client_try(client, request("job", id), about,
		    &reply)) == EX_UNAVAILABLE) {
			code = connect_again(client, admin, bar, *job);
			continue;
		}
		if (code != EX_OK)
			break;
		val_free(*job);
		*job = xcheck(val_take(reply, PK_JOB));
		val_free(reply);
		if (val_get(*job, PK_ENDED) != NULL)
			break;
		p = progress_of(*job);
		bar_show(bar, &p, note_of(*job));
		pause_ms(LOOK_MS);
	}
	return code;
}

static int
tell_end(struct client *client, uint64_t id, const struct val *job, struct bar *bar)
{
	const char		*state = val_get_str(job, PK_STATE);
	const struct progress	 p = progress_of(job);
	const int		 status = (int)val_get_num(job, PK_STATUS, EX_SOFTWARE);
	int			 code;

	if (state != NULL && strcmp(state, "done") == 0) {
		if (!bar->terminal)
			bar_show(bar, &p, NULL);
		bar_end(bar);
		code = job_print_result(client, id);
		return code != EX_OK ? code : status;
	}
	bar_end(bar);
	return report_error(status != EX_OK ? status :
	    EX_SOFTWARE, "job %" PRIu64 ": %s", id, val_get_str(job, PK_SAY) != NULL ?
	    val_get_str(job, PK_SAY) : "it has not ended well");
}

int
job_watch(struct client *client, const struct admin *admin, uint64_t id, const char *what)
{
	struct sigaction	 was;
	struct val		*job = NULL;
	struct bar		 bar;
	int			 code;

	bar_begin(&bar, what);
	catch_interrupt(&was);
	code = follow(client, admin, &bar, id, &job);
	sigaction(SIGINT, &was, NULL);
	if (code == EX_OK && val_get(job, PK_ENDED) != NULL)
		code = tell_end(client, id, job, &bar);
	else {
		bar_end(&bar);
		if (interrupted) {
			printf("%s goes on: \"shouwang-admin job %" PRIu64 "\" shows it, "
			    "\"shouwang-admin job %" PRIu64 " --cancel\" ends it\n",
			    what, id, id);
			code = EX_TEMPFAIL;
		} else if (code == EX_UNAVAILABLE)
			report_error(code, "the connection to the daemon is lost; "
			    "\"shouwang-admin job %" PRIu64 "\" shows later what became of it", id);
	}
	val_free(job);
	return code;
}
