#include "forms/val.h"

#include <stdlib.h>
#include <string.h>

#include "forms/vec.h"

struct pair {
	char		*key;
	struct val	*v;
};

struct val {
	uint8_t		 kind;
	bool		 b;
	unsigned	 line;
	union {
		int64_t	 i;
		struct { char *p; size_t n; } t;	/* text and bytes, NUL added */
		struct { struct val **at; size_t n, cap; } l;
		struct { struct pair *at; size_t n, cap; } m;		/* keys in byte order */
	};
};

static struct val *
new(enum val_kind kind)
{
	struct val	*v = calloc(1, sizeof *v);

	if (v != NULL)
		v->kind = (uint8_t)kind;
	return v;
}

struct val *
val_nil(void)
{
	return new(VAL_NIL);
}

struct val *
val_bool(bool b)
{
	struct val	*v = new(VAL_BOOL);

	if (v != NULL)
		v->b = b;
	return v;
}

struct val *
val_int(int64_t i)
{
	struct val	*v = new(VAL_INT);

	if (v != NULL)
		v->i = i;
	return v;
}

static struct val *
new_mem(enum val_kind kind, const void *p, size_t n)
{
	struct val	*v = new(kind);

	if (v == NULL)
		return NULL;
	if ((v->t.p = malloc(n + 1)) == NULL) {
		free(v);
		return NULL;
	}
	if (n > 0)
		memcpy(v->t.p, p, n);
	v->t.p[n] = '\0';
	v->t.n = n;
	return v;
}

struct val *
val_text(const char *s)
{
	return s != NULL ? new_mem(VAL_TEXT, s, strlen(s)) : NULL;
}

struct val *
val_textn(const char *s, size_t n)
{
	return new_mem(VAL_TEXT, s, n);
}

struct val *
val_bytes(const void *p, size_t n)
{
	return new_mem(VAL_BYTES, p, n);
}

struct val *
val_list(void)
{
	return new(VAL_LIST);
}

struct val *
val_map(void)
{
	return new(VAL_MAP);
}

void
val_free(struct val *v)
{
	if (v == NULL)
		return;
	switch (v->kind) {
	case VAL_TEXT:
	case VAL_BYTES:
		free(v->t.p);
		break;
	case VAL_LIST:
		for (size_t i = 0; i < v->l.n; i++)
			val_free(v->l.at[i]);
		free(v->l.at);
		break;
	case VAL_MAP:
		for (size_t i = 0; i < v->m.n; i++) {
			free(v->m.at[i].key);
			val_free(v->m.at[i].v);
		}
		free(v->m.at);
		break;
	}
	free(v);
}

static struct val *
dup_list(const struct val *from)
{
	struct val	*v = val_list();

	for (size_t i = 0; v != NULL && i < from->l.n; i++)
		if (!val_add(v, val_dup(from->l.at[i]))) {
			val_free(v);
			v = NULL;
		}
	return v;
}

static struct val *
dup_map(const struct val *from)
{
	struct val	*v = val_map();

	for (size_t i = 0; v != NULL && i < from->m.n; i++)
		if (!val_put(v, from->m.at[i].key, val_dup(from->m.at[i].v))) {
			val_free(v);
			v = NULL;
		}
	return v;
}

struct val *
val_dup(const struct val *from)
{
	struct val	*v = NULL;

	if (from == NULL)
		return NULL;
	switch (from->kind) {
	case VAL_NIL:
		v = val_nil();
		break;
	case VAL_BOOL:
		v = val_bool(from->b);
		break;
	case VAL_INT:
		v = val_int(from->i);
		break;
	case VAL_TEXT:
	case VAL_BYTES:
		v = new_mem(from->kind, from->t.p, from->t.n);
		break;
	case VAL_LIST:
		v = dup_list(from);
		break;
	case VAL_MAP:
		v = dup_map(from);
		break;
	}
	if (v != NULL)
		v->line = from->line;
	return v;
}

enum val_kind
val_kind(const struct val *v)
{
	return v != NULL ? (enum val_kind)v->kind : VAL_NIL;
}

bool
val_is_true(const struct val *v)
{
	return v != NULL && v->kind == VAL_BOOL && v->b;
}

