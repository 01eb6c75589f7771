#ifndef CORE_WIRE_WIRE_H
#define CORE_WIRE_WIRE_H

#include "forms/val.h"

/*
 * Frames between client and daemon on a Unix stream socket: 8 bytes of head, then one CBOR map.
 *	0	'S' 'W'
 *	2	protocol version, 1
 *	3	0
 *	4	length of the map in bytes, big-endian; at least 1
 * A reader of anything else closes the connection, because its peer is faulty. The names in the
 * maps are in protocol.h; shouwangd --ops describes their meaning.
 */
#define WIRE_VERSION		1
#define WIRE_HEAD		8
#define WIRE_REQUEST_MAX	(1u << 20)	/* a longer request is refused before a byte of it
						   is stored */
#define WIRE_REPLY_MAX		(16u << 20)

/* Appends a frame with this map; out->bad when memory ran out. */
void	 wire_append(struct buf *out, const struct val *map);

enum wire_result { WIRE_MORE, WIRE_FRAME, WIRE_BAD };

/*
 * Takes the first frame out of the n bytes at p. WIRE_FRAME: *map is the caller's, and *used bytes
 * are consumed. WIRE_MORE: it is not complete; *need is its whole size (WIRE_HEAD until the head
 * has arrived). WIRE_BAD: no frame of this protocol, larger than max, or not exactly one map; *map
 * is not set.
 */
enum wire_result	 wire_parse(const void *p, size_t n, size_t max, struct val **map,
			    size_t *used, size_t *need);

/*
 * The same from the head alone, in constant time: WIRE_FRAME says that the first *need bytes are
 * one frame, without decoding the map.
 */
enum wire_result	 wire_peek(const void *p, size_t n, size_t max, size_t *need);

#endif
