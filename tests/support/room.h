#ifndef TESTS_SUPPORT_ROOM_H
#define TESTS_SUPPORT_ROOM_H

/*
 * The directory for files of the tests of one program. tests/run gives each program a $TMPDIR and
 * removes it; a program that was started by hand gets one here, so that a test which fails or does
 * not remove its files leaves nothing in /tmp.
 */
void		 room_open(void);	/* to be called before the first test, in the process from
					   which tests fork */
void		 room_close(void);

#endif
