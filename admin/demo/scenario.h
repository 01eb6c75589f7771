#ifndef ADMIN_DEMO_SCENARIO_H
#define ADMIN_DEMO_SCENARIO_H

#include "admin/client.h"
#include "admin/demo/wordlist.h"

/*
 * Half a year in an invented county: its staff get accounts, and children are registered one by
 * one.
 */
struct scenario {
	struct client		*client;		/* of a demo store, not through a daemon */
	const struct wordlist	*wordlist;
	uint64_t		 seed;
	size_t			 children;
	int64_t			 now;		/* the end of the half year, UTC seconds */
};

/* A sysexits.h code; an error has been reported. Leaves SHOUWANG_NOW changed. */
int	 scenario_run(const struct scenario *);

#endif
