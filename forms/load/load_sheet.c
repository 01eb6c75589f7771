#include "forms/load/load.h"

#include <stdlib.h>
#include <string.h>

/*
 * Score sheets. The questions become a page of the sheet's book, made here as if the definition had
 * it, so that other code need not know about sheets; points are resolved when all fields are known.
 */

#define POINTS_MAX	100000		/* of one answer, in units of the total */

static const struct val *
sheet_source(const struct load *b, const struct score_sheet *s)
{
	return val_get(val_get(b->own->src, "sheets"), s->name);
}

static const struct val *
items_source(const struct load *b, const struct score_sheet *s)
{
	return val_get(sheet_source(b, s), "items");
}

/* Keeps a derived value until the set is freed; NULL (and bad) when memory ran out. */
static const struct val *
keep(struct load *b, struct val *v)
{
	if (b->own->derived == NULL)
		b->own->derived = val_list();
	if (b->own->derived == NULL)
		val_free(v);
	else if (val_add(b->own->derived, v))
		return v;
	b->bad = true;
	return NULL;
}

/* ---- first pass: names ----------------------------------------------------------------------- */

static int
parse_retired(struct load *b, const struct val *v)
{
	struct civil_rel	 rel;

	if (v == NULL)
		return 0;
	if (val_str(v) != NULL && civil_rel_parse(val_str(v), &rel) && rel.base == REL_FIXED)
		return rel.fixed;
	load_error(b, v, "retired must be a date such as 2020-12-31");
	return 0;
}

/*
 * First pass over a sheet: its names and its book. Items are declared as fields, see
 * field_of_item().
 */
static void
parse_sheet(struct load *b, struct score_sheet *s, const struct val *v)
{
	static const char *const	 keys[] = { "sheet", "label", "source", "local", "retired",
	    "book", "into", "items", "override", "grades", "file", NULL };
	const char			*book;

	s->file = b->file = load_text(b, v, "file", "sheets");
	if (!load_name_ok(s->name))
		load_error(b, v, "\"%s\" is no name for a sheet", s->name);
	load_check_keys(b, v, "a sheet", keys);
	load_required_label(b, v, s->name, &s->label);
	s->source = load_text(b, v, "source", "");
	s->local = load_bool(b, v, "local", false);
	s->retired = parse_retired(b, val_get(v, "retired"));
	if ((book = load_text(b, v, "book", NULL)) == NULL)
		load_error(b, v, "sheet %s does not say which book it is for (book)", s->name);
	else if (val_get(val_get(b->own->src, "books"), book) == NULL)
		load_error(b, val_get(v, "book"), "there is no book \"%s\"", book);
	if (val_kind(val_get(v, "items")) != VAL_LIST || val_len(val_get(v, "items")) == 0)
		load_error(b, v, "sheet %s has no items", s->name);
}

void
load_sheets_declare(struct load *b)
{
	const struct val	*src = val_get(b->own->src, "sheets");
	struct set		*set = b->set;

	if ((set->sheets = load_alloc(b, val_len(src), sizeof *set->sheets)) == NULL)
		return;
	for (size_t i = 0; i < val_len(src); i++) {
		set->sheets[set->nsheets].name = val_key(src, i);
		parse_sheet(b, &set->sheets[set->nsheets++], val_value(src, i));
	}
}

/* ---- first pass: code lists ------------------------------------------------------------------ */

size_t
load_sheet_list_count(const struct load *b)
{
	size_t	 n = 1 + val_len(val_get(b->own->src, "books"));

	for (size_t i = 0; i < b->set->nsheets; i++)
		n += val_len(items_source(b, &b->set->sheets[i]));
	return n;
}

static bool
is_for(const struct load *b, const struct score_sheet *s, const char *book)
{
	const char	*name = val_get_str(sheet_source(b, s), "book");

	return book == NULL || (name != NULL && strcmp(name, book) == 0);
}

/*
 * A code list of the sheets, of one book or of all; no list where there are none, unless it is that
 * of all.
 */
