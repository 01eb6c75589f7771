#include "forms/def.h"

#include <stdio.h>
#include <string.h>

#include "tests/harness.h"

/*
 * An administrator's slips in the county's own definitions: a key gone, something in the place of
 * something else. Whatever comes of a few of them is refused with a reason or understood, and never
 * the end of the program. SLIPS=8000 in the environment for a long run, SEED=n for another one.
 */
#define SLIPS	"120"

static uint64_t		 state;

static unsigned
below(size_t n)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)((state >> 33) % n);
}

static unsigned long
asked(const char *name, const char *otherwise)
{
	const char	*text = getenv(name);

	return strtoul(text != NULL ? text : otherwise, NULL, 10);
}

static bool
has_parts(const struct val *v)
{
	return val_kind(v) == VAL_LIST || val_kind(v) == VAL_MAP;
}

static const struct val *
part(const struct val *v, size_t i)
{
	return val_kind(v) == VAL_LIST ? val_at(v, i) : val_value(v, i);
}

static size_t
count(const struct val *v)
{
	size_t	 n = 1;

	for (size_t i = 0; has_parts(v) && i < val_len(v); i++)
		n += count(part(v, i));
	return n;
}

/* The k-th of all, itself the first; *k becomes 0 on the way. */
static const struct val *
nth(const struct val *v, size_t *k)
{
	const struct val	*found;

	if (*k == 0)
		return v;
	--*k;
	for (size_t i = 0; has_parts(v) && i < val_len(v); i++)
		if ((found = nth(part(v, i), k)) != NULL)
			return found;
	return NULL;
}

/* Of the kinds a file can hold, or something from elsewhere in it. */
static struct val *
anything(const struct val *from)
{
	size_t	 k = below(count(from));

	switch (below(9)) {
	case 0:
		return val_map();
	case 1:
		return val_list();
	case 2:
		return val_int((int64_t)below(100) - 50);
	case 3:
		return val_int(INT64_MAX);
	case 4:
		return val_bool(true);
	case 5:
		return val_text("");
	case 6:
		return val_text("{x}");
	default:
		return val_dup(nth(from, &k));
	}
}

static void
slip(struct val *all)
{
	struct val	*in;
	char		 key[200];
	size_t		 k, at;

	do {
		k = below(count(all));
		in = (struct val *)(uintptr_t)nth(all, &k);
	} while (!has_parts(in) || val_len(in) == 0);
	at = below(val_len(in));
	if (val_kind(in) == VAL_LIST) {
		ck_assert(val_add(in, anything(all)));
		return;
	}
	snprintf(key, sizeof key, "%s", val_key(in, at));
	if (below(3) == 0)
		val_drop(in, key);
	else
		ck_assert(val_put(in, below(4) == 0 ? "slip" : key, anything(all)));
}

START_TEST(refused_or_understood)
{
	struct lint	 lint = { BUF_INIT, 0 };
	struct val	*good, *v;
	struct set	*set;
	char		 path[512];

	snprintf(path, sizeof path, "%s/forms/county", getenv("SRCDIR") != NULL ? getenv("SRCDIR") :
	    ".");
	ck_assert_ptr_nonnull(good = set_read(path, &lint));
	ck_assert_msg(lint.n == 0, "%s", buf_str(&lint.out));
	state = asked("SEED", "1");
	for (unsigned long i = asked("SLIPS", SLIPS); i > 0; i--) {
		ck_assert_ptr_nonnull(v = val_dup(good));
		for (unsigned n = 1 + below(3); n > 0; n--)
			slip(v);
		set = load_set(v, &lint);
		ck_assert_msg((set == NULL) == (lint.n > 0), "%lu left: %s", i, buf_str(&lint.out));
		set_free(set);
		buf_reset(&lint.out);
		lint.n = 0;
	}
	buf_free(&lint.out);
	val_free(good);
}
END_TEST

TEST_SUITE(slips, "forms/slips", refused_or_understood)
TEST_MAIN(slips)
