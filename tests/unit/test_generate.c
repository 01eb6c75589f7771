/*
 * What the demo county puts into a field whose type it has no drawer for: the example of the type.
 */
#include "admin/demo/generate.h"

#include "tests/harness.h"

static struct val *
answer(const struct field_type *type, bool many)
{
	struct field	 f = { .name = "x", .path = "x", .type = type, .many = many,
		    .see = ROLES_ALL, .write = ROLES_ALL, .required = REQUIRED_FIRST };
	struct rng	 rng = { 0 };
	struct generator in = { .today = 20260312, .rng = &rng, .facts = val_map() };
	struct act	 act = { .name = "a", .ask = &f, .nask = 1 };
	struct book	 book = { .name = "b" };
	struct val	*answers = generate_answers(&in, &book, &act, NULL), *v;

	ck_assert_ptr_nonnull(answers);
	v = val_dup(val_get(answers, "x"));
	val_free(answers);
	val_free(in.facts);
	return v;
}

START_TEST(a_type_without_a_drawer_has_its_example)
{
	struct field_type	 type = *type_find("date");
	struct val		*v;

	type.name = "day-of-no-drawer";
	type.example = "2025-12-31";
	v = answer(&type, false);
	ck_assert_int_eq(val_num(v, 0), 20251231);
	val_free(v);
	v = answer(&type, true);
	ck_assert_uint_eq(val_len(v), 1);
	ck_assert_int_eq(val_num(val_at(v, 0), 0), 20251231);
	val_free(v);
}
END_TEST

TEST_SUITE(generate, "demo/generate", a_type_without_a_drawer_has_its_example)
TEST_MAIN(generate)
