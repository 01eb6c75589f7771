#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/harness.h"
#include "tui/widget/pack.h"

/* A value that could not be made ends the program: nothing is sent without one of its keys. */
static int
exit_status_of(void (*fn)(void))
{
	int	 status = 0;
	pid_t	 pid = fork();

	if (pid == 0) {
		fn();
		_exit(EX_OK);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
put_missing_value(void)
{
	struct val	*map = val_map();

	pack_put(map, "set", NULL);
	val_free(map);
}

static void
put_into_missing_map(void)
{
	pack_put(NULL, "set", val_map());
}

static void
copy_nothing(void)
{
	struct val	*map = val_map();

	pack_copy(map, "set", NULL);
	ck_assert_uint_eq(val_len(map), 0);
	val_free(map);
}

START_TEST(a_missing_value_ends_the_program)
{
	ck_assert_int_eq(exit_status_of(put_missing_value), EX_OSERR);
	ck_assert_int_eq(exit_status_of(put_into_missing_map), EX_OSERR);
	ck_assert_int_eq(exit_status_of(copy_nothing), EX_OK);
}
END_TEST

/*
 * A stored value of an earlier definition, a text where a group is now, loses against what is
 * typed.
 */
START_TEST(a_value_in_the_way_is_dropped)
{
	struct val	*map = val_map();

	pack_put(map, "father", val_text("earlier"));
	pack_put(map, "name", val_text("kept"));
	pack_set(map, "father.name", val_text("typed"));
	ck_assert_str_eq(val_str(val_find(map, "father.name")), "typed");
	ck_assert_str_eq(val_get_str(map, "name"), "kept");
	pack_put(val_get(map, "name"), "key", val_int(1));	/* a text takes no key */
	ck_assert_str_eq(val_get_str(map, "name"), "kept");
	val_free(map);
}
END_TEST

TEST_SUITE(packs, "values of the client", a_missing_value_ends_the_program,
    a_value_in_the_way_is_dropped)
TEST_MAIN(packs)
