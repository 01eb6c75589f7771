#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <linux/ptrace.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/bench/bench.h"
#include "tests/support/demo.h"
#include "tests/support/vt.h"
#include "tui/term/locale.h"
#include "tui/term/width.h"

/*
 * The client on a terminal of 80x24: what goes over the line for what a person does, beside the
 * bytes of the cells that changed, which is the least any program could send; with how many writes
 * (each is a packet of its own over ssh); what a client costs in memory and how long it takes to
 * its first menu, beside a program that does nothing on ncurses.
 *
 *	bench_client DIR
 *	BENCH_QUICK=1
 */
#define ROWS	24
#define COLS	80
#define MANY	20		/* clients at once */
#define STARTS	10

static _Noreturn void
die(const char *what, const char *why)
{
	fprintf(stderr, "bench_client: %s: %s\n", what, why);
	exit(1);
}

/* ---- counting writes ------------------------------------------------------------------------- */

/*
 * A thread that stands beside the program as its debugger and counts its writes to the terminal.
 * ncurses prints into a file in memory first, so what /proc counts would not tell.
 */
struct watch {
	pthread_t	 thread;
	pid_t		 pid;
	atomic_uint	 writes;
	atomic_bool	 stop, on;
};

static bool
begin_watch(struct watch *w)
{
	return ptrace(PTRACE_SEIZE, w->pid, NULL, (void *)PTRACE_O_TRACESYSGOOD) == 0 &&
	    ptrace(PTRACE_INTERRUPT, w->pid, NULL, NULL) == 0;
}

static void
look_at_call(struct watch *w)
{
	struct __ptrace_syscall_info	 info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, w->pid, sizeof(info), &info) > 0 &&
	    info.op == PTRACE_SYSCALL_INFO_ENTRY &&
	    info.entry.nr == SYS_write && info.entry.args[0] == 1)
		atomic_fetch_add(&w->writes, 1);
}

static void *
watching(void *arg)
{
	struct watch	*w = arg;
	int		 status, sig;

	atomic_store(&w->on, begin_watch(w));
	while (atomic_load(&w->on) && waitpid(w->pid, &status, __WALL) == w->pid &&
	    WIFSTOPPED(status)) {
		if (atomic_load(&w->stop)) {
			ptrace(PTRACE_DETACH, w->pid, NULL, NULL);
			break;
		}
		sig = WSTOPSIG(status);
		if (sig == (SIGTRAP | 0x80))
			look_at_call(w);
		/* no signal of the program's own */
		if (sig == (SIGTRAP | 0x80) || status >> 16 != 0)
			sig = 0;
		ptrace(PTRACE_SYSCALL, w->pid, NULL, (void *)(intptr_t)sig);
	}
	return NULL;
}

static void
watch_start(struct watch *w, pid_t pid)
{
	memset(w, 0, sizeof(*w));
	w->pid = pid;
	if (pthread_create(&w->thread, NULL, watching, w) != 0)
		die("thread", strerror(errno));
}

/* The signal is one that a program does not notice; the debugger does. */
static void
watch_end(struct watch *w)
{
	atomic_store(&w->stop, true);
	kill(w->pid, SIGURG);
	pthread_join(w->thread, NULL);
}

/* ---- the screen ------------------------------------------------------------------------------ */

struct cell {
	char		 text[15];	/* "" = the right half of the one before */
	unsigned char	 attr;
};

struct shot {
	struct cell	 cells[ROWS][COLS];
};

static void
take_shot(struct vt *vt, struct shot *shot)
{
	struct cell	*cell;
	int		 row, col, wide;

	memset(shot, 0, sizeof(*shot));
	for (row = 0; row < ROWS; row++)
		for (col = 0; col < COLS; col += wide > 1 ? 2 : 1) {
			cell = &shot->cells[row][col];
			snprintf(cell->text, sizeof(cell->text), "%s", vt_cells(vt, row, col, 1));
			cell->attr = (unsigned char)vt_attr(vt, row, col);
			width_cluster(cell->text, strlen(cell->text), &wide);
		}
}

/* The least: every cell that changed, in the terminal's encoding, and no byte to get there. */
static size_t
least_bytes(const struct shot *was, const struct shot *is)
{
	const struct cell	*a = was->cells[0], *b = is->cells[0];
	struct buf		 out = BUF_INIT;
	size_t			 i, n;

	for (i = 0; i < ROWS * COLS; i++)
		if (strcmp(a[i].text, b[i].text) != 0 || a[i].attr != b[i].attr)
			locale_encode(&out, b[i].text, strlen(b[i].text));
	n = out.n;
	buf_free(&out);
	return n;
}

/* ---- what a person does ---------------------------------------------------------------------- */

#define MENU	"菜单"

struct step {
	const char	*label;
	const char	*keys;		/* "@…": a client starts as this person; "#…": the number
					   of that line of the menu */
	const char	*until;		/* NULL: whatever comes */
	bool		 hidden;	/* on the way to another; not shown */
};

