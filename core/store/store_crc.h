#ifndef CORE_STORE_STORE_CRC_H
#define CORE_STORE_STORE_CRC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The checksum after every value that is not empty: CRC-32C of key and value, big-endian. */
#define STORE_SUMLEN	4

uint32_t	 store_crc(const void *key, size_t klen, const void *val, size_t vlen);

/*
 * Checks the checksum at the end of a stored value and removes it from *vlen. False: damaged. An
 * empty value has none.
 */
bool		 store_unsum(const void *key, size_t klen, const void *val, size_t *vlen);

#endif
