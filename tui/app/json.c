#include "tui/widget/pack.h"
#include "tui/app/json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <jansson.h>
#include <sodium.h>

#include "core/wire/conn.h"
#include "core/wire/protocol.h"
#include "core/wire/wire.h"
#include "forms/problem.h"
#include "tui/term/locale.h"

#define LINE_MAX_BYTES	((size_t)1 << 20)

/* ---- JSON to a request ----------------------------------------------------------------------- */

/* Keys of a request whose text is hexadecimal for bytes; the protocol has bytes nowhere else. */
static const char *const	 byte_keys[] = { "token", "draft", "key", "after", "before",
    "hash" };

static bool
is_byte_key(const char *key)
{
	for (size_t i = 0; i < sizeof(byte_keys) / sizeof(byte_keys[0]); i++)
		if (strcmp(byte_keys[i], key) == 0)
			return true;
	return false;
}

static struct val *
from_hex(const char *hex)
{
	const size_t	 n = strlen(hex);
	unsigned char	*bytes = malloc(n / 2 + 1);
	struct val	*v = NULL;
	size_t		 got;
	const char	*end;

	if (bytes != NULL && sodium_hex2bin(bytes, n / 2 + 1, hex, n, NULL, &got, &end) == 0 &&
	    end == hex + n)
		v = val_bytes(bytes, got);
	free(bytes);
	return v;
}

static struct val	*from_json(const json_t *, int depth);

static struct val *
from_array(const json_t *j, int depth)
{
	struct val	*v = val_list();

	for (size_t i = 0; v != NULL && i < json_array_size(j); i++)
		if (!val_add(v, from_json(json_array_get(j, i), depth + 1))) {
			val_free(v);
			v = NULL;
		}
	return v;
}

static struct val *
from_object(const json_t *j, int depth)
{
	struct val	*v = val_map();
	void		*it;

	for (it = json_object_iter((json_t *)(uintptr_t)j); v != NULL && it != NULL;
	    it = json_object_iter_next((json_t *)(uintptr_t)j, it)) {
		const char	*key = json_object_iter_key(it);
		const json_t	*item = json_object_iter_value(it);
		struct val	*inner;

		inner = depth == 0 && json_is_string(item) && is_byte_key(key) ?
		    from_hex(json_string_value(item)) : from_json(item, depth + 1);
		if (!val_put(v, key, inner)) {
			val_free(v);
			v = NULL;
		}
	}
	return v;
}

/* NULL: a fraction, bytes that are not hexadecimal, too deep, or memory. */
static struct val *
from_json(const json_t *j, int depth)
{
	if (depth > VAL_DEPTH_MAX)
		return NULL;
	switch (json_typeof(j)) {
	case JSON_NULL:
		return val_nil();
	case JSON_TRUE:
	case JSON_FALSE:
		return val_bool(json_is_true(j));
	case JSON_INTEGER:
		return val_int(json_integer_value(j));
	case JSON_STRING:
		return val_textn(json_string_value(j), json_string_length(j));
	case JSON_ARRAY:
		return from_array(j, depth);
	case JSON_OBJECT:
		return from_object(j, depth);
	default:
		return NULL;
	}
}

/*
 * The daemon closes the connection after an unreadable request, so the request is checked here
 * first.
 */
static bool
readable(const struct val *req)
{
	struct buf	 b = BUF_INIT;
	struct val	*back;

	val_encode(req, &b);
	back = b.bad || b.n > WIRE_REQUEST_MAX ? NULL : val_decode(b.p, b.n);
	buf_wipe(&b);
	val_free(back);
	return back != NULL;
}

/* A save without a token would be refused; a caller that wants to repeat one gives a token. */
static bool
add_token(struct val *req, const char *op)
{
	unsigned char	 token[16];

	if ((strcmp(op, "save") != 0 && strcmp(op, "act") != 0) || val_get(req, PK_TOKEN) != NULL)
		return true;
	randombytes_buf(token, sizeof(token));
	return val_put(req, PK_TOKEN, val_bytes(token, sizeof(token)));
}

