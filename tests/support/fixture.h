#ifndef TESTS_SUPPORT_FIXTURE_H
#define TESTS_SUPPORT_FIXTURE_H

#include "core/ops/ops.h"

/*
 * A small county for tests: a demo home in $TMPDIR with the definitions of $SRCDIR/forms/county,
 * the day fixed at 2026-03-12 10:00 in the county, two townships with two villages each, and one
 * account of every role:
 *
 *	dir-a1 dir-a2 directors of the villages a1 and a2 in township a sup-a sup-b supervisors
 *	dir-b1 of b1 in township b off agency leader partner sys sec aud
 */
#define AREA_COUNTY_C	"990121000000"
#define AREA_A		"990121100000"
#define AREA_A1		"990121100201"
#define AREA_A2		"990121100202"
#define AREA_B		"990121101000"
#define AREA_B1		"990121101201"

#define FIXTURE_NOW	INT64_C(1773280800)	/* 2026-03-12 02:00 UTC */
#define FIXTURE_CREATED	INT64_C(1735696800)	/* 2025-01-01 02:00 UTC: creation of the home, so
						   that tests may begin before FIXTURE_NOW */

struct fixture {
	struct core	*core;
	char		 dir[200];	/* contains the home and other files of a test */
	char		 home[256];
};

void		 fixture_home(struct fixture *);	/* makes the home without opening it; fails
							   the test when it cannot */
void		 fixture_open(struct fixture *);	/* makes and opens it */
void		 fixture_reopen(struct fixture *);	/* closes and opens it, as a restart does */
void		 fixture_close(struct fixture *);
void		 world_free(struct fixture *);	/* closes it if it is open, and removes the home
						   with the files beside it */
void		 fixture_set_clock(int64_t utc);

/*
 * An unchecked fixture for suites that open a home in each test: data that is costly to load and
 * never changes is loaded once, in the process from which the tests fork.
 */
void		 fixture_preload(void);

/*
 * Copies the definitions to a folder of the home, replacing an earlier copy, so that a test may
 * change them.
 */
void		 fixture_copy_forms(struct fixture *, char path[300]);
/* Replaces or creates a file of that folder, "books/thing.yaml". */
void		 fixture_put_file(struct fixture *, const char *name, const char *text);
void		 fixture_append_file(struct fixture *, const char *name, const char *text);
/*
 * Replaces the clocks of the book of children in such a folder ("clocks:
 *   - …").
 */
void		 fixture_put_child_clocks(struct fixture *, const char *clocks);
/*
 * Removes from such a folder the menu lines that need the clocks of the county, for tests with
 * other clocks.
 */
void		 fixture_remove_rolls(const char *path);

/*
 * Sends a request in JSON, with ' for " and "x:…" for bytes in hex; %… as in printf. The reply is
 * the caller's. user NULL = the local administrator. Fails the test when there is no reply.
 */
struct val	*ask(struct fixture *, const char *user, const char *json,
		    ...) __attribute__((format(printf, 3, 4)));
struct val	*token_new(void);	/* a new token */
/* As ask() with a new token added: for save and act. */
struct val	*ask_new(struct fixture *, const char *user, const char *json,
		    ...) __attribute__((format(printf, 3, 4)));
/* "" when the reply is ok, else its error code. Frees the reply. */
const char	*reply_error_code(struct val *reply);
/* A number of a reply that must be ok; frees the reply. */
int64_t		 reply_number(struct val *reply, const char *key);

/* Reads a stored record; it is the caller's. Fails the test when it is missing. */
struct rec	*fixture_rec(struct fixture *, int64_t id);
int		 fixture_ver(struct fixture *, int64_t id);
/*
 * The deadlines of a person within a year: "monthly 20260228; visit 20260401". Valid until the next
 * call.
 */
const char	*fixture_due(struct fixture *, const char *user);
/*
 * Fails the test unless the data that each record keeps of its parents and children follows from
 * these.
 */
void		 fixture_expect_derived(struct fixture *);

/*
 * Replaces the content of a person's account (login name), as the administrator at the server does:
 * proposed and confirmed.
 */
void		 fixture_set_account(struct fixture *, const char *user, const char *set);

/*
 * Fields of a child that passes every check, as JSON with ': name, area and serial (for the citizen
 * number) differ.
 */
const char	*child_fields(const char *name, const char *area, int serial);
/*
 * Saves such a child and brings it to the state "found", "submitted", "verified" or "active";
 * returns its id.
 */
uint64_t	 child_in_state(struct fixture *, const char *director, const char *name,
		    const char *area, int serial, const char *state);

struct val	*json_val(const char *json);	/* in the JSON of ask() */

#endif
