#include "core/env/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	SAID_MAX	= 64,	/* lines remembered; when all are recent the oldest is dropped */
	SAID_SECONDS	= 60
};

/* A line written not long ago. */
struct said {
	uint64_t	 key;
	time_t		 at;		/* monotonic; 0 = free */
	time_t		 clock;		/* the same moment by the wall clock */
	unsigned	 more;		/* repetitions not written since */
	enum store_log	 level;
	char		*line;
};

static pthread_mutex_t	 lock = PTHREAD_MUTEX_INITIALIZER;
static struct said	 table[SAID_MAX];

static bool	 details;

void
log_verbose(bool wanted)
{
	details = wanted;
}

/* The prefix by which the journal knows the priority of a line; elsewhere a word says it. */
static const char *
mark(enum store_log level)
{
	if (getenv("JOURNAL_STREAM") != NULL)
		return level == STORE_LOG_ALARM ? "<2>" : "<6>";
	return level == STORE_LOG_ALARM ? "shouwangd: ALARM: " : "shouwangd: ";
}

static void
write_line(enum store_log level, const char *line)
{
	struct buf	 out = BUF_INIT;
	size_t		 from;

	buf_puts(&out, mark(level));
	from = out.n;
	buf_puts(&out, line);
	for (size_t i = from; i < out.n; i++)
		if ((unsigned char)out.p[i] < ' ')
			out.p[i] = ' ';
	buf_putc(&out, '\n');
	/* When nobody reads standard error, the failure can be reported to nobody. */
	if (out.n > 0 && write(STDERR_FILENO, out.p, out.n) == -1)
		out.n = 0;
	buf_free(&out);
}

/* ---- lines that repeat ----------------------------------------------------------------------- */

static time_t
seconds(void)
{
	struct timespec	 t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + 1;
}

/* FNV-1a. */
static uint64_t
hash(uint64_t h, const void *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ ((const unsigned char *)p)[i]) * UINT64_C(0x100000001b3);
	return h;
}

#define HASH_START	UINT64_C(0xcbf29ce484222325)

/* Writes how often the line was repeated, and resets the count. */
static void
forget(struct said *s)
{
	struct buf	 b = BUF_INIT;
	struct tm	 tm;
	char		 when[8] = "";

	if (s->more > 0 && s->line != NULL) {
		if (localtime_r(&s->clock, &tm) != NULL)
			strftime(when, sizeof(when), "%H:%M", &tm);
		buf_printf(&b, "%s (%u times more since %s)", s->line, s->more, when);
		write_line(s->level, buf_str(&b));
	}
	buf_free(&b);
	free(s->line);
	*s = (struct said){ 0 };
}

/* The entry of a line, or a free one for it: the oldest where none is free. */
static struct said *
entry_for(uint64_t key)
{
	struct said	*best = &table[0];

	for (size_t i = 0; i < SAID_MAX; i++) {
		if (table[i].at != 0 && table[i].key == key)
			return &table[i];
		if (table[i].at < best->at)
			best = &table[i];
	}
	return best;
}

static void
say(enum store_log level, uint64_t key, const char *line)
{
	const time_t	 now = seconds();
	struct said	*s;

	pthread_mutex_lock(&lock);
	s = entry_for(key);
	if (s->at != 0 && s->key == key && now - s->at < SAID_SECONDS)
		s->more++;
	else {
		forget(s);
		*s = (struct said){ key, now, time(NULL), 0, level, strdup(line) };
		write_line(level, line);
	}
	pthread_mutex_unlock(&lock);
}

void
log_flush(bool all)
{
	const time_t	 now = seconds();

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < SAID_MAX; i++)
		if (table[i].at != 0 && (all || now - table[i].at >= SAID_SECONDS))
			forget(&table[i]);
	pthread_mutex_unlock(&lock);
}

/* ---- lines ----------------------------------------------------------------------------------- */

void
log_line(enum store_log level, const char *line, void *arg)
{
	(void)arg;
	if (level == STORE_LOG_DETAIL && !details)
		return;
	say(level, hash(HASH_START, line, strlen(line)), line);
}

static void __attribute__((format(printf, 2, 0)))
log_va(enum store_log level, const char *fmt, va_list ap)
{
	struct buf	 line = BUF_INIT;

	buf_vprintf(&line, fmt, ap);
	log_line(level, buf_str(&line), NULL);
	buf_free(&line);
}

void
log_info(const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	log_va(STORE_LOG_INFO, fmt, ap);
	va_end(ap);
}

void
log_alarm(const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	log_va(STORE_LOG_ALARM, fmt, ap);
	va_end(ap);
}

void
log_peer(const char *kind, uid_t uid, const char *fmt, ...)
{
	struct buf	 line = BUF_INIT;
	va_list		 ap;

	va_start(ap, fmt);
	buf_vprintf(&line, fmt, ap);
	va_end(ap);
	say(STORE_LOG_INFO, hash(hash(HASH_START, kind, strlen(kind)), &uid, sizeof(uid)),
	    buf_str(&line));
	buf_free(&line);
}
