#include "tui/term/term.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termcap.h>		/* not <term.h>, which defines a struct term and macros like `lines` */
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "forms/buf.h"
#include "tui/term/keyin.h"
#include "tui/term/locale.h"
#include "tui/term/width.h"

#define TTY_IN		STDIN_FILENO
#define TTY_OUT		STDOUT_FILENO
/*
 * Bracketed paste, on every terminal: the entries of screen, kitty, rxvt and linux lack it although
 * most of those terminals have it, and one that has not ignores it. keyin.c knows the marks.
 */
#define PASTE_ON	"\033[?2004h"
#define PASTE_OFF	"\033[?2004l"
#define SIDE_MAX	999		/* rows and columns; a size beyond is a joke of the terminal's */

/*
 * ncurses only computes the difference of two screens. It "prints" into a file in memory; flush()
 * converts what it printed to the terminal's encoding and sends it with one write (by itself it
 * writes once for each changed line, each a packet of its own over ssh). It never reads: keyin.c
 * does, so half a character cannot block.
 */
struct term {
	SCREEN		*screen;
	FILE		*scratch;
	struct keyin	*keys;
	struct buf	 text;		/* one piece of text, as shown */
	struct buf	 out;		/* one flush */
	cchar_t		*cells;		/* one row */
	bool		 cursor;
	int		 cursor_row, cursor_col;
	bool		 ring, repaint;
	bool		 lost;		/* the other end is closed */
	bool		 hung_up;	/* K_HANGUP was handed out */
	uint64_t	 bytes, writes;
	uint32_t	 paints;
};

/* What the signal handlers need; the one terminal. */
static struct {
	volatile sig_atomic_t	 raw;			/* in our modes, to be reset at the end */
	struct termios		 before;
	char			 bye[128];		/* sequences that reset our modes */
	size_t			 nbye;
	int			 wake[2];		/* written by handlers, read by poll() */
	volatile sig_atomic_t	 resized, told_to_end, continued;
} tty = { .wake = { -1, -1 } };

/* ---- signals and modes ----------------------------------------------------------------------- */

static void
raw_mode(void)
{
	struct termios	 t = tty.before;

	t.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | IGNCR | INLCR | INPCK | ISTRIP | IXON | IXOFF);
	t.c_oflag &= ~(tcflag_t)OPOST;
	t.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	tcsetattr(TTY_OUT, TCSANOW, &t);	/* keys typed ahead stay */
}

static bool
has_room(void)
{
	struct pollfd	 p = { .fd = TTY_OUT, .events = POLLOUT };

	return poll(&p, 1, 0) > 0;
}

/*
 * Async-signal-safe: runs from atexit() and from handlers of fatal signals. Nothing here waits for
 * a terminal that has stopped reading: no write when there is no room, no draining.
 */
static void
restore_terminal(void)
{
	if (!tty.raw)
		return;
	tty.raw = 0;
	if (has_room() && write(TTY_OUT, tty.bye, tty.nbye) < 0) {
		/* it is gone; its modes are tried all the same */
	}
	tcsetattr(TTY_OUT, TCSANOW, &tty.before);
}

static void
on_fatal(int sig)
{
	restore_terminal();
	raise(sig);			/* SA_RESETHAND: now the default, with its core file */
}

static void
on_signal(int sig)
{
	int	 saved = errno;

	if (sig == SIGWINCH)
		tty.resized = 1;
	else if (sig == SIGCONT)
		tty.continued = 1;
	else {
		tty.told_to_end = 1;
		alarm(1);		/* and again each second: a write may be stuck until the
					   end */
	}
	if (write(tty.wake[1], "", 1) < 0) {
		/* full: poll() will return without it */
	}
	errno = saved;
}

