#ifndef CORE_OWN_H
#define CORE_OWN_H

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
void			 own_check(const struct book *, const struct val *fields, const struct form_ctx *, struct problems *);

/*
 * The record among the others, as it will stand in `state`. Place: what it lies in is on record. Account: nobody holds two
 * roles that exclude each other; a person is known by name, so two people of one name must be told apart in it.
 */
enum store_err		 own_check_others(struct core *, struct store_txn *, const struct rec *, const struct state *,
			    struct problems *);

#endif
