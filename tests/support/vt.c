#include "tests/support/vt.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

#include "forms/buf.h"
#include "tui/term/width.h"

struct vt {
	VTerm		*term;
	VTermScreen	*screen;
	int		 master;		/* -1 after a hang-up or the program's end */
	pid_t		 pid;
	int		 status;
	bool		 ended;
	bool		 convert;
	iconv_t		 in, out;		/* conversion to and from the terminal's encoding */
	unsigned char	 half[4];		/* an incomplete character of the output */
	size_t		 nhalf;
	struct buf	 raw, text, dump;
	VTermPos	 cursor;
	bool		 visible, alternate;
	int		 bells;
};

static void
die(const char *what)
{
	fprintf(stderr, "vt: %s: %s\n", what, strerror(errno));
	abort();
}

static int64_t
now_ms(void)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- libvterm -------------------------------------------------------------------------------- */

static int
on_cursor(VTermPos pos, VTermPos old, int visible, void *arg)
{
	struct vt	*vt = arg;

	(void)old;
	(void)visible;
	vt->cursor = pos;
	return 1;
}

static int
on_property(VTermProp prop, VTermValue *val, void *arg)
{
	struct vt	*vt = arg;

	if (prop == VTERM_PROP_CURSORVISIBLE)
		vt->visible = val->boolean != 0;
	else if (prop == VTERM_PROP_ALTSCREEN)
		vt->alternate = val->boolean != 0;
	return 1;
}

static int
on_bell(void *arg)
{
	struct vt	*vt = arg;

	vt->bells++;
	return 1;
}

static const VTermScreenCallbacks	 callbacks = {
	.movecursor = on_cursor, .settermprop = on_property, .bell = on_bell,
};

static void
make_terminal(struct vt *vt, int rows, int cols)
{
	if ((vt->term = vterm_new(rows, cols)) == NULL)
		die("vterm_new");
	vterm_set_utf8(vt->term, 1);
	vt->screen = vterm_obtain_screen(vt->term);
	vterm_screen_set_callbacks(vt->screen, &callbacks, vt);
	vterm_screen_enable_altscreen(vt->screen, 1);
	vt->visible = true;
	vterm_screen_reset(vt->screen, 1);
}

/* ---- a terminal that speaks GB --------------------------------------------------------------- */

/*
 * Such a terminal shows every character of two bytes in two cells, also “ and ×; libvterm shows
 * those in one. So they are replaced by characters from an unused, wide part of plane 3, and
 * replaced back when the screen is read.
 */
#define STAND_IN	0x34000u
#define STAND_IN_PUA	0x38000u

static uint32_t
substitute(uint32_t cp)
{
	if (cp < 0x2e80)
		return STAND_IN + cp;
	return cp >= 0xe000 && cp <= 0xf8ff ? STAND_IN_PUA + cp - 0xe000 : cp;
}

static uint32_t
substituted(uint32_t cp)
{
	if (cp >= STAND_IN && cp < STAND_IN + 0x2e80)
		return cp - STAND_IN;
	return cp >= STAND_IN_PUA && cp <= STAND_IN_PUA + 0x18ff ? cp - STAND_IN_PUA + 0xe000 : cp;
}

static size_t
gb_length(const unsigned char *p, size_t n)
{
	if (p[0] < 0x81 || p[0] == 0xff)
		return 1;
	return n > 1 && p[1] >= '0' && p[1] <= '9' ? 4 : 2;
}

static void
show_gb(struct vt *vt, const unsigned char *p, size_t n)
{
	char		 utf8[8], *ip = (char *)(uintptr_t)p, *op = utf8;
	size_t		 left = n, room = sizeof(utf8);
	uint32_t	 cp;

	if (n > 1) {
		if (iconv(vt->in, &ip, &left, &op, &room) == (size_t)-1)
			op = utf8 + width_utf8_put(utf8, 0xfffd);
		else if (n == 2 && width_utf8_get(utf8, sizeof(utf8) - room, &cp) > 0)
			op = utf8 + width_utf8_put(utf8, substitute(cp));
		vterm_input_write(vt->term, utf8, (size_t)(op - utf8));
	} else {
		vterm_input_write(vt->term, (const char *)p, 1);
	}
}

static void
show_byte(struct vt *vt, unsigned char c)
{
	vt->half[vt->nhalf++] = c;
	if (vt->nhalf == 1 && gb_length(vt->half, 1) > 1)
		return;
	if (vt->nhalf < gb_length(vt->half, vt->nhalf))
		return;
	show_gb(vt, vt->half, vt->nhalf);
	vt->nhalf = 0;
}