static int
cmp_num(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
cmp_mem(const struct val *a, const struct val *b)
{
	size_t	 n = a->t.n < b->t.n ? a->t.n : b->t.n;
	int	 c = n > 0 ? memcmp(a->t.p, b->t.p, n) : 0;

	return c != 0 ? c : cmp_num((int64_t)a->t.n, (int64_t)b->t.n);
}

static int
cmp_list(const struct val *a, const struct val *b)
{
	int	 c;

	for (size_t i = 0; i < a->l.n && i < b->l.n; i++)
		if ((c = val_cmp(a->l.at[i], b->l.at[i])) != 0)
			return c;
	return cmp_num((int64_t)a->l.n, (int64_t)b->l.n);
}

static int
cmp_map(const struct val *a, const struct val *b)
{
	int	 c;

	for (size_t i = 0; i < a->m.n && i < b->m.n; i++)
		if ((c = strcmp(a->m.at[i].key, b->m.at[i].key)) != 0 ||
		    (c = val_cmp(a->m.at[i].v, b->m.at[i].v)) != 0)
			return c;
	return cmp_num((int64_t)a->m.n, (int64_t)b->m.n);
}

int
val_cmp(const struct val *a, const struct val *b)
{
	if (val_kind(a) != val_kind(b))
		return cmp_num(val_kind(a), val_kind(b));
	if (a == NULL || b == NULL)
		return 0;			/* both are nil */
	switch (a->kind) {
	case VAL_BOOL:
		return cmp_num(a->b, b->b);
	case VAL_INT:
		return cmp_num(a->i, b->i);
	case VAL_TEXT:
	case VAL_BYTES:
		return cmp_mem(a, b);
	case VAL_LIST:
		return cmp_list(a, b);
	case VAL_MAP:
		return cmp_map(a, b);
	}
	return 0;
}

bool
val_same(const struct val *a, const struct val *b)
{
	return val_cmp(a, b) == 0;
}

const char *
val_str(const struct val *v)
{
	return v != NULL && v->kind == VAL_TEXT ? v->t.p : NULL;
}

const void *
val_mem(const struct val *v, size_t *n)
{
	if (v == NULL || (v->kind != VAL_TEXT && v->kind != VAL_BYTES)) {
		*n = 0;
		return NULL;
	}
	*n = v->t.n;
	return v->t.p;
}

int64_t
val_num(const struct val *v, int64_t otherwise)
{
	return v != NULL && v->kind == VAL_INT ? v->i : otherwise;
}

size_t
val_len(const struct val *v)
{
	switch (val_kind(v)) {
	case VAL_LIST:
		return v->l.n;
	case VAL_MAP:
		return v->m.n;
	default:
		return 0;
	}
}

struct val *
val_at(const struct val *v, size_t i)
{
	return val_kind(v) == VAL_LIST && i < v->l.n ? v->l.at[i] : NULL;
}

const char *
val_key(const struct val *v, size_t i)
{
	return val_kind(v) == VAL_MAP && i < v->m.n ? v->m.at[i].key : NULL;
}

struct val *
val_value(const struct val *v, size_t i)
{
	return val_kind(v) == VAL_MAP && i < v->m.n ? v->m.at[i].v : NULL;
}

/* Index of a key, or the index where it would be inserted. */
static size_t
map_place(const struct val *map, const char *key, bool *found)
{
	size_t	 lo = 0, hi = map->m.n;

	*found = false;
	while (lo < hi) {
		size_t	 mid = lo + (hi - lo) / 2;
		int	 c = strcmp(map->m.at[mid].key, key);

		if (c == 0) {
			*found = true;
			return mid;
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct val *
val_get(const struct val *map, const char *key)
{
	bool	 found;
	size_t	 i;

	if (val_kind(map) != VAL_MAP)
		return NULL;
	i = map_place(map, key, &found);
	return found ? map->m.at[i].v : NULL;
}

const char *
val_get_str(const struct val *map, const char *key)
{
	return val_str(val_get(map, key));
}

int64_t
val_get_num(const struct val *map, const char *key, int64_t otherwise)
{
	return val_num(val_get(map, key), otherwise);
}

bool
val_get_true(const struct val *map, const char *key)
{
	return val_is_true(val_get(map, key));
}

/* A list index in a path; SIZE_MAX when the step is none. */
static size_t
path_index(const char *step)
{
	size_t	 i = 0;

	if (*step == '\0' || strlen(step) > 6)
		return SIZE_MAX;
	for (; *step != '\0'; step++) {
		if (*step < '0' || *step > '9')
			return SIZE_MAX;
		i = i * 10 + (size_t)(*step - '0');
	}
	return i;
}

static struct val *
step_into(const struct val *v, const char *step)
{
	return val_kind(v) == VAL_LIST ? val_at(v, path_index(step)) : val_get(v, step);
}

/*
 * Takes the next step of a path into `step`; false at the end, or when the step is too long to be a
 * name.
 */
static bool
next_step(const char **path, char step[64])
{
	size_t	 n = strcspn(*path, ".");

	if (n == 0 || n >= 64)
		return false;
	memcpy(step, *path, n);
	step[n] = '\0';
	*path += n + ((*path)[n] == '.');
	return true;
}

struct val *
val_find(const struct val *v, const char *path)
{
	char	 step[64];

	while (v != NULL && *path != '\0') {
		if (!next_step(&path, step))
			return NULL;
		v = step_into(v, step);
	}
	return (struct val *)v;
}

bool
val_has(const struct val *list, const char *text)
{
	const char	*s;

	for (size_t i = 0; i < val_len(list); i++)
		if ((s = val_str(val_at(list, i))) != NULL && strcmp(s, text) == 0)
			return true;
	return false;
}

bool
val_add(struct val *list, struct val *item)
{
	if (val_kind(list) != VAL_LIST || item == NULL ||
	    !VEC_ROOM(list->l.at, list->l.n, &list->l.cap))
		goto bad;
	list->l.at[list->l.n++] = item;
	return true;
bad:
	val_free(item);
	return false;
}

static bool
map_insert(struct val *map, size_t i, const char *key, struct val *item)
{
	char	*copy;

	if (!VEC_ROOM(map->m.at, map->m.n, &map->m.cap) || (copy = strdup(key)) == NULL)
		return false;
	memmove(map->m.at + i + 1, map->m.at + i, (map->m.n - i) * sizeof *map->m.at);
	map->m.at[i] = (struct pair){ copy, item };
	map->m.n++;
	return true;
}

bool
val_put(struct val *map, const char *key, struct val *item)
{
	bool	 found;
	size_t	 i;

	if (val_kind(map) != VAL_MAP || item == NULL) {
		val_free(item);
		return false;
	}
	i = map_place(map, key, &found);
	if (found) {
		val_free(map->m.at[i].v);
		map->m.at[i].v = item;
		return true;
	}
	if (map_insert(map, i, key, item))
		return true;
	val_free(item);
	return false;
}

/* The container below v at `step`; a missing one is created as a map. */
static struct val *
step_make(struct val *v, const char *step)
{
	struct val	*next = step_into(v, step);
	enum val_kind	 kind = val_kind(next);
	bool		 ok;

	if (kind == VAL_MAP || kind == VAL_LIST)
		return next;
	if (val_kind(v) == VAL_MAP)
		ok = val_put(v, step, val_map());
	else
		ok = next == NULL && path_index(step) == val_len(v) && val_add(v, val_map());
	return ok ? step_into(v, step) : NULL;
}

static bool
list_set(struct val *list, size_t i, struct val *item)
{
	if (i == list->l.n)
		return val_add(list, item);
	if (i > list->l.n) {
		val_free(item);
		return false;
	}
	val_free(list->l.at[i]);
	list->l.at[i] = item;
	return true;
}

bool
val_set(struct val *v, const char *path, struct val *item)
{
	char	 step[64];

	if (item == NULL)
		return false;
	while (v != NULL && next_step(&path, step)) {
		if (*path == '\0')
			return val_kind(v) == VAL_LIST ? list_set(v, path_index(step), item) :
			    val_put(v, step, item);
		v = step_make(v, step);
	}
	val_free(item);
	return false;
}

struct val *
val_take(struct val *map, const char *key)
{
	struct val	*v;
	bool		 found;
	size_t		 i;

	if (val_kind(map) != VAL_MAP)
		return NULL;
	i = map_place(map, key, &found);
	if (!found)
		return NULL;
	v = map->m.at[i].v;
	free(map->m.at[i].key);
	map->m.n--;
	memmove(map->m.at + i, map->m.at + i + 1, (map->m.n - i) * sizeof *map->m.at);
	return v;
}

void
val_drop(struct val *map, const char *key)
{
	val_free(val_take(map, key));
}

bool
val_merge(struct val *into, const struct val *from)
{
	for (size_t i = 0; i < val_len(from); i++) {
		const struct val	*v = val_value(from, i);

		if (val_kind(v) == VAL_NIL)
			val_drop(into, val_key(from, i));
		else if (!val_put(into, val_key(from, i), val_dup(v)))
			return false;
	}
	return true;
}

void
val_set_line(struct val *v, unsigned line)
{
	if (v != NULL)
		v->line = line;
}

unsigned
val_line(const struct val *v)
{
	return v != NULL ? v->line : 0;
}