static void
sheets_as_codes(struct load *b, const char *name, const char *book)
{
	struct set	*set = b->set;
	struct codes	 list = { .name = name, .label = { "评估表", "Sheet", "pgb" },
	    .standard = "" };

	if ((list.at = load_alloc(b, set->nsheets, sizeof *list.at)) == NULL)
		return;
	for (size_t i = 0; i < set->nsheets; i++)
		if (is_for(b, &set->sheets[i], book))
			list.at[list.n++] = (struct code){ .code = set->sheets[i].name,
			    .label = set->sheets[i].label,
			    .brief = set->sheets[i].label, .retired = set->sheets[i].retired };
	if (list.n > 0 || book == NULL)
		set->codes[set->ncodes++] = list;
}

static bool
copy_key(struct val *into, const struct val *from, const char *key)
{
	const struct val	*v = val_get(from, key);

	return v == NULL || val_put(into, key, val_dup(v));
}

/* One answer in the form of a code list: without its points. */
static bool
add_answer(struct val *codes, const struct val *answer)
{
	struct val	*item = val_dup(answer);

	if (val_kind(item) == VAL_MAP && val_len(item) == 1)
		val_drop(val_value(item, 0), "points");
	return val_add(codes, item);
}

/* Answers listed in an item become a code list named after sheet and item. */
static void
answers_as_codes(struct load *b, const struct score_sheet *s, const char *item,
    const struct val *body)
{
	const struct val	*answers = val_get(body, "answers");
	struct val		*list = val_map(), *codes = val_list();
	bool			 ok = list != NULL && codes != NULL;

	for (size_t i = 0; ok && i < val_len(answers); i++)
		ok = add_answer(codes, val_at(answers, i));
	val_set_line(list, val_line(answers));
	ok = ok && copy_key(list, body, "label") && val_put(list, "codes", codes);
	if (!ok) {
		val_free(list);
		b->bad = true;
	} else if (keep(b, list) != NULL)
		load_codes_parse(b, load_printf(b, "%s.%s", s->name, item), list,
		    &b->set->codes[b->set->ncodes++]);
}

void
load_sheet_codes_declare(struct load *b)
{
	const struct val	*books = val_get(b->own->src, "books");

	sheets_as_codes(b, "sheets", NULL);
	for (size_t i = 0; i < val_len(books); i++)
		sheets_as_codes(b, load_printf(b, "sheets/%s", val_key(books, i)),
		    val_key(books, i));
	for (size_t i = 0; i < b->set->nsheets; i++) {
		const struct score_sheet	*s = &b->set->sheets[i];
		const struct val		*items = items_source(b, s), *item;

		b->file = s->file;
		for (size_t k = 0; k < val_len(items); k++) {
			item = val_at(items, k);
			if (val_kind(item) == VAL_MAP && val_len(item) == 1 &&
			    val_kind(val_get(val_value(item, 0), "answers")) == VAL_LIST)
				answers_as_codes(b, s, val_key(item, 0), val_value(item, 0));
		}
	}
}

/* ---- first pass: the page -------------------------------------------------------------------- */

/* An item without points for no answer is required. */
static bool
add_required(struct val *field, const struct val *body)
{
	if (val_get(body, "required") != NULL || val_get(val_get(body, "points"), "none") != NULL)
		return copy_key(field, body, "required");
	return val_put(field, "required", val_bool(true));
}

/* The definition of the field in which an item is answered, in the form of a book's field. */
static struct val *
field_of_item(struct load *b, const struct score_sheet *s, const char *name, const struct val *body)
{
	static const char *const	 same[] = { "label", "help", "more", "source", "shown",
	    "min", "max", "decimals", "codes" };
	struct val			*field = val_map(), *item = val_map();
	bool				 ok = field != NULL && item != NULL;

	for (size_t i = 0; ok && i < sizeof same / sizeof *same; i++)
		ok = copy_key(field, body, same[i]);
	if (ok && val_get(body, "answers") != NULL)
		ok = val_put(field, "codes", val_text(load_printf(b, "%s.%s", s->name, name)));
	ok = ok && val_put(field, "type", val_text(load_text(b, body, "type", "choice"))) &&
	    add_required(field, body);
	val_set_line(field, val_line(body));
	val_set_line(item, val_line(body));
	if (ok && val_put(item, name, field))
		return item;
	val_free(ok ? NULL : field);
	val_free(item);
	b->bad = true;
	return NULL;
}

