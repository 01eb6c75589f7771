#ifndef TESTS_SUPPORT_VT_H
#define TESTS_SUPPORT_VT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * A program on a terminal of the test: a pty behind libvterm. Timing decides nothing: vt_wait()
 * looks until the text is there, and fails after VT_PATIENCE_MS, when something is broken anyway. A
 * failure of the terminal itself (no pty, no program) aborts with a line.
 *
 *	struct vt *vt = vt_start((const char *[]){ "build/shouwang", NULL }, NULL, 24, 80);
 *	vt_expect(vt, "守望");
 *	vt_type(vt, "王小明<Enter><C-o>");
 *	ck_assert_str_eq(vt_row(vt, 4), "姓名  王小明");
 *	ck_assert_int_eq(vt_end(vt), 0);
 */
struct vt;

#define VT_PATIENCE_MS	20000

/*
 * argv[0] is a path or searched in PATH. env adds to this process's environment: "NAME=value", or
 * "NAME" to remove it; NULL is nothing. TERM is xterm-256color unless env says otherwise; LINES and
 * COLUMNS are never passed on.
 */
struct vt	*vt_start(const char *const argv[], const char *const env[], int rows, int cols);
/*
 * A terminal that speaks GB18030 or GBK (iconv's names): what vt_type() types and what the program
 * prints is converted, and characters of ambiguous width take two cells, as on such terminals.
 */
struct vt	*vt_start_in(const char *encoding, const char *const argv[],
		    const char *const env[], int rows, int cols);

/*
 * Types UTF-8 text. Keys in angle brackets: <Enter> <Tab> <S-Tab> <Esc> <BS> <Del> <Up> <Down>
 * <Left> <Right> <Home> <End> <PgUp> <PgDn> <F1>..<F12> <Space> <C-a>..<C-z> <C-_> <Paste> </Paste>
 * (its marks) <lt>. An unknown name aborts.
 */
void		 vt_type(struct vt *, const char *keys);
void		 vt_send(struct vt *, const void *bytes, size_t n);	/* bytes, unchanged */
/* Reads output for so long: for input that has to arrive in parts, never to decide anything. */
void		 vt_pause(struct vt *, int ms);

/*
 * Waits until the text is on one row; until a row is exactly this; until the text is nowhere.
 * False: time is over, or the program ended.
 */
bool		 vt_wait(struct vt *, const char *text);
bool		 vt_wait_row(struct vt *, int row, const char *exactly);
bool		 vt_wait_gone(struct vt *, const char *text);
/*
 * As the first, but fails the test with the screen when the text does not appear. Needs <check.h>.
 */
#define vt_expect(vt, text)									\
	ck_assert_msg(vt_wait((vt), (text)), "\"%s\" did not come:\n%s", (text), vt_dump(vt))
#define vt_expect_row(vt, row, text)								\
	ck_assert_msg(vt_wait_row((vt), (row), (text)), "row %d is not \"%s\":\n%s", (row), (text), vt_dump(vt))
#define vt_expect_gone(vt, text)								\
	ck_assert_msg(vt_wait_gone((vt), (text)), "\"%s\" stays:\n%s", (text), vt_dump(vt))

/*
 * A row of the screen; call vt_wait() before. Rows and columns count from 0; wide characters come
 * once; no blanks at the end. Valid until the next call.
 */
const char	*vt_row(struct vt *, int row);
const char	*vt_cells(struct vt *, int row, int col, int cells);	/* exactly those cells, with
									   blanks */
/* either may be NULL */
bool		 vt_find(struct vt *, const char *text, int *row, int *col);
void		 vt_cursor(struct vt *, int *row, int *col);
bool		 vt_cursor_visible(struct vt *);
enum { VT_BOLD = 1, VT_UNDERLINE = 2, VT_REVERSE = 4 };			/* libvterm has no dim */
unsigned	 vt_attr(struct vt *, int row, int col);
/* The whole screen with row numbers and the cursor, for people. */
const char	*vt_dump(struct vt *);

uint64_t	 vt_bytes(struct vt *);			/* received so far */
const char	*vt_raw(struct vt *, size_t *n);	/* those bytes, before any conversion */
int		 vt_bells(struct vt *);
bool		 vt_alternate(struct vt *);		/* on the alternate screen */
int		 vt_rows(struct vt *);
int		 vt_cols(struct vt *);

void		 vt_resize(struct vt *, int rows, int cols);
void		 vt_hangup(struct vt *);		/* closes the line: the program gets SIGHUP
							   and EOF */
pid_t		 vt_pid(struct vt *);
/*
 * Waits for the program to end (and kills it when it does not): its exit status, 128 + signal, or
 * -1 when it had to be killed. The screen can still be read; the caller calls vt_free(), or
 * vt_end() for both.
 */
int		 vt_wait_exit(struct vt *);
int		 vt_wait_exit_unread(struct vt *);	/* the same without reading further
							   output */
void		 vt_free(struct vt *);	/* hangs up and kills the program first when needed */
int		 vt_end(struct vt *);

#endif
