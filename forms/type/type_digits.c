#include "forms/type/type_row.h"

#include <string.h>

#include "forms/citizen.h"
#include "forms/fold.h"

/* Numbers stored as text because nobody computes with them: phone and citizen numbers. */

/* ---- phone ----------------------------------------------------------------------------------- */

static bool
all_digits(const char *s)
{
	return *s != '\0' && strspn(s, "0123456789") == strlen(s);
}

/* Folds full-width digits and drops separators. False when something else than digits remains. */
static bool
phone_digits(const char *typed, struct buf *out)
{
	struct buf	 b = BUF_INIT;
	const char	*s;

	fold_width(typed, &b);
	s = buf_str(&b);
	if (strncmp(s, "+86", 3) == 0)
		s += 3;
	for (; *s != '\0'; s++)
		if (strchr(" \t-()", *s) == NULL)
			buf_putc(out, *s);
	buf_free(&b);
	return !out->bad && all_digits(buf_str(out));
}

/*
 * Area codes of the two old metropolitan groups, 010 and 02x, have three digits, all others four.
 */
static size_t
area_code_digits(const char *s)
{
	return s[1] == '1' || s[1] == '2' ? 3 : 4;
}

/* Writes the number in its stored form; false when it is not valid. */
static bool
phone_fold(const char *typed, struct buf *out)
{
	struct buf	 b = BUF_INIT;
	bool		 ok = phone_digits(typed, &b);
	const char	*s = buf_str(&b);
	size_t		 area = 0;

	if (ok && s[0] == '0') {
		area = area_code_digits(s);
		ok = s[1] != '0' && (b.n == area + 7 || b.n == area + 8);
	} else if (ok && b.n == 11)
		ok = s[0] == '1' && s[1] >= '3';
	else if (ok && b.n >= 3 && b.n <= 5)
		ok = s[0] == '1' || s[0] == '9';	/* 110, 12345, 95xxx */
	else
		ok = ok && (b.n == 7 || b.n == 8) && s[0] >= '2';
	if (ok && area != 0) {
		buf_put(out, s, area);
		buf_putc(out, '-');
	}
	if (ok)
		buf_puts(out, s + area);
	buf_free(&b);
	return ok;
}

#define SAY_PHONE	N_("{1} is no telephone number; type 11 digits of a mobile, or area code and number")

struct val *
type_phone_parse(const struct field *f, const char *path, const char *typed,
    const struct form_ctx *ctx, struct problems *ps)
{
	struct buf	 b = BUF_INIT;
	struct val	*v = NULL;

	(void)f;
	(void)ctx;
	if (type_blank(typed))
		return NULL;
	if (phone_fold(typed, &b))
		v = val_text(buf_str(&b));
	else
		type_add_problem(ps, path, SAY_PHONE, typed);
	buf_free(&b);
	return v;
}

void
type_phone_check(const struct field *f, const char *path, const struct val *v,
    const struct form_ctx *ctx, struct problems *ps)
{
	struct buf	 b = BUF_INIT;

	(void)f;
	(void)ctx;
	if (!phone_fold(val_str(v), &b) || strcmp(buf_str(&b), val_str(v)) != 0)
		type_add_problem(ps, path, SAY_PHONE, val_str(v));
	buf_free(&b);
}

/* ---- citizen number -------------------------------------------------------------------------- */

/* The right check digit is never shown, or made-up numbers could be made valid. */
static const char *const	 citizen_says[] = {
	[CITIZEN_OLD] =
	    N_("This is an old number of 15 digits; ask for the new one of 18 in the household book"),
	[CITIZEN_LENGTH] = N_("A citizen number has 18 places; here are {1}"),
	[CITIZEN_CHAR] = N_("A citizen number is digits only; just the last place may be X"),
	[CITIZEN_AREA] = N_("No province begins with {1}; compare the first two digits"),
	[CITIZEN_DATE] = N_("The digits 7 to 14, {1}, are no possible birth date; compare them"),
	[CITIZEN_CHECK] =
	    N_("The last place does not fit the others: one of the digits is mistyped; compare them all"),
};

static void
citizen_complain(struct problems *ps, const char *path, enum citizen_err err, const char *number)
{
	struct buf	 part = BUF_INIT;

	switch (err) {
	case CITIZEN_LENGTH:
		problem_add(ps, path, citizen_says[err], ARG_NUM, (int64_t)type_text_chars(number),
		    ARG_END);
		return;
	case CITIZEN_AREA:
		buf_put(&part, number, 2);
		break;
	case CITIZEN_DATE:
		buf_put(&part, number + 6, 8);
		break;
	default:
		break;
	}
	problem_add(ps, path, citizen_says[err], ARG_TEXT, buf_str(&part), ARG_END);
	buf_free(&part);
}

struct val *
type_citizen_parse(const struct field *f, const char *path, const char *typed,
    const struct form_ctx *ctx, struct problems *ps)
{
	struct buf		 b = BUF_INIT;
	struct val		*v = NULL;
	enum citizen_err	 err;

	(void)f;
	citizen_fold(typed, &b);
	if (b.n == 0)
		goto out;
	if ((err = citizen_check(buf_str(&b), ctx->today, NULL)) == CITIZEN_OK)
		v = val_text(buf_str(&b));
	else
		citizen_complain(ps, path, err, buf_str(&b));
out:
	buf_free(&b);
	return v;
}

void
type_citizen_check(const struct field *f, const char *path, const struct val *v,
    const struct form_ctx *ctx, struct problems *ps)
{
	enum citizen_err	 err = citizen_check(val_str(v), ctx->today, NULL);

	(void)f;
	if (err != CITIZEN_OK)
		citizen_complain(ps, path, err, val_str(v));
}
