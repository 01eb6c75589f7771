#include "admin/area_import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "admin/csv.h"
#include "core/record/builtin.h"
#include "core/wire/protocol.h"
#include "forms/check.h"

enum { CODE, NAME, UNTIL, COLUMNS };

/* Headings of the file, in the order of the enum, and their fields. */
static const struct {
	const char	*field;
	const char	*words[4];
} columns[COLUMNS] = {
	[CODE]	= { "code",	{ "code", "代码", "统计代码", "统计用区划代码" } },
	[NAME]	= { "name",	{ "name", "名称", "地名", "区划名称" } },
	[UNTIL]	= { "until",	{ "until", "撤并日期", "撤销日期", "止" } },
};

struct judging {
	const char		*path;
	const struct set	*set;
	const struct book	*book;
	struct form_ctx		 ctx;
	const struct val	*known;
	size_t			 column[COLUMNS];	/* position in the row; SIZE_MAX = not in
							   the file */
	size_t			 wrong;
};

/* ---- headings -------------------------------------------------------------------------------- */

static int
column_named(const char *heading)
{
	for (int i = 0; i < COLUMNS; i++)
		for (size_t k = 0; k < sizeof columns[i].words / sizeof columns[i].words[0]; k++)
			if (strcmp(columns[i].words[k], heading) == 0)
				return i;
	return -1;
}

