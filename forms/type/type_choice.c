#include "forms/type/type_row.h"

#include <string.h>
#include <strings.h>

#include "forms/fold.h"

/* ---- choice ---------------------------------------------------------------------------------- */

static bool
retired(const struct code *c, int today)
{
	return c->retired != 0 && today >= c->retired;
}

/*
 * Labels may contain full-width signs, 其他（注明）, which folding has changed in the typed text.
 */
static bool
is_label(const char *label, const char *folded)
{
	struct buf	 b = BUF_INIT;
	bool		 same;

	fold_width(label, &b);
	same = strcasecmp(buf_str(&b), folded) == 0;
	buf_free(&b);
	return same;
}

/* A code, or a full label; of two equal labels the one in use is chosen. */
static const struct code *
code_typed(const struct codes *list, const char *folded, int today)
{
	const struct code	*c = codes_find(list, folded), *old = NULL;

	if (c != NULL)
		return c;
	for (size_t i = 0; i < list->n; i++) {
		c = &list->at[i];
		if (!is_label(c->label.zh, folded) && !is_label(c->label.en, folded))
			continue;
		if (!retired(c, today))
			return c;
		if (old == NULL)
			old = c;
	}
	return old;
}

#define SAY_NO_CODE	N_("{1} is not in the list; type its number or choose from the list")

struct val *
type_choice_parse(const struct field *f, const char *path, const char *typed,
    const struct form_ctx *ctx, struct problems *ps)
{
	struct buf		 b = BUF_INIT;
	const struct code	*c;
	struct val		*v = NULL;

	fold_width(typed, &b);
	if (b.n == 0)
		goto out;
	if ((c = code_typed(f->codes, buf_str(&b), ctx->today)) != NULL)
		v = val_text(c->code);
	else
		type_add_problem(ps, path, SAY_NO_CODE, typed);
out:
	buf_free(&b);
	return v;
}

/* Old records keep a retired code, so it is only a warning. */
static void
check_code(const struct field *f, const char *path, const char *code, const struct form_ctx *ctx,
    struct problems *ps)
{
	const struct code	*c = codes_find(f->codes, code);
	struct problem		*p;

	if (c == NULL)
		type_add_problem(ps, path, SAY_NO_CODE, code);
	else if (retired(c, ctx->today)) {
		p = problem_add(ps, path, N_("{1} is no longer in use since {2}"), ARG_CODE,
		    f->codes->name, code, ARG_DATE, c->retired, ARG_END);
		if (p != NULL)
			p->warn = true;
	}
}

void
type_choice_check(const struct field *f, const char *path, const struct val *v,
    const struct form_ctx *ctx, struct problems *ps)
{
	check_code(f, path, val_str(v), ctx, ps);
}

static void
print_code(const struct field *f, const char *code, const struct form_ctx *ctx, struct buf *out)
{
	const struct code	*c = codes_find(f->codes, code);

	buf_puts(out, c == NULL ? code : LABEL(ctx->brief ? c->brief : c->label, ctx->lang));
}

void
type_choice_print(const struct field *f, const struct val *v, const struct form_ctx *ctx,
    struct buf *out)
{
	print_code(f, val_str(v), ctx, out);
}

/* ---- many-of --------------------------------------------------------------------------------- */

/* Folds the text and makes every 、 , ; a line end. */
static void
split_items(const char *typed, struct buf *out)
{
	struct buf	 b = BUF_INIT;
	const char	*mark = "、";

	fold_width(typed, &b);
	for (const char *s = buf_str(&b); *s != '\0'; s++)
		if (strncmp(s, mark, strlen(mark)) == 0) {
			buf_putc(out, '\n');
			s += strlen(mark) - 1;
		} else
			buf_putc(out, *s == ',' || *s == ';' ? '\n' : *s);
	buf_free(&b);
}

/* The chosen codes in the order of their list, so that equal choices are equal values. */
static struct val *
in_list_order(const struct codes *list, const struct val *chosen)
{
	struct val	*v = val_list();

	for (size_t i = 0; v != NULL && i < list->n; i++)
		if (val_has(chosen, list->at[i].code) && !val_add(v, val_text(list->at[i].code))) {
			val_free(v);
			v = NULL;
		}
	return v;
}

/* False, with a problem, when the text is no item of the list. */
static bool
choose(const struct field *f, const char *path, const char *typed, const struct form_ctx *ctx,
    struct val *chosen, struct problems *ps)
{
	struct buf		 b = BUF_INIT;
	const struct code	*c;
	bool			 ok = true;

