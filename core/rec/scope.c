#include "core/rec/scope.h"

#include <inttypes.h>
#include <string.h>

#define KIND_PLACE	'P'
#define KIND_BODY	'B'

_Static_assert(SCOPE_KEY == 1 + AREA_CODE, "a place is its kind and its code");
_Static_assert(SCOPE_KEY >= 1 + sizeof(uint64_t), "a body is its kind and its record id");

struct scope
scope_all(void)
{
	return (struct scope){ .n = 0 };
}

struct scope
scope_place(const char *code)
{
	struct scope	 s = { .key = { KIND_PLACE }, .n = (unsigned char)(1 + area_prefix(code)) };

	memcpy(s.key + 1, code, AREA_CODE);
	return s;
}

struct scope
scope_body(uint64_t id)
{
	struct scope	 s = { .key = { KIND_BODY }, .n = SCOPE_KEY };

	for (int i = 8; i >= 1; i--, id >>= 8)
		s.key[i] = (char)(id & 0xff);
	return s;
}

struct scope
scope_from_key(const void *key)
{
	struct scope	 s = { .n = SCOPE_KEY };

	memcpy(s.key, key, SCOPE_KEY);
	if (scope_area(&s) != NULL)
		s.n = (unsigned char)(1 + area_prefix(scope_area(&s)));
	return s;
}

bool
scope_is_all(const struct scope *s)
{
	return s->n == 0;
}

const char *
scope_area(const struct scope *s)
{
	return s->key[0] == KIND_PLACE ? s->key + 1 : NULL;
}

uint64_t
scope_body_id(const struct scope *s)
{
	uint64_t	 id = 0;

	for (int i = 1; s->key[0] == KIND_BODY && i <= 8; i++)
		id = id << 8 | (unsigned char)s->key[i];
	return id;
}

bool
scope_equal(const struct scope *a, const struct scope *b)
{
	return a->n == b->n && memcmp(a->key, b->key, SCOPE_KEY) == 0;
}

bool
scope_within(const struct scope *inner, const struct scope *outer)
{
	return inner->n >= outer->n && memcmp(inner->key, outer->key, outer->n) == 0;
}

void
scope_print(const struct scope *s, struct buf *out)
{
	if (scope_area(s) != NULL)
		buf_puts(out, scope_area(s));
	else if (scope_body_id(s) != 0)
		buf_printf(out, "#%" PRIu64, scope_body_id(s));
	else
		buf_puts(out, "everywhere");
}

bool
scope_narrow(const struct scope *reach, const char *within, struct scope *out)
{
	struct scope	 place;

	*out = *reach;
	if (within == NULL)
		return true;
	place = scope_place(within);
	if (scope_within(reach, &place))
		return true;
	*out = place;
	return scope_within(&place, reach);
}
