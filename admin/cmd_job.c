#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin/job_watch.h"
#include "core/maint/job.h"
#include "core/wire/protocol.h"
#include "forms/civil.h"

/* ---- printing -------------------------------------------------------------------------------- */

static void
print_state(const struct val *job, struct buf *b)
{
	const int64_t	 total = val_get_num(job, PK_TOTAL, 0), done = val_get_num(job, PK_DONE, 0);

	buf_puts(b, val_get_str(job, PK_STATE));
	if (val_get(job, PK_ENDED) == NULL && total > 0)
		buf_printf(b, " %d %%", (int)((double)done * 100 / (double)total));
}

static void
print_moment(const struct val *job, const char *key, struct buf *b)
{
	char	 at[20];

	if (val_get(job, key) == NULL)
		buf_putc(b, '-');
	else {
		civil_print_moment(val_get_num(job, key, 0), at);
		buf_puts(b, at);
	}
}

/* One line, tabs between. */
static void
print_line(const struct val *job)
{
	struct buf	 b = BUF_INIT;
	const char	*say = val_get_str(job, PK_SAY);

	buf_printf(&b, "%" PRId64 "\t%s\t%s\t", val_get_num(job, PK_ID, 0),
	    val_get_str(job, PK_KIND), val_get_str(job, PK_USER));
	print_state(job, &b);
	buf_putc(&b, '\t');
	print_moment(job, PK_AT, &b);
	buf_printf(&b, "\t%s", say != NULL ? say : "-");
	puts(xtext(&b));
	buf_free(&b);
}

static void
print_job(const struct val *job)
{
	struct buf	 b = BUF_INIT;

	buf_printf(&b, "job\t%" PRId64 "\nkind\t%s\nuser\t%s\nstate\t", val_get_num(job, PK_ID, 0),
	    val_get_str(job, PK_KIND),
	    val_get_str(job, PK_USER));
	print_state(job, &b);
	buf_puts(&b, "\nasked\t");
	print_moment(job, PK_AT, &b);
	buf_puts(&b, "\nbegun\t");
	print_moment(job, PK_SINCE, &b);
	if (val_get_str(job, PK_STEP) != NULL && val_get(job, PK_ENDED) == NULL)
		buf_printf(&b, "\nstep\t%s, %" PRId64 " of %" PRId64, val_get_str(job, PK_STEP),
		    val_get_num(job, PK_N, 0),
		    val_get_num(job, PK_OF, 0));
	if (val_get(job, PK_ENDED) != NULL) {
		buf_puts(&b, "\nended\t");
		print_moment(job, PK_ENDED, &b);
		buf_printf(&b, "\nsays\t%s", val_get_str(job, PK_SAY));
	}
	if (val_get_str(job, PK_FILE) != NULL)
		buf_printf(&b, "\nresult\t%s, %" PRId64 " bytes", val_get_str(job, PK_FILE),
		    val_get_num(job, PK_SIZE, 0));
	puts(xtext(&b));
	buf_free(&b);
}

/* ---- commands -------------------------------------------------------------------------------- */

/* Without a daemon the outbox tells of the jobs there were. */
static int
open_jobs(const struct admin *admin, struct client **client)
{
	const int	 code = client_open(admin, false, client);

	if (code == EX_OK && client_core(*client) != NULL)
		jobs_load(client_core(*client)->jobs);
	return code;
}

int
cmd_jobs(const struct admin *admin, int argc, char **argv)
{
	struct val	*req, *reply;
	struct client	*client;
	int		 code;

	(void)argv;
	if (argc != 1)
		return report_usage_error("jobs", "jobs takes no argument");
	if ((code = open_jobs(admin, &client)) != EX_OK)
		return code;
	req = client_new_request("jobs", NULL);
	xput(req, PK_LIMIT, val_int(100));
	if ((code = client_ask(client, req, "jobs", &reply)) == EX_OK) {
		const struct val	*jobs = val_get(reply, PK_JOBS);

		for (size_t i = 0; i < val_len(jobs); i++)
			print_line(val_at(jobs, i));
		val_free(reply);
	}
	client_close(client);
	return code;
}

static int
show_job(struct client *client, uint64_t id)
{
	struct val	*req = client_new_request("job", NULL), *reply;
	char		 about[32];
	int		 code;

	job_about(id, about);
	xput(req, PK_ID, val_int((int64_t)id));
	if ((code = client_ask(client, req, about, &reply)) != EX_OK)
		return code;
	print_job(val_get(reply, PK_JOB));
	val_free(reply);
	return EX_OK;
}

int
cmd_job(const struct admin *admin, int argc, char **argv)
{
	static const struct option	 longs[] = {
		{ "cancel", no_argument, NULL, 'c' }, { "result", no_argument, NULL, 'r' },
		    { NULL, 0, NULL, 0 }
	};
	struct client			*client;
	bool				 cancel = false, result = false;
	uint64_t			 id;
	int				 c, code;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		if (c == 'c')
			cancel = true;
		else if (c == 'r')
			result = true;
		else
			return report_usage_error("job", "job does not know that option");
	if (optind + 1 != argc || (cancel && result))
		return report_usage_error("job", optind + 1 != argc ? "say which job" :
		    "either --cancel or --result");
	if (!job_take_id("job", argv[optind], &id))
		return EX_USAGE;
	if ((code = open_jobs(admin, &client)) != EX_OK)
		return code;
	code = cancel ? job_cancel_by_id(client, id) : result ? job_print_result(client, id) :
	    show_job(client, id);
	client_close(client);
	return code;
}