	fold_width(typed, &b);		/* spaces around it */
	if (b.n > 0 && (c = code_typed(f->codes, buf_str(&b), ctx->today)) != NULL)
		ok = val_add(chosen, val_text(c->code));
	else if (b.n > 0) {
		type_add_problem(ps, path, SAY_NO_CODE, buf_str(&b));
		ok = false;
	}
	buf_free(&b);
	return ok;
}

struct val *
type_many_parse(const struct field *f, const char *path, const char *typed,
    const struct form_ctx *ctx, struct problems *ps)
{
	struct buf	 b = BUF_INIT;
	struct val	*chosen = val_list(), *v = NULL;
	char		*rest, *item;
	bool		 ok = chosen != NULL;

	split_items(typed, &b);
	for (rest = b.p; (item = strsep(&rest, "\n")) != NULL; )
		ok = ok && choose(f, path, item, ctx, chosen, ps);
	if (ok && val_len(chosen) > 0)
		v = in_list_order(f->codes, chosen);
	val_free(chosen);
	buf_free(&b);
	return v;
}

void
type_many_check(const struct field *f, const char *path, const struct val *v,
    const struct form_ctx *ctx, struct problems *ps)
{
	const char	*code;

	if (val_len(v) > f->codes->n) {
		problem_add(ps, path, N_("More is chosen than the list holds"), ARG_END);
		return;
	}
	for (size_t i = 0; i < val_len(v); i++) {
		if ((code = val_str(val_at(v, i))) == NULL) {
			problem_add(ps, path, N_("Choose from the list"), ARG_END);
			return;
		}
		check_code(f, path, code, ctx, ps);
		for (size_t k = 0; k < i; k++)
			if (val_same(val_at(v, k), val_at(v, i)))
				problem_add(ps, path, N_("{1} is chosen twice"), ARG_CODE,
				    f->codes->name, code, ARG_END);
	}
}

void
type_many_print(const struct field *f, const struct val *v, const struct form_ctx *ctx,
    struct buf *out)
{
	for (size_t i = 0; i < val_len(v); i++) {
		if (i > 0)
			buf_puts(out, type_separator(ctx->lang));
		if (val_str(val_at(v, i)) != NULL)
			print_code(f, val_str(val_at(v, i)), ctx, out);
	}
}

/* ---- yes-no ---------------------------------------------------------------------------------- */

struct val *
type_yes_no_parse(const struct field *f, const char *path, const char *typed,
    const struct form_ctx *ctx, struct problems *ps)
{
	static const struct {
		const char	*word;
		bool		 yes;
	} words[] = {
		{ "y", true }, { "yes", true }, { "1", true }, { "是", true },
		{ "n", false }, { "no", false }, { "0", false }, { "否", false },
	};
	struct buf	 b = BUF_INIT;
	struct val	*v = NULL;
	size_t		 i = 0;

	(void)f;
	(void)ctx;
	fold_width(typed, &b);
	if (b.n == 0)
		goto out;
	while (i < sizeof words / sizeof words[0] && strcasecmp(words[i].word, buf_str(&b)) != 0)
		i++;
	if (i < sizeof words / sizeof words[0])
		v = val_bool(words[i].yes);
	else
		type_add_problem(ps, path, N_("{1} is neither yes nor no; type y or n"), typed);
out:
	buf_free(&b);
	return v;
}

void
type_yes_no_print(const struct field *f, const struct val *v, const struct form_ctx *ctx,
    struct buf *out)
{
	static const struct label	 yes = { "是", "yes", "s" }, no = { "否", "no", "f" };

	(void)f;
	buf_puts(out, LABEL(val_is_true(v) ? yes : no, ctx->lang));
}

void
type_yes_no_key(const struct field *f, const struct val *v, struct buf *out)
{
	(void)f;
	if (val_kind(v) == VAL_BOOL)
		buf_putc(out, val_is_true(v));
}

struct val *
type_yes_no_literal(const struct field *f, const char *text)
{
	(void)f;
	return strcmp(text, "yes") == 0 || strcmp(text, "no") == 0 ? val_bool(*text == 'y') : NULL;
}

/* Without a code list every code fits: the loader reports the list. */
struct val *
type_choice_literal(const struct field *f, const char *text)
{
	return f->codes == NULL || codes_find(f->codes, text) != NULL ? val_text(text) : NULL;
}
