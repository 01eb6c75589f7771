#include <getopt.h>
#include <stdio.h>

#include "admin/client.h"
#include "core/core.h"
#include "core/maint/verify.h"

/* ---- alone with the store ----------------------------------------------------------------------------------- */

static void
print_finding(const char *kind, const char *text, void *arg)
{
	(void)arg;
	printf("%s: %s\n", kind, text);
}

static void
print_line(const char *text, void *arg)
{
	(void)arg;
	puts(text);
}

static bool
show_progress(const struct progress *p, void *arg)
{
	(void)p;
	(void)arg;
	return true;
}

static int
verify_alone(struct core *core)
{
	const struct verify_sink	 sink = { print_finding, print_line, show_progress, NULL };
	enum store_err			 e;

	switch (verify_run(core, &sink, &e)) {
	case VERIFY_AGREES:
		return EX_OK;
	case VERIFY_DIFFERS:
		return EX_DATAERR;
	default:
		printf("it does NOT agree\n");
		return report_error(e == STORE_BAD ? EX_DATAERR : EX_IOERR, "reading the store: %s", store_err_text((int)e));
	}
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

int
cmd_verify(const struct admin *admin, int argc, char **argv)
{
	static const struct option	 longs[] = { { "accept-loss", no_argument, NULL, 'a' }, { NULL, 0, NULL, 0 } };
	struct client			*client;
	bool				 accept = false;
	int				 code, c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c != 'a')
			return report_usage_error("verify", "verify does not know that option");
		accept = true;
	}
	if (optind != argc)
		return report_usage_error("verify", "verify takes no argument");
	if ((code = client_open_untrusted(admin, &client)) != EX_OK)
		return code;
	code = accept ? accept_loss(client_core(client), client_actor(client)) : verify_alone(client_core(client));
	client_close(client);
	return code;
}
