#ifndef CORE_RECORD_BUILTIN_H
#define CORE_RECORD_BUILTIN_H

#include "core/record/rec.h"

/*
 * What the program asks of the two books it reads itself, accounts and places, beyond what their definitions say: a grant
 * that could not work and a place that could not be found are refused wherever they come from, a screen, the
 * administrator's tool or a file. Other books pass.
 */

/*
 * One record alone. Place: the code is one of 12 digits, of a county or below, and lies in the county. Account: the areas
 * are of the level the role is granted at.
 */
void			 builtin_check(const struct book *, const struct val *fields, const struct form_ctx *, struct problems *);

/*
 * The record among the others, as it will stand in `state`. Place: what it lies in is on record. Account: nobody holds two
 * roles that exclude each other; a person is known by name, so two people of one name must be told apart in it.
 */
enum store_err		 builtin_check_others(struct core *, struct store_txn *, int today, const struct rec *, const struct state *,
			    struct problems *);

/*
 * What a change may not do, whatever act does it and whoever: end the last grant in force of one of the roles that exclude each
 * other (system, security and audit administrator), by its state, its role or its days. `was` NULL: new; `to`: where it goes.
 */
enum store_err		 builtin_check_change(struct core *, struct store_txn *, int today, const struct rec *was, const struct rec *now,
			    const struct state *to, struct problems *);

/*
 * Whether the record is an account of the actor's own person: his, or one of the same login name or name. Nobody gives himself
 * anything; only the administrator at the server, who has no account, is nobody's own. A person is known by name, as above: two
 * people of one name are told apart in it. rec may be NULL.
 */
bool			 builtin_is_self(const struct actor *, const struct rec *);
/* The same name, however blanks and the width of letters were typed. NULL and "" are nobody's. */
bool			 builtin_same_name(const char *, const char *);

#endif
