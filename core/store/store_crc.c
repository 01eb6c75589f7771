#include "core/store/store_crc.h"

#include <pthread.h>

#include "forms/buf.h"

/*
 * CRC-32C over key and value, so that an intact value under a wrong key is detected like a flipped
 * bit. Eight table lookups process eight bytes at once, because a checksum must not cost more than
 * the read it protects.
 *
 * A keyed hash of libsodium was measured in its place: for a value of 1,500 bytes BLAKE2b takes 5 µs,
 * SipHash 1.1 µs, this 0.9 to 1.5 µs. A key would find nothing more: who changes bytes on purpose is
 * met by the keyed sums of Berkeley DB's encrypted pages, and this finds what happens by accident.
 */
#define POLY	0x82f63b78u		/* Castagnoli, bits reversed */

static uint32_t		 table[8][256];
static pthread_once_t	 once = PTHREAD_ONCE_INIT;

static void
make_table(void)
{
	uint32_t	 c;
	unsigned	 i, bit, k;

	for (i = 0; i < 256; i++) {
		for (c = i, bit = 0; bit < 8; bit++)
			c = (c & 1) != 0 ? c >> 1 ^ POLY : c >> 1;
		table[0][i] = c;
	}
	for (i = 0; i < 256; i++)
		for (k = 1; k < 8; k++)
			table[k][i] = table[k - 1][i] >> 8 ^ table[0][table[k - 1][i] & 0xff];
}

static uint32_t
eight(uint32_t c, const unsigned char *p)
{
	c ^= (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
	return table[7][c & 0xff] ^ table[6][c >> 8 & 0xff] ^ table[5][c >> 16 & 0xff] ^
	    table[4][c >> 24] ^ table[3][p[4]] ^ table[2][p[5]] ^ table[1][p[6]] ^ table[0][p[7]];
}

static uint32_t
add(uint32_t c, const unsigned char *p, size_t n)
{
	for (; n >= 8; p += 8, n -= 8)
		c = eight(c, p);
	for (; n > 0; p++, n--)
		c = c >> 8 ^ table[0][(c ^ *p) & 0xff];
	return c;
}

uint32_t
store_crc(const void *key, size_t klen, const void *val, size_t vlen)
{
	pthread_once(&once, make_table);
	return ~add(add(~0u, key, klen), val, vlen);
}

bool
store_unsum(const void *key, size_t klen, const void *val, size_t *vlen)
{
	size_t	 n = *vlen;

	if (n == 0)
		return true;
	if (n <= STORE_SUMLEN)
		return false;
	n -= STORE_SUMLEN;
	if (store_crc(key, klen, val, n) != buf_get_u32((const char *)val + n))
		return false;
	*vlen = n;
	return true;
}