static const struct {
	int	sig, flags;
	void	(*fn)(int);
} handlers[] = {
	{ SIGWINCH, SA_RESTART, on_signal }, { SIGCONT, SA_RESTART, on_signal },
	{ SIGHUP, 0, on_signal }, { SIGTERM, 0, on_signal }, { SIGINT, 0, on_signal },
	{ SIGALRM, 0, on_signal },
	{ SIGTSTP, 0, SIG_IGN },
	{ SIGSEGV, SA_RESETHAND, on_fatal }, { SIGBUS, SA_RESETHAND, on_fatal },
	{ SIGILL, SA_RESETHAND, on_fatal }, { SIGFPE, SA_RESETHAND, on_fatal },
	{ SIGABRT, SA_RESETHAND, on_fatal }, { SIGQUIT, SA_RESETHAND, on_fatal },
};
#define NHANDLERS	(sizeof(handlers) / sizeof(handlers[0]))

/* A fatal signal with a handler (of a sanitizer) keeps it. */
static void
install_handlers(void)
{
	struct sigaction	 now, sa;

	for (size_t i = 0; i < NHANDLERS; i++) {
		sigaction(handlers[i].sig, NULL, &now);
		if (handlers[i].fn == on_fatal && now.sa_handler != SIG_DFL)
			continue;
		memset(&sa, 0, sizeof(sa));
		sa.sa_handler = handlers[i].fn;
		sa.sa_flags = handlers[i].flags;
		sigaction(handlers[i].sig, &sa, NULL);
	}
}

static void
remove_handlers(void)
{
	struct sigaction	 now;

	for (size_t i = 0; i < NHANDLERS; i++) {
		sigaction(handlers[i].sig, NULL, &now);
		if (now.sa_handler == handlers[i].fn)
			signal(handlers[i].sig, SIG_DFL);
	}
}

static bool
open_wake(void)
{
	return pipe2(tty.wake, O_NONBLOCK | O_CLOEXEC) == 0;
}

static void
close_wake(void)
{
	close(tty.wake[0]);
	close(tty.wake[1]);
	tty.wake[0] = tty.wake[1] = -1;
}

static uint64_t
now_ms(void)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* ---- terminfo -------------------------------------------------------------------------------- */

static const char *
capability(const char *name)
{
	const char	*s = tigetstr(name);

	return s == (const char *)-1 ? NULL : s;
}

static struct buf	*collecting;

static int
collect(int c)
{
	buf_putc(collecting, (char)c);
	return c;
}

/* Appends a capability with its padding worked out; nothing when the terminal lacks it. */
static void
add_capability(struct buf *out, const char *name)
{
	const char	*s = capability(name);

	collecting = out;
	if (s != NULL)
		tputs(s, 1, collect);
}

static void
add_terminfo_keys(struct keyin *keys)
{
	static const struct {
		const char	*capability;
		enum key_code	 code;
	} table[] = {
		{ "kcuu1", K_UP }, { "kcud1", K_DOWN }, { "kcub1", K_LEFT }, { "kcuf1", K_RIGHT },
		{ "khome", K_HOME }, { "kend", K_END }, { "kpp", K_PGUP }, { "knp", K_PGDN },
		{ "kich1", K_INSERT }, { "kdch1", K_DELETE }, { "kbs", K_BACKSPACE },
		{ "kcbt", K_BACKTAB }, { "kent", K_ENTER },
		{ "kf1", K_F1 }, { "kf2", K_F2 }, { "kf3", K_F3 }, { "kf4", K_F4 },
		{ "kf5", K_F5 }, { "kf6", K_F6 }, { "kf7", K_F7 }, { "kf8", K_F8 },
		{ "kf9", K_F9 }, { "kf10", K_F10 }, { "kf11", K_F11 }, { "kf12", K_F12 },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const char	*s = capability(table[i].capability);

		if (s != NULL)
			keyin_add_sequence(keys, s, table[i].code);
	}
}

/* ---- sending --------------------------------------------------------------------------------- */

/*
 * A write to a terminal that stopped reading blocks; after a signal to end, SIGALRM interrupts it.
 */
