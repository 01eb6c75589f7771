#include "admin/admin.h"
#include "core/wire/protocol.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool		 report_verbose;

static void	 say(const char *, va_list) __attribute__((format(printf, 1, 0)));

static void
say(const char *fmt, va_list ap)
{
	fputs("shouwang-admin: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

int
report_error(int code, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	return code;
}

int
report_usage_error(const char *command, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	fprintf(stderr, "See: shouwang-admin %s --help\n", command);
	return EX_USAGE;
}

void
report_lines(const struct buf *b)
{
	fputs(buf_str(b), stderr);
	if (b->n > 0 && b->p[b->n - 1] != '\n')
		fputc('\n', stderr);
}

/* ---- problems -------------------------------------------------------------------------------- */

struct names {
	const struct set	*set;
	const struct book	*book;
};

static const char *
label_of(const struct val *ref, const struct names *in)
{
	const char	*list = val_get_str(ref, PK_LIST), *s;

	if (in->set != NULL && list != NULL && set_codes(in->set, list) != NULL) {
		const struct code	*c = codes_find(set_codes(in->set, list),
		    val_get_str(ref, PK_CODE));

		return c != NULL ? c->label.en : val_get_str(ref, PK_CODE);
	}
	if (in->book != NULL && (s = val_get_str(ref, PK_FIELD)) != NULL)
		return book_field(in->book, s) != NULL ? book_field(in->book, s)->label.en : s;
	if (in->book != NULL && (s = val_get_str(ref, PK_STATE)) != NULL)
		return book_state(in->book, s) != NULL ? book_state(in->book, s)->label.en : s;
	if (in->book != NULL && (s = val_get_str(ref, PK_ACT)) != NULL)
		return book_act(in->book, s) != NULL ? book_act(in->book, s)->label.en : s;
	return NULL;
}

/* A date; or a code, path or name without a label, as it is. */
static void
name_ref(const struct val *ref, void *arg, struct buf *out)
{
	const char	*label = label_of(ref, arg);
	char		 date[11];

	if (label == NULL && val_get(ref, "date") != NULL) {
		civil_print((int)val_get_num(ref, "date", 0), date);
		label = date;
	}
	for (size_t i = 0; label == NULL && i < val_len(ref); i++)
		label = val_str(val_value(ref, i));
	buf_puts(out, label != NULL ? label : "?");
}

void
report_problem(const struct problem *p, const struct set *set, const struct book *book,
    struct buf *out)
{
	struct names	 in = { set, book };

	if (p->field != NULL)
		buf_printf(out, "%s: ", p->field);
	problem_format(out, p->say, p->args, name_ref, &in);
}

/* ---- memory ---------------------------------------------------------------------------------- */

void *
xcheck(void *p)
{
	if (p == NULL)
		exit(report_error(EX_OSERR, "memory ran out"));
	return p;
}

void
xroom(bool there)
{
	if (!there)
		xcheck(NULL);
}

void
xput(struct val *map, const char *key, struct val *v)
{
	if (!val_put(map, key, v))
		xcheck(NULL);
}

void
xadd(struct val *list, struct val *v)
{
	if (!val_add(list, v))
		xcheck(NULL);
}

const char *
xtext(const struct buf *b)
{
	if (b->bad)
		xcheck(NULL);
	return buf_str(b);
}

/* ---- paths ----------------------------------------------------------------------------------- */

static const char *
env_or(const char *variable, const char *otherwise)
{
	const char	*s = getenv(variable);

	return s != NULL && s[0] != '\0' ? s : otherwise;
}

const char *
admin_forms_dir(void)
{
	return env_or("SHOUWANG_FORMS", SHOUWANG_DATADIR "/county");
}

const char *
admin_demo_dir(void)
{
	return env_or("SHOUWANG_DEMO_DATA", SHOUWANG_DATADIR "/demo");
}