static void
check_item(struct load *b, const char *name, const struct val *body)
{
	static const char *const	 keys[] = { "label", "help", "more", "source", "shown",
	    "min", "max", "decimals", "codes", "answers", "type", "required", "points", NULL };
	static const char *const	 read_keys[] = { "label", "reads", "source", "points",
	    NULL };
	static const char *const	 types[] = { "choice", "many-of", "yes-no", "number" };
	const char			*type = load_text(b, body, "type", "choice");
	size_t				 i = 0;

	load_check_keys(b, body, "an item", val_get(body, "reads") != NULL ? read_keys : keys);
	while (i < 4 && strcmp(types[i], type) != 0)
		i++;
	if (i == 4)
		load_error(b, body, "item %s: a sheet asks for choice, many-of, yes-no or number",
		    name);
	if (val_get(body, "answers") != NULL && val_get(body, "codes") != NULL)
		load_error(b, body, "item %s has both answers and codes", name);
	if (val_get(body, "answers") != NULL && (val_kind(val_get(body, "answers")) != VAL_LIST ||
	    i > 1))
		load_error(b, val_get(body, "answers"),
		    "item %s: answers is the list of a choice or many-of", name);
}

static struct val *
fields_of_items(struct load *b, const struct score_sheet *s)
{
	const struct val	*items = items_source(b, s), *body;
	struct val		*fields = val_list(), *one;
	const char		*name;

	for (size_t i = 0; fields != NULL && i < val_len(items); i++) {
		if (!load_named_item(b, val_at(items, i), &name, &body))
			continue;
		check_item(b, name, body);
		if (val_kind(body) != VAL_MAP || val_get(body, "reads") != NULL)
			continue;
		if ((one = field_of_item(b, s, name, body)) == NULL || !val_add(fields, one))
			break;
	}
	val_set_line(fields, val_line(items));
	return fields;
}

/* A missing label has been reported already. */
static bool
copy_label(struct val *into, const struct score_sheet *s, const struct val *src)
{
	return val_get(src, "label") != NULL ? copy_key(into, src, "label") :
	    val_put(into, "label", val_text(s->name));
}

/* {label, fields: [NAME: {type: group, label, shown: {CHOICE: NAME}, fields: …}]} */
static const struct val *
page_of(struct load *b, const struct score_sheet *s, const struct field *choice)
{
	const struct val	*src = sheet_source(b, s);
	struct val		*page = val_map(), *group = val_map(), *shown = val_map(),
	    *item = val_map(), *list = val_list();
	bool			 ok;

	val_set_line(page, val_line(src));
	val_set_line(group, val_line(src));
	ok = shown != NULL && val_put(shown, choice->name, val_text(s->name));
	ok = val_put(group, "shown", shown) && ok;
	ok = val_put(group, "fields", fields_of_items(b, s)) &&
	    val_put(group, "type", val_text("group")) && copy_label(group, s, src) && ok;
	val_set_line(item, val_line(src));
	ok = val_put(item, s->name, group) && ok;
	ok = val_add(list, item) && ok;
	ok = val_put(page, "fields", list) && copy_label(page, s, src) && ok;
	if (ok)
		return keep(b, page);
	val_free(page);
	b->bad = true;
	return NULL;
}