static void
write_all(struct term *t, const char *p, size_t n)
{
	while (n > 0 && !t->lost) {
		ssize_t	 done = write(TTY_OUT, p, n);

		if (done > 0) {
			p += done;
			n -= (size_t)done;
			t->bytes += (uint64_t)done;
			t->writes++;
		} else if (errno != EINTR || tty.told_to_end) {
			t->lost = true;
		}
	}
}

/*
 * Removes the character set from each change of attributes: on xterm 6 of the 15 bytes around a
 * bold word. Only the first set is used, and it is selected at the start and with each repaint. No
 * text of ours has an escape. Returns the new length.
 */
static size_t
without_charsets(char *p, size_t n)
{
	static const char	 first[] = "\033(B";
	const size_t		 len = sizeof(first) - 1;
	size_t			 kept = 0;

	for (size_t at = 0; at < n;)
		if (n - at >= len && memcmp(p + at, first, len) == 0)
			at += len;
		else
			p[kept++] = p[at++];
	return kept;
}

/*
 * Moves the output of ncurses from the file in memory behind the bytes that wait in t->out, and
 * sends them.
 */
static void
send_scratch(struct term *t)
{
	int	 fd = fileno(t->scratch);
	off_t	 n = lseek(fd, 0, SEEK_CUR);
	char	*p;

	buf_reset(&t->text);
	if (n > 0 && (p = buf_room(&t->text, (size_t)n)) != NULL &&
	    pread(fd, p, (size_t)n, 0) == (ssize_t)n)
		locale_encode(&t->out, p, without_charsets(p, (size_t)n));
	lseek(fd, 0, SEEK_SET);
	write_all(t, buf_str(&t->out), t->out.n);
	/* no memory: the next flush sends the rest */
	t->repaint |= t->text.bad || t->out.bad;
	buf_reset(&t->out);
}

/* ---- open and close -------------------------------------------------------------------------- */

/* False when the terminal does not say (a serial line). */
static bool
window_size(int *rows, int *cols)
{
	struct winsize	 ws;

	if (ioctl(TTY_OUT, TIOCGWINSZ, &ws) != 0 || ws.ws_row == 0 || ws.ws_col == 0)
		return false;
	*rows = ws.ws_row < SIDE_MAX ? ws.ws_row : SIDE_MAX;
	*cols = ws.ws_col < SIDE_MAX ? ws.ws_col : SIDE_MAX;
	return true;
}

/*
 * ncurses cannot ask a file in memory for its size, and sets the scroll region before it gets one.
 */
static void
send_size(void)
{
	char	 text[16];
	int	 rows, cols;

	if (!window_size(&rows, &cols))
		return;
	snprintf(text, sizeof(text), "%d", rows);
	setenv("LINES", text, 1);
	snprintf(text, sizeof(text), "%d", cols);
	setenv("COLUMNS", text, 1);
}

static bool
open_scratch(struct term *t)
{
	int	 fd = memfd_create("screen", MFD_CLOEXEC);

	if (fd < 0)
		return false;
	if ((t->scratch = fdopen(fd, "w+")) == NULL)
		close(fd);
	return t->scratch != NULL;
}

/* Unknown types are sorted out before, because newterm() loses memory when it fails. */
static SCREEN *
open_screen(FILE *scratch)
{
	const char	*types[] = { getenv("TERM"), "xterm", "vt100" };
	SCREEN		*screen = NULL;

	send_size();
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]) && screen == NULL; i++)
		if (types[i] != NULL && *types[i] != '\0' && tgetent(NULL, types[i]) == 1)
			screen = newterm(types[i], scratch, stdin);
	unsetenv("LINES");
	unsetenv("COLUMNS");
	return screen;
}

/*
 * Keypad mode stays off: in application mode PuTTY's numeric keypad sends sequences for digits, and
 * arrows are understood in both modes. ncurses must not look at the keyboard: it would stop
 * painting during typing.
 */
