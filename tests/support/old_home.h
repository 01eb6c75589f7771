#ifndef TESTS_SUPPORT_OLD_HOME_H
#define TESTS_SUPPORT_OLD_HOME_H

/*
 * Makes a home as an earlier version of the program left it, from tests/data/home-FORMAT.tar.gz:
 * its key, its definitions (HOME/forms) and every row of every table. `home` does not exist yet,
 * its parent does. Fails the test when it cannot.
 *
 *	home-1	a demo county of three children with half a year of history
 */
void	 old_home_make(const char *home, unsigned format);

#endif