/* A file without headings begins with a code, and has the columns in the order of the enum. */
static bool
take_headings(struct judging *j, const struct csv_row *row)
{
	int	 i;

	for (i = 0; i < COLUMNS; i++)
		j->column[i] = area_valid(csv_cell(row, CODE)) ? (size_t)i : SIZE_MAX;
	if (area_valid(csv_cell(row, CODE)))
		return false;
	for (size_t k = 0; k < row->n; k++) {
		if ((i = column_named(row->cell[k])) >= 0 && j->column[i] == SIZE_MAX)
			j->column[i] = k;
		else {
			report_error(EX_DATAERR, i < 0 ?
			    "%s:%u: there is no column \"%s\"; there are code, name and until" :
			    "%s:%u: column \"%s\" stands twice", j->path, row->line, row->cell[k]);
			j->wrong++;
		}
	}
	for (i = CODE; i <= NAME; i++)
		if (j->column[i] == SIZE_MAX) {
			report_error(EX_DATAERR, "%s:%u: column %s is missing", j->path, row->line,
			    columns[i].field);
			j->wrong++;
		}
	return true;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void
report_row_problems(struct judging *j, unsigned line, struct problems *ps)
{
	struct buf	 words = BUF_INIT;

	for (size_t i = 0; i < ps->n; i++) {
		if (ps->at[i].warn)
			continue;
		buf_reset(&words);
		report_problem(&ps->at[i], j->set, j->book, &words);
		report_error(EX_DATAERR, "%s:%u: %s", j->path, line, xtext(&words));
		j->wrong++;
	}
	buf_free(&words);
	problems_free(ps);
}

static void
load_book_area_field(struct judging *j, const struct csv_row *row,
    struct area_import_row *area_import_row)
{
	struct problems	 ps = PROBLEMS_INIT;

	*area_import_row = (struct area_import_row){ row->line, xcheck(val_map()) };
	for (int i = 0; i < COLUMNS; i++) {
		const struct field	*f = book_field(j->book, columns[i].field);
		const char		*typed = j->column[i] != SIZE_MAX ?
		    csv_cell(row, j->column[i]) : "";
		struct val		*v = f->type->parse(f, f->path, typed, &j->ctx, &ps);

		if (v != NULL)
			xput(area_import_row->fields, f->name, v);
	}
	if (ps.n == 0) {
		check_record(j->book, area_import_row->fields, j->book->start->name, &j->ctx, &ps);
		builtin_check(j->book, area_import_row->fields, &j->ctx, &ps);
	}
	report_row_problems(j, row->line, &ps);
}

static const char *
code_of(const struct area_import_row *p)
{
	const char	*code = val_get_str(p->fields, "code");

	return code != NULL ? code : "";
}

static int
by_code(const void *a, const void *b)
{
	const struct area_import_row	*x = a, *y = b;
	int			 c = strcmp(code_of(x), code_of(y));

	return c != 0 ? c : (x->line > y->line) - (x->line < y->line);
}

static bool
in_file(const struct area_import *area_import, const char *code)
{
	struct val	*fields = xcheck(val_map());
	struct area_import_row	 key = { 0, fields };
	size_t		 lo = 0, hi = area_import->n;

	xput(fields, "code", val_text(code));
	while (lo < hi) {
		size_t	 mid = (lo + hi) / 2;

		if (by_code(&area_import->at[mid], &key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	val_free(fields);
	return lo < area_import->n && strcmp(code_of(&area_import->at[lo]), code) == 0;
}

/* Checks rows against each other; they are sorted by code. */
static void
compare(struct judging *j, const struct area_import *area_import)
{
	char	 parent[AREA_CODE + 1];

	for (size_t i = 0; i < area_import->n; i++) {
		const struct area_import_row	*p = &area_import->at[i];
		const char		*code = code_of(p);

		if (!area_valid(code))
			continue;
		if (i > 0 && strcmp(code, code_of(p - 1)) == 0) {
			report_error(EX_DATAERR, "%s:%u: code %s stands in line %u already",
			    j->path, p->line, code, (p - 1)->line);
			j->wrong++;
		}
		if (strcmp(code, j->set->county_code) != 0 &&
		    area_within(code, j->set->county_code) &&
		    area_parent(code, parent) && !in_file(area_import, parent) &&
		    !val_has(j->known, parent)) {
			report_error(EX_DATAERR,
			    "%s:%u: %s lies in %s, which is neither in the file nor on record",
			    j->path, p->line, code, parent);
			j->wrong++;
		}
	}
}

static int
judge(struct judging *j, const struct csv *csv, struct area_import *out)
{
	size_t	 first;

	if (csv->n == 0)
		return report_error(EX_DATAERR, "%s: the file is empty", j->path);
	first = take_headings(j, &csv->row[0]);
	if (j->wrong > 0)
		return EX_DATAERR;
	out->has_until = j->column[UNTIL] != SIZE_MAX;
	out->at = xcheck(calloc(csv->n + 1, sizeof *out->at));
	for (size_t i = first; i < csv->n; i++)
		load_book_area_field(j, &csv->row[i], &out->at[out->n++]);
	qsort(out->at, out->n, sizeof *out->at, by_code);
	compare(j, out);
	return j->wrong > 0 ? EX_DATAERR : EX_OK;
}

int
area_import_read(const char *path, const struct set *set, const struct val *known, int today,
    struct area_import *out)
{
	struct judging	 j = { .path = path, .set = set, .book = set_book(set, "area"),
			    .ctx = { .set = set, .today = today, .lang = LANG_EN },
			    .known = known };
	struct csv	 csv;
	int		 code;

	*out = (struct area_import){ NULL, 0, false };
	if ((code = csv_read(path, &csv)) == EX_OK)
		code = judge(&j, &csv, out);
	csv_free(&csv);
	return code;
}

void
area_import_free(struct area_import *area_import)
{
	for (size_t i = 0; i < area_import->n; i++)
		val_free(area_import->at[i].fields);
	free(area_import->at);
	*area_import = (struct area_import){ NULL, 0, false };
}

/* ---- into the store -------------------------------------------------------------------------- */

struct loading {
	struct client		*client;
	const struct val	*records;
	bool			 dry;
	size_t			 made, changed, same;
};

static const struct val *
record_of(const struct val *records, const char *code)
{
	for (size_t i = 0; i < val_len(records); i++) {
		const char	*has = val_get_str(val_get(val_at(records, i), PK_FIELDS), "code");

		if (has != NULL && strcmp(has, code) == 0)
			return val_at(records, i);
	}
	return NULL;
}

/*
 * The fields that differ, in the form of a save: nil for those empty in the file. Fields without a
 * column are not changed.
 */
static struct val *
difference(const struct val *had, const struct val *is, bool has_until)
{
	struct val	*set = xcheck(val_map());

	for (int i = 0; i < (has_until ? COLUMNS : UNTIL); i++) {
		const char		*name = columns[i].field;
		const struct val	*was = val_get(had, name), *now = val_get(is, name);

		if (!val_same(was, now))
			xput(set, name, now != NULL ? xcheck(val_dup(now)) : val_nil());
	}
	return set;
}

static int
load_one(struct loading *l, const struct area_import_row *p, bool has_until)
{
	const struct val	*rec = record_of(l->records, code_of(p));
	struct val		*set = difference(val_get(rec, PK_FIELDS), p->fields, has_until),
	    *req;

	if (val_len(set) == 0) {
		l->same++;
		val_free(set);
		return EX_OK;
	}
	*(rec != NULL ? &l->changed : &l->made) += 1;
	if (l->dry) {
		val_free(set);
		return EX_OK;
	}
	req = client_new_write("save", "area");
	xput(req, PK_SET, set);
	if (rec != NULL) {
		xput(req, PK_ID, val_dup(val_get(rec, PK_ID)));
		xput(req, PK_VER, val_dup(val_get(rec, PK_VER)));
	}
	return client_ask(l->client, req, code_of(p), NULL);
}

static struct val *
codes_of(const struct val *records)
{
	struct val	*codes = xcheck(val_list());

	for (size_t i = 0; i < val_len(records); i++)
		xadd(codes, xcheck(val_dup(val_get(val_get(val_at(records, i), PK_FIELDS),
		    "code"))));
	return codes;
}

int
area_import_load(struct client *client, const char *path, bool dry)
{
	struct loading	 l = { .client = client, .dry = dry };
	struct val	*records, *known;
	struct area_import	 area_import;
	int		 code;

	if ((code = client_fetch_all(client, "area", &records)) != EX_OK)
		return code;
	l.records = records;
	known = codes_of(records);
	code = area_import_read(path, client_set(client), known, civil_at((int64_t)time(NULL)),
	    &area_import);
	for (size_t i = 0; code == EX_OK && i < area_import.n; i++)
		code = load_one(&l, &area_import.at[i], area_import.has_until);
	if (code == EX_OK)
		printf("%s: %zu places: %zu new, %zu changed, %zu as they were%s\n", path,
		    area_import.n, l.made, l.changed, l.same, dry ? "; nothing was written" : "");
	else if (l.made + l.changed == 0)
		report_error(code, "%s: nothing was written", path);
	else
		report_error(code,
		    "%s: stopped at the %zuth place that was to be written; run it again", path,
		    l.made + l.changed);
	area_import_free(&area_import);
	val_free(known);
	val_free(records);
	return code;
}
