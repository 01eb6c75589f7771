#include "forms/load/load.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "forms/vec.h"

void *
load_alloc(struct load *b, size_t n, size_t size)
{
	struct chunk	*c;

	if (size != 0 && n > (SIZE_MAX / 2) / size)
		c = NULL;
	else
		c = calloc(1, sizeof *c + n * size + 1);
	if (c == NULL) {
		b->bad = true;
		return NULL;
	}
	c->next = b->own->chunks;
	b->own->chunks = c;
	return c->bytes;
}

const char *
load_printf(struct load *b, const char *fmt, ...)
{
	struct buf	 text = BUF_INIT;
	char		*copy;
	va_list		 ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	if ((copy = load_alloc(b, text.n + 1, 1)) != NULL && text.n > 0)
		memcpy(copy, text.p, text.n);
	b->bad |= text.bad;
	buf_free(&text);
	return copy != NULL ? copy : "";
}

/*
 * What is missing has no line: the map in which it is missing has, or else the file begins
 * somewhere.
 */
static unsigned
line_of(const struct load *b, const struct val *at)
{
	if (val_line(at) != 0)
		return val_line(at);
	if (b->map_file != NULL && b->file != NULL && strcmp(b->map_file, b->file) == 0)
		return b->map_line;
	return b->has_lines ? 1 : 0;
}

void
load_error(struct load *b, const struct val *at, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	lint_addv(b->lint, b->file, line_of(b, at), fmt, ap);
	va_end(ap);
}

static void	 pred_complain(void *, const struct val *, const char *,
    ...) __attribute__((format(printf, 3, 4)));

static void
pred_complain(void *arg, const struct val *at, const char *fmt, ...)
{
	struct load	*b = arg;
	va_list		 ap;

	va_start(ap, fmt);
	lint_addv(b->lint, b->file, line_of(b, at), fmt, ap);
	va_end(ap);
}

/* Builds a predicate that is freed with the set; errors are reported at its place. */
static struct pred *
pred_at(struct load *b, const struct val *src, struct pred_place place)
{
	struct set_private	*own = b->own;
	struct pred		*p;
	size_t			 before = b->lint->n;

	if (src == NULL)
		return NULL;
	if ((p = pred_new(src, &place, pred_complain, b)) == NULL) {
		b->bad |= b->lint->n == before;
		return NULL;
	}
	if (!VEC_ROOM(own->preds, own->npreds, &own->pred_cap)) {
		pred_free(p);
		b->bad = true;
		return NULL;
	}
	own->preds[own->npreds++] = p;
	return p;
}

struct pred *
load_pred(struct load *b, const struct val *src, const struct book *book, const struct field *group)
{
	return pred_at(b, src, (struct pred_place){ .book = book, .group = group });
}

struct pred *
load_pred_parent(struct load *b, const struct val *src, const struct book *book)
{
	return pred_at(b, src, (struct pred_place){ .book = book, .parent = book->under != NULL ?
	    book->under->link_book : NULL });
}

bool
load_check_keys(struct load *b, const struct val *v, const char *what, const char *const keys[])
{
	if (val_kind(v) != VAL_MAP) {
		load_error(b, v, "%s must be a mapping (key: value)", what);
		return false;
	}
	if (val_line(v) != 0) {
		b->map_file = b->file;
		b->map_line = val_line(v);
	}
	for (size_t i = 0; i < val_len(v); i++) {
		size_t	 k = 0;

		while (keys[k] != NULL && strcmp(keys[k], val_key(v, i)) != 0)
			k++;
		if (keys[k] == NULL)
			load_error(b, val_value(v, i), "%s has no key \"%s\"", what, val_key(v, i));
	}
	return true;
}

bool
load_name_ok(const char *s)
{
	size_t	 n = strlen(s);

	return n > 0 && n <= 40 && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_") == n &&
	    s[0] >= 'a' && s[0] <= 'z';
}

