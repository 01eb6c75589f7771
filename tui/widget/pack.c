#include "tui/widget/pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "tui/term/locale.h"

static bool	 ran_out;

/* Functions given to atexit() run in reverse order: the terminal's own comes first. */
static void
tell_reason(void)
{
	if (ran_out)
		fprintf(stderr, "shouwang: %s\n", _("there is not enough memory to go on"));
}

void
pack_init(void)
{
	atexit(tell_reason);
}

void
pack_no_memory(void)
{
	ran_out = true;
	exit(EX_OSERR);
}

struct val *
pack_need(struct val *v)
{
	if (v == NULL)
		pack_no_memory();
	return v;
}

struct val *
pack_dup(const struct val *v)
{
	return v != NULL ? pack_need(val_dup(v)) : NULL;
}

void
pack_put(struct val *map, const char *key, struct val *v)
{
	if (!val_put(map, key, pack_need(v)) && (map == NULL || val_kind(map) == VAL_MAP))
		pack_no_memory();
}

void
pack_copy(struct val *map, const char *key, const struct val *v)
{
	if (v != NULL)
		pack_put(map, key, val_dup(v));
}

void
pack_add(struct val *list, struct val *v)
{
	if (!val_add(list, pack_need(v)) && (list == NULL || val_kind(list) == VAL_LIST))
		pack_no_memory();
}

static void
drop_first_step(struct val *map, const char *path)
{
	char	*step = strndup(path, strcspn(path, "."));

	if (step == NULL)
		pack_no_memory();
	val_drop(map, step);
	free(step);
}

void
pack_set(struct val *map, const char *path, struct val *v)
{
	struct val	*again = pack_dup(pack_need(v));

	if (val_set(map, path, v)) {
		val_free(again);
		return;
	}
	drop_first_step(map, path);
	if (!val_set(map, path, again))
		pack_no_memory();
}