static const struct step	 steps[] = {
	{ "start to the menu", "@PERSONA=agency", MENU, false },
	{ "menu to a list", "#全部档案", "1-19", false },
	{ "list: next page", "<PgDn>", "20-38", false },
	{ "list: one line down", "<Down>", NULL, false },
	{ "back to the menu", "<C-b>", MENU, false },
	{ "a director's start", "@PERSONA=director", MENU, false },
	{ "menu to a form", "#登记孩子", "新登记", false },
	{ "form: next page", "<PgDn>", "第2页", false },
	{ "form: page before", "<PgUp>", "第1页", false },
	{ "form: Tab", "<Tab>", NULL, false },
	{ "form: an ASCII key", "a", NULL, false },
	{ "form: Backspace", "<BS>", NULL, false },
	{ "form: a Chinese character", "王", NULL, false },
	{ "form: Backspace on it", "<BS>", NULL, false },
	{ "", "<Tab><Tab>", NULL, true },
	{ "form: choices open", "<C-l>", NULL, false },
	{ "form: choices close", "<C-b>", NULL, false },
	{ "form: help", "<C-_>", NULL, false },
	{ "form: help away", "<C-b>", NULL, false },
};
#define NSTEPS	(sizeof(steps) / sizeof(steps[0]))

struct terminal {
	const char	*label, *term, *encoding;
	enum encoding	 ours;
};

static const struct terminal	 terminals[] = {
	{ "xterm-256color", "TERM=xterm-256color", "UTF-8", ENC_UTF8 },
	{ "vt220", "TERM=vt220", "UTF-8", ENC_UTF8 },
	{ "xterm in GB18030", "TERM=xterm-256color", "GB18030", ENC_GB18030 },
};
#define NTERMINALS	(sizeof(terminals) / sizeof(terminals[0]))

struct figures {
	size_t	 bytes, least, writes;
};

static struct vt *
start_client(const struct demo *d, const struct terminal *t, const char *persona)
{
	const char	*argv[] = { demo_program("shouwang"), "-S", d->socket, "-e", t->encoding,
	    NULL };
	const char	*env[] = { "LC_ALL=C.UTF-8", persona, t->term, NULL };

	return vt_start_in(t->encoding, argv, env, ROWS, COLS);
}

static void
expect(struct vt *vt, const char *text)
{
	if (text != NULL && !vt_wait(vt, text)) {
		fputs(vt_dump(vt), stderr);
		die(text, "did not come");
	}
}

/* Until nothing has come for a while: answers that arrive after the first paint belong to it. */
static void
settle(struct vt *vt)
{
	uint64_t	 before;

	do {
		before = vt_bytes(vt);
		vt_pause(vt, 150);
	} while (vt_bytes(vt) != before);
}

/* The digit before a line of the menu. */
static void
type_number_of(struct vt *vt, const char *line)
{
	const char	*row;
	char		 key[2] = "";
	int		 at;

	if (!vt_find(vt, line, &at, NULL))
		die(line, "is not in the menu");
	row = vt_row(vt, at);
	key[0] = row[strcspn(row, "0123456789")];
	vt_type(vt, key);
}

/* One client under watch. */
struct seat {
	struct vt	*vt;
	struct watch	 watch;
};

static void
leave_seat(struct seat *seat)
{
	if (seat->vt == NULL)
		return;
	watch_end(&seat->watch);
	vt_free(seat->vt);
}

static void
do_step(const struct demo *d, const struct terminal *t, struct seat *seat, const char *keys)
{
	if (keys[0] == '@') {
		leave_seat(seat);
		seat->vt = start_client(d, t, keys + 1);
		watch_start(&seat->watch, vt_pid(seat->vt));
	} else if (keys[0] == '#')
		type_number_of(seat->vt, keys + 1);
	else
		vt_type(seat->vt, keys);
}

static struct figures
measure_step(const struct demo *d, const struct terminal *t, struct seat *seat,
    const struct step *s)
{
	static struct shot		 was, is;
	const bool			 fresh = s->keys[0] == '@';
	uint64_t			 bytes = fresh ? 0 : vt_bytes(seat->vt);
	unsigned			 writes = fresh ? 0 : atomic_load(&seat->watch.writes);

	do_step(d, t, seat, s->keys);
	if (fresh)
		take_shot(seat->vt, &is);	/* nothing has been taken in yet: blank */
	was = is;
	expect(seat->vt, s->until);
	settle(seat->vt);
	take_shot(seat->vt, &is);
	return (struct figures){ vt_bytes(seat->vt) - bytes, least_bytes(&was, &is),
	    atomic_load(&seat->watch.on) ? atomic_load(&seat->watch.writes) - writes : SIZE_MAX };
}

static void
walk(const struct demo *d, const struct terminal *t, struct figures figures[NSTEPS])
{
	struct seat	 seat = { 0 };
	size_t		 i;

	locale_set_encoding(t->ours, 0);
	for (i = 0; i < NSTEPS; i++)
		figures[i] = measure_step(d, t, &seat, &steps[i]);
	leave_seat(&seat);
	locale_set_encoding(ENC_UTF8, 0);
}

