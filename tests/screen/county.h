#ifndef TESTS_SCREEN_COUNTY_H
#define TESTS_SCREEN_COUNTY_H

#include "tests/screen/client.h"

/*
 * The county that all tests of a program share: made once, served by one daemon, removed at the
 * end. A program makes it in a fixture of its own:
 *
 *	county_open();			the home is open, and has no record of a child
 *	child_in_state(&d.fixture, …);
 *	county_serve();			the daemon has it now
 */
static struct daemon	 d;

static inline void
county_open(void)
{
	daemon_init(&d);
	fixture_reopen(&d.fixture);
}

static inline void
county_serve(void)
{
	fixture_close(&d.fixture);
	daemon_start(&d, NULL);
}

/* Also where a test has stopped the daemon itself. */
static inline void
county_close(void)
{
	if (d.pid != 0)
		daemon_stop(&d);
	daemon_free(&d);
}

/* A fixture of each test: what one left half typed is not offered to the next. */
static inline void
county_drop_drafts(void)
{
	client_drop_drafts(&d);
}

/*
 * Puts a book "probe" with a list "all", and leads to it from the first menu. Before
 * county_serve().
 */
static inline void
county_add_probe(const char *book)
{
	char	 cmd[1200];

	fixture_put_file(&d.fixture, "books/probe.yaml", book);
	snprintf(cmd, sizeof(cmd),
	    "sed -i '0,/      menu:/s//      menu:\\n"
	    "        - {label: {zh: 填试验表, en: Probe}, jump: sy, new: probe}\\n"
	    "        - {label: {zh: 试验表, en: Probes}, jump: sb, list: probe.all}/' "
	    "'%s/forms/roles.yaml'",
	    d.fixture.home);
	ck_assert_int_eq(system(cmd), 0);
}

#endif
