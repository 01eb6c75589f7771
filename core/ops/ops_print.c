#include "core/ops/ops_int.h"

#include <stdio.h>
#include <string.h>

/* The table of operations as text for people. */

#define COLUMNS		80
#define INDENT		8

/* Prints words from column `at` on; lines end before `COLUMNS` and continue at `indent`. */
static void
print_words(struct buf *out, const char *words, size_t indent, size_t at)
{
	bool	 begun = false;			/* the line has a word */

	for (size_t n; *words != '\0'; words += n + (words[n] != '\0')) {
		n = strcspn(words, " \n");
		if (begun && at + 1 + n > COLUMNS) {
			buf_printf(out, "\n%*s", (int)indent, "");
			at = indent;
		} else if (begun) {
			buf_putc(out, ' ');
			at++;
		}
		buf_put(out, words, n);
		at += n;
		begun = words[n] != '\n';
		if (!begun) {
			buf_printf(out, "\n%*s", (int)indent, "");
			at = indent;
		}
	}
	buf_putc(out, '\n');
}

static void
print_allowed(struct buf *out, const struct param *p)
{
	struct val	*args;
	const char	*allowed = param_allowed(p, &args);

	problem_format(out, allowed, args, NULL, NULL);
	val_free(args);
	if (p->type == PARAM_NUM && p->initial != 0)
		buf_printf(out, ", %lld if left out", (long long)p->initial);
	if ((p->flags & PARAM_CLAMP) != 0)
		buf_puts(out, ", the nearer bound for a number outside");
	if ((p->flags & PARAM_UNLESS) != 0)
		buf_printf(out, ", required without \"%s\"", p->other);
	if ((p->flags & PARAM_WITH) != 0)
		buf_printf(out, ", required with \"%s\"", p->other);
	if ((p->flags & PARAM_LOCAL) != 0)
		buf_puts(out, ", only from the local administrator");
}

static void
print_param(struct buf *out, const struct param *p)
{
	const bool	 required = (p->flags & PARAM_REQUIRED) != 0;
	struct buf	 words = BUF_INIT;

	buf_printf(&words, required ? "%s: " : "[%s]: ", p->key);
	print_allowed(&words, p);
	buf_printf(&words, "; %s.", p->help);
	buf_printf(out, "%*s", INDENT, "");
	print_words(out, buf_str(&words), INDENT + 4, INDENT);
	out->bad |= words.bad;
	buf_free(&words);
}

static void
print_flags(struct buf *out, unsigned flags)
{
	static const struct { enum op_flags flag; const char *say; } known[] = {
		{ OP_FIRST, "may come before log-in" },
		{ OP_IDLE, "no sign that the person is there" },
		{ OP_SCANS, "reads many records" },
		{ OP_PASSWORD, "asks for the password" },
		{ OP_PASSWORD_ACT, "asks for the password where the act says so" },
		{ OP_WRITES, "writes" },
		{ OP_LOOK, "a look at a file, in the trail" },
		{ OP_TRAIL, "reads the trail" },
	};
	const char	*before = "    (";

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if ((flags & known[i].flag) != 0) {
			buf_printf(out, "%s%s", before, known[i].say);
			before = "; ";
		}
	if (*before == ';')
		buf_puts(out, ")\n");
}

static void
print_op(struct buf *out, const struct op *op)
{
	buf_printf(out, "\n%s\n    ", op->name);
	print_words(out, op->help, 4, 4);
	print_flags(out, op->flags);
	if (op->params->key != NULL)
		buf_puts(out, "    request\n");
	for (const struct param *p = op->params; p->key != NULL; p++)
		print_param(out, p);
	buf_printf(out, "    reply\n%*s", INDENT, "");
	print_words(out, op->reply, INDENT, INDENT);
}

void
ops_print(struct buf *out)
{
	print_words(out, ops_intro, 0, 0);
	buf_puts(out, "Error codes\n");
	for (const struct op_error *e = op_errors; e->code != NULL; e++) {
		buf_printf(out, "    %-12s", e->code);
		print_words(out, e->help, 16, 16);
	}
	for (const struct op *op = op_table; op->name != NULL; op++)
		print_op(out, op);
}