static bool
name_taken(const struct load *b, const struct score_sheet *s, const char *book)
{
	const struct val	*pages = val_get(val_get(val_get(b->own->src, "books"), book),
	    "pages");

	for (size_t i = 0; i < val_len(pages); i++) {
		const struct val	*page = val_at(pages, i);

		if (val_get(page, s->name) != NULL ||
		    load_body_named(val_get(val_len(page) == 1 && val_kind(page) == VAL_MAP ?
		    val_value(page, 0) : NULL, "fields"), s->name) != NULL)
			return true;
	}
	return false;
}

static void
add_sheet_page(struct load *b, struct book *book, struct score_sheet *s)
{
	const char		*file = b->file;
	const struct val	*page;
	size_t			 before = b->lint->n;

	b->file = s->file;
	if (name_taken(b, s, book->name))
		load_error(b, sheet_source(b, s), "book %s has a page or field \"%s\" already",
		    book->name, s->name);
	else if (val_len(items_source(b, s)) > 0 && (page = page_of(b, s, book->sheet)) != NULL)
		load_book_page(b, book, s->name, page);
	if (b->lint->n == before)
		s->book = book;	/* else errors of its points would be reported too */
	b->file = file;
}

void
load_sheet_pages_add(struct load *b, struct book *book)
{
	const struct codes	*all = set_codes(b->set, "sheets");
	struct page		*page = book->npages > 0 ? &book->pages[book->npages - 1] : NULL;

	for (size_t i = 0; page != NULL && i < page->nfields && book->sheet == NULL; i++) {
		struct field	*f = &page->fields[i];

		if (f->codes == NULL || f->codes != all || !type_is(f, "choice"))
			continue;
		book->sheet = f;
		f->codes = set_codes(b->set, load_printf(b, "sheets/%s", book->name));
		if (f->codes == NULL)
			lint_add(b->lint, b->file, f->line,
			    "book %s offers score sheets, and no sheet is for it", book->name);
		for (size_t k = 0; k < b->set->nsheets; k++)
			if (is_for(b, &b->set->sheets[k], book->name))
				add_sheet_page(b, book, &b->set->sheets[k]);
	}
}

/* ---- second pass: points --------------------------------------------------------------------- */

struct resolving {	/* the sheet being resolved, and its possible totals */
	struct load		*b;
	struct score_sheet	*s;
	int64_t			 least, most;	/* least and greatest possible total */
	int64_t			 step;		/* every total is a multiple of it; 0 = no answer
						   has points */
	bool			 whole;	/* all items are valid, so least, most and step are right */
};

static void
note_points(struct resolving *t, int64_t points)
{
	int64_t	 a = t->step, c = points < 0 ? -points : points, rest;

	while (c != 0) {
		rest = a % c;
		a = c;
		c = rest;
	}
	t->step = a;
}

static int64_t
parse_points(struct resolving *t, const struct val *v, const char *what)
{
	struct val	*n = type_literal(t->s->book->total, v);
	int64_t		 points = val_num(n, 0);

	if (val_kind(n) != VAL_INT || points < -POINTS_MAX || points > POINTS_MAX) {
		load_error(t->b, v, "the points for %s must be a number with at most %d decimals",
		    what, t->s->book->total->decimals);
		points = 0;
	}
	val_free(n);
	note_points(t, points);
	return points;
}

/* "5", "0..5", "16..", "..-1"; an open end means the least or greatest number. */
static bool
parse_step(const struct field *f, const char *key, int64_t *from, int64_t *until)
{
	const char	*dots = strstr(key, "..");
	struct val	*a, *z;
	bool		 ok;

	*from = INT64_MIN;
	*until = INT64_MAX;
	a = dots != key ? val_textn(key, dots != NULL ? (size_t)(dots - key) : strlen(key)) : NULL;
	z = dots == NULL ? val_text(key) : dots[2] != '\0' ? val_text(dots + 2) : NULL;
	ok = a != NULL || z != NULL;
	for (int i = 0; ok && i < 2; i++) {
		struct val	**side = i == 0 ? &a : &z, *n;

		if (*side == NULL)
			continue;
		n = type_literal(f, *side);
		ok = val_kind(n) == VAL_INT;
		*(i == 0 ? from : until) = val_num(n, 0);
		val_free(n);
	}
	val_free(a);
	val_free(z);
	return ok && *from <= *until;
}

