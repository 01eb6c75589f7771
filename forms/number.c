#include "forms/check.h"

#include <stdio.h>
#include <string.h>

#include "forms/fold.h"

/*
 * Record numbers. A pattern is parsed for each use: it is short. Serials are counted separately for
 * each text before the serial: {residence:9}{year:2} starts at 1 in each township and year.
 */
enum part_kind { PART_END, PART_TEXT, PART_FIELD, PART_YEAR, PART_SERIAL, PART_CHECK, PART_BAD };

struct part {
	enum part_kind	 kind;
	const char	*s;		/* the text or the field's name; not NUL-terminated */
	size_t		 n;		/* its length */
	size_t		 width;		/* number of characters it makes */
};

#define WIDTH_MAX	12

static enum part_kind
kind_named(const char *s, size_t n)
{
	static const struct {
		const char	*name;
		enum part_kind	 kind;
	} kinds[] = {
		{ "year", PART_YEAR }, { "serial", PART_SERIAL }, { "check", PART_CHECK },
	};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strlen(kinds[i].name) == n && strncmp(kinds[i].name, s, n) == 0)
			return kinds[i].kind;
	return PART_FIELD;
}

/* The text in braces: "name" or "name:width". */
static void
read_braces(const char *s, size_t n, struct part *p)
{
	const char	*colon = memchr(s, ':', n);
	size_t		 name = colon != NULL ? (size_t)(colon - s) : n;

	*p = (struct part){ kind_named(s, name), s, name, 0 };
	for (size_t i = name + 1; i < n; i++) {
		if (s[i] < '0' || s[i] > '9' || p->width > WIDTH_MAX) {
			p->kind = PART_BAD;
			return;
		}
		p->width = p->width * 10 + (size_t)(s[i] - '0');
	}
	if (p->kind == PART_CHECK && colon == NULL)
		p->width = 1;
	if (name == 0 || p->width < 1 || p->width > WIDTH_MAX)
		p->kind = PART_BAD;
}

/* Takes the next part off the pattern. */
static struct part
next_part(const char **pattern)
{
	const char	*s = *pattern, *end;
	struct part	 p = { PART_END, s, 0, 0 };

	if (*s == '{') {
		if ((end = strchr(s, '}')) == NULL)
			return (struct part){ PART_BAD, s, 0, 0 };
		read_braces(s + 1, (size_t)(end - s - 1), &p);
		*pattern = end + 1;
	} else if (*s != '\0') {
		p.kind = PART_TEXT;
		p.n = p.width = strcspn(s, "{");
		*pattern = s + p.n;
	}
	return p;
}

/*
 * ISO 7064 MOD 11,10 over the digits of the text: detects every single wrong digit and nearly all
 * swaps of neighbours.
 */
static char
check_digit(const char *s, size_t n)
{
	unsigned	 p = 10;

	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			continue;
		p = (p + (unsigned)(s[i] - '0')) % 10;
		p = (p == 0 ? 10 : p) * 2 % 11;
	}
	return (char)('0' + (11 - p) % 10);
}

/* ---- making ---------------------------------------------------------------------------------- */

static bool
is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
put_field(const struct part *p, const struct val *fields, struct buf *out)
{
	char		 path[64];
	const char	*s;

	if (p->n >= sizeof path)
		return false;
	memcpy(path, p->s, p->n);
	path[p->n] = '\0';
	if ((s = val_str(val_find(fields, path))) == NULL)
		return false;
	for (size_t i = 0; i < p->width; i++)
		if (!is_plain(s[i]))
			return false;
	buf_put(out, s, p->width);
	return true;
}

static bool
put_serial(const struct part *p, uint64_t serial, struct buf *out)
{
	size_t	 before = out->n;

	buf_printf(out, "%0*llu", (int)p->width, (unsigned long long)serial);
	return out->n - before == p->width;
}

