#ifndef CORE_ACCESS_ACCESS_H
#define CORE_ACCESS_ACCESS_H

#include "core/access/actor.h"
#include "core/rec/rec.h"

/*
 * The only decision about rights. Every reader (get, list, find, matches, count, history, trail)
 * and every writer (save, act) asks here and nowhere else. Rights come from the definitions: `see`,
 * `write` and `create` of a book; `by`, `four-eyes` and `same-person` of an act; `see` and `write`
 * of a field.
 *
 * Reach: a role is granted for the whole county or for the scopes (core/rec/scope.h) of the actor's
 * account. A record lies in its own scope. An act, a list or a clock with `area: FIELD` lies in the
 * scopes of that field, while the field has a value: the actors of those scopes see the record too,
 * and may do that act and nothing else.
 *
 * A child record is seen, changed and acted upon only by actors who may see all its ancestors.
 *
 * Nobody handles an account of the own person (access_is_own_account()).
 *
 * A book with `logged: yes` holds case data. The local administrator (root at the server) has no
 * role; that administrator may use the books that are not logged (accounts and areas), and never
 * case data.
 */
enum access {
	ACCESS_SEE,		/* see the record and that it exists; also in lists, counts,
				   searches, prints and exports */
	ACCESS_SEE_BY_SCOPE,	/* see by the record's own scope, not only by the scope of an act, a
				   list or a clock */
	ACCESS_CREATE,		/* create it with the content of `rec` */
	ACCESS_WRITE,		/* change its fields */
	ACCESS_ACT,		/* do the act on it */
	ACCESS_MERGE		/* merge it with a duplicate, and undo that */
};

/* rec is never NULL; the act is given with ACCESS_ACT only. */
bool	 access_allowed(const struct actor *, enum access, const struct rec *, const struct act *);

/* Whether the actor may ever see a record of this book (menus, lists). */
bool	 access_see_book(const struct actor *, const struct book *);

/*
 * Rights to fields. Writing also needs ACCESS_WRITE or ACCESS_CREATE for the record, which the
 * caller asks first.
 */
bool	 access_see_field(const struct actor *, const struct field *);
bool	 access_write_field(const struct actor *, const struct field *);
/* The same for a field of this record: in the states of `fixed` only acts change the field. */
bool	 access_change_field(const struct actor *, const struct rec *, const struct field *);

/*
 * Calls fn for each scope in which the actor may see records of a book; once with scope_all() for
 * reach over the whole county. Readers of index rows read only there, and still ask
 * access_allowed() for each record. False: there is no such scope.
 */
typedef void	 access_scope_fn(const struct scope *, void *arg);
bool	 access_each_scope(const struct actor *, const struct book *, access_scope_fn *, void *arg);
/*
 * Whether reach alone decides which of the records for which `where` (of a list or a clock; NULL =
 * all) holds the actor sees. Then counts may come from tallies and index rows.
 */
bool	 access_by_scope_only(const struct actor *, const struct book *, const struct pred *where);
/*
 * Whether reach is the only reason why the actor may not see the record. False also where the
 * record's state hides it from the role everywhere, as with a sealed file.
 */
bool	 access_denied_by_scope(const struct actor *, const struct rec *);

/*
 * Whether the record is an account of the actor's own person: the same account, the same login name
 * or the same name. Nobody grants anything to oneself; only the administrator at the server, who
 * has no account, has no own account. A person is identified by name: account names tell two people
 * of one name apart. rec may be NULL.
 */
bool	 access_is_own_account(const struct actor *, const struct rec *);

#endif
