#include "forms/vec.h"

#include <stdint.h>
#include <stdlib.h>

#include "forms/idset.h"
#include "tests/harness.h"

START_TEST(array_keeps_its_elements)
{
	struct pair {
		uint64_t	 a;
		char		 b;
	}		*at = NULL;
	size_t		 n, cap = 0, grown = 0;

	for (n = 0; n < 10000; n++) {
		size_t	 before = cap;

		ck_assert(VEC_ROOM(at, n, &cap));
		ck_assert_uint_gt(cap, n);
		grown += cap != before;
		at[n] = (struct pair){ n, (char)n };
	}
	for (size_t i = 0; i < n; i++)
		ck_assert(at[i].a == i && at[i].b == (char)i);
	ck_assert_uint_lt(grown, 20);		/* it doubles: far less often than once an
						   element */
	free(at);
}
END_TEST

START_TEST(array_has_room_for_the_index_asked_for)
{
	int	*at = NULL;
	size_t	 cap = 0;

	ck_assert(VEC_ROOM(at, 1000, &cap));
	at[1000] = 1;
	ck_assert_uint_gt(cap, 1000);
	free(at);
}
END_TEST

/* Sizes that do not fit into size_t are refused, and what there was stays. */
START_TEST(array_refuses_sizes_that_would_wrap)
{
	int	*at = malloc(sizeof *at), *was = at;
	size_t	 cap = 1;

	ck_assert_ptr_nonnull(at);
	at[0] = 7;
	ck_assert(!vec_room(&at, 1, &cap, SIZE_MAX / 2));
	ck_assert(!VEC_ROOM(at, SIZE_MAX, &cap));
	ck_assert(!VEC_ROOM(at, SIZE_MAX / 2, &cap));
	ck_assert_ptr_eq(at, was);
	ck_assert_uint_eq(cap, 1);
	ck_assert_int_eq(at[0], 7);
	cap = SIZE_MAX / 2 + 1;			/* twice as much would wrap */
	ck_assert(!VEC_ROOM(at, cap, &cap));
	ck_assert_uint_eq(cap, SIZE_MAX / 2 + 1);
	free(at);
}
END_TEST

/* ---- sets of ids ----------------------------------------------------------------------------- */

/* Ids of a kind: counted up, equal in their low half, equal in their high half, mixed. */
static uint64_t
id_of(int kind, uint64_t i)
{
	return kind == 0 ? i : kind == 1 ? i << 32 : kind == 2 ? UINT64_MAX - i :
	    (i * UINT64_C(6364136223846793005)) >> 7;
}

static void
check_set(int kind)
{
	struct idset	 s = { .at = NULL };
	bool		 added;

	for (uint64_t i = 0; i < 3000; i++) {
		ck_assert(!idset_has(&s, id_of(kind, i)));
		ck_assert(idset_add(&s, id_of(kind, i), &added) && added);
		ck_assert_uint_eq(s.n, i + 1);
		ck_assert(idset_add(&s, id_of(kind, i / 2), &added) && !added);
		ck_assert_uint_eq(s.n, i + 1);
	}
	for (uint64_t i = 0; i < 3000; i++) {
		ck_assert_uint_eq(idset_find(&s, id_of(kind, i)), i);
		ck_assert_uint_eq(s.at[i], id_of(kind, i));
		ck_assert_uint_eq(idset_find(&s, id_of(kind, 3000 + i)), IDSET_NONE);
	}
	idset_free(&s);
	ck_assert_uint_eq(s.n, 0);
	ck_assert(!idset_has(&s, id_of(kind, 1)));
	ck_assert(idset_add(&s, 0, NULL));	/* 0 is an id like others, and `added` may be
						   left out */
	ck_assert(idset_has(&s, 0));
	idset_free(&s);
}

START_TEST(set_holds_what_was_added)
{
	for (int kind = 0; kind < 4; kind++)
		check_set(kind);
}
END_TEST

TEST_SUITE(arrays, "forms/vec", array_keeps_its_elements, array_has_room_for_the_index_asked_for,
    array_refuses_sizes_that_would_wrap, set_holds_what_was_added)
TEST_MAIN(arrays)
