#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include <check.h>
#include <stddef.h>
#include <stdlib.h>

#include "tests/support/room.h"

/*
 * What every test program needs around its tests:
 *
 *	START_TEST(grows) { ... } END_TEST
 *	START_TEST(stops_at_max) { ... } END_TEST
 *	TEST_SUITE(buffers, "forms/buf", grows, stops_at_max)
 *	TEST_MAIN(buffers)
 *
 * A suite that needs fixtures or loop tests is an ordinary function `static Suite *name(void)`;
 * TEST_MAIN takes it just the same. Each test runs in a process of its own unless CK_FORK=no says
 * otherwise, which is what a debugger wants.
 */
typedef Suite	*(*test_suite_fn)(void);

static inline Suite *
test_suite_of(const char *title, const TTest *const *tests, size_t n)
{
	Suite	*s = suite_create(title);
	TCase	*tc = tcase_create(title);

	for (size_t i = 0; i < n; i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(s, tc);
	return s;
}

/* Runs them all; EXIT_SUCCESS when no check failed. */
static inline int
test_run(const test_suite_fn *suites, size_t n)
{
	SRunner	*r = srunner_create(NULL);
	int	 failed;

	for (size_t i = 0; i < n; i++)
		srunner_add_suite(r, suites[i]());
	room_open();
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	room_close();
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define TEST_SUITE(name, title, ...)							\
	static Suite *									\
	name(void)									\
	{										\
		const TTest *const all[] = { __VA_ARGS__ };				\
											\
		return test_suite_of(title, all, sizeof(all) / sizeof(all[0]));		\
	}

#define TEST_MAIN(...)									\
	int										\
	main(void)									\
	{										\
		static const test_suite_fn all[] = { __VA_ARGS__ };			\
											\
		return test_run(all, sizeof(all) / sizeof(all[0]));			\
	}

#endif
