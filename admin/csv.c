#include "admin/csv.h"

#include <sys/stat.h>

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "admin/admin.h"

/* ---- encodings ------------------------------------------------------------------------------- */

static bool
is_utf8(const char *p, size_t n)
{
	utf8proc_int32_t	 c;
	utf8proc_ssize_t	 used;

	for (; n > 0; p += used, n -= (size_t)used)
		if ((used = utf8proc_iterate((const utf8proc_uint8_t *)p, (utf8proc_ssize_t)n,
		    &c)) < 1)
			return false;
	return true;
}

static bool
from_gb18030(const char *p, size_t n, struct buf *out)
{
	iconv_t	 cd = iconv_open("UTF-8", "GB18030");
	char	*in = (char *)(uintptr_t)p, *to, chunk[4096];
	size_t	 left = n, room;
	bool	 ok = cd != (iconv_t)-1;

	while (ok && left > 0) {
		to = chunk;
		room = sizeof chunk;
		ok = iconv(cd, &in, &left, &to, &room) != (size_t)-1 || errno == E2BIG;
		buf_put(out, chunk, sizeof chunk - room);
	}
	if (cd != (iconv_t)-1)
		iconv_close(cd);
	return ok;
}

static int
decode(const char *p, size_t n, const char *shown, struct buf *out)
{
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		p += 3;
		n -= 3;
	}
	if (memchr(p, '\0', n) != NULL)
		return report_error(EX_DATAERR,
		    "%s: this is no text (or UTF-16): save it as CSV in UTF-8 or GB18030", shown);
	if (is_utf8(p, n))
		buf_put(out, p, n);
	else if (!from_gb18030(p, n, out))
		return report_error(EX_DATAERR, "%s: neither UTF-8 nor GB18030", shown);
	xtext(out);
	return EX_OK;
}

/* ---- cells ----------------------------------------------------------------------------------- */

/*
 * These hundred lines stay in place of libcsv: its callbacks have no line numbers, which every
 * error message of an import names, and quoted cells with line ends make them hard to count from
 * outside.
 */
struct reader {
	const char	*at, *end;
	unsigned	 line;
	const char	*shown;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* After the opening quote; false when the closing one is missing. */
static bool
quoted(struct reader *r, struct buf *cell)
{
	for (; r->at < r->end; r->at++) {
		if (*r->at == '"' && (r->at + 1 == r->end || r->at[1] != '"')) {
			r->at++;
			return true;
		}
		if (*r->at == '"')
			r->at++;
		r->line += *r->at == '\n';
		buf_putc(cell, *r->at);
	}
	return false;
}

static void
bare(struct reader *r, struct buf *cell)
{
	while (r->at < r->end && *r->at != ',' && *r->at != '\n')
		buf_putc(cell, *r->at++);
	while (cell->n > 0 && is_blank(cell->p[cell->n - 1]))
		cell->p[--cell->n] = '\0';
}

/* One cell, up to the comma or line end behind it. */
static int
take_cell(struct reader *r, char **out)
{
	struct buf	 cell = BUF_INIT;
	unsigned	 line = r->line;
	int		 code = EX_OK;

	while (r->at < r->end && is_blank(*r->at))
		r->at++;
	if (r->at == r->end || *r->at != '"')
		bare(r, &cell);
	else {
		r->at++;
		if (!quoted(r, &cell))
			code = report_error(EX_DATAERR, "%s:%u: a quoted cell does not end",
			    r->shown, line);
		while (r->at < r->end && is_blank(*r->at))
			r->at++;
		if (code == EX_OK && r->at < r->end && *r->at != ',' && *r->at != '\n')
			code = report_error(EX_DATAERR,
			    "%s:%u: something stands behind a closing quote", r->shown, r->line);
	}
	*out = xcheck(buf_take(&cell));
	return code;
}

/* Reads the cells of one line of the file, which may contain line ends in quotes. */
static int
take_row(struct reader *r, struct csv_row *row)
{
	char	*cell;
	int	 code;

	*row = (struct csv_row){ .line = r->line };
	for (;;) {
		code = take_cell(r, &cell);
		XROOM(row->cell, row->n, &row->cap);
		row->cell[row->n++] = cell;
		if (code != EX_OK || r->at == r->end || *r->at == '\n')
			break;
		r->at++;
	}
	if (r->at < r->end) {
		r->at++;
		r->line++;
	}
	return code;
}

static void
row_free(struct csv_row *row)
{
	for (size_t i = 0; i < row->n; i++)
		free(row->cell[i]);
	free(row->cell);
}

static bool
row_empty(const struct csv_row *row)
{
	for (size_t i = 0; i < row->n; i++)
		if (row->cell[i][0] != '\0')
			return false;
	return true;
}

static int
take_rows(struct reader *r, struct csv *csv)
{
	struct csv_row	 row;
	int		 code = EX_OK;

	while (code == EX_OK && r->at < r->end) {
		code = take_row(r, &row);
		if (row_empty(&row)) {
			row_free(&row);
			continue;
		}
		XROOM(csv->row, csv->n, &csv->cap);
		csv->row[csv->n++] = row;
	}
	return code;
}

/* ---- files ----------------------------------------------------------------------------------- */

int
csv_parse(const char *bytes, size_t n, const char *shown, struct csv *csv)
{
	struct buf	 utf8 = BUF_INIT;
	struct reader	 r = { .line = 1, .shown = shown };
	int		 code;

	*csv = (struct csv){ .row = NULL };
	if ((code = decode(bytes, n, shown, &utf8)) == EX_OK) {
		r.at = buf_str(&utf8);
		r.end = r.at + utf8.n;
		code = take_rows(&r, csv);
	}
	buf_free(&utf8);
	return code;
}

int
csv_read(const char *path, struct csv *csv)
{
	struct buf	 bytes = BUF_INIT;
	FILE		*f = fopen(path, "r");
	char		 chunk[16384];
	size_t		 n;
	int		 code = EX_OK;

	*csv = (struct csv){ .row = NULL };
	if (f == NULL)
		return report_error(EX_NOINPUT, "%s: %s", path, strerror(errno));
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0 && bytes.n + n <= CSV_MAX)
		buf_put(&bytes, chunk, n);
	if (ferror(f))
		code = report_error(EX_IOERR, "%s: %s", path, strerror(errno));
	else if (n > 0)
		code = report_error(EX_DATAERR, "%s: larger than %zu MB", path, CSV_MAX >> 20);
	fclose(f);
	if (code == EX_OK)
		code = csv_parse(xtext(&bytes), bytes.n, path, csv);
	buf_free(&bytes);
	return code;
}

void
csv_free(struct csv *csv)
{
	for (size_t i = 0; i < csv->n; i++)
		row_free(&csv->row[i]);
	free(csv->row);
	*csv = (struct csv){ .row = NULL };
}

const char *
csv_cell(const struct csv_row *row, size_t i)
{
	return i < row->n ? row->cell[i] : "";
}
