#include "core/log.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The journal's way to say how grave a line is; anywhere else a word says it. */
static const char *
mark(enum store_log level)
{
	if (getenv("JOURNAL_STREAM") != NULL)
		return level == STORE_LOG_ALARM ? "<2>" : "<6>";
	return level == STORE_LOG_ALARM ? "shouwangd: ALARM: " : "shouwangd: ";
}

void
log_line(enum store_log level, const char *line, void *arg)
{
	struct buf	 out = BUF_INIT;
	size_t		 from;

	(void)arg;
	buf_puts(&out, mark(level));
	from = out.n;
	buf_puts(&out, line);
	for (size_t i = from; i < out.n; i++)
		if ((unsigned char)out.p[i] < ' ')
			out.p[i] = ' ';
	buf_putc(&out, '\n');
	/* Where nobody reads there is nobody to be told. */
	if (out.n > 0 && write(STDERR_FILENO, out.p, out.n) == -1)
		out.n = 0;
	buf_free(&out);
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