static void
show_walks(const struct demo *d)
{
	static struct figures	 f[NTERMINALS][NSTEPS];
	size_t			 t, i;

	for (t = 0; t < NTERMINALS; t++)
		walk(d, &terminals[t], f[t]);
	puts("Bytes to the terminal, the least possible (the cells that changed), and writes, one for each painting (a list is painted\n"
	    "before it is counted); 80x24, Chinese. Going back a screen can cost less than the cells: erased ones go by the row.");
	printf("%-26s", "");
	for (t = 0; t < NTERMINALS; t++)
		printf("  %22s", terminals[t].label);
	printf("\n%-26s", "");
	for (t = 0; t < NTERMINALS; t++)
		printf("  %8s %7s %5s", "bytes", "least", "w");
	putchar('\n');
	for (i = 0; i < NSTEPS; i++) {
		if (steps[i].hidden)
			continue;
		printf("%-*s", 26, steps[i].label);
		for (t = 0; t < NTERMINALS; t++) {
			printf("  %8zu %7zu", f[t][i].bytes, f[t][i].least);
			printf(f[t][i].writes == SIZE_MAX ? "     -" : " %5zu", f[t][i].writes);
		}
		putchar('\n');
	}
}

/* ---- memory and start ------------------------------------------------------------------------ */

static struct vt *
start_blank(void)
{
	const char	*argv[] = { demo_program("tests/bench/blank"), NULL };

	return vt_start(argv, (const char *[]){ "LC_ALL=C.UTF-8", NULL }, ROWS, COLS);
}

static struct vt *
start_one(const struct demo *d, bool blank)
{
	struct vt	*vt = blank ? start_blank() :
	    start_client(d, &terminals[0], "PERSONA=director");

	expect(vt, blank ? "blank" : MENU);
	return vt;
}

/* Its share of what is in memory. */
static double
pss_kb(pid_t pid)
{
	char	 path[64], line[256];
	long	 kb = -1;
	FILE	*f;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	if ((f = fopen(path, "r")) == NULL)
		die(path, strerror(errno));
	while (kb == -1 && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "Pss: %ld", &kb) != 1)
			kb = -1;
	fclose(f);
	return (double)kb;
}

struct cost {
	double		 one, in_form;	/* kB */
	struct spread	 many;		/* kB each */
	struct spread	 start;		/* ms */
};

static struct spread
start_times(const struct demo *d, bool blank)
{
	double	 ms[STARTS], t;
	size_t	 i;

	for (i = 0; i < STARTS; i++) {
		t = bench_now();
		struct vt	*vt = start_one(d, blank);

		ms[i] = (bench_now() - t) * 1e3;
		vt_free(vt);
	}
	return bench_spread(ms, STARTS);
}

static struct cost
measure_cost(const struct demo *d, bool blank)
{
	struct vt	*vt[MANY];
	struct cost	 c = { .start = start_times(d, blank) };
	double		 kb[MANY];
	size_t		 i;

	for (i = 0; i < MANY; i++) {
		vt[i] = start_one(d, blank);
		if (i > 0 && i < MANY - 1)
			continue;
		settle(vt[i]);
		if (i == 0)
			c.one = pss_kb(vt_pid(vt[0]));
	}
	for (i = 0; i < MANY; i++)
		kb[i] = pss_kb(vt_pid(vt[i]));
	c.many = bench_spread(kb, MANY);
	for (i = 1; i < MANY; i++)
		vt_free(vt[i]);
	if (!blank) {
		type_number_of(vt[0], "登记孩子");
		expect(vt[0], "新登记");
		settle(vt[0]);
		c.in_form = pss_kb(vt_pid(vt[0]));
	}
	vt_free(vt[0]);
	return c;
}

static void
show_cost(const struct demo *d)
{
	struct cost	 ours = measure_cost(d, false), blank = measure_cost(d, true);

	printf("\n%-34s %10s %26s %10s   %s\n", "A client, beside a blank program", "client",
	    "[least .. most]", "blank", "ratio");
	printf("%-34s %10.1f [%10.1f .. %10.1f] %10.1f   %.1fx\n", "start to painted, ms",
	    ours.start.median, ours.start.min,
	    ours.start.max, blank.start.median, ours.start.median / blank.start.median);
	printf("%-34s %10.0f %26s %10.0f   %.1fx\n", "PSS of one, kB", ours.one, "", blank.one,
	    ours.one / blank.one);
	printf("%-34s %10.0f\n", "... in a form", ours.in_form);
	printf("%-34s %10.0f [%10.0f .. %10.0f] %10.0f   %.1fx\n", "PSS of each of 20, kB",
	    ours.many.median, ours.many.min,
	    ours.many.max, blank.many.median, ours.many.median / blank.many.median);
}

int
main(int argc, char **argv)
{
	struct demo	 d;

	if (argc != 2)
		die("arguments", "DIR");
	if (locale_open(&(struct locale_want){ .encoding = "utf-8" }) != NULL)
		die("locale", "there is no UTF-8 locale");
	demo_make(&d, argv[1], bench_quick() ? 100 : 600);
	demo_start(&d);
	show_walks(&d);
	show_cost(&d);
	demo_stop(&d);
	demo_free(&d);
	return 0;
}