static bool
is_own_keyword(const char *key)
{
	return strcmp(key, "none") == 0 || strcmp(key, "else") == 0;
}

static void
parse_steps(struct resolving *t, struct score_item *item, const struct val *points)
{
	for (size_t i = 0; i < val_len(points); i++) {
		const char	*key = val_key(points, i);
		struct points	*p = &item->points[item->npoints];

		if (is_own_keyword(key))
			continue;
		if (!parse_step(item->field, key, &p->min, &p->max)) {
			load_error(t->b, val_value(points, i),
			    "\"%s\" is no step of numbers, as in 0..5, 16.. or ..3", key);
			continue;
		}
		for (size_t k = 0; k < item->npoints; k++)
			if (p->min <= item->points[k].max && p->max >= item->points[k].min)
				load_error(t->b, val_value(points, i),
				    "step %s of %s overlaps another", key, item->field->name);
		p->points = parse_points(t, val_value(points, i), key);
		item->npoints++;
	}
}

/* Points are beside the answers that an item lists itself, or under points by code. */
static const struct val *
points_of(const struct val *body, const char *code)
{
	const struct val	*own = val_get(load_body_named(val_get(body, "answers"), code),
	    "points");

	return own != NULL ? own : val_get(val_get(body, "points"), code);
}

static void
parse_code_points(struct resolving *t, struct score_item *item, const struct val *body,
    const char *code)
{
	const struct val	*points = val_get(body, "points"), *v = points_of(body, code);
	struct points		*p = &item->points[item->npoints++];

	p->code = code;
	p->points = item->other;
	if (is_own_keyword(code))
		load_error(t->b, body, "item %s: %s is a word of points; rename the code",
		    item->field->name, code);
	else if (v != NULL)
		p->points = parse_points(t, v, code);
	else if (val_get(points, "else") == NULL)
		load_error(t->b, body, "item %s: code %s has no points; give it some, or else",
		    item->field->name, code);
}

static bool
has_code(const struct score_item *item, const char *code)
{
	for (size_t i = 0; i < item->npoints; i++)
		if (strcmp(item->points[i].code, code) == 0)
			return true;
	return false;
}

static void
parse_codes_points(struct resolving *t, struct score_item *item, const struct val *body)
{
	const struct codes	*codes = item->field->codes;
	const struct val	*points = val_get(body, "points");

	for (size_t i = 0; codes != NULL && i < codes->n; i++)
		parse_code_points(t, item, body, codes->at[i].code);
	if (type_is(item->field, "yes-no")) {
		parse_code_points(t, item, body, "yes");
		parse_code_points(t, item, body, "no");
	}
	for (size_t i = 0; i < val_len(points); i++)
		if (!is_own_keyword(val_key(points, i)) && !has_code(item, val_key(points, i)))
			load_error(t->b, val_value(points, i), "points: %s is no answer to %s",
			    val_key(points, i), item->field->name);
}

/* Adds how far an item can move the total; an item that is not shown does not move it. */
static void
note_range(struct resolving *t, const struct score_item *item)
{
	bool	 sums = type_is(item->field, "many-of");
	int64_t	 least = 0, most = 0, below = 0, above = 0;

	for (size_t i = 0; i <= item->npoints + 1; i++) {
		int64_t	 p = i < item->npoints ? item->points[i].points : i == item->npoints ?
		    item->none : sums ? 0 : item->other;

		if (sums && i < item->npoints) {
			below += p < 0 ? p : 0;
			above += p > 0 ? p : 0;
			continue;
		}
		least = p < least ? p : least;
		most = p > most ? p : most;
	}
	t->least += below < least ? below : least;
	t->most += above > most ? above : most;
}

