#include "core/record/index.h"

#include <string.h>

#include "core/record/pinyin.h"

/* ---- tokens ---------------------------------------------------------------------------------- */

#define TOKEN_MAX	120	/* bytes of one token: enough for a name; longer text is cut */
#define TOKENS_MAX	16		/* tokens that begin inside a name */

struct token_sink {
	const struct field	*field;
	void			(*fn)(const struct field *, const char *, void *);
	void			*arg;
};

/* Cuts a token at a character boundary. */
static void
emit_token(const struct token_sink *s, const char *text, size_t n)
{
	char	 token[TOKEN_MAX + 1];

	if (n > TOKEN_MAX)
		for (n = TOKEN_MAX; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80; n--)
			;
	if (n == 0)
		return;
	memcpy(token, text, n);
	token[n] = '\0';
	s->fn(s->field, token, s->arg);
}

static void
strip_blanks(const char *text, struct buf *bare)
{
	for (const char *p = text; *p != '\0'; p++)
		if (*p != ' ')
			buf_putc(bare, *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p);
}

/*
 * One token from each character of a text to its end: 王小明, 小明, 明. None begins at a blank or a
 * middle dot.
 */
static void
emit_characters(const struct token_sink *s, const char *text)
{
	struct buf	 bare = BUF_INIT;
	size_t		 given = 0;

	strip_blanks(text, &bare);
	for (size_t i = 0; i < bare.n && given < TOKENS_MAX; i++)
		if (((unsigned char)bare.p[i] & 0xc0) != 0x80) {
			emit_token(s, bare.p + i, bare.n - i);
			given++;
		}
	buf_free(&bare);
}

/* Tokens of the pinyin and of the initials: wangxiaoming, xiaoming, ming; wxm, xm, m. */
static void
emit_pinyin(const struct token_sink *s, const char *text)
{
	struct buf	 full = BUF_INIT, run = BUF_INIT, initials = BUF_INIT;
	size_t		 n = pinyin_syllables(text, &full);
	const char	*p = buf_str(&full);

	for (size_t i = 0; i < n && i < TOKENS_MAX; i++) {
		buf_reset(&run);
		buf_reset(&initials);
		for (const char *q = p; *q != '\0'; q++) {
			if (q == p || q[-1] == ' ')
				buf_putc(&initials, *q);
			if (*q != ' ')
				buf_putc(&run, *q);
		}
		emit_token(s, buf_str(&run), run.n);
		emit_token(s, buf_str(&initials), initials.n);
		p += strcspn(p, " ");
		p += *p == ' ';
	}
	buf_free(&full);
	buf_free(&run);
	buf_free(&initials);
}

static void
emit_number(const struct token_sink *s, const char *text)
{
	struct buf	 bare = BUF_INIT;

	for (const char *p = text; *p != '\0'; p++)
		if ((*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z'))
			buf_putc(&bare, *p);
		else if (*p >= 'A' && *p <= 'Z')
			buf_putc(&bare, (char)(*p + 32));
	emit_token(s, buf_str(&bare), bare.n);
	if (bare.n >= 11 && (s->field == NULL || s->field->mask != MASK_ALL))
		emit_token(s, bare.p + bare.n - 4, 4);
	buf_free(&bare);
}

/*
 * A masked name has only the token of the whole: a part of it or its pinyin would disclose the
 * rest.
 */
static void
emit_whole_name(const struct token_sink *s, const char *text)
{
	struct buf	 bare = BUF_INIT;

	strip_blanks(text, &bare);
	emit_token(s, buf_str(&bare), bare.n);
	buf_free(&bare);
}

static void
emit_value(const struct token_sink *s, const struct val *v)
{
	const char	*text = val_str(v);

	if (text == NULL)
		return;
	if (s->field->find == FIND_NUMBER)
		emit_number(s, text);
	else if (index_find_whole(s->field))
		emit_whole_name(s, text);
	else {
		emit_characters(s, text);
		emit_pinyin(s, text);
	}
}

/* Makes the tokens of a field, at the top or in a group; of every instance of a repeating group. */
static void
each_value(const struct field *f, const struct val *fields, void (*fn)(const struct val *, void *),
    void *arg)
{
	const struct val	*in = fields, *v;

	if (f->group == NULL) {
		fn(val_get(fields, f->name), arg);
		return;
	}
	in = val_get(fields, f->group->name);
	if (!f->group->many)
		fn(val_get(in, f->name), arg);
	else
		for (size_t i = 0; (v = val_at(in, i)) != NULL; i++)
			fn(val_get(v, f->name), arg);
}

static void
value_to_sink(const struct val *v, void *arg)
{
	emit_value(arg, v);
}

bool
index_find_whole(const struct field *f)
{
	return f != NULL && f->mask != MASK_NO;
}

void
index_find_tokens(const struct rec *rec, void (*fn)(const struct field *, const char *, void *),
    void *arg)
{
	struct token_sink	 s = { NULL, fn, arg };

	emit_number(&s, rec->number);
	for (size_t i = 0; i < rec->book->nall; i++)
		if ((s.field = rec->book->all[i])->find != FIND_NO)
			each_value(s.field, rec->fields, value_to_sink, &s);
}
