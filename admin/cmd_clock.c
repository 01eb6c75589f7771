#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "admin/client.h"
#include "core/wire/protocol.h"

/*
 * A clock that was wrong: its time beside the newest entry's, and the way to continue once it is
 * right.
 */

int
cmd_clock_print(struct client *client)
{
	struct val	*reply;
	char		 clock[17], newest[17];
	int		 code;

	if ((code = client_ask(client, client_new_request("clock", NULL), "clock", &reply)) !=
	    EX_OK)
		return code;
	env_time_print(val_get_num(reply, PK_CLOCK, 0), clock);
	env_time_print(val_get_num(reply, PK_NEWEST, 0), newest);
	if (val_get_true(reply, PK_BEHIND))
		printf("clock\t%s: behind the newest entry of %s, nothing is saved\n", clock,
		    newest);
	else
		printf("clock\t%s\n", clock);
	val_free(reply);
	return EX_OK;
}

static int
accept_clock(struct client *client)
{
	struct val	*req = client_new_request("clock", NULL), *reply;
	char		 clock[17], newest[17];
	int		 code;

	xput(req, PK_ACCEPT, val_bool(true));
	if ((code = client_ask(client, req, "clock accept", &reply)) != EX_OK)
		return code;
	env_time_print(val_get_num(reply, PK_CLOCK, 0), clock);
	env_time_print(val_get_num(reply, PK_NEWEST, 0), newest);
	printf("accepted\t%s\tnewest entry\t%s\trecords settled again\t%" PRId64 "\n", clock,
	    newest, val_get_num(reply, PK_SETTLED, 0));
	val_free(reply);
	return EX_OK;
}

int
cmd_clock(const struct admin *admin, int argc, char **argv)
{
	bool		 accept = argc == 2 && strcmp(argv[1], "accept") == 0;
	struct client	*client;
	int		 code;

	if (argc != 1 && !accept)
		return report_usage_error("clock", "clock takes nothing, or accept");
	if ((code = client_open(admin, false, &client)) != EX_OK)
		return code;
	code = accept ? accept_clock(client) : cmd_clock_print(client);
	client_close(client);
	return code;
}
