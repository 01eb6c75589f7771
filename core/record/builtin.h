#ifndef CORE_RECORD_BUILTIN_H
#define CORE_RECORD_BUILTIN_H

#include "core/rec/rec.h"
#include "forms/attr.h"

/*
 * Checks of the two books that the program itself reads, accounts and areas, beyond their
 * definitions: a grant that could not work and an area that could not be found are refused wherever
 * they come from, a screen, the administrator's tool or an import. Other books pass.
 */

/*
 * Checks one record alone. Area: the code has 12 digits, is a county or below, and lies in the
 * county. Account: the areas are of the level at which the role is granted.
 */
void			 builtin_check(const struct book *, const struct val *fields,
			    const struct form_ctx *, struct problems *);

/*
 * Checks the record against the other records, with the state `state`. Area: the area above it is
 * on record. Account: nobody holds two roles that exclude each other; a person is identified by
 * name, so the names of two people of one name must tell them apart.
 */
enum store_err		 builtin_check_others(struct core *, struct store_txn *, int today,
			    const struct rec *, const struct state *, struct problems *) MUST_USE;

/*
 * Checks what no change may do, whichever act makes it and whoever asks for it: end the last grant
 * in force of one of the roles that exclude each other (system, security and audit administrator),
 * by its state, its role or its days. `was` NULL: a new record; `to`: the state after the change.
 */
enum store_err		 builtin_check_change(struct core *, struct store_txn *, int today,
			    const struct rec *was, const struct rec *now,
			    const struct state *to, struct problems *) MUST_USE;

#endif