static void
show(struct vt *vt, const char *p, size_t n)
{
	if (!vt->convert)
		vterm_input_write(vt->term, p, n);
	for (size_t i = 0; vt->convert && i < n; i++)
		show_byte(vt, (unsigned char)p[i]);
	vterm_screen_flush_damage(vt->screen);
}

/* ---- the program's side ---------------------------------------------------------------------- */

static void
close_master(struct vt *vt)
{
	if (vt->master >= 0)
		close(vt->master);
	vt->master = -1;
}

/* Reads the output of the program, waiting at most that long. False: there will be no more. */
static bool
pump(struct vt *vt, int ms)
{
	struct pollfd	 p = { .fd = vt->master, .events = POLLIN };
	char		 bytes[16384];
	size_t		 reply;
	ssize_t		 n;

	if (vt->master < 0)
		return false;
	if (poll(&p, 1, ms) <= 0)
		return true;
	n = read(vt->master, bytes, sizeof(bytes));
	if (n <= 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n <= 0) {
		close_master(vt);
		return false;
	}
	buf_put(&vt->raw, bytes, (size_t)n);
	show(vt, bytes, (size_t)n);
	while ((reply = vterm_output_read(vt->term, bytes, sizeof(bytes))) > 0)
		vt_send(vt, bytes, reply);
	return true;
}

static void
put_environment(const char *const env[])
{
	unsetenv("LINES");
	unsetenv("COLUMNS");
	setenv("TERM", "xterm-256color", 1);
	for (; env != NULL && *env != NULL; env++)
		if (strchr(*env, '=') != NULL)
			putenv((char *)(uintptr_t)*env);
		else
			unsetenv(*env);
}

static void
open_converters(struct vt *vt, const char *encoding)
{
	vt->convert = strcmp(encoding, "UTF-8") != 0;
	if (!vt->convert)
		return;
	vt->in = iconv_open("UTF-8", encoding);
	vt->out = iconv_open(encoding, "UTF-8");
	if (vt->in == (iconv_t)-1 || vt->out == (iconv_t)-1)
		die(encoding);
}