static const struct field *
field_read(struct resolving *t, const struct val *v)
{
	const struct book	*book = t->s->book;
	const struct field	*f = val_str(v) != NULL ? book_field(book, val_str(v)) : NULL;

	if (f == NULL)
		load_error(t->b, v, "reads: book %s has no field \"%s\"", book->name,
		    val_str(v) != NULL ? val_str(v) : "?");
	else if (f->many || (f->group != NULL && f->group->many) ||
	    (f->computed >= COMPUTED_TOTAL) ||
	    (f->codes == NULL && !type_is(f, "yes-no") && !type_is(f, "number"))) {
		load_error(t->b, v, "reads: %s is not one choice, many-of, yes-no or number",
		    f->path);
		return NULL;
	}
	return f;
}

/* The points of one item: for its own answers, or for a field of the book that it reads. */
static void
resolve_item(struct resolving *t, const char *name, const struct val *body)
{
	struct score_item	*item = &t->s->items[t->s->nitems];
	const struct val	*points = val_get(body, "points");
	const struct field	*f;
	size_t			 n;

	if (val_get(body, "reads") != NULL)
		f = field_read(t, val_get(body, "reads"));
	else
		f = book_field(t->s->book, load_printf(t->b, "%s.%s", t->s->name, name));
	if (f == NULL)
		return;
	if (points != NULL && val_kind(points) != VAL_MAP) {
		load_error(t->b, points, "points of %s must be a mapping (answer: points)", name);
		return;
	}
	if (points == NULL && val_get(body, "answers") == NULL) {
		load_error(t->b, body, "item %s has no points", name);
		return;
	}
	n = f->codes != NULL ? f->codes->n : val_len(points) + 2;
	if ((item->points = load_alloc(t->b, n, sizeof *item->points)) == NULL)
		return;
	item->field = f;
	if (val_get(points, "none") != NULL)
		item->none = parse_points(t, val_get(points, "none"), "none");
	if (val_get(points, "else") != NULL)
		item->other = parse_points(t, val_get(points, "else"), "else");
	if (type_is(f, "number"))
		parse_steps(t, item, points);
	else
		parse_codes_points(t, item, body);
	note_range(t, item);
	t->s->nitems++;
}

static void
resolve_items(struct resolving *t)
{
	const struct val	*items = items_source(t->b, t->s), *item;

	if ((t->s->items = load_alloc(t->b, val_len(items), sizeof *t->s->items)) == NULL)
		return;
	for (size_t i = 0; i < val_len(items); i++) {
		item = val_at(items, i);
		if (val_kind(item) == VAL_MAP && val_len(item) == 1 &&
		    val_kind(val_value(item, 0)) == VAL_MAP)
			resolve_item(t, val_key(item, 0), val_value(item, 0));
	}
	t->whole = t->s->nitems == val_len(items);
	if (t->step == 0 && t->whole)
		load_error(t->b, sheet_source(t->b, t->s),
		    "no answer to sheet %s is worth any points", t->s->name);
}

/* ---- second pass: grades --------------------------------------------------------------------- */

static const char *
parse_grade(struct resolving *t, const struct val *map)
{
	const char	*grade = val_get_str(map, "grade");

	if (grade == NULL)
		load_error(t->b, map, "grade is missing");
	else if (t->s->into->codes != NULL && codes_find(t->s->into->codes, grade) == NULL)
		load_error(t->b, map, "grade: %s is no code of %s", grade, t->s->into->path);
	return grade != NULL ? grade : "";
}