bool
load_named_item(struct load *b, const struct val *item, const char **name, const struct val **body)
{
	if (val_kind(item) != VAL_MAP || val_len(item) != 1) {
		load_error(b, item,
		    "expected one name with its definition, as in \"- name: {label: ...}\"");
		return false;
	}
	*name = val_key(item, 0);
	*body = val_value(item, 0);
	if (load_name_ok(*name))
		return true;
	load_error(b, item, "\"%s\" is no name: a-z first, then a-z 0-9 - _ (at most 40)", *name);
	return false;
}

const struct val *
load_body_named(const struct val *list, const char *name)
{
	const struct val	*body;

	for (size_t i = 0; i < val_len(list); i++)
		if ((body = val_get(val_at(list, i), name)) != NULL)
			return body;
	return NULL;
}

const char *
load_text(struct load *b, const struct val *map, const char *key, const char *otherwise)
{
	const struct val	*v = val_get(map, key);

	if (v == NULL)
		return otherwise;
	if (val_str(v) == NULL) {
		load_error(b, v, "%s must be text (quote it if it looks like a number or yes/no)",
		    key);
		return otherwise;
	}
	return val_str(v);
}

bool
load_bool(struct load *b, const struct val *map, const char *key, bool otherwise)
{
	const struct val	*v = val_get(map, key);

	if (v == NULL)
		return otherwise;
	if (val_kind(v) != VAL_BOOL) {
		load_error(b, v, "%s must be yes or no", key);
		return otherwise;
	}
	return val_is_true(v);
}

void
load_label(struct load *b, const struct val *v, struct label *out)
{
	static const char *const	 keys[] = { "zh", "en", "py", NULL };

	*out = (struct label){ "", "", "" };
	if (v == NULL)
		return;
	if (val_str(v) != NULL) {
		out->zh = out->en = val_str(v);
		return;
	}
	if (!load_check_keys(b, v, "a label", keys))
		return;
	if ((out->zh = load_text(b, v, "zh", NULL)) == NULL) {
		load_error(b, v, "a label needs its Chinese text (zh)");
		out->zh = "";
	}
	out->en = load_text(b, v, "en", out->zh);
	out->py = load_text(b, v, "py", "");
}

void
load_brief(struct load *b, const struct val *map, const struct label *label, struct label *out)
{
	load_label(b, val_get(map, "short"), out);
	if (val_get(map, "short") == NULL)
		*out = *label;
}

void
load_required_label(struct load *b, const struct val *map, const char *name, struct label *out)
{
	load_label(b, val_get(map, "label"), out);
	if (val_get(map, "label") == NULL)
		load_error(b, map, "%s has no label", name);
}

size_t
load_item_count(const struct val *v)
{
	return v == NULL ? 0 : val_kind(v) == VAL_LIST ? val_len(v) : 1;
}

const struct val *
load_item(const struct val *v, size_t i)
{
	return val_kind(v) == VAL_LIST ? val_at(v, i) : v;
}

roles_t
load_role_mask(struct load *b, const struct val *map, const char *key, roles_t otherwise)
{
	const struct val	*v = val_get(map, key);
	const struct role	*role;
	roles_t			 mask = 0;

	if (v == NULL)
		return otherwise;
	for (size_t i = 0; i < load_item_count(v); i++) {
		const char	*name = val_str(load_item(v, i));

		if (name == NULL || (role = set_role(b->set, name)) == NULL)
			load_error(b, load_item(v, i), "%s: there is no role \"%s\"", key,
			    name != NULL ? name : "?");
		else
			mask |= ROLE_BIT(role);
	}
	return mask;
}

bool
load_field_accepts(const struct field *to, const struct field *from)
{
	if (to->refused || from->refused)	/* its unknown type has been reported */
		return true;
	if (to->type != from->type || to->many != from->many || to->fields != NULL)
		return false;
	return to->codes == from->codes && to->link_book == from->link_book &&
	    to->decimals == from->decimals && (to->level == from->level || to->level == AREA_BAD);
}

