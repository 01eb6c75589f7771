#include "tui/widget/choice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "forms/fold.h"
#include "tui/term/locale.h"
#include "forms/wording.h"

void
choices_add(struct choices *c, const char *key, const char *label, const char *py,
    const char *value)
{
	struct choice	*grown;

	if (c->bad)
		return;
	if (c->n == c->cap) {
		c->cap = c->cap > 0 ? c->cap * 2 : 16;
		if ((grown = reallocarray(c->at, c->cap, sizeof(*grown))) == NULL) {
			c->bad = true;
			return;
		}
		c->at = grown;
	}
	c->at[c->n] = (struct choice){ strdup(key), strdup(label), strdup(py), strdup(value),
	    false };
	if (c->at[c->n].key == NULL || c->at[c->n].label == NULL || c->at[c->n].py == NULL ||
	    c->at[c->n].value == NULL)
		c->bad = true;
	c->n++;
}

void
choices_free(struct choices *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->at[i].key);
		free(c->at[i].label);
		free(c->at[i].py);
		free(c->at[i].value);
	}
	free(c->at);
	*c = (struct choices)CHOICES_INIT;
}

/* Does the value hold this code, alone or among several? */
static bool
holds(const struct val *now, const char *code)
{
	if (val_kind(now) == VAL_LIST)
		return val_has(now, code);
	return val_str(now) != NULL && strcmp(val_str(now), code) == 0;
}

static void
mark_chosen(struct choices *c, const struct val *now)
{
	for (size_t i = 0; i < c->n; i++)
		c->at[i].chosen = !c->bad && holds(now, c->at[i].value);
}

/* ---- codes ----------------------------------------------------------------------------------- */

static bool
all_numbers(const struct codes *codes)
{
	for (size_t i = 0; i < codes->n; i++)
		if (strspn(codes->at[i].code, "0123456789") != strlen(codes->at[i].code))
			return false;
	return true;
}

static void
add_codes(const struct codes *codes, const struct form_ctx *ctx, const struct val *now,
    struct choices *out)
{
	const bool	 numbers = all_numbers(codes);
	char		 key[16];

	for (size_t i = 0; i < codes->n; i++) {
		const struct code	*c = &codes->at[i];

		if (c->retired != 0 && ctx->today >= c->retired && !holds(now, c->code))
			continue;
		snprintf(key, sizeof(key), "%zu", out->n + 1);
		choices_add(out, numbers ? c->code : key, LABEL(c->label, ctx->lang), c->label.py,
		    c->code);
	}
}

/* ---- places ---------------------------------------------------------------------------------- */

static void
add_place(const struct field *f, const struct form_ctx *ctx, size_t i, const struct val *now,
    struct choices *out)
{
	const char	*code = areas_code(ctx->areas, i);
	struct buf	 name = BUF_INIT;
	char		 key[16];

	if (f->level != AREA_BAD && area_level(code) != f->level)
		return;
	if (areas_retired(ctx->areas, i, ctx->today) && !holds(now, code))
		return;
	wording_area(ctx, code, &name);
	snprintf(key, sizeof(key), "%zu", out->n + 1);
	choices_add(out, key, buf_str(&name), areas_pinyin(ctx->areas, i), code);
	buf_free(&name);
}

static void
add_places_in(const struct field *f, const struct form_ctx *ctx, const char *area,
    const struct val *now, struct choices *out)
{
	for (size_t i = areas_lower(ctx->areas, area); i < areas_count(ctx->areas); i++) {
		if (!area_within(areas_code(ctx->areas, i), area))
			break;
		add_place(f, ctx, i, now, out);
	}
}

static void
add_places(const struct field *f, const struct form_ctx *ctx, const struct val *reach,
    const struct val *now, struct choices *out)
{
	if (ctx->areas == NULL)
		return;
	for (size_t i = 0; !f->anywhere && i < val_len(reach); i++)
		if (val_str(val_at(reach, i)) != NULL)
			add_places_in(f, ctx, val_str(val_at(reach, i)), now, out);
	if (f->anywhere || val_len(reach) == 0)
		add_places_in(f, ctx, ctx->set->county_code, now, out);
}

/* ---- fields ---------------------------------------------------------------------------------- */

bool
choices_available(const struct field *f)
{
	return f->codes != NULL || type_is(f, "yes-no") || type_is(f, "area");
}

