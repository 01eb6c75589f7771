#ifndef TESTS_SUPPORT_FIXTURE_H
#define TESTS_SUPPORT_FIXTURE_H

#include "core/ops/ops.h"

/*
 * A small county for tests: a demo home in $TMPDIR with the definitions of $SRCDIR/forms/county, the day fixed at
 * 2026-03-12 10:00 in the county, two townships with two villages each, and one account of every role:
 *
 *	dir-a1 dir-a2	directors of the villages a1 and a2 in township a	sup-a sup-b	supervisors
 *	dir-b1		of b1 in township b					off agency leader partner sys sec aud
 */
#define AREA_COUNTY_C	"990121000000"
#define AREA_A		"990121100000"
#define AREA_A1		"990121100201"
#define AREA_A2		"990121100202"
#define AREA_B		"990121101000"
#define AREA_B1		"990121101201"

#define FIXTURE_NOW	INT64_C(1773280800)	/* 2026-03-12 02:00 UTC */
#define FIXTURE_CREATED	INT64_C(1735696800)	/* 2025-01-01 02:00 UTC: made then, so that tests may begin earlier */

struct fixture {
	struct core	*core;
	char		 dir[200];	/* holds the home and what a test puts beside it */
	char		 home[256];
};

void		 fixture_home(struct fixture *);	/* makes the home and does not open it; fails the test when it cannot */
void		 fixture_open(struct fixture *);	/* the same, and opens it */
void		 fixture_reopen(struct fixture *);	/* closes it if it is open, and opens it, as after a restart */
void		 fixture_close(struct fixture *);
void		 world_free(struct fixture *);	/* closes it if it is open, and removes the home and what is beside it */
void		 fixture_set_clock(int64_t utc);

/*
 * An unchecked fixture for suites that open a world in each test: what is costly to load and never changes is loaded once in the
 * process from which the tests fork, and not in each of them.
 */
void		 fixture_preload(void);

/* Copies the definitions to a folder of the home's own, in place of one that is there, so that a test may change them. */
void		 fixture_copy_forms(struct fixture *, char path[300]);
/* Replaces a file of that folder, "books/thing.yaml", or makes it. */
void		 fixture_put_file(struct fixture *, const char *name, const char *text);
void		 fixture_append_file(struct fixture *, const char *name, const char *text);
/* Gives the book of children these clocks ("clocks:\n  - …") in place of its own, in such a folder. */
void		 fixture_put_child_clocks(struct fixture *, const char *clocks);
/* Takes the menu lines that need the county's own clocks out of such a folder, for tests that put other clocks. */
void		 fixture_remove_rolls(const char *path);

/*
 * Asks in JSON with ' for " and "x:…" for bytes in hex; %… as printf. The reply is the caller's. user NULL = local.
 * Fails the test when there is no reply.
 */
struct val	*ask(struct fixture *, const char *user, const char *json, ...) __attribute__((format(printf, 3, 4)));
struct val	*token_new(void);	/* a token that no other save has */
/* The same as ask() with a fresh token put in: for save and act. */
struct val	*ask_new(struct fixture *, const char *user, const char *json, ...) __attribute__((format(printf, 3, 4)));
/* What was asked for and nothing else: "" = ok, or the error code. Frees the reply. */
const char	*reply_error_code(struct val *reply);
/* A number out of a reply that must be ok; frees it. */
int64_t		 reply_number(struct val *reply, const char *key);

/* A record as it is stored; the caller's. Fails the test when it is not there. */
struct rec	*fixture_rec(struct fixture *, int64_t id);
int		 fixture_ver(struct fixture *, int64_t id);
/* "monthly 20260228; visit 20260401": what is due for a person within a year. Until the next call. */
const char	*fixture_due(struct fixture *, const char *user);
/* Fails the test unless what each record keeps of its parents and children follows from them. */
void		 fixture_expect_derived(struct fixture *);

/* Gives a person's account (login name) another content, as the administrator at the server does: proposed and confirmed. */
void		 fixture_set_account(struct fixture *, const char *user, const char *set);

/* Fields of a child that passes every check, as JSON with ': name, area and serial (for citizen number) differ. */
const char	*child_fields(const char *name, const char *area, int serial);
/* Saves such a child and brings it to "found", "submitted", "verified" or "active"; its id. */
uint64_t	 child_in_state(struct fixture *, const char *director, const char *name, const char *area, int serial,
		    const char *state);

struct val	*json_val(const char *json);	/* as ask() reads it */

#endif