/* override: [{when: CONDITION, grade: GRADE, say: LABEL}] */
static void
resolve_overrides(struct resolving *t, const struct val *list)
{
	static const char *const	 keys[] = { "when", "grade", "say", NULL };

	if (list == NULL)
		return;
	if (val_kind(list) != VAL_LIST) {
		load_error(t->b, list,
		    "override must be a list of {when: ..., grade: ..., say: ...}");
		return;
	}
	if ((t->s->overrides = load_alloc(t->b, val_len(list), sizeof *t->s->overrides)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		const struct val	*v = val_at(list, i);
		struct score_override	*o = &t->s->overrides[t->s->noverrides];

		if (!load_check_keys(t->b, v, "an override", keys))
			continue;
		o->when = load_pred(t->b, val_get(v, "when"), t->s->book, t->s->group);
		o->grade = parse_grade(t, v);
		load_label(t->b, val_get(v, "say"), &o->say);
		if (val_get(v, "when") == NULL || o->say.zh[0] == '\0')
			load_error(t->b, v,
			    "an override needs a condition (when) and a message (say)");
		t->s->noverrides++;
	}
}

static int64_t
parse_end(struct resolving *t, const struct val *map, const char *key, int64_t open)
{
	const struct val	*v = val_get(map, key);
	struct val		*n;
	int64_t			 end;

	if (v == NULL)
		return open;
	n = type_literal(t->s->book->total, v);
	if (val_kind(n) != VAL_INT)
		load_error(t->b, v, "%s must be a number with at most %d decimals", key,
		    t->s->book->total->decimals);
	end = val_num(n, open);
	val_free(n);
	return end;
}

static int
by_min(const void *a, const void *b)
{
	const struct score_grade	*x = a, *y = b;

	return x->min < y->min ? -1 : x->min > y->min;
}

static const char *
points_text(const struct resolving *t, int64_t n)
{
	struct val	*v = val_int(n);
	struct buf	 out = BUF_INIT;
	const char	*text;

	type_print(t->s->book->total, v, &(struct form_ctx){ .lang = LANG_EN }, &out);
	text = load_printf(t->b, "%s", buf_str(&out));
	buf_free(&out);
	val_free(v);
	return text;
}

/* The smallest possible total greater than n. */
static int64_t
next_total(const struct resolving *t, int64_t n)
{
	int64_t	 k = n / t->step;

	if (n < 0 && n % t->step != 0)
		k--;
	return (k + 1) * t->step;
}

/* Reports totals without a grade and with two. */
static void
check_grades(struct resolving *t, const struct val *at)
{
	const struct score_grade	*g = t->s->grades;
	size_t				 n = t->s->ngrades;

	if (n == 0 || t->step == 0 || !t->whole)
		return;
	if (g[0].min > t->least)
		load_error(t->b, at, "a total of %s has no grade", points_text(t, t->least));
	for (size_t i = 0; i + 1 < n; i++)
		if (g[i + 1].min <= g[i].max)
			load_error(t->b, at, "a total of %s has two grades, %s and %s",
			    points_text(t,
			    g[i + 1].min == INT64_MIN ? t->least : g[i + 1].min), g[i].grade,
			    g[i + 1].grade);
		else if (next_total(t, g[i].max) < g[i + 1].min)
			load_error(t->b, at, "a total of %s has no grade",
			    points_text(t, next_total(t, g[i].max)));
	if (g[n - 1].max < t->most)
		load_error(t->b, at, "a total of %s has no grade", points_text(t, t->most));
}

/* grades: [{grade, min, max}]; an open end is the least or greatest number. */
static void
resolve_grades(struct resolving *t, const struct val *list)
{
	static const char *const	 keys[] = { "grade", "min", "max", NULL };

	if (val_kind(list) != VAL_LIST || val_len(list) == 0) {
		load_error(t->b, list != NULL ? list : sheet_source(t->b, t->s),
		    "sheet %s has no grades ({grade, min, max})", t->s->name);
		return;
	}
	if ((t->s->grades = load_alloc(t->b, val_len(list), sizeof *t->s->grades)) == NULL)
		return;
	for (size_t i = 0; i < val_len(list); i++) {
		const struct val	*v = val_at(list, i);
		struct score_grade	*g = &t->s->grades[t->s->ngrades];

		if (!load_check_keys(t->b, v, "a grade", keys))
			continue;
		*g = (struct score_grade){ parse_grade(t, v), parse_end(t, v, "min", INT64_MIN),
		    parse_end(t, v, "max", INT64_MAX) };
		if (g->min > g->max)
			load_error(t->b, v, "grade %s: min is above max", g->grade);
		t->s->ngrades++;
	}
	qsort(t->s->grades, t->s->ngrades, sizeof *t->s->grades, by_min);
	check_grades(t, list);
}

/* ---- second pass: the book ------------------------------------------------------------------- */

/*
 * The field of the book that stores this part of a score; with a name, the field of that name. *n:
 * how many there are.
 */
static const struct field *
part_of(const struct book *book, enum computed part, const char *name, size_t *n)
{
	const struct field	*found = NULL;

	*n = 0;
	for (size_t i = 0; i < book->nall; i++)
		if (book->all[i]->computed == part &&
		    (name == NULL || strcmp(book->all[i]->path, name) == 0)) {
			found = book->all[i];
			++*n;
		}
	return found;
}

static void
resolve_book(struct load *b, struct book *book)
{
	const struct val	*src = val_get(val_get(b->own->src, "books"), book->name);
	size_t			 totals, reasons, grades;

	b->file = val_get_str(src, "file");
	book->total = part_of(book, COMPUTED_TOTAL, NULL, &totals);
	book->reasons = part_of(book, COMPUTED_REASONS, NULL, &reasons);
	part_of(book, COMPUTED_GRADE, NULL, &grades);
	if (totals > 1 || reasons > 1)
		load_error(b, src, "book %s keeps the %s of its sheets twice", book->name,
		    totals > 1 ? "total" : "reasons");
	if (book->sheet == NULL && totals + reasons + grades > 0)
		load_error(b, src,
		    "book %s keeps scores, and has no choice of a sheet outside groups (codes: sheets)", book->name);
	if (book->sheet != NULL && (totals == 0 || grades == 0))
		load_error(b, src,
		    "book %s offers score sheets, and has no field computed: {score: %s}",
		    book->name, totals == 0 ? "total" : "grade");
}

static const struct field *
parse_into(struct load *b, const struct score_sheet *s, const struct val *src)
{
	const char		*name = load_text(b, src, "into", NULL);
	const struct field	*f;
	size_t			 n;

	f = part_of(s->book, COMPUTED_GRADE, name, &n);
	if (n == 1)
		return f;
	if (name != NULL)
		load_error(b, val_get(src, "into"),
		    "into: book %s has no field \"%s\" with computed: {score: grade}",
		    s->book->name, name);
	else if (n > 1)
		load_error(b, src, "sheet %s does not say which grade of book %s it gives (into)",
		    s->name, s->book->name);
	return NULL;
}

/* Second pass over a sheet, when all fields of its book are known. */
static void
resolve_sheet(struct load *b, struct score_sheet *s)
{
	const struct val	*src = sheet_source(b, s);
	const char		*name = val_get_str(src, "book");
	const struct book	*book = name != NULL ? set_book(b->set, name) : NULL;
	struct resolving		 t = { .b = b, .s = s };

	b->file = s->file;
	if (book == NULL)
		return;					/* already reported */
	if (book->sheet == NULL) {
		load_error(b, src,
		    "book %s has no choice of a sheet outside groups (codes: sheets)", book->name);
		return;
	}
	s->into = s->book != NULL ? parse_into(b, s, src) : NULL;
	s->group = book_field(book, s->name);
	if (s->into == NULL || s->group == NULL || book->total == NULL ||
	    !type_is(book->total, "number"))
		return;
	resolve_items(&t);
	resolve_overrides(&t, val_get(src, "override"));
	resolve_grades(&t, val_get(src, "grades"));
}

void
load_sheets_resolve(struct load *b)
{
	for (size_t i = 0; i < b->set->nbooks; i++)
		resolve_book(b, &b->set->books[i]);
	for (size_t i = 0; i < b->set->nsheets; i++)
		resolve_sheet(b, &b->set->sheets[i]);
}