/* What follows `start` in out is this number and nothing else. */
static bool
put_part(const struct part *p, const struct val *fields, int today, uint64_t serial, size_t start,
    struct buf *out)
{
	int	 year = today / 10000;

	switch (p->kind) {
	case PART_TEXT:
		buf_put(out, p->s, p->n);
		return true;
	case PART_FIELD:
		return put_field(p, fields, out);
	case PART_YEAR:
		buf_printf(out, "%0*d", (int)p->width, p->width == 2 ? year % 100 : year);
		return true;
	case PART_SERIAL:
		return put_serial(p, serial, out);
	case PART_CHECK:
		buf_putc(out, check_digit(buf_str(out) + start, out->n - start));
		return true;
	default:
		return false;
	}
}

bool
number_prefix(const char *pattern, const struct val *fields, int today, struct buf *out)
{
	size_t		 start = out->n;
	struct part	 p;

	for (p = next_part(&pattern); p.kind != PART_END && p.kind != PART_SERIAL;
	    p = next_part(&pattern))
		if (!put_part(&p, fields, today, 0, start, out))
			return false;
	return !out->bad;
}

bool
number_make(const char *pattern, const struct val *fields, int today, uint64_t serial,
    struct buf *out)
{
	size_t		 start = out->n;
	struct part	 p;

	for (p = next_part(&pattern); p.kind != PART_END; p = next_part(&pattern))
		if (!put_part(&p, fields, today, serial, start, out))
			return false;
	return !out->bad;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool
part_fits(const struct part *p, const char *whole, const char *s)
{
	if (strlen(s) < p->width)
		return false;
	if (p->kind == PART_TEXT)
		return strncmp(s, p->s, p->n) == 0;
	for (size_t i = 0; i < p->width; i++)
		if (p->kind == PART_FIELD ? !is_plain(s[i]) : s[i] < '0' || s[i] > '9')
			return false;
	return p->kind != PART_CHECK || *s == check_digit(whole, (size_t)(s - whole));
}

bool
number_fits(const char *pattern, const char *typed)
{
	struct buf	 b = BUF_INIT;
	struct part	 p;
	const char	*s;
	bool		 fits;

	fold_width(typed, &b);
	s = buf_str(&b);
	fits = *s != '\0' && !b.bad;
	for (p = next_part(&pattern); fits && p.kind != PART_END; p = next_part(&pattern)) {
		fits = p.kind != PART_BAD && part_fits(&p, buf_str(&b), s);
		s += fits ? p.width : 0;
	}
	fits = fits && *s == '\0';
	buf_free(&b);
	return fits;
}

/* ---- patterns -------------------------------------------------------------------------------- */

static const char *
part_wrong(const struct part *p, size_t serials, size_t checks)
{
	if (checks > 0)
		return "{check} comes last";
	if (p->kind == PART_BAD)
		return "a place is {field:n}, {year:2}, {year:4}, {serial:n} or {check}, n from 1 to 12";
	if (p->kind == PART_YEAR && p->width != 2 && p->width != 4)
		return "{year} takes 2 or 4 digits";
	if (p->kind == PART_YEAR || p->kind == PART_FIELD)
		return serials > 0 ? "only text and {check} may follow {serial}" : NULL;
	if (p->kind == PART_SERIAL && serials > 0)
		return "there is more than one {serial}";
	if (p->kind == PART_CHECK && p->width != 1)
		return "{check} is one digit";
	return NULL;
}

bool
number_pattern_ok(const char *pattern, const char **why)
{
	size_t		 serials = 0, checks = 0;
	struct part	 p;

	for (p = next_part(&pattern); p.kind != PART_END; p = next_part(&pattern)) {
		if ((*why = part_wrong(&p, serials, checks)) != NULL)
			return false;
		serials += p.kind == PART_SERIAL;
		checks += p.kind == PART_CHECK;
	}
	*why = serials == 0 ? "there is no {serial}" : NULL;
	return serials == 1;
}