static bool
prepare_screen(struct term *t)
{
	struct buf	 bye = BUF_INIT;

	if (capability("cup") == NULL)
		return false;
	nonl();
	typeahead(-1);
	scrollok(stdscr, FALSE);
	add_terminfo_keys(t->keys);
	buf_puts(&t->out, PASTE_ON);
	add_capability(&t->out, "rmacs");

	buf_puts(&bye, PASTE_OFF);
	add_capability(&bye, "sgr0");
	add_capability(&bye, "cnorm");
	add_capability(&bye, "rmcup");
	tty.nbye = bye.n < sizeof(tty.bye) ? bye.n : 0;
	memcpy(tty.bye, buf_str(&bye), tty.nbye);
	buf_free(&bye);
	return true;
}

static bool
make_row(struct term *t)
{
	cchar_t	*cells = realloc(t->cells, ((size_t)COLS + 1) * sizeof(*cells));

	if (cells != NULL)
		t->cells = cells;
	return cells != NULL;
}

static void
free_term(struct term *t)
{
	if (t->screen != NULL)
		delscreen(t->screen);
	if (t->scratch != NULL)
		fclose(t->scratch);
	keyin_free(t->keys);
	buf_free(&t->text);
	buf_free(&t->out);
	free(t->cells);
	free(t);
}

const char *
term_open(struct term **out)
{
	static bool	 registered;
	struct term	*t;
	const char	*why = _("There is not enough memory for the screen.");

	if (!isatty(TTY_IN) || !isatty(TTY_OUT) || tcgetattr(TTY_OUT, &tty.before) != 0)
		return _("There is no terminal here. Log in with one, for example with ssh -t.");
	if ((t = calloc(1, sizeof(*t))) == NULL)
		return why;
	if (!open_wake()) {
		free_term(t);
		return why;
	}
	install_handlers();		/* before ncurses, which installs only missing handlers */
	if (!open_scratch(t) || (t->keys = keyin_new()) == NULL ||
	    (t->screen = open_screen(t->scratch)) == NULL || !make_row(t))
		goto fail;
	if (!prepare_screen(t)) {
		why =
		    _("This type of terminal (TERM) cannot move its cursor. Set it to xterm or vt100.");
		goto fail;
	}
	if (!registered)
		registered = atexit(restore_terminal) == 0;
	tty.resized = tty.continued = tty.told_to_end = 0;
	tty.raw = 1;
	raw_mode();
	*out = t;
	return NULL;
fail:
	remove_handlers();
	close_wake();
	free_term(t);
	return why;
}

void
term_close(struct term *t)
{
	if (t == NULL)
		return;
	endwin();
	buf_puts(&t->out, PASTE_OFF);
	send_scratch(t);
	if (tty.raw)
		tcsetattr(TTY_OUT, TCSANOW, &tty.before);
	tty.raw = 0;
	alarm(0);
	remove_handlers();
	close_wake();
	free_term(t);
}

/* ---- drawing --------------------------------------------------------------------------------- */

int
term_rows(const struct term *t)
{
	(void)t;
	return LINES;
}

int
term_cols(const struct term *t)
{
	(void)t;
	return COLS;
}

void
term_begin(struct term *t)
{
	werase(stdscr);
	t->cursor = false;
}

static attr_t
curses_attr(unsigned attr)
{
	return ((attr & ATTR_BOLD) ? WA_BOLD : 0) | ((attr & ATTR_DIM) ? WA_DIM : 0) |
	    ((attr & ATTR_REVERSE) ? WA_REVERSE : 0) | ((attr & ATTR_UNDERLINE) ? WA_UNDERLINE : 0);
}

