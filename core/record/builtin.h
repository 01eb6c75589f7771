#ifndef CORE_RECORD_BUILTIN_H
#define CORE_RECORD_BUILTIN_H

#include "core/rec/rec.h"
#include "forms/attr.h"

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
			    struct problems *) MUST_USE;

/*
 * What a change may not do, whatever act does it and whoever: end the last grant in force of one of the roles that exclude each
 * other (system, security and audit administrator), by its state, its role or its days. `was` NULL: new; `to`: where it goes.
 */
enum store_err		 builtin_check_change(struct core *, struct store_txn *, int today, const struct rec *was, const struct rec *now,
			    const struct state *to, struct problems *) MUST_USE;

#endif
