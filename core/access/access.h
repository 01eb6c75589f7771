#ifndef CORE_ACCESS_ACCESS_H
#define CORE_ACCESS_ACCESS_H

#include "core/access/actor.h"
#include "core/rec/rec.h"

/*
 * The one answer to "may he?". Every reader (get, list, find, near, count, history, trail) and every writer (save, act)
 * asks here and nowhere else. Rights come from the definitions: see/write/create of a book, `by`, `apart` and `same` of an act,
 * see/write of a field.
 *
 * An act may be waiting somewhere else than where the record lies (`at`, an area field: a file on its way to another
 * village). While that field is filled, those in whose reach it lies see the record too and may do that act, and nothing else.
 *
 * A record that stands under another is seen, changed and acted upon only by those who may see that one, at any depth.
 *
 * Nobody handles an account of his own person (access_is_own_account()).
 *
 * A book with `logged: yes` holds case data. The local administrator (root at the server) has no role and keeps the books
 * that are not logged: accounts and places. He never sees case data.
 */
enum access {
	ACCESS_SEE,		/* the record and that it exists; also in lists, counts, finds, prints and exports */
	ACCESS_SEE_BY_AREA,		/* see it by its own place, not only because an act waits for somebody there */
	ACCESS_CREATE,		/* make it as it stands in `rec` (its first content) */
	ACCESS_WRITE,		/* change its fields */
	ACCESS_ACT,		/* do `act` on it */
	ACCESS_MERGE		/* join it with a double, and undo that */
};

/* rec is never NULL; act only with ACCESS_ACT. */
bool	 access_allowed(const struct actor *, enum access, const struct rec *, const struct act *);

/* Whether he may ever see a record of this book (menus, lists). */
bool	 access_see_book(const struct actor *, const struct book *);

/* Fields. Write also wants that the book's ACCESS_WRITE or ACCESS_CREATE holds, which the caller asks first. */
bool	 access_see_field(const struct actor *, const struct field *);
bool	 access_write_field(const struct actor *, const struct field *);
/* The same of a field of this record: some are fixed while it is in certain states, and then only acts set them. */
bool	 access_change_field(const struct actor *, const struct rec *, const struct field *);

/*
 * Where he may look in a book: the areas whose records he may see, as codes; REACH_ALL gives the county-wide empty code "".
 * Readers of index rows look only there, and still ask access_allowed() of each record. False: nowhere.
 */
bool	 access_each_area(const struct actor *, const struct book *, void (*fn)(const char *area, void *), void *arg);
/*
 * Whether reach alone decides which records he sees of those for which `where` holds (a list's, a clock's; NULL = all),
 * so that counts may come from tallies and index rows.
 */
bool	 access_by_area_only(const struct actor *, const struct book *, const struct pred *where);
/*
 * Whether the place of a record that he may not see is the only reason why he may not. False also where its state hides it from his
 * role everywhere, as with a sealed file.
 */
bool	 access_denied_by_area(const struct actor *, const struct rec *);

/*
 * Whether the record is an account of the actor's own person: his, or one of the same login name or name. Nobody grants himself
 * anything; only the administrator at the server, who has no account, owns none. A person is known by name: two people of one name
 * are told apart in it. rec may be NULL.
 */
bool	 access_is_own_account(const struct actor *, const struct rec *);

#endif
