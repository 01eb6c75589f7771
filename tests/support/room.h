#ifndef TESTS_SUPPORT_ROOM_H
#define TESTS_SUPPORT_ROOM_H

/*
 * Where the tests of one program put files. tests/run gives each program a $TMPDIR and removes it;
 * a program that was started by hand gets one here, so that a test which fails or forgets to tidy
 * up leaves nothing in /tmp.
 */
void		 room_open(void);	/* before the first test, in the process they are started from */
void		 room_close(void);

#endif
