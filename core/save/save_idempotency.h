#ifndef CORE_SAVE_SAVE_IDEMPOTENCY_H
#define CORE_SAVE_SAVE_IDEMPOTENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * For verify: whether it has the shape of an entry of STORE_TOKEN; *id: the record that it names, 0
 * when it names none.
 */
bool	 save_idempotency_fits(const void *key, size_t klen, const void *val, size_t vlen,
    uint64_t *id);

#endif
