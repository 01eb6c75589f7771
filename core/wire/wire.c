#include "core/wire/wire.h"

#include <string.h>

static const uint8_t	 magic[4] = { 'S', 'W', WIRE_VERSION, 0 };

void
wire_append(struct buf *out, const struct val *map)
{
	const size_t	 at = out->n;
	size_t		 n;
	uint8_t		*size;

	buf_put(out, magic, sizeof(magic));
	buf_put_u32(out, 0);
	val_encode(map, out);
	if (out->bad)
		return;
	n = out->n - at - WIRE_HEAD;
	if (n > UINT32_MAX) {
		out->bad = true;
		return;
	}
	size = (uint8_t *)out->p + at + sizeof(magic);
	for (int i = 0; i < 4; i++)
		size[i] = (uint8_t)(n >> (24 - 8 * i));
}

enum wire_result
wire_peek(const void *p, size_t n, size_t max, size_t *need)
{
	const size_t	 seen = n < sizeof(magic) ? n : sizeof(magic);
	size_t		 len;

	/* As early as possible: a peer with another protocol is not waited for. */
	if (seen > 0 && memcmp(p, magic, seen) != 0)
		return WIRE_BAD;
	*need = WIRE_HEAD;
	if (n < WIRE_HEAD)
		return WIRE_MORE;
	len = buf_get_u32((const uint8_t *)p + sizeof(magic));
	if (len == 0 || len > max)
		return WIRE_BAD;
	*need = WIRE_HEAD + len;
	return n < *need ? WIRE_MORE : WIRE_FRAME;
}

enum wire_result
wire_parse(const void *p, size_t n, size_t max, struct val **map, size_t *used, size_t *need)
{
	const enum wire_result	 got = wire_peek(p, n, max, need);

	if (got != WIRE_FRAME)
		return got;
	if ((*map = val_decode((const uint8_t *)p + WIRE_HEAD, *need - WIRE_HEAD)) == NULL)
		return WIRE_BAD;
	if (val_kind(*map) != VAL_MAP) {
		val_free(*map);
		*map = NULL;
		return WIRE_BAD;
	}
	*used = *need;
	return WIRE_FRAME;
}