static void
add_yes_no(const struct val *now, struct choices *out)
{
	choices_add(out, CHOICE_YES, _("yes"), "s", CHOICE_YES);
	choices_add(out, CHOICE_NO, _("no"), "f", CHOICE_NO);
	if (out->bad)
		return;
	out->at[0].chosen = val_is_true(now);
	out->at[1].chosen = val_kind(now) == VAL_BOOL && !val_is_true(now);
}

void
choices_for_field(const struct field *f, const struct form_ctx *ctx, const struct val *reach,
    const struct val *now, struct choices *out)
{
	if (type_is(f, "yes-no")) {
		add_yes_no(now, out);
		return;
	}
	if (f->codes != NULL)
		add_codes(f->codes, ctx, now, out);
	else if (type_is(f, "area"))
		add_places(f, ctx, reach, now, out);
	mark_chosen(out, now);
}

struct val *
choice_value(const struct field *f, const char *code)
{
	if (type_is(f, "yes-no"))
		return val_bool(strcmp(code, CHOICE_YES) == 0);
	return val_text(code);
}

/* ---- typing ---------------------------------------------------------------------------------- */

/*
 * Codes are words of the definition's writer; only those that are numbers may be known to people.
 */
static bool
code_begins(const char *code, const char *typed, size_t n)
{
	return strspn(typed, "0123456789") == n && strncmp(code, typed, n) == 0;
}

/* By the text on the screen, or by a code that people know. */
static bool
label_begins_with(const struct choice *c, const char *typed, size_t n)
{
	return strncasecmp(c->key, typed, n) == 0 || strncasecmp(c->label, typed, n) == 0 ||
	    code_begins(c->value, typed, n);
}

/* Of a list numbered 01, 02 and so on people type 1. */
static bool
same_number(const char *a, const char *b)
{
	static const char	 digits[] = "0123456789";

	if (*a == '\0' || *b == '\0' || a[strspn(a, digits)] != '\0' ||
	    b[strspn(b, digits)] != '\0')
		return false;
	return strcmp(a + strspn(a, "0"), b + strspn(b, "0")) == 0;
}

static bool
is_key(const struct choice *c, const char *typed)
{
	return strcasecmp(c->key, typed) == 0 || same_number(c->key, typed);
}

int
choice_match_rank(const struct choice *c, const char *typed)
{
	const size_t	 n = strlen(typed);

	if (n > 0 && is_key(c, typed))
		return 3;
	if (label_begins_with(c, typed, n) || strncasecmp(c->py, typed, n) == 0)
		return 2;
	return strcasestr(c->label, typed) != NULL || strcasestr(c->py, typed) != NULL;
}

static bool
one_key_each(const struct choices *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (strlen(c->at[i].key) != 1)
			return false;
	return true;
}

static const struct choice *
match_key(const struct choices *c, const char *typed)
{
	for (size_t i = 0; i < c->n; i++)
		if (is_key(&c->at[i], typed))
			return &c->at[i];
	return NULL;
}

static bool
another_begins(const struct choices *c, const struct choice *but, const char *typed)
{
	for (size_t i = 0; i < c->n; i++)
		if (&c->at[i] != but && label_begins_with(&c->at[i], typed, strlen(typed)))
			return true;
	return false;
}

/*
 * Input methods commit several ideographs at once, of which the first must not decide: only an
 * ASCII letter does.
 */
static const struct choice *
match_letter(const struct choices *c, const char *typed)
{
	const struct choice	*found = NULL;

	if (typed[1] != '\0' || ((*typed | 0x20) < 'a' || (*typed | 0x20) > 'z'))
		return NULL;
	for (size_t i = 0; i < c->n; i++) {
		if (strncasecmp(c->at[i].py, typed, 1) != 0 &&
		    strncasecmp(c->at[i].label, typed, 1) != 0)
			continue;
		if (found != NULL)
			return NULL;
		found = &c->at[i];
	}
	return found;
}

const struct choice *
choices_match(const struct choices *c, const char *typed, bool letters)
{
	const bool		 single = !c->bad && one_key_each(c);
	const struct choice	*found = NULL;
	struct buf		 narrow = BUF_INIT;

	if (c->bad)
		return NULL;
	fold_width(typed, &narrow);
	if (narrow.n > 0 && (found = match_key(c, buf_str(&narrow))) != NULL) {
		if (!single && another_begins(c, found, buf_str(&narrow)))
			found = NULL;
	} else if (narrow.n > 0 && single && letters)
		found = match_letter(c, buf_str(&narrow));
	buf_free(&narrow);
	return found;
}
