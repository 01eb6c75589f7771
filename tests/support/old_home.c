#include "tests/support/old_home.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/audit.h"
#include "tests/harness.h"

/*
 * The file `rows` holds, for each row, the table (1 byte), the sizes of key and value (4 bytes
 * each, big-endian), the key and the value.
 */
#define ROW_HEAD	9

static void
shell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void
shell(const char *fmt, ...)
{
	struct buf	 line = BUF_INIT;
	va_list		 ap;

	va_start(ap, fmt);
	buf_vprintf(&line, fmt, ap);
	va_end(ap);
	ck_assert_msg(system(buf_str(&line)) == 0, "%s", buf_str(&line));
	buf_free(&line);
}

static void
read_file(const char *dir, const char *name, struct buf *out)
{
	struct buf	 path = BUF_INIT;
	char		 chunk[65536];
	size_t		 n;
	FILE		*f;

	buf_printf(&path, "%s/%s", dir, name);
	ck_assert_msg((f = fopen(buf_str(&path), "r")) != NULL, "%s", path.p);
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_put(out, chunk, n);
	fclose(f);
	buf_free(&path);
}

static void
put_rows(struct store *st, const struct buf *rows)
{
	struct store_txn	*txn;
	size_t			 klen, vlen;

	ck_assert_int_eq(store_begin(st, &txn), STORE_OK);
	for (size_t at = 0; at < rows->n; at += ROW_HEAD + klen + vlen) {
		const char	*row = rows->p + at;

		klen = buf_get_u32(row + 1);
		vlen = buf_get_u32(row + 5);
		ck_assert_uint_le(at + ROW_HEAD + klen + vlen, rows->n);
		ck_assert_int_eq(store_put(txn, (enum store_table)row[0], row + ROW_HEAD, klen,
		    row + ROW_HEAD + klen, vlen), STORE_OK);
	}
	ck_assert_int_eq(store_commit(txn), STORE_OK);
}

/* Writes HOME/head with the newest entry of the trail, as a daemon leaves it. */
static void
put_head(struct home *home, struct store *st)
{
	struct audit_end	 end;
	struct buf		 wrong = BUF_INIT;

	ck_assert_int_eq(audit_end_check(st, false, &end, &wrong), STORE_OK);
	ck_assert_int_eq(head_replace(home, home_dir(home), HEAD_NEWEST, &end.now), 0);
	buf_free(&wrong);
}

void
old_home_make(const char *path, unsigned format)
{
	const struct store_opts	 opts = { .cache = (size_t)8 << 20, .log_file = (size_t)1 << 20,
	    .ballast = 4096 };
	struct buf		 parts = BUF_INIT, key = BUF_INIT, rows = BUF_INIT;
	struct home		*home;
	struct store		*st;

	buf_printf(&parts, "%s.parts", path);
	shell("rm -rf '%s' && mkdir '%s' && tar -xzf '%s/tests/data/home-%u.tar.gz' -C '%s' --strip-components=1", buf_str(&parts),
	    parts.p, getenv("SRCDIR"), format, parts.p);
	read_file(parts.p, "key", &key);
	buf_putc(&key, '\0');
	key.p[strcspn(key.p, "\n")] = '\0';
	read_file(parts.p, "rows", &rows);
	ck_assert_int_eq(home_restore(path, true, key.p, NULL), HOME_OK);
	ck_assert_int_eq(home_open(path, &home, NULL), HOME_OK);
	ck_assert_int_eq(store_open(home, &opts, &st, NULL), STORE_OK);
	put_rows(st, &rows);
	put_head(home, st);
	store_close(st);
	home_close(home);
	shell("mv '%s/forms' '%s/forms' && echo shouwang %u demo >'%s/kind' && rm -rf '%s'",
	    parts.p, path, format, path, parts.p);
	buf_free(&parts);
	buf_free(&key);
	buf_free(&rows);
}
