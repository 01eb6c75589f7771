#include "admin/bar.h"

#include <sys/ioctl.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DRAW_MS		250		/* between two drawings */
#define SURE_MS		2000		/* until the time left can be told, */
/* and this part of all (one in so many) must have been seen */
#define SURE_SHARE	50
/* columns of the bar; where there is no room for them, none */
#define BAR_LEAST	10
#define LINE_MAX_COLS	200

static int64_t
now_ms(void)
{
	struct timespec	 ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- the line -------------------------------------------------------------------------------- */

static unsigned
percent(const struct progress *p)
{
	return p->total > 0 ? (unsigned)(p->done < p->total ? p->done * 100 / p->total : 100) : 0;
}

/* 1234567 as 1,234,567. */
static void
print_number(char out[32], uint64_t n)
{
	char	 digits[24];
	int	 len = snprintf(digits, sizeof digits, "%" PRIu64, n), k = 0;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out[k++] = ',';
		out[k++] = digits[i];
	}
	out[k] = '\0';
}

static void
print_left(char *out, size_t size, int64_t left)
{
	if (left < 0)
		out[0] = '\0';
	else if (left < 5)
		snprintf(out, size, "  a few seconds left");
	else if (left < 55)
		snprintf(out, size, "  about %d seconds left", (int)(left + 4) / 5 * 5);
	else if (left < 90)
		snprintf(out, size, "  about a minute left");
	else if (left < 90 * 60)
		snprintf(out, size, "  about %d minutes left", (int)(left + 30) / 60);
	else
		snprintf(out, size, "  about %d hours left", (int)((left + 1800) / 3600));
}

/* detail 2: "records 501 of 5,012"; 1: "records 501"; 0: nothing. */
static void
print_counts(char *out, size_t size, const struct progress *p, const char *note, int detail)
{
	char	 n[32], of[32];

	out[0] = '\0';
	if (detail == 0 || (note == NULL && p->step == NULL))
		return;
	print_number(n, p->n);
	print_number(of, p->of);
	if (note != NULL)
		snprintf(out, size, "  %s", note);
	else if (detail == 2 && p->of > 0)
		snprintf(out, size, "  %s %s of %s", p->step, n, of);
	else
		snprintf(out, size, "  %s %s", p->step, n);
}

static void
draw_bar(char *bar, int cols, const struct progress *p)
{
	const int	 full = (int)(percent(p) * (unsigned)(cols - 3) / 100);

	bar[0] = ' ';
	bar[1] = '[';
	for (int i = 0; i < cols - 3; i++)
		bar[2 + i] = i < full ? '#' : '.';
	bar[cols - 1] = ']';
	bar[cols] = '\0';
}

/* Counts give way first, then the time left, then the bar. */
void
bar_print(char *line, size_t size, int width, const char *what, const struct progress *p,
    const char *note, int64_t left)
{
	char	 share[16], counts[128], time[64], bar[LINE_MAX_COLS + 1] = "";
	int	 room = 0, cut = width < LINE_MAX_COLS ? width : LINE_MAX_COLS;

	snprintf(share, sizeof share, "  %u %%", percent(p));
	print_left(time, sizeof time, left);
	for (int detail = 2; detail >= -1; detail--) {
		if (detail == -1)
			time[0] = '\0';
		print_counts(counts, sizeof counts, p, note, detail > 0 ? detail : 0);
		room = cut - (int)(strlen(what) + strlen(share) + strlen(counts) + strlen(time));
		if (room >= BAR_LEAST + 3)
			break;
	}
	if (room >= BAR_LEAST + 3)
		draw_bar(bar, room, p);
	snprintf(line, size, "%s%s%s%s%s", what, bar, share, counts, time);
	if (strlen(line) > (size_t)cut)
		line[cut] = '\0';
}

/* ---- on the terminal ------------------------------------------------------------------------- */

/* The last column stays free: some terminals go to the next line with it. */
static int
columns(void)
{
	struct winsize	 ws;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 1 ? ws.ws_col - 1 : 79;
}

void
bar_begin(struct bar *b, const char *what)
{
	*b = (struct bar){ .what = what, .terminal = isatty(STDOUT_FILENO) == 1 };
}

/* From what was seen, for it may have begun long before. */
static int64_t
seconds_left(struct bar *b, const struct progress *p, int64_t now)
{
	uint64_t	 seen;

	if (p->total == 0)
		return -1;
	if (!b->measured) {
		b->measured = true;
		b->first_ms = now;
		b->first_done = p->done;
	}
	seen = p->done > b->first_done ? p->done - b->first_done : 0;
	if (now - b->first_ms < SURE_MS || seen < p->total / SURE_SHARE || seen == 0)
		return -1;
	return (int64_t)((double)(p->total - p->done) / (double)seen *
	    (double)(now - b->first_ms) / 1000);
}

static void
show_line(struct bar *b, const struct progress *p, const char *note)
{
	const int64_t	 now = now_ms(), left = seconds_left(b, p, now);
	char		 line[LINE_MAX_COLS + 56];
	const int	 cols = columns();

	if (b->drawn_ms != 0 && now - b->drawn_ms < DRAW_MS)
		return;
	/* it stands still meanwhile */
	bar_print(line, sizeof line, cols, b->what, p, note, note == NULL ? left : -1);
	/* the cursor in front: what Ctrl-C echoes must not begin another line */
	printf("\r%-*s\r", cols, line);
	fflush(stdout);
	b->drawn = true;
	b->drawn_ms = now;
}

static void
tell_tenth(struct bar *b, const struct progress *p)
{
	char	 counts[128];

	if (p->total == 0 || percent(p) / 10 <= b->tenth)
		return;
	b->tenth = percent(p) / 10;
	print_counts(counts, sizeof counts, p, NULL, 2);
	printf("%s: %u %%%s%s\n", b->what, b->tenth * 10, counts[0] != '\0' ? "," :
	    "", counts[0] != '\0' ? counts + 1 : "");
	fflush(stdout);
}

void
bar_show(struct bar *b, const struct progress *p, const char *note)
{
	if (b->terminal)
		show_line(b, p, note);
	else
		tell_tenth(b, p);
}

void
bar_end(struct bar *b)
{
	if (!b->drawn)
		return;
	printf("\r%*s\r", columns(), "");
	fflush(stdout);
	b->drawn = false;
}