/* One cluster of shown text into one cell; returns its bytes. */
static size_t
make_cell(cchar_t *cell, attr_t attr, const char *s, size_t n)
{
	wchar_t		 wide[CCHARW_MAX + 1];
	size_t		 len = width_cluster(s, n, NULL), nwide = 0;
	uint32_t	 cp;

	for (size_t at = 0; at < len && nwide < CCHARW_MAX; nwide++) {
		at += width_utf8_get(s + at, len - at, &cp);
		wide[nwide] = (wchar_t)cp;
	}
	wide[nwide] = L'\0';
	setcchar(cell, wide, attr, 0, NULL);
	return len;
}

int
term_textn(struct term *t, int row, int col, int cells, unsigned attr, const char *s, size_t n)
{
	int	 room = COLS - col, used, count = 0;
	attr_t	 a = curses_attr(attr);

	if (row < 0 || row >= LINES || col < 0 || room <= 0)
		return 0;
	if (cells >= 0 && cells < room)
		room = cells;
	n = width_cut(s, n, room, &used);
	buf_reset(&t->text);
	width_show(&t->text, s, n);
	for (size_t at = 0; at < t->text.n;)
		at += make_cell(&t->cells[count++], a, t->text.p + at, t->text.n - at);
	for (; cells >= 0 && used < room; used++)
		make_cell(&t->cells[count++], a, " ", 1);
	mvadd_wchnstr(row, col, t->cells, count);
	return used;
}

int
term_text(struct term *t, int row, int col, int cells, unsigned attr, const char *s)
{
	return term_textn(t, row, col, cells, attr, s, strlen(s));
}

void
term_rule(struct term *t, int row)
{
	for (int col = 0; col < COLS; col++)
		term_textn(t, row, col, 1, ATTR_NORMAL, "-", 1);
}

void
term_blank(struct term *t, int row, int col, int rows, int cells)
{
	for (int i = 0; i < rows; i++)
		term_textn(t, row + i, col, cells, ATTR_NORMAL, "", 0);
}

void
term_cursor(struct term *t, int row, int col)
{
	t->cursor = row >= 0 && row < LINES && col >= 0 && col < COLS;
	t->cursor_row = row;
	t->cursor_col = col;
}

void
term_bell(struct term *t)
{
	t->ring = true;
}

void
term_repaint(struct term *t)
{
	t->repaint = true;
}

void
term_recode(struct term *t)
{
	t->repaint = true;
}

static void	 fill(struct term *);

/*
 * Input that is ready came before this paint, so it is read first. A terminal without room did not
 * show the paint until the write returned, so input until then counts as before it.
 */
static void
send_paint(struct term *t)
{
	const bool	 stalled = !has_room();

	fill(t);
	send_scratch(t);
	if (stalled)
		fill(t);
	keyin_stamp(t->keys, ++t->paints);
}

void
term_flush(struct term *t)
{
	if (t->lost)
		return;
	if (t->repaint) {
		clearok(curscr, TRUE);
		add_capability(&t->out, "rmacs");	/* line noise may have changed the
							   character set */
	}
	curs_set(t->cursor ? 1 : 0);
	leaveok(stdscr, !t->cursor);
	if (t->cursor)
		wmove(stdscr, t->cursor_row, t->cursor_col);
	wnoutrefresh(stdscr);
	doupdate();
	if (t->ring)
		beep();
	t->repaint = t->ring = false;
	send_paint(t);
}

uint32_t
term_paints(const struct term *t)
{
	return t->paints;
}

uint64_t
term_bytes(const struct term *t)
{
	return t->bytes;
}

uint64_t
term_writes(const struct term *t)
{
	return t->writes;
}

/* ---- input ----------------------------------------------------------------------------------- */

/* Reads what is there, without waiting. */
static void
fill(struct term *t)
{
	char		 bytes[KEYIN_ROOM];
	struct pollfd	 p = { .fd = TTY_IN, .events = POLLIN };
	ssize_t		 n;

	if (t->lost || keyin_room(t->keys) == 0 || poll(&p, 1, 0) <= 0)
		return;
	n = read(TTY_IN, bytes, keyin_room(t->keys));
	if (n > 0)
		keyin_feed(t->keys, bytes, (size_t)n, now_ms());
	else if (n == 0 || errno != EINTR)
		t->lost = true;
}

