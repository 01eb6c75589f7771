/*
 * Terminals for shell tests: keeps as many as are named and does with them what standard input
 * says, one line each (tests/terminal.sh writes them):
 *
 *	NAME start COMMAND	a new terminal of 24 by 80, sh -c COMMAND on it
 *	NAME type KEYS		as vt_type()
 *	NAME sees TEXT		waits until it stands on a row
 *	NAME stands TEXT	... on the cursor's row
 *	NAME seeks TEXT		goes down until it stands there
 *	NAME lacks TEXT		it stands nowhere now; only after something else was waited for
 *	NAME kill		kills the program, as when a machine loses its power
 *	NAME ends STATUS	waits for its end; the exit status
 *
 * Answers "yes" or "no", the screen, and a line with nothing but a dot.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/vt.h"

#define MAX_TERMINALS	16

static struct terminal {
	char		 name[32];
	struct vt	*vt;
} terminals[MAX_TERMINALS];

static struct terminal *
terminal_of(const char *name)
{
	struct terminal	*t;

	for (t = terminals; t < terminals + MAX_TERMINALS; t++) {
		if (t->name[0] == '\0')
			snprintf(t->name, sizeof(t->name), "%s", name);
		if (strcmp(t->name, name) == 0)
			return t;
	}
	fprintf(stderr, "terminal: too many of them\n");
	exit(1);
}

static bool
start(struct terminal *t, const char *command)
{
	if (t->vt != NULL)
		vt_free(t->vt);
	t->vt = vt_start((const char *[]){ "sh", "-c", command, NULL }, NULL, 24, 80);
	return true;
}

/* The screen may have moved on between the wait and the look; then both once more. */
static bool
stands(struct vt *vt, const char *text)
{
	int	 row, col;

	for (int tries = 0; tries < VT_PATIENCE_MS / 50; tries++) {
		vt_cursor(vt, &row, &col);
		if (strstr(vt_row(vt, row), text) != NULL)
			return true;
		vt_pause(vt, 50);
	}
	return false;
}

static bool
seeks(struct vt *vt, const char *text)
{
	char	 before[1024];
	int	 row, col;

	for (int lines = 0; lines < 200; lines++) {
		vt_cursor(vt, &row, &col);
		snprintf(before, sizeof(before), "%s", vt_row(vt, row));
		if (strstr(before, text) != NULL)
			return true;
		vt_type(vt, "<Down>");
		for (int tries = 0; strcmp(vt_row(vt, row), before) == 0; tries++) {
			if (tries == VT_PATIENCE_MS / 50)
				return false;
			vt_pause(vt, 50);
			vt_cursor(vt, &row, &col);
		}
	}
	return false;
}

static bool
ends(struct terminal *t, const char *status)
{
	return vt_wait_exit(t->vt) == atoi(status);
}

static bool
obey(struct terminal *t, const char *verb, const char *arg)
{
	if (strcmp(verb, "start") == 0)
		return start(t, arg);
	if (t->vt == NULL)
		return false;
	if (strcmp(verb, "type") == 0)
		return vt_type(t->vt, arg), true;
	if (strcmp(verb, "sees") == 0)
		return vt_wait(t->vt, arg);
	if (strcmp(verb, "stands") == 0)
		return stands(t->vt, arg);
	if (strcmp(verb, "seeks") == 0)
		return seeks(t->vt, arg);
	if (strcmp(verb, "lacks") == 0)
		return !vt_find(t->vt, arg, NULL, NULL);
	if (strcmp(verb, "kill") == 0)
		return kill(vt_pid(t->vt), SIGKILL) == 0;
	if (strcmp(verb, "ends") == 0)
		return ends(t, arg);
	fprintf(stderr, "terminal: \"%s\" is nothing it can do\n", verb);
	exit(1);
}

static void
answer(const struct terminal *t, bool yes)
{
	puts(yes ? "yes" : "no");
	if (t->vt != NULL)
		fputs(vt_dump(t->vt), stdout);
	puts("\n.");
	fflush(stdout);
}

int
main(void)
{
	char		*line = NULL, *rest;
	const char	*name, *verb;
	size_t		 cap = 0;
	struct terminal	*t;

	signal(SIGPIPE, SIG_IGN);
	while (getline(&line, &cap, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		rest = line;
		name = strsep(&rest, " ");
		verb = strsep(&rest, " ");
		if (verb == NULL)
			break;
		t = terminal_of(name);
		answer(t, obey(t, verb, rest != NULL ? rest : ""));
	}
	free(line);
	for (t = terminals; t < terminals + MAX_TERMINALS; t++)
		if (t->vt != NULL)
			vt_free(t->vt);
	return 0;
}