const struct field *
load_field_ref(struct load *b, const struct book *book, const struct val *v, const char *what)
{
	const struct field	*f = val_str(v) != NULL ? book_field(book, val_str(v)) : NULL;

	if (f == NULL)
		load_error(b, v, "%s: book %s has no field \"%s\"", what, book->name,
		    val_str(v) != NULL ? val_str(v) : "?");
	return f;
}

states_t
load_state_mask(struct load *b, const struct book *book, const struct val *map, const char *key,
    states_t otherwise)
{
	const struct val	*v = val_get(map, key);
	const struct state	*state;
	states_t		 mask = 0;

	if (v == NULL)
		return otherwise;
	for (size_t i = 0; i < load_item_count(v); i++) {
		const char	*name = val_str(load_item(v, i));

		if (name == NULL || (state = book_state(book, name)) == NULL)
			load_error(b, load_item(v, i), "%s: %s has no state \"%s\"", key,
			    book->name, name != NULL ? name : "?");
		else
			mask |= STATE_BIT(state);
	}
	return mask;
}

/* county.yaml: the name of the county and its code. */
static void
load_county(struct load *b)
{
	static const char *const	 keys[] = { "county", "code", "source", "file", NULL };
	const struct val		*v = val_get(b->own->src, "county");

	b->file = "county.yaml";
	b->set->county_code = "";
	load_label(b, NULL, &b->set->county);
	if (v == NULL) {
		lint_add(b->lint, b->file, 0, "is missing: it names the county and its area code");
		return;
	}
	if (!load_check_keys(b, v, "county.yaml", keys))
		return;
	load_label(b, val_get(v, "county"), &b->set->county);
	b->set->county_code = load_text(b, v, "code", "");
	if (b->set->county.zh[0] == '\0')
		load_error(b, v, "county.yaml does not say the county's name (county)");
	if (!area_valid(b->set->county_code) || area_level(b->set->county_code) != AREA_COUNTY)
		load_error(b, val_get(v, "code") != NULL ? val_get(v, "code") : v,
		    "code must be the county's area code: 12 digits in quotes, the last six 0");
}

/*
 * The version is a hash of the source in CBOR, where line numbers and file names have no part:
 * equal sets have equal versions.
 */
static void
stamp_version(struct load *b)
{
	unsigned char	 hash[16];
	struct buf	 cbor = BUF_INIT;

	val_encode(b->own->src, &cbor);
	if (cbor.bad)
		b->bad = true;
	else {
		crypto_generichash(hash, sizeof hash, (const unsigned char *)cbor.p, cbor.n, NULL,
		    0);
		sodium_bin2hex(b->set->version, sizeof b->set->version, hash, sizeof hash);
	}
	buf_free(&cbor);
}

struct set *
load_set(struct val *src, struct lint *lint)
{
	struct load	 b = { .lint = lint, .file = "definitions" };
	size_t		 before = lint->n;

	if ((b.own = calloc(1, sizeof *b.own)) == NULL) {
		val_free(src);
		return NULL;
	}
	b.own->src = src;
	b.set = &b.own->set;
	b.has_lines = val_line(val_get(src, "roles")) != 0;
	load_county(&b);
	load_roles_declare(&b);
	load_sheets_declare(&b);
	load_codes_declare(&b);
	load_books_declare(&b);
	/* also when names were wrong, so that all errors are told at once */
	if (!b.bad)
		load_fields_resolve(&b);
	if (!b.bad)
		load_books_resolve(&b);
	if (!b.bad)
		load_sheets_resolve(&b);
	if (!b.bad)
		load_roles_resolve_menus(&b);
	stamp_version(&b);
	free(b.unresolved);
	if (lint->n == before && !b.bad)
		return b.set;
	if (b.bad && lint->n == before)
		lint_add(lint, "definitions", 0, "memory ran out");
	set_free(b.set);
	return NULL;
}
