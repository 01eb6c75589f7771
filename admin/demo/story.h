#ifndef ADMIN_DEMO_STORY_H
#define ADMIN_DEMO_STORY_H

#include "admin/desk.h"
#include "admin/demo/words.h"

/* Half a year in a county that does not exist: its people get their accounts, and children come into the book one by one. */
struct story {
	struct desk		*desk;		/* of a demo store, alone */
	const struct words	*words;
	uint64_t		 seed;
	size_t			 children;
	int64_t			 now;		/* where the half year ends, UTC seconds */
};

/* A sysexits.h code; what is wrong has been said. Leaves SHOUWANG_NOW changed. */
int	 story_tell(const struct story *);

#endif
