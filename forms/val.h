#ifndef FORMS_VAL_H
#define FORMS_VAL_H

#include "forms/attr.h"
#include "forms/buf.h"

/*
 * A value: the content of a field, a record, a message on the wire, or the source of a definition.
 * Maps keep their keys in byte order, so equal values have equal CBOR and equal hashes.
 *
 *  Constructors return NULL when memory runs out. Functions that take a value own it from then on,
 *  also when they fail, and refuse NULL; so calls can be nested and the result is tested once.
 */
struct val;

enum val_kind { VAL_NIL, VAL_BOOL, VAL_INT, VAL_TEXT, VAL_BYTES, VAL_LIST, VAL_MAP };

struct val	*val_nil(void) MUST_USE;
struct val	*val_bool(bool) MUST_USE;
struct val	*val_int(int64_t) MUST_USE;
struct val	*val_text(const char *) MUST_USE;		/* a copy; NULL gives NULL */
struct val	*val_textn(const char *, size_t) MUST_USE;	/* a copy of n bytes, NUL added */
struct val	*val_bytes(const void *, size_t) MUST_USE;	/* a copy */
struct val	*val_list(void) MUST_USE;
struct val	*val_map(void) MUST_USE;
struct val	*val_dup(const struct val *) MUST_USE;		/* deep */
void		 val_free(struct val *);		/* NULL is fine */

enum val_kind	 val_kind(const struct val *);		/* NULL is VAL_NIL */
bool		 val_is_true(const struct val *);	/* a VAL_BOOL that is true */
bool		 val_same(const struct val *, const struct val *);
int		 val_cmp(const struct val *, const struct val *);	/* total order: kind, then
									   value */

/* The text (NUL-terminated, borrowed) or NULL when it is none. */
const char	*val_str(const struct val *);
/* Text or bytes with their length; NULL when neither. */
const void	*val_mem(const struct val *, size_t *n);
int64_t		 val_num(const struct val *, int64_t otherwise);

/* Lists and maps; every reader accepts NULL and values of other kinds and then finds nothing. */
size_t		 val_len(const struct val *);	/* items of a list, pairs of a map, else 0 */
struct val	*val_at(const struct val *list, size_t i);
const char	*val_key(const struct val *map, size_t i);
struct val	*val_value(const struct val *map, size_t i);
struct val	*val_get(const struct val *map, const char *key);
const char	*val_get_str(const struct val *map, const char *key);
int64_t		 val_get_num(const struct val *map, const char *key, int64_t otherwise);
bool		 val_get_true(const struct val *map, const char *key);
/* "father.phone", "carers.0.name": through maps by name and lists by index. */
struct val	*val_find(const struct val *, const char *path);
bool		 val_has(const struct val *list, const char *text);	/* whether the list contains
									   this text */

bool		 val_add(struct val *list, struct val *item) MUST_USE;
/* replaces */
bool		 val_put(struct val *map, const char *key, struct val *item) MUST_USE;
/*
 * Puts at the end of a path of maps and lists, and creates missing maps; a list index may be one
 * past the end.
 */
bool		 val_set(struct val *map, const char *path, struct val *item) MUST_USE;
void		 val_drop(struct val *map, const char *key);
struct val	*val_take(struct val *map, const char *key) MUST_USE;	/* out of the map, now the
									   caller's; NULL when
									   missing */
bool		 val_merge(struct val *into,
		    const struct val *from) MUST_USE;	/* puts copies of all
									   pairs; a nil value
									   drops the key */

/* The line in the definition file, from 1; 0 when the value is from elsewhere. */
void		 val_set_line(struct val *, unsigned line);
unsigned	 val_line(const struct val *);

/*
 * CBOR (RFC 8949) in the form written here: definite lengths, shortest forms, text keys in order.
 * The reader also accepts longer forms of numbers, but nothing else: no floats, tags, indefinite
 * lengths, keys out of order or double, bad UTF-8.
 */
void		 val_encode(const struct val *, struct buf *);

#define VAL_DEPTH_MAX	24		/* deeper nesting is refused; a definition file (16) travels
					   inside other values */
#define VAL_ITEMS_MAX	200000		/* more values in one message are refused */

/*
 * One value that fills exactly n bytes; NULL when it does not, is malformed or too large. Never
 * reads past n.
 */
struct val	*val_decode(const void *, size_t n) MUST_USE;

#endif