/* Another program may have used the terminal during the stop. */
static void
resume(struct term *t)
{
	tty.continued = 0;
	raw_mode();
	buf_puts(&t->out, PASTE_ON);
	t->repaint = true;
}

static bool
must_end(const struct term *t)
{
	return !t->hung_up && (tty.told_to_end || t->lost);
}

/* A hang-up brings a SIGCONT along, which is no reason to draw. */
static bool
must_redraw(const struct term *t)
{
	return !t->hung_up && (tty.resized || tty.continued);
}

static bool
has_event(struct term *t)
{
	return keyin_wait(t->keys, now_ms()) == 0 || must_redraw(t) || must_end(t);
}

#define WAIT_FDS	16

static int
shorter(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* One poll() of everything; true when one of the caller's descriptors is ready. */
static bool
poll_all(struct term *t, const int *fds, bool *ready, size_t nfds, int timeout)
{
	struct pollfd	 p[WAIT_FDS + 2];
	char		 drain[64];
	bool		 any = false;

	p[0] = (struct pollfd){ .fd = t->lost ? -1 : TTY_IN, .events = POLLIN };
	p[1] = (struct pollfd){ .fd = tty.wake[0], .events = POLLIN };
	for (size_t i = 0; i < nfds; i++)
		p[i + 2] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
	if (poll(p, (nfds_t)nfds + 2, timeout) < 0)
		return false;
	while (read(tty.wake[0], drain, sizeof(drain)) > 0)
		;
	for (size_t i = 0; i < nfds; i++) {
		any |= p[i + 2].revents != 0;
		if (ready != NULL)
			ready[i] = p[i + 2].revents != 0;
	}
	if (p[0].revents != 0)
		fill(t);
	return any;
}

bool
term_wait(struct term *t, const int *fds, bool *ready, size_t nfds, int timeout_ms)
{
	uint64_t	 start = now_ms();
	int		 left = timeout_ms;

	if (nfds > WAIT_FDS)
		nfds = WAIT_FDS;
	for (size_t i = 0; ready != NULL && i < nfds; i++)
		ready[i] = false;
	for (;;) {
		int	 wait = has_event(t) ? 0 : shorter(left, keyin_wait(t->keys, now_ms()));

		if (poll_all(t, fds, ready, nfds, wait) || has_event(t) || left == 0)
			return has_event(t);
		if (timeout_ms > 0) {
			uint64_t	 gone = now_ms() - start;

			left = gone < (uint64_t)timeout_ms ? timeout_ms - (int)gone : 0;
		}
	}
}

/* Takes the new size. The terminal may have moved its contents, so all is sent again. */
static void
take_size(struct term *t)
{
	int	 rows, cols;

	tty.resized = 0;
	if (!window_size(&rows, &cols))
		return;
	resize_term(rows, cols);
	if (!make_row(t))
		t->lost = true;
	t->repaint = true;
}

bool
term_key(struct term *t, struct key *key)
{
	if (must_redraw(t)) {
		if (tty.continued)
			resume(t);
		take_size(t);
		*key = KEY_OF(K_RESIZE);
		return true;
	}
	if (keyin_get(t->keys, now_ms(), key))
		return true;
	fill(t);
	if (keyin_get(t->keys, now_ms(), key))
		return true;
	if (!must_end(t))
		return false;
	t->hung_up = true;
	*key = KEY_OF(K_HANGUP);
	return true;
}

bool
term_lost(const struct term *t)
{
	return t->hung_up || t->lost;
}

bool
term_pending(struct term *t)
{
	if (term_lost(t))
		return false;
	fill(t);
	return keyin_wait(t->keys, now_ms()) == 0;
}
