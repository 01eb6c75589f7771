#include "tests/support/template.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/harness.h"

/* What tests begin with: copies that are like the original, of a template that is made once. */

#define MB	((off_t)1 << 20)

static char	 top[200];

static void
setup(void)
{
	snprintf(top, sizeof(top), "%s/template-XXXXXX", getenv("TMPDIR") != NULL ?
	    getenv("TMPDIR") : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(top));
}

static void
teardown(void)
{
	tree_remove(top);
}

static const char *
in_top(const char *name)
{
	static char	 paths[4][300];
	static unsigned	 n;
	char		*path = paths[n++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", top, name);
	return path;
}

static void
put(const char *path, off_t at, const char *text, mode_t mode)
{
	int	 fd = open(path, O_WRONLY | O_CREAT, 0600);

	ck_assert_int_eq(pwrite(fd, text, strlen(text), at), (ssize_t)strlen(text));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
}

static bool
holds(const char *path, off_t at, const char *text)
{
	char	 got[64] = "";
	int	 fd = open(path, O_RDONLY);
	ssize_t	 n = fd == -1 ? -1 : pread(fd, got, strlen(text), at);

	if (fd != -1)
		close(fd);
	return n == (ssize_t)strlen(text) && strcmp(got, text) == 0;
}

static struct stat
stat_of(const char *path)
{
	struct stat	 st;

	ck_assert_msg(stat(path, &st) == 0, "%s", path);
	return st;
}

START_TEST(a_copy_has_the_same_files)
{
	ck_assert_int_eq(mkdir(in_top("a"), 0750), 0);
	ck_assert_int_eq(mkdir(in_top("a/sub"), 0700), 0);
	put(in_top("a/one"), 0, "one", 0640);
	put(in_top("a/sub/two"), 0, "two", 0400);
	put(in_top("a/empty"), 0, "", 0600);
	tree_copy(in_top("a"), in_top("b"));
	ck_assert(holds(in_top("b/one"), 0, "one"));
	ck_assert(holds(in_top("b/sub/two"), 0, "two"));
	ck_assert_int_eq(stat_of(in_top("b/empty")).st_size, 0);
	ck_assert_uint_eq(stat_of(in_top("b")).st_mode & 07777, 0750);
	ck_assert_uint_eq(stat_of(in_top("b/sub")).st_mode & 07777, 0700);
	ck_assert_uint_eq(stat_of(in_top("b/one")).st_mode & 07777, 0640);
	ck_assert_uint_eq(stat_of(in_top("b/sub/two")).st_mode & 07777, 0400);
	put(in_top("b/one"), 0, "eno", 0600);
	ck_assert(holds(in_top("a/one"), 0, "one"));
}
END_TEST

/* A hole at the beginning, in the middle and at the end, and zeros that were written. */
START_TEST(holes_stay_holes)
{
	struct stat	 st;
	char		*zeros = calloc(1, (size_t)MB);
	int		 fd;

	ck_assert_int_eq(mkdir(in_top("a"), 0700), 0);
	put(in_top("a/f"), 8 * MB + 17, "middle", 0600);
	put(in_top("a/f"), 64 * MB, "late", 0600);
	fd = open(in_top("a/f"), O_WRONLY);
	ck_assert_int_eq(pwrite(fd, zeros, (size_t)MB, 32 * MB), MB);
	ck_assert_int_eq(ftruncate(fd, 128 * MB), 0);
	close(fd);
	tree_copy(in_top("a"), in_top("b"));
	st = stat_of(in_top("b/f"));
	ck_assert_int_eq(st.st_size, 128 * MB);
	ck_assert_int_lt(st.st_blocks * 512, MB);
	ck_assert(holds(in_top("b/f"), 8 * MB + 17, "middle"));
	ck_assert(holds(in_top("b/f"), 64 * MB, "late"));
	free(zeros);
}
END_TEST

/* ---- templates ------------------------------------------------------------------------------- */

/*
 * A file beside the template has a letter for each call. The pause lets others see a template that
 * is not complete.
 */
static void
make(const char *path)
{
	char	 file[400];
	int	 fd = open(in_top("made"), O_WRONLY | O_CREAT | O_APPEND, 0600);

	ck_assert_int_eq(write(fd, "x", 1), 1);
	close(fd);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	usleep(20000);
	snprintf(file, sizeof(file), "%s/file", path);
	put(file, 0, "whole", 0600);
}

START_TEST(made_once_for_all_who_want_it)
{
	int	 status;

	setenv("TEST_TEMPLATES", top, 1);
	fflush(NULL);
	for (int i = 0; i < 4; i++)
		if (fork() == 0) {
			char	 name[20], file[40];

			snprintf(name, sizeof(name), "copy%d", i);
			template_copy("t", make, in_top(name));
			snprintf(file, sizeof(file), "%s/file", name);
			_exit(holds(in_top(file), 0, "whole") ? 0 : 1);
		}
	for (int i = 0; i < 4; i++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
	ck_assert_int_eq(stat_of(in_top("made")).st_size, 1);
}
END_TEST

/* A test that was killed while it made the template leaves half of one. */
START_TEST(a_half_made_one_is_made_anew)
{
	setenv("TEST_TEMPLATES", top, 1);
	ck_assert_int_eq(mkdir(in_top("t.new"), 0700), 0);
	put(in_top("t.new/half"), 0, "half", 0600);
	template_copy("t", make, in_top("copy"));
	ck_assert(holds(in_top("copy/file"), 0, "whole"));
	ck_assert_int_ne(access(in_top("copy/half"), F_OK), 0);
}
END_TEST

START_TEST(without_a_place_each_makes_its_own)
{
	unsetenv("TEST_TEMPLATES");
	template_copy("t", make, in_top("one"));
	template_copy("t", make, in_top("two"));
	ck_assert(holds(in_top("one/file"), 0, "whole"));
	ck_assert(holds(in_top("two/file"), 0, "whole"));
	ck_assert_int_eq(stat_of(in_top("made")).st_size, 2);
}
END_TEST

static Suite *
templates(void)
{
	Suite	*s = suite_create("templates");
	TCase	*tc = tcase_create("templates");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_copy_has_the_same_files);
	tcase_add_test(tc, holes_stay_holes);
	tcase_add_test(tc, made_once_for_all_who_want_it);
	tcase_add_test(tc, a_half_made_one_is_made_anew);
	tcase_add_test(tc, without_a_place_each_makes_its_own);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(templates)
