#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin/bar.h"
#include "admin/job_watch.h"
#include "core/core.h"
#include "core/maint/verify.h"
#include "core/wire/protocol.h"

/* ---- alone with the store -------------------------------------------------------------------- */

/* Findings and summary go below the bar's last line. */
static void
print_finding(const char *kind, const char *text, void *arg)
{
	bar_end(arg);
	printf("%s: %s\n", kind, text);
}

static void
print_line(const char *text, void *arg)
{
	bar_end(arg);
	puts(text);
}

static bool
show_progress(const struct progress *p, void *arg)
{
	bar_show(arg, p, p->total == 0 ? "counting" : NULL);
	return true;
}

static int
verify_alone(struct core *core)
{
	struct bar			 bar;
	const struct verify_sink	 sink = { print_finding, print_line, show_progress, &bar };
	enum verify_end			 end;
	enum store_err			 e;

	bar_begin(&bar, "verify");
	end = verify_run(core, &sink, &e);
	bar_end(&bar);
	if (end == VERIFY_AGREES)
		return EX_OK;
	if (end == VERIFY_DIFFERS)
		return EX_DATAERR;
	printf("it does NOT agree\n");
	return report_error(e == STORE_BAD ? EX_DATAERR :
	    EX_IOERR, "reading the store: %s", store_err_text((int)e));
}

/* ---- by the daemon --------------------------------------------------------------------------- */

static int
verify_in_daemon(struct client *client, const struct admin *admin)
{
	struct val	*req = client_new_request("job-start", NULL), *reply;
	const struct val *job;
	uint64_t	 id;
	char		 at[20];
	int		 code;

	xput(req, PK_KIND, val_text("verify"));
	if ((code = client_ask(client, req, "verify", &reply)) != EX_OK)
		return code;
	job = val_get(reply, PK_JOB);
	id = (uint64_t)val_get_num(job, PK_ID, 0);
	if (val_get_true(reply, PK_JOINED)) {
		civil_print_moment(val_get_num(job, PK_AT, 0), at);
		printf("verify is under way already: job %" PRIu64 ", asked for by %s at %s\n", id,
		    val_get_str(job, PK_USER), at);
		fflush(stdout);
	}
	val_free(reply);
	return job_watch(client, admin, id, "verify");
}

/* Only what verify has told of can be accepted, and only once. */
static int
accept_loss(struct core *core, const struct actor *actor)
{
	struct buf	 err = BUF_INIT;
	int		 code = EX_OK;

	if (core->trail_problem.n == 0) {
		printf("the end of the audit trail is in order: there is no loss to accept\n");
		return EX_OK;
	}
	printf("%s\n", xtext(&core->trail_problem));
	if (core_trail_accept(core, actor, &err))
		printf("accepted; the audit trail has an entry of it\n");
	else
		code = report_error(EX_IOERR, "%s", xtext(&err));
	buf_free(&err);
	return code;
}

/* ---- the command ----------------------------------------------------------------------------- */

static int
cancel(const struct admin *admin, uint64_t id)
{
	struct client	*client;
	int		 code;

	if ((code = client_open(admin, false, &client)) == EX_OK)
		code = job_cancel_by_id(client, id);
	client_close(client);
	return code;
}

int
cmd_verify(const struct admin *admin, int argc, char **argv)
{
	static const struct option	 longs[] = {
		{ "accept-loss", no_argument, NULL, 'a' },
		    { "cancel", required_argument, NULL, 'c' }, { NULL, 0, NULL, 0 }
	};
	struct client			*client;
	bool				 accept = false;
	uint64_t			 id = 0;
	int				 code, c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		if (c == 'a')
			accept = true;
		else if (c != 'c')
			return report_usage_error("verify", "verify does not know that option");
		else if (!job_take_id("verify", optarg, &id))
			return EX_USAGE;
	if (optind != argc || (accept && id != 0))
		return report_usage_error("verify",
		    "verify takes no argument and one option at most");
	if (id != 0)
		return cancel(admin, id);
	if ((code = client_open_untrusted(admin, accept, &client)) != EX_OK)
		return code;
	code = accept ? accept_loss(client_core(client), client_actor(client)) :
	    client_core(client) != NULL ? verify_alone(client_core(client)) :
	    verify_in_daemon(client, admin);
	client_close(client);
	return code;
}
