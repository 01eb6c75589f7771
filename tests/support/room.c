#include "tests/support/room.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/template.h"

static char	 room[4096];

/* $TEST_TEMPLATES is set when tests/run started the program. */
void
room_open(void)
{
	const char	*tmp = getenv("TMPDIR");

	if (getenv("TEST_TEMPLATES") != NULL)
		return;
	snprintf(room, sizeof(room), "%s/sw-room.XXXXXX", tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(room) == NULL || setenv("TMPDIR", room, 1) != 0) {
		perror(room);
		exit(EXIT_FAILURE);
	}
}

void
room_close(void)
{
	if (room[0] != '\0')
		tree_remove(room);
}