/* NULL: *say, a msgid, is the reason; {1} in it is `detail`. */
static struct val *
read_request(const struct buf *line, const char **say, char detail[JSON_ERROR_TEXT_LENGTH])
{
	json_error_t	 e;
	json_t		*j = json_loadb(buf_str(line), line->n, JSON_REJECT_DUPLICATES, &e);
	struct val	*req = NULL;
	const char	*op;

	detail[0] = '\0';
	if (j == NULL) {
		*say = N_("This line is not JSON: {1}");
		memcpy(detail, e.text, JSON_ERROR_TEXT_LENGTH);
		return NULL;
	}
	if (json_is_object(j))
		req = from_json(j, 0);
	json_decref(j);
	if (req != NULL && (op = val_get_str(req, PK_OP)) != NULL && add_token(req, op) &&
	    readable(req))
		return req;
	*say =
	    N_("A request is one JSON object with an \"op\", whole numbers, and bytes in hexadecimal.");
	val_free(req);
	return NULL;
}

/* ---- a reply to JSON ------------------------------------------------------------------------- */

static json_t *
to_hex(const struct val *v)
{
	size_t		 n;
	const void	*p = val_mem(v, &n);
	char		*hex = malloc(2 * n + 1);
	json_t		*j;

	if (hex == NULL)
		return NULL;
	sodium_bin2hex(hex, 2 * n + 1, p, n);
	j = json_string(hex);
	free(hex);
	return j;
}

static json_t	*to_json(const struct val *);

static json_t *
to_object(const struct val *v)
{
	json_t	*j = json_object();

	for (size_t i = 0; j != NULL && i < val_len(v); i++)
		if (json_object_set_new(j, val_key(v, i), to_json(val_value(v, i))) != 0) {
			json_decref(j);
			j = NULL;
		}
	return j;
}

static json_t *
to_array(const struct val *v)
{
	json_t	*j = json_array();

	for (size_t i = 0; j != NULL && i < val_len(v); i++)
		if (json_array_append_new(j, to_json(val_at(v, i))) != 0) {
			json_decref(j);
			j = NULL;
		}
	return j;
}

static json_t *
to_json(const struct val *v)
{
	const char	*text;
	size_t		 n;

	switch (val_kind(v)) {
	case VAL_NIL:
		return json_null();
	case VAL_BOOL:
		return json_boolean(val_is_true(v));
	case VAL_INT:
		return json_integer(val_num(v, 0));
	case VAL_TEXT:
		text = val_mem(v, &n);
		return json_stringn(text, n);
	case VAL_BYTES:
		return to_hex(v);
	case VAL_LIST:
		return to_array(v);
	case VAL_MAP:
		return to_object(v);
	}
	return NULL;
}

/* "say" and "args" as a sentence. */
static void
add_text(struct val *map)
{
	const char	*say = val_get_str(map, PK_SAY);
	struct buf	 text = BUF_INIT;

	if (say == NULL)
		return;
	problem_format(&text, *say != '\0' ? _(say) : "", val_get(map, PK_ARGS), NULL, NULL);
	if (!text.bad)
		pack_put(map, PK_TEXT, val_text(buf_str(&text)));
	buf_free(&text);
}

/* False: standard output is closed, or no memory. Takes reply. */
static bool
print_reply(struct val *reply)
{
	struct val	*problems = val_get(reply, PK_PROBLEMS);
	json_t		*j;
	bool		 ok;

	add_text(reply);
	for (size_t i = 0; i < val_len(problems); i++)
		add_text(val_at(problems, i));
	j = to_json(reply);
	ok = j != NULL && json_dumpf(j, stdout, JSON_COMPACT) == 0 && putchar('\n') != EOF &&
	    fflush(stdout) == 0;
	json_decref(j);
	val_free(reply);
	return ok;
}

