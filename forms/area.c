#include "forms/area.h"

#include <stdlib.h>
#include <string.h>

struct area {
	char	 code[AREA_CODE + 1];
	char	*name;
	char	*py;
	int	 until;
};

struct areas {
	struct area	*at;
	size_t		 n;
};

/* Significant digits of each level. */
static const size_t	 level_digits[] = {
	[AREA_BAD] = 0, [AREA_COUNTRY] = 0, [AREA_PROVINCE] = 2, [AREA_PREFECTURE] = 4,
	    [AREA_COUNTY] = 6,
	[AREA_TOWNSHIP] = 9, [AREA_VILLAGE] = 12,
};

bool
area_valid(const char *code)
{
	return strlen(code) == AREA_CODE && strspn(code, "0123456789") == AREA_CODE;
}

enum area_level
area_level(const char *code)
{
	size_t	 n = AREA_CODE;
	int	 level = AREA_COUNTRY;

	if (!area_valid(code))
		return AREA_BAD;
	while (n > 0 && code[n - 1] == '0')
		n--;
	while (level_digits[level] < n)
		level++;
	return (enum area_level)level;
}

size_t
area_prefix(const char *code)
{
	return level_digits[area_level(code)];
}

bool
area_within(const char *code, const char *area)
{
	return area_valid(code) && area_valid(area) && strncmp(code, area, area_prefix(area)) == 0;
}

const char *
area_intersect(const char *reach, const char *within)
{
	if (within == NULL || (*reach != '\0' && area_within(reach, within)))
		return reach;
	return *reach == '\0' || area_within(within, reach) ? within : NULL;
}

bool
area_parent(const char *code, char parent[AREA_CODE + 1])
{
	enum area_level	 level = area_level(code);

	if (level <= AREA_COUNTRY)
		return false;
	memcpy(parent, AREA_NONE, AREA_CODE + 1);
	memcpy(parent, code, level_digits[level - 1]);
	return true;
}

enum area_level
area_level_parse(const char *name)
{
	static const struct {
		const char	*name;
		enum area_level	 level;
	} names[] = {
		{ "county", AREA_COUNTY }, { "township", AREA_TOWNSHIP },
		  { "village", AREA_VILLAGE },
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(name, names[i].name) == 0)
			return names[i].level;
	return AREA_BAD;
}

/* ---- the tree -------------------------------------------------------------------------------- */

static int
by_code(const void *a, const void *b)
{
	return strcmp(((const struct area *)a)->code, ((const struct area *)b)->code);
}

/* False when memory ran out. */
static bool
take_one(struct areas *as, const struct val *from)
{
	const char	*code = val_get_str(from, "code"), *name = val_get_str(from, "name");
	const char	*py = val_get_str(from, "py");
	struct area	*a = &as->at[as->n];

	if (code == NULL || name == NULL || !area_valid(code))
		return true;
	memcpy(a->code, code, sizeof a->code);
	a->until = (int)val_get_num(from, "until", 0);
	a->name = strdup(name);
	a->py = strdup(py != NULL ? py : "");
	as->n++;
	return a->name != NULL && a->py != NULL;
}

struct areas *
areas_new(const struct val *list)
{
	struct areas	*as = calloc(1, sizeof *as);

	if (as == NULL || (as->at = calloc(val_len(list) + 1, sizeof *as->at)) == NULL)
		goto bad;
	for (size_t i = 0; i < val_len(list); i++)
		if (!take_one(as, val_at(list, i)))
			goto bad;
	qsort(as->at, as->n, sizeof *as->at, by_code);
	return as;
bad:
	areas_free(as);
	return NULL;
}

void
areas_free(struct areas *as)
{
	if (as == NULL)
		return;
	for (size_t i = 0; i < as->n; i++) {
		free(as->at[i].name);
		free(as->at[i].py);
	}
	free(as->at);
	free(as);
}

size_t
areas_count(const struct areas *as)
{
	return as->n;
}

const char *
areas_code(const struct areas *as, size_t i)
{
	return as->at[i].code;
}

const char *
areas_name(const struct areas *as, size_t i)
{
	return as->at[i].name;
}

const char *
areas_pinyin(const struct areas *as, size_t i)
{
	return as->at[i].py;
}

bool
areas_retired(const struct areas *as, size_t i, int on)
{
	return as->at[i].until != 0 && on >= as->at[i].until;
}

size_t
areas_lower(const struct areas *as, const char *code)
{
	size_t	 lo = 0, hi = as->n;

	while (lo < hi) {
		size_t	 mid = lo + (hi - lo) / 2;

		if (strcmp(as->at[mid].code, code) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

size_t
areas_find(const struct areas *as, const char *code)
{
	size_t	 i = areas_lower(as, code);

	return i < as->n && strcmp(as->at[i].code, code) == 0 ? i : SIZE_MAX;
}

/* Index of the area of that level in which `code` lies, or SIZE_MAX. */
static size_t
find_above(const struct areas *as, const char *code, enum area_level level)
{
	char	 above[AREA_CODE + 1] = AREA_NONE;

	memcpy(above, code, level_digits[level]);
	return areas_find(as, above);
}

void
areas_print(const struct areas *as, const char *code, enum area_level from, struct buf *out)
{
	enum area_level	 own = area_level(code);
	size_t		 i;

	if (as == NULL || areas_find(as, code) == SIZE_MAX) {
		buf_puts(out, code);
		return;
	}
	for (int level = from < own ? (int)from + 1 : (int)own; level <= (int)own; level++)
		if ((i = find_above(as, code, (enum area_level)level)) != SIZE_MAX)
			buf_puts(out, as->at[i].name);
}
