#ifndef TESTS_TEMPLATE_H
#define TESTS_TEMPLATE_H

/*
 * Directories with which many tests begin. Making a home takes some hundred milliseconds, copying
 * one takes ten: tests/run names a directory for one run of the suite in $TEST_TEMPLATES, the first
 * test that needs a template makes it there, and every test gets a copy. Without that variable each
 * test makes its own, so that a program started by hand never uses a template of an older build.
 */

/*
 * Copies the template `name` to `to`, which does not exist yet. make(path) makes the template, a
 * directory that is complete and closed on return; its content may depend on nothing but the name.
 * Fails the test when it cannot.
 */
void	 template_copy(const char *name, void (*make)(const char *path), const char *to);

/*
 * Copies a directory with everything below it: regular files and directories with their modes,
 * blocks of zeros as holes. `to` does not exist yet. Fails the test when it cannot.
 */
void	 tree_copy(const char *from, const char *to);
void	 tree_remove(const char *path);		/* a missing path is no error */

#endif