struct vt *
vt_start_in(const char *encoding, const char *const argv[], const char *const env[], int rows,
    int cols)
{
	struct vt	*vt = calloc(1, sizeof(*vt));
	struct winsize	 ws = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	if (vt == NULL)
		die("memory");
	open_converters(vt, encoding);
	make_terminal(vt, rows, cols);
	if ((vt->pid = forkpty(&vt->master, NULL, NULL, &ws)) < 0)
		die("forkpty");
	if (vt->pid == 0) {
		put_environment(env);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		fprintf(stderr, "vt: %s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	fcntl(vt->master, F_SETFL, O_NONBLOCK);
	fcntl(vt->master, F_SETFD, FD_CLOEXEC);
	return vt;
}

struct vt *
vt_start(const char *const argv[], const char *const env[], int rows, int cols)
{
	return vt_start_in("UTF-8", argv, env, rows, cols);
}

/* ---- typing ---------------------------------------------------------------------------------- */

static const struct {
	const char	*name, *bytes;
} named_keys[] = {
	{ "Enter", "\r" }, { "Tab", "\t" }, { "S-Tab", "\033[Z" }, { "Esc", "\033" },
	  { "Space", " " },
	{ "BS", "\177" }, { "Del", "\033[3~" },
	{ "Up", "\033[A" }, { "Down", "\033[B" }, { "Right", "\033[C" }, { "Left", "\033[D" },
	{ "Home", "\033[H" }, { "End", "\033[F" }, { "PgUp", "\033[5~" }, { "PgDn", "\033[6~" },
	{ "F1", "\033OP" }, { "F2", "\033OQ" }, { "F3", "\033OR" }, { "F4", "\033OS" },
	{ "F5", "\033[15~" }, { "F6", "\033[17~" }, { "F7", "\033[18~" }, { "F8", "\033[19~" },
	{ "F9", "\033[20~" }, { "F10", "\033[21~" }, { "F11", "\033[23~" }, { "F12", "\033[24~" },
	{ "Paste", "\033[200~" }, { "/Paste", "\033[201~" }, { "lt", "<" }, { "C-_", "\037" },
	  { "C-@", "\0" },
};

/* The program may read slowly, so its output is read meanwhile; else both sides would wait. */
void
vt_send(struct vt *vt, const void *bytes, size_t n)
{
	const char	*p = bytes;

	while (n > 0 && vt->master >= 0) {
		ssize_t	 done = write(vt->master, p, n);

		if (done > 0) {
			p += done;
			n -= (size_t)done;
		} else if (errno == EAGAIN || errno == EINTR)
			pump(vt, 10);
		else
			return;
	}
}

static void
send_text(struct vt *vt, const char *s, size_t n)
{
	char	 bytes[1024], *ip = (char *)(uintptr_t)s, *op;
	size_t	 room;

	if (!vt->convert) {
		vt_send(vt, s, n);
		return;
	}
	while (n > 0) {
		op = bytes;
		room = sizeof(bytes);
		if (iconv(vt->out, &ip, &n, &op, &room) == (size_t)-1 && errno != E2BIG)
			die("a character this terminal cannot type");
		vt_send(vt, bytes, sizeof(bytes) - room);
	}
}

static void
send_named(struct vt *vt, const char *name, size_t n)
{
	if (n == 3 && name[0] == 'C' && name[1] == '-' && name[2] >= 'a' && name[2] <= 'z') {
		char	 c = (char)(name[2] - 'a' + 1);

		vt_send(vt, &c, 1);
		return;
	}
	for (size_t i = 0; i < sizeof(named_keys) / sizeof(named_keys[0]); i++)
		if (strlen(named_keys[i].name) == n && memcmp(named_keys[i].name, name, n) == 0) {
			size_t	 len = strlen(named_keys[i].bytes);

			vt_send(vt, named_keys[i].bytes, len > 0 ? len : 1);
			return;
		}
	fprintf(stderr, "vt: there is no key <%.*s>\n", (int)n, name);
	abort();
}

void
vt_type(struct vt *vt, const char *keys)
{
	while (*keys != '\0') {
		const char	*end;
		size_t		 plain = strcspn(keys, "<");

		send_text(vt, keys, plain);
		keys += plain;
		if (*keys == '\0')
			return;
		if ((end = strchr(keys, '>')) == NULL)
			end = keys + strlen(keys) - 1;
		send_named(vt, keys + 1, (size_t)(end - keys - 1));
		keys = end + 1;
	}
}

void
vt_pause(struct vt *vt, int ms)
{
	int64_t	 until = now_ms() + ms, left;

	while ((left = until - now_ms()) > 0 && pump(vt, (int)left))
		;
	if (left > 0)
		poll(NULL, 0, (int)left);
}

/* ---- waiting --------------------------------------------------------------------------------- */

/*
 * Reads output until the condition holds, the program has ended and all output is read, or the time
 * is over.
 */
static bool
wait_for(struct vt *vt, bool (*holds)(struct vt *, const char *, int), const char *text, int row)
{
	int64_t	 until = now_ms() + VT_PATIENCE_MS;

	for (;;) {
		bool	 more = pump(vt, 0);

		if (holds(vt, text, row))
			return true;
		if (!more || now_ms() > until)
			return false;
		pump(vt, 50);
	}
}

static bool
is_there(struct vt *vt, const char *text, int row)
{
	(void)row;
	return vt_find(vt, text, NULL, NULL);
}

static bool
is_gone(struct vt *vt, const char *text, int row)
{
	return !is_there(vt, text, row);
}

static bool
is_row(struct vt *vt, const char *text, int row)
{
	return strcmp(vt_row(vt, row), text) == 0;
}

bool
vt_wait(struct vt *vt, const char *text)
{
	return wait_for(vt, is_there, text, 0);
}

bool
vt_wait_gone(struct vt *vt, const char *text)
{
	return wait_for(vt, is_gone, text, 0);
}

bool
vt_wait_row(struct vt *vt, int row, const char *exactly)
{
	return wait_for(vt, is_row, exactly, row);
}

/* ---- reading the screen ---------------------------------------------------------------------- */

static int
put_cell(struct buf *out, VTermScreen *screen, int row, int col)
{
	VTermScreenCell	 cell;
	char		 utf8[4];

	if (!vterm_screen_get_cell(screen, (VTermPos){ row, col }, &cell))
		return 1;
	if (cell.chars[0] == 0 || cell.chars[0] == UINT32_MAX)
		buf_putc(out, ' ');
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0 &&
	    cell.chars[i] != UINT32_MAX; i++)
		buf_put(out, utf8, width_utf8_put(utf8, substituted(cell.chars[i])));
	return cell.width > 1 ? cell.width : 1;
}

const char *
vt_cells(struct vt *vt, int row, int col, int cells)
{
	buf_reset(&vt->text);
	for (int end = col + cells; col < end;)
		col += put_cell(&vt->text, vt->screen, row, col);
	return buf_str(&vt->text);
}

const char *
vt_row(struct vt *vt, int row)
{
	vt_cells(vt, row, 0, vt_cols(vt));
	while (vt->text.n > 0 && vt->text.p[vt->text.n - 1] == ' ')
		vt->text.p[--vt->text.n] = '\0';
	return buf_str(&vt->text);
}

/* The cell of byte `before` of the text of the row. */
static int
column_of(struct vt *vt, int row, size_t before)
{
	int	 col = 0;

	buf_reset(&vt->text);
	while (vt->text.n < before)
		col += put_cell(&vt->text, vt->screen, row, col);
	return col;
}

bool
vt_find(struct vt *vt, const char *text, int *row, int *col)
{
	for (int r = 0; r < vt_rows(vt); r++) {
		const char	*line = vt_cells(vt, r, 0, vt_cols(vt));
		const char	*at = strstr(line, text);

		if (at == NULL)
			continue;
		if (row != NULL)
			*row = r;
		if (col != NULL)
			*col = column_of(vt, r, (size_t)(at - line));
		return true;
	}
	return false;
}

void
vt_cursor(struct vt *vt, int *row, int *col)
{
	*row = vt->cursor.row;
	*col = vt->cursor.col;
}

bool
vt_cursor_visible(struct vt *vt)
{
	return vt->visible;
}

unsigned
vt_attr(struct vt *vt, int row, int col)
{
	VTermScreenCell	 cell;

	if (!vterm_screen_get_cell(vt->screen, (VTermPos){ row, col }, &cell))
		return 0;
	return (cell.attrs.bold ? VT_BOLD : 0u) | (cell.attrs.underline ? VT_UNDERLINE : 0u) |
	    (cell.attrs.reverse ? VT_REVERSE : 0u);
}

const char *
vt_dump(struct vt *vt)
{
	struct buf	 out = BUF_INIT;

	for (int r = 0; r < vt_rows(vt); r++)
		buf_printf(&out, "%2d|%s\n", r, vt_row(vt, r));
	buf_printf(&out, "cursor %d,%d%s\n", vt->cursor.row, vt->cursor.col, vt->visible ? "" :
	    " hidden");
	buf_free(&vt->dump);
	vt->dump = out;
	return buf_str(&vt->dump);
}

uint64_t
vt_bytes(struct vt *vt)
{
	return vt->raw.n;
}

const char *
vt_raw(struct vt *vt, size_t *n)
{
	*n = vt->raw.n;
	return buf_str(&vt->raw);
}

int
vt_bells(struct vt *vt)
{
	return vt->bells;
}

bool
vt_alternate(struct vt *vt)
{
	return vt->alternate;
}

int
vt_rows(struct vt *vt)
{
	int	 rows, cols;

	vterm_get_size(vt->term, &rows, &cols);
	return rows;
}

int
vt_cols(struct vt *vt)
{
	int	 rows, cols;

	vterm_get_size(vt->term, &rows, &cols);
	return cols;
}

/* ---- the line and the end -------------------------------------------------------------------- */

/* Output for the old size must be read before the screen changes. */
void
vt_resize(struct vt *vt, int rows, int cols)
{
	struct winsize	 ws = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	pump(vt, 0);
	vterm_set_size(vt->term, rows, cols);
	if (ioctl(vt->master, TIOCSWINSZ, &ws) != 0)
		die("TIOCSWINSZ");
}

void
vt_hangup(struct vt *vt)
{
	close_master(vt);
}

pid_t
vt_pid(struct vt *vt)
{
	return vt->pid;
}

static void
collect_status(struct vt *vt, int status)
{
	vt->ended = true;
	vt->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	while (pump(vt, 0) && poll(&(struct pollfd){ .fd = vt->master, .events = POLLIN }, 1,
	    0) > 0)
		;
}

static void
kill_program(struct vt *vt)
{
	int	 status;

	kill(vt->pid, SIGKILL);
	waitpid(vt->pid, &status, 0);
	vt->ended = true;
	vt->status = -1;
}

static int
wait_exit(struct vt *vt, bool reading)
{
	int64_t	 until = now_ms() + VT_PATIENCE_MS;
	int	 status;

	while (!vt->ended && now_ms() < until) {
		if (waitpid(vt->pid, &status, WNOHANG) == vt->pid)
			collect_status(vt, status);
		else if (!reading || !pump(vt, 10))
			poll(NULL, 0, 5);
	}
	if (!vt->ended)
		kill_program(vt);
	return vt->status;
}

int
vt_wait_exit(struct vt *vt)
{
	return wait_exit(vt, true);
}

int
vt_wait_exit_unread(struct vt *vt)
{
	return wait_exit(vt, false);
}

void
vt_free(struct vt *vt)
{
	close_master(vt);
	if (!vt->ended)
		kill_program(vt);
	if (vt->convert) {
		iconv_close(vt->in);
		iconv_close(vt->out);
	}
	vterm_free(vt->term);
	buf_free(&vt->raw);
	buf_free(&vt->text);
	buf_free(&vt->dump);
	free(vt);
}

int
vt_end(struct vt *vt)
{
	int	 status = vt_wait_exit(vt);

	vt_free(vt);
	return status;
}