static struct val *
refusal(const char *error, const char *say, const char *detail)
{
	struct val	*reply = val_map(), *args = val_list();
	bool		 ok;

	ok = val_add(args, val_text(detail));
	ok = val_put(reply, PK_ARGS, args) && ok;
	ok = val_put(reply, PK_OK, val_bool(false)) && ok;
	ok = val_put(reply, PK_ERROR, val_text(error)) && ok;
	ok = val_put(reply, PK_SAY, val_text(say)) && ok;
	if (ok)
		return reply;
	val_free(reply);
	return NULL;
}

/* ---- lines ----------------------------------------------------------------------------------- */

enum line { LINE_OK, LINE_TOO_LONG, LINE_END };

/* A line that is too long is read to its end and dropped. */
static enum line
read_line(struct buf *line)
{
	bool	 any = false;
	int	 c;

	buf_wipe(line);			/* the last one may have held a password */
	line->max = LINE_MAX_BYTES;
	while ((c = getchar()) != EOF && c != '\n') {
		buf_putc(line, (char)c);
		any = true;
	}
	if (c == EOF && !any)
		return LINE_END;
	return line->bad ? LINE_TOO_LONG : LINE_OK;
}

struct session {
	struct conn	*conn;
	bool		 greeted;
};

/*
 * The connection numbers its requests; a caller that numbers its lines gets its own numbers back.
 */
static struct val *
call(struct session *t, struct val *req)
{
	struct val	*n = val_take(req, PK_REQ), *reply = conn_call(t->conn, req);

	val_drop(reply, PK_REQ);
	if (reply != NULL && n != NULL)
		pack_put(reply, PK_REQ, n);
	else
		val_free(n);
	return reply;
}

/* The reply; the caller's. NULL: the line is lost. */
static struct val *
ask(struct session *t, struct val *req)
{
	struct val	*who, *reply;

	if (!t->greeted && strcmp(val_get_str(req, PK_OP), "whoami") != 0) {
		who = val_map();
		if (!val_put(who, PK_OP, val_text("whoami"))) {
			val_free(who);
			who = NULL;
		}
		reply = conn_call(t->conn, who);
		if (!val_get_true(reply, PK_OK)) {
			val_free(req);
			return reply;
		}
		val_free(reply);
	}
	t->greeted = true;
	return call(t, req);
}

/* Reads one line and writes one. False: the end, *status has the reason. */
static bool
serve_line(struct session *t, const struct buf *line, enum line got, int *status)
{
	char		 detail[JSON_ERROR_TEXT_LENGTH];
	const char	*say;
	struct val	*req = NULL, *reply;
	bool		 lost;

	if (got == LINE_TOO_LONG) {
		say = N_("This line is longer than a request may be.");
		detail[0] = '\0';
	} else
		req = read_request(line, &say, detail);
	reply = req != NULL ? ask(t, req) : refusal(PE_BAD_REQUEST, say, detail);
	lost = conn_lost(t->conn) != NULL;
	if (reply == NULL && lost)
		reply = refusal(PE_STOPPED, conn_lost(t->conn), "");
	if (reply == NULL || !print_reply(reply))
		*status = EX_IOERR;
	else if (lost)
		*status = EX_UNAVAILABLE;
	else
		return true;
	fprintf(stderr, "shouwang: %s\n", lost ? _(conn_lost(t->conn)) : strerror(errno));
	return false;
}

int
json_main(const char *socket)
{
	struct session	 t = { NULL, false };
	struct buf	 line = BUF_INIT;
	int		 status = EX_OK;
	const char	*say;
	enum line	 got;

	if (sodium_init() == -1)
		return EX_OSERR;
	if ((t.conn = conn_open(socket, &say)) == NULL) {
		fprintf(stderr, "shouwang: %s\n", _(say));
		return EX_UNAVAILABLE;
	}
	while ((got = read_line(&line)) != LINE_END && serve_line(&t, &line, got, &status))
		;
	buf_wipe(&line);
	conn_close(t.conn);
	return status;
}
