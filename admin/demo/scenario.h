#ifndef ADMIN_DEMO_SCENARIO_H
#define ADMIN_DEMO_SCENARIO_H

#include "admin/client.h"
#include "admin/demo/wordlist.h"

/* Half a year in a county that does not exist: its people get their accounts, and children come into the book one by one. */
struct scenario {
	struct client		*client;		/* of a demo store, alone */
	const struct wordlist	*wordlist;
	uint64_t		 seed;
	size_t			 children;
	int64_t			 now;		/* where the half year ends, UTC seconds */
};

/* A sysexits.h code; what is wrong has been said. Leaves SHOUWANG_NOW changed. */
int	 scenario_run(const struct scenario *);

#endif
