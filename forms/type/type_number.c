#include "forms/type/type_row.h"

#include <string.h>

#include "forms/fold.h"

/* ---- text and number ------------------------------------------------------------------------- */

/* Appends one digit; false when the number would not fit. */
static bool
shift_in(int64_t *n, int digit)
{
	return !__builtin_mul_overflow(*n, 10, n) && !__builtin_sub_overflow(*n, digit, n);
}

/* Collected as a negative number, because there is one more of these. */
bool
type_number_read(const char *s, int decimals, int64_t *out)
{
	bool	 negative = *s == '-', point = false;
	int	 left = decimals;
	int64_t	 n = 0;

	if (*s == '-' || *s == '+')
		s++;
	if (*s < '0' || *s > '9')
		return false;
	for (; *s != '\0'; s++) {
		if (*s == '.' && !point && s[1] != '\0') {
			point = true;
			continue;
		}
		if (*s < '0' || *s > '9' || (point && left-- == 0) || !shift_in(&n, *s - '0'))
			return false;
	}
	while (left-- > 0)
		if (!shift_in(&n, 0))
			return false;
	if (!negative && n == INT64_MIN)
		return false;
	*out = negative ? n : -n;
	return true;
}

void
type_number_write(int64_t v, int decimals, struct buf *out)
{
	uint64_t	 n = v < 0 ? -(uint64_t)v : (uint64_t)v, unit = 1;

	for (int i = 0; i < decimals; i++)
		unit *= 10;
	buf_printf(out, "%s%llu", v < 0 ? "-" : "", (unsigned long long)(n / unit));
	if (decimals > 0)
		buf_printf(out, ".%0*llu", decimals, (unsigned long long)(n % unit));
}

/* ---- number ---------------------------------------------------------------------------------- */

/* Reads sign, digits, perhaps a point and more digits; counts those behind the point. */
static bool
number_shape(const char *s, size_t *decimals)
{
	size_t	 whole;

	s += *s == '-' || *s == '+';
	whole = strspn(s, "0123456789");
	*decimals = s[whole] == '.' ? strspn(s + whole + 1, "0123456789") : 0;
	return whole > 0 && s[whole + (*decimals > 0 ? *decimals + 1 : 0)] == '\0';
}

static const char *
why_not(const struct field *f, const char *s)
{
	size_t	 decimals;

	if (strpbrk(s, ", ") != NULL && strspn(s, "0123456789.,+- ") == strlen(s))
		return N_("{1} is no number; type the digits without commas and blanks");
	if (!number_shape(s, &decimals))
		return N_("{1} is no number; type digits");
	if (decimals > (size_t)f->decimals)
		return f->decimals == 0 ? N_("{1} is no whole number; leave out the decimals") :
		    N_("{1} has too many decimals");
	return N_("{1} is too large");
}

struct val *
type_number_parse(const struct field *f, const char *path, const char *typed,
    const struct form_ctx *ctx, struct problems *ps)
{
	struct buf	 b = BUF_INIT;
	struct val	*v = NULL;
	int64_t		 n;

	(void)ctx;
	fold_width(typed, &b);
	if (b.n > 0 && type_number_read(buf_str(&b), f->decimals, &n))
		v = val_int(n);
	else if (b.n > 0)
		type_add_problem(ps, path, why_not(f, buf_str(&b)), buf_str(&b));
	buf_free(&b);
	return v;
}

/* The limit as text, in the form of the field. */
static void
complain_limit(const struct field *f, const char *path, const char *msgid, int64_t n, int64_t limit,
    struct problems *ps)
{
	struct buf	 is = BUF_INIT, access_allowed = BUF_INIT;

	type_number_write(n, f->decimals, &is);
	type_number_write(limit, f->decimals, &access_allowed);
	problem_add(ps, path, msgid, ARG_TEXT, buf_str(&is), ARG_TEXT, buf_str(&access_allowed),
	    ARG_END);
	buf_free(&is);
	buf_free(&access_allowed);
}

void
type_number_check(const struct field *f, const char *path, const struct val *v,
    const struct form_ctx *ctx, struct problems *ps)
{
	int64_t	 n = val_num(v, 0);

	(void)ctx;
	if (f->has_min && n < f->min_value)
		complain_limit(f, path, N_("{1} is too small; the least is {2}"), n, f->min_value,
		    ps);
	if (f->has_max && n > f->max_value)
		complain_limit(f, path, N_("{1} is too large; the most is {2}"), n, f->max_value,
		    ps);
}

void
type_number_print(const struct field *f, const struct val *v, const struct form_ctx *ctx,
    struct buf *out)
{
	(void)ctx;
	type_number_write(val_num(v, 0), f->decimals, out);
}

/* With the sign bit inverted negative numbers sort before the others. */
void
type_number_key(const struct field *f, const struct val *v, struct buf *out)
{
	(void)f;
	if (val_kind(v) == VAL_INT)
		buf_put_u64(out, (uint64_t)val_num(v, 0) ^ UINT64_C(1) << 63);
}

struct val *
type_number_literal(const struct field *f, const char *text)
{
	int64_t	 n;

	return type_number_read(text, f->decimals, &n) ? val_int(n) : NULL;
}
