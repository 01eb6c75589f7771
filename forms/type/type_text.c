#include "forms/type/type_row.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

size_t
type_text_chars(const char *s)
{
	size_t	 n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* ---- cleaning -------------------------------------------------------------------------------- */

static bool
in_range(utf8proc_int32_t cp, utf8proc_int32_t first, utf8proc_int32_t last)
{
	return cp >= first && cp <= last;
}

/*
 * Control characters would reach a terminal; line and direction marks could disguise the content of
 * a record; characters without width could make two names look the same. The joiners U+200C and
 * U+200D are allowed: minority scripts need them.
 */
static bool
is_refused(utf8proc_int32_t cp)
{
	return cp < 0x20 || in_range(cp, 0x7f, 0x9f) || cp == 0xad || cp == 0x200b ||
	    in_range(cp, 0x200e, 0x200f) ||
	    in_range(cp, 0x2028, 0x202e) || in_range(cp, 0x2060, 0x206f) || cp == 0xfeff ||
	    in_range(cp, 0xfff9, 0xfffb) ||
	    in_range(cp, 0xfdd0, 0xfdef) || (cp & 0xfffe) == 0xfffe ||
	    in_range(cp, 0xe0000, 0xe007f);
}

static bool
is_han(utf8proc_int32_t cp)
{
	return cp == 0x3007 || in_range(cp, 0x3400, 0x4dbf) || in_range(cp, 0x4e00, 0x9fff) ||
	    in_range(cp, 0xf900, 0xfaff) || in_range(cp, 0x20000, 0x3ffff);
}

/*
 * • ‧ ・: characters that input methods and other systems use for the · between the parts of a
 * name.
 */
static bool
is_dot(utf8proc_int32_t cp)
{
	return cp == 0x2022 || cp == 0x2027 || cp == 0x30fb;
}

static bool
is_blank(utf8proc_int32_t cp)
{
	return cp == ' ' || cp == '\n' || cp == 0xa0 || cp == 0x3000 ||
	    in_range(cp, 0x2000, 0x200a);
}

/*
 * Copies valid and allowed characters, line ends as a line feed. False at the first other
 * character.
 */
static bool
copy_allowed(const char *typed, bool lines, struct buf *out)
{
	const utf8proc_uint8_t	*s = (const utf8proc_uint8_t *)typed;
	utf8proc_int32_t	 cp;
	utf8proc_ssize_t	 n;

	for (; *s != '\0'; s += n) {
		if ((n = utf8proc_iterate(s, -1, &cp)) <= 0)
			return false;
		if (lines && cp == '\r' && s[1] == '\n')
			continue;
		if (is_refused(cp) && !(lines && cp == '\n'))
			return false;
		buf_put(out, s, (size_t)n);
	}
	return !out->bad;
}

/* The code points of the text in normal form, or NULL; free() them. */
static utf8proc_int32_t *
normal_form(const struct buf *b, size_t *n)
{
	const utf8proc_option_t	 how = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
	const utf8proc_uint8_t	*s = (const utf8proc_uint8_t *)buf_str(b);
	utf8proc_int32_t	*cps;
	utf8proc_ssize_t	 len, again;

	if ((len = utf8proc_decompose(s, (utf8proc_ssize_t)b->n, NULL, 0, how)) < 0)
		return NULL;
	if ((cps = calloc((size_t)len + 1, sizeof *cps)) == NULL)
		return NULL;
	again = utf8proc_decompose(s, (utf8proc_ssize_t)b->n, cps, len, how);
	if (again != len || (len = utf8proc_normalize_utf32(cps, len, how)) < 0) {
		free(cps);
		return NULL;
	}
	*n = (size_t)len;
	return cps;
}

static void
put_char(struct buf *out, utf8proc_int32_t cp)
{
	utf8proc_uint8_t	 utf8[4];

	buf_put(out, utf8, (size_t)utf8proc_encode_char(cp, utf8));
}

static void
put_trimmed(struct buf *out, const utf8proc_int32_t *cps, size_t n, bool lines)
{
	size_t	 from = 0;

	while (n > 0 && is_blank(cps[n - 1]))
		n--;
	while (from < n && is_blank(cps[from]))
		from++;
	for (size_t i = from; i < n; i++)
		if (!lines && is_dot(cps[i]) && i > from && i + 1 < n && is_han(cps[i - 1]) &&
		    is_han(cps[i + 1]))
			put_char(out, 0xb7);
		else
			put_char(out, cps[i]);
}

struct val *
type_text_clean(const char *typed, bool lines)
{
	struct buf		 b = BUF_INIT;
	utf8proc_int32_t	*cps = NULL;
	struct val		*v = NULL;
	size_t			 n;

	if (!copy_allowed(typed, lines, &b) || (cps = normal_form(&b, &n)) == NULL)
		goto out;
	buf_reset(&b);
	put_trimmed(&b, cps, n, lines);
	if (!b.bad)
		v = val_textn(buf_str(&b), b.n);
out:
	free(cps);
	buf_free(&b);
	return v;
}

/* ---- text and long --------------------------------------------------------------------------- */

#define SAY_UNFIT	N_("It holds characters that cannot be kept, such as Tab or Escape; type it anew")

static struct val *
parse(const char *path, const char *typed, bool lines, struct problems *ps)
{
	struct val	*v = type_text_clean(typed, lines);

	if (v == NULL)
		problem_add(ps, path, SAY_UNFIT, ARG_END);
	else if (type_value_empty(v)) {
		val_free(v);
		v = NULL;
	}
	return v;
}

static void
check_length(const struct field *f, const char *path, const char *s, struct problems *ps)
{
	size_t	 n = type_text_chars(s), max = f->max_size != 0 ? f->max_size : f->type->max;

	if (n > max)
		problem_add(ps, path, N_("{1} has {2} characters; at most {3} fit"), ARG_FIELD,
		    path, ARG_NUM, (int64_t)n, ARG_NUM, (int64_t)max, ARG_END);
	else if (n < f->min_size)
		problem_add(ps, path, N_("{1} has {2} characters; at least {3} are needed"),
		    ARG_FIELD, path, ARG_NUM, (int64_t)n, ARG_NUM, (int64_t)f->min_size, ARG_END);
}

/* Data from a file or another program must already have the form that the parser produces. */
static void
check(const struct field *f, const char *path, const struct val *v, bool lines, struct problems *ps)
{
	struct val	*clean = type_text_clean(val_str(v), lines);

	if (clean == NULL)
		problem_add(ps, path, SAY_UNFIT, ARG_END);
	else if (!val_same(clean, v))
		problem_add(ps, path,
		    N_("It is not written as it is kept: blanks at the ends or characters in parts"),
		    ARG_END);
	else
		check_length(f, path, val_str(v), ps);
	val_free(clean);
}

struct val *
type_text_parse(const struct field *f, const char *path, const char *typed,
    const struct form_ctx *ctx, struct problems *ps)
{
	(void)f;
	(void)ctx;
	return parse(path, typed, false, ps);
}

struct val *
type_long_parse(const struct field *f, const char *path, const char *typed,
    const struct form_ctx *ctx, struct problems *ps)
{
	(void)f;
	(void)ctx;
	return parse(path, typed, true, ps);
}

void
type_text_check(const struct field *f, const char *path, const struct val *v,
    const struct form_ctx *ctx, struct problems *ps)
{
	(void)ctx;
	check(f, path, v, false, ps);
}

void
type_long_check(const struct field *f, const char *path, const struct val *v,
    const struct form_ctx *ctx, struct problems *ps)
{
	(void)ctx;
	check(f, path, v, true, ps);
}

void
type_text_print(const struct field *f, const struct val *v, const struct form_ctx *ctx,
    struct buf *out)
{
	(void)f;
	(void)ctx;
	buf_puts(out, val_str(v));
}

void
type_text_key(const struct field *f, const struct val *v, struct buf *out)
{
	(void)f;
	if (val_str(v) != NULL)
		buf_puts(out, val_str(v));
}

struct val *
type_text_literal(const struct field *f, const char *text)
{
	(void)f;
	return type_text_clean(text, false);
}

struct val *
type_long_literal(const struct field *f, const char *text)
{
	(void)f;
	return type_text_clean(text, true);
}
