#include "forms/yaml.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <libfyaml.h>
#include <utf8proc.h>

/*
 * Files are nested inside a set, and the set inside a reply: the sum must not exceed what
 * val_decode() accepts.
 */
#define FILE_DEPTH_MAX	(VAL_DEPTH_MAX - 8)

void
lint_addv(struct lint *lint, const char *file, unsigned line, const char *fmt, va_list ap)
{
	if (line > 0)
		buf_printf(&lint->out, "%s:%u: ", file, line);
	else
		buf_printf(&lint->out, "%s: ", file);
	buf_vprintf(&lint->out, fmt, ap);
	buf_putc(&lint->out, '\n');
	lint->n++;
}

void
lint_add(struct lint *lint, const char *file, unsigned line, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	lint_addv(lint, file, line, fmt, ap);
	va_end(ap);
}

struct source {
	const char	*shown;
	struct lint	*lint;
	unsigned	 line;		/* where the reader is: of the last node that knows its
					   line */
};

static struct val	*node_to_val(struct source *, struct fy_node *, int depth);

static unsigned
node_line(struct fy_node *node)
{
	const struct fy_mark	*mark;
	struct fy_node		*inner = node;

	for (int depth = 0; inner != NULL && depth < FILE_DEPTH_MAX; depth++) {
		if (fy_node_is_scalar(inner)) {
			mark = fy_token_start_mark(fy_node_get_scalar_token(inner));
			return mark != NULL ? (unsigned)mark->line + 1 : 0;
		}
		if (fy_node_is_mapping(inner))
			inner = fy_node_pair_key(fy_node_mapping_get_by_index(inner, 0));
		else
			inner = fy_node_sequence_get_by_index(inner, 0);
	}
	return 0;
}

/* A node without text, as in "&name:", has no line of its own; the one before it comes nearest. */
static unsigned
line_at(struct source *src, struct fy_node *node)
{
	unsigned	 line = node_line(node);

	if (line != 0)
		src->line = line;
	return src->line;
}

static bool
one_of(const char *s, size_t n, const char *const words[])
{
	for (; *words != NULL; words++)
		if (strlen(*words) == n && memcmp(*words, s, n) == 0)
			return true;
	return false;
}

/* -?(0|[1-9][0-9]{0,17}); digits with a leading zero are a code, not a number. */
static bool
whole_number(const char *s, size_t n)
{
	size_t	 i = n > 0 && s[0] == '-';

	if (n - i < 1 || n - i > 18 || (s[i] == '0' && n > 1))
		return false;
	for (; i < n; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return true;
}

static struct val *
plain_to_val(const char *s, size_t n)
{
	static const char *const	 yes[] = { "yes", "true", NULL };
	static const char *const	 no[] = { "no", "false", NULL };
	static const char *const	 nil[] = { "", "~", "null", NULL };
	char				 digits[20];

	if (one_of(s, n, yes) || one_of(s, n, no))
		return val_bool(one_of(s, n, yes));
	if (one_of(s, n, nil))
		return val_nil();
	if (!whole_number(s, n))
		return val_textn(s, n);
	memcpy(digits, s, n);
	digits[n] = '\0';
	return val_int(strtoll(digits, NULL, 10));
}

static struct val *
scalar_to_val(struct source *src, struct fy_node *node)
{
	size_t		 n = 0;
	const char	*s = fy_node_get_scalar(node, &n);

	if (fy_node_is_alias(node)) {
		lint_add(src->lint, src->shown, line_at(src, node),
		    "an alias (*name) is not allowed here");
		return NULL;
	}
	if (s != NULL && memchr(s, '\0', n) != NULL) {
		lint_add(src->lint, src->shown, line_at(src, node), "this text has a NUL byte");
		return NULL;
	}
	return s == NULL ? val_nil() :
	    fy_node_get_style(node) == FYNS_PLAIN ? plain_to_val(s, n) : val_textn(s, n);
}

static struct val *
sequence_to_val(struct source *src, struct fy_node *node, int depth)
{
	struct val	*list = val_list();
	struct fy_node	*item;
	void		*at = NULL;

	while (list != NULL && (item = fy_node_sequence_iterate(node, &at)) != NULL)
		if (!val_add(list, node_to_val(src, item, depth + 1))) {
			val_free(list);
			list = NULL;
		}
	return list;
}

/*
 * Puts one pair of a mapping into a map. False: the key or the value is refused (reported), or
 * memory.
 */
static bool
pair_to_map(struct source *src, struct val *map, struct fy_node_pair *pair, int depth)
{
	struct fy_node	*key = fy_node_pair_key(pair);
	size_t		 n = 0;
	const char	*s = key != NULL && fy_node_is_scalar(key) ? fy_node_get_scalar(key, &n) :
	    NULL;
	unsigned	 line = line_at(src, key != NULL ? key : fy_node_pair_value(pair));
	char		 name[128];
	struct val	*v;

	if (s == NULL || n == 0 || n >= sizeof name || memchr(s, '\0', n) != NULL) {
		lint_add(src->lint, src->shown, line, "a key must be a name of at most %zu bytes",
		    sizeof name - 1);
		return false;
	}
	memcpy(name, s, n);
	name[n] = '\0';
	if ((v = fy_node_pair_value(pair) != NULL ? node_to_val(src, fy_node_pair_value(pair),
	    depth + 1) : val_nil()) == NULL)
		return false;
	/* the line of the key: of a flow or nested value the reader looks for the name */
	val_set_line(v, line);
	return val_put(map, name, v);
}

static struct val *
mapping_to_val(struct source *src, struct fy_node *node, int depth)
{
	struct val		*map = val_map();
	struct fy_node_pair	*pair;
	void			*at = NULL;

	while (map != NULL && (pair = fy_node_mapping_iterate(node, &at)) != NULL)
		if (!pair_to_map(src, map, pair, depth)) {
			val_free(map);
			map = NULL;
		}
	return map;
}

/* Makes the value of a node, with its line. */
static struct val *
node_to_val(struct source *src, struct fy_node *node, int depth)
{
	unsigned	 line = line_at(src, node);
	struct val	*v;
	size_t		 taglen = 0;

	if (depth >= FILE_DEPTH_MAX) {
		lint_add(src->lint, src->shown, line, "nested deeper than %d levels",
		    FILE_DEPTH_MAX);
		return NULL;
	}
	if (fy_node_get_tag(node, &taglen) != NULL || fy_node_get_anchor(node) != NULL) {
		lint_add(src->lint, src->shown, line,
		    "tags (!name) and anchors (&name) are not allowed");
		return NULL;
	}
	if (fy_node_is_mapping(node))
		v = mapping_to_val(src, node, depth);
	else if (fy_node_is_sequence(node))
		v = sequence_to_val(src, node, depth);
	else
		v = scalar_to_val(src, node);
	val_set_line(v, line);
	return v;
}

static void
report_syntax(const struct source *src, struct fy_diag *diag)
{
	const struct fy_diag_error	*e;
	void				*at = NULL;
	size_t				 n = 0;

	while ((e = fy_diag_errors_iterate(diag, &at)) != NULL) {
		lint_add(src->lint, src->shown, e->line > 0 ? (unsigned)e->line : 0, "%s", e->msg);
		n++;
	}
	if (n == 0)				/* no document: an empty file, or comments only */
		lint_add(src->lint, src->shown, 0, "the file is empty");
}

/*
 * The library reads without an end where some bytes are no UTF-8, as in a file that was saved as
 * GBK: those never reach it.
 */
static bool
is_utf8(const struct source *src, const char *text, size_t n)
{
	utf8proc_int32_t	 cp;
	utf8proc_ssize_t	 used;
	unsigned		 line = 1;

	for (; n > 0; text += used, n -= (size_t)used) {
		line += *text == '\n';
		if ((used = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)n,
		    &cp)) <= 0) {
			lint_add(src->lint, src->shown, line,
			    "not UTF-8; save the file in this encoding");
			return false;
		}
	}
	return true;
}

/* The file's bytes. False: lint says why they are not there. */
static bool
read_text(const char *path, const struct source *src, struct buf *text)
{
	char		 room[16384];
	struct stat	 st;
	FILE		*f = NULL;
	bool		 failed;
	size_t		 n;

	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || (f = fopen(path, "r")) == NULL) {
		lint_add(src->lint, src->shown, 0, "cannot be read: %s", errno != 0 ?
		    strerror(errno) : "no file");
		return false;
	}
	while (text->n <= YAML_FILE_MAX && (n = fread(room, 1, sizeof room, f)) > 0)
		buf_put(text, room, n);
	failed = ferror(f) || text->bad;
	fclose(f);
	if (failed)
		lint_add(src->lint, src->shown, 0, "cannot be read: %s",
		    strerror(text->bad ? ENOMEM : EIO));
	else if (text->n > YAML_FILE_MAX)
		lint_add(src->lint, src->shown, 0, "larger than %d bytes", YAML_FILE_MAX);
	else
		return is_utf8(src, buf_str(text), text->n);
	return false;
}

static struct val *
document_to_val(struct source *src, struct fy_document *doc)
{
	struct fy_node	*root = doc != NULL ? fy_document_root(doc) : NULL;

	if (root != NULL)
		return node_to_val(src, root, 0);
	if (doc != NULL)
		lint_add(src->lint, src->shown, 0, "the file is empty");
	return NULL;
}

/*
 * Errors of the library are collected and reported in this program's words; the library prints
 * nothing.
 */
static void
drop_output(struct fy_diag *diag, void *user, const char *text, size_t n)
{
	(void)diag;
	(void)user;
	(void)text;
	(void)n;
}

/* Collects errors instead of printing them. NULL: memory. */
static struct fy_diag *
diag_new(void)
{
	struct fy_diag_cfg	 dcfg;
	struct fy_diag		*diag;

	fy_diag_cfg_default(&dcfg);
	dcfg.fp = NULL;
	dcfg.output_fn = drop_output;
	if ((diag = fy_diag_create(&dcfg)) != NULL)
		fy_diag_set_collect_errors(diag, true);
	return diag;
}

struct val *
yaml_read(const char *path, const char *shown, struct lint *lint)
{
	struct source		 src = { shown, lint, 1 };
	struct fy_parse_cfg	 cfg = { .flags = FYPCF_QUIET };
	struct fy_document	*doc = NULL;
	struct val		*v = NULL;
	struct buf		 text = BUF_INIT;

	errno = 0;
	if (read_text(path, &src, &text) && (cfg.diag = diag_new()) != NULL) {
		if ((doc = fy_document_build_from_string(&cfg, buf_str(&text), text.n)) == NULL)
			report_syntax(&src, cfg.diag);
		v = document_to_val(&src, doc);
		fy_document_destroy(doc);
		fy_diag_destroy(cfg.diag);
	}
	buf_free(&text);
	return v;
}

/* ---- the same as a tree ---------------------------------------------------------------------- */

static struct yaml_node	*node_to_tree(struct fy_node *, int depth);

void
yaml_tree_free(struct yaml_node *t)
{
	struct yaml_node	*next;

	for (; t != NULL; t = next) {
		next = t->next;
		yaml_tree_free(t->first);
		yaml_tree_free(t->key);
		free(t->text);
		free(t);
	}
}

static bool
place_scalar(struct yaml_node *t, struct fy_node *node)
{
	struct fy_token		*token = fy_node_get_scalar_token(node);
	const struct fy_mark	*from = fy_token_start_mark(token), *to = fy_token_end_mark(token);
	size_t			 n = 0;
	const char		*s = fy_node_get_scalar(node, &n);

	if (from != NULL && to != NULL) {
		t->line = (unsigned)from->line + 1;
		t->column = (size_t)from->column;
		t->at = from->input_pos;
		t->end = to->input_pos;
	}
	return (t->text = strndup(s != NULL ? s : "", s != NULL ? n : 0)) != NULL;
}

/* The tree of a pair is that of its value, with the key in it. */
static struct yaml_node *
pair_to_tree(struct fy_node_pair *pair, int depth)
{
	struct fy_node		*value = fy_node_pair_value(pair), *key = fy_node_pair_key(pair);
	struct yaml_node	*t = value != NULL ? node_to_tree(value, depth) :
	    calloc(1, sizeof *t);

	if (t == NULL || key == NULL || (t->key = node_to_tree(key, depth)) == NULL ||
	    t->key->kind != YAML_SCALAR) {
		yaml_tree_free(t);
		return NULL;
	}
	if (t->text == NULL && t->kind == YAML_SCALAR)
		t->text = strdup("");
	if (t->line == 0)
		t->line = t->key->line;
	return t;
}

static bool
add_parts(struct yaml_node *t, struct fy_node *node, int depth)
{
	struct yaml_node	**end = &t->first;
	struct fy_node_pair	*pair;
	struct fy_node		*item;
	void			*at = NULL;

	if (t->kind == YAML_LIST)
		while ((item = fy_node_sequence_iterate(node, &at)) != NULL) {
			if ((*end = node_to_tree(item, depth + 1)) == NULL)
				return false;
			end = &(*end)->next;
		}
	else
		while ((pair = fy_node_mapping_iterate(node, &at)) != NULL) {
			if ((*end = pair_to_tree(pair, depth + 1)) == NULL)
				return false;
			end = &(*end)->next;
		}
	return true;
}

static struct yaml_node *
node_to_tree(struct fy_node *node, int depth)
{
	struct yaml_node	*t = depth < FILE_DEPTH_MAX ? calloc(1, sizeof *t) : NULL;
	bool			 ok;

	if (t == NULL)
		return NULL;
	t->kind = fy_node_is_mapping(node) ? YAML_MAP : fy_node_is_sequence(node) ? YAML_LIST :
	    YAML_SCALAR;
	t->flow = fy_node_get_style(node) == FYNS_FLOW;
	t->line = node_line(node);
	ok = t->kind == YAML_SCALAR ? place_scalar(t, node) : add_parts(t, node, depth);
	if (ok)
		return t;
	yaml_tree_free(t);
	return NULL;
}

struct yaml_node *
yaml_tree(const char *text, size_t n, const char *shown, struct lint *lint)
{
	struct source		 src = { shown, lint, 1 };
	struct fy_parse_cfg	 cfg = { .flags = FYPCF_QUIET };
	struct fy_document	*doc;
	struct yaml_node	*tree = NULL;

	if (!is_utf8(&src, text, n) || (cfg.diag = diag_new()) == NULL)
		return NULL;
	if ((doc = fy_document_build_from_string(&cfg, text, n)) == NULL ||
	    fy_document_root(doc) == NULL)
		report_syntax(&src, cfg.diag);
	else if ((tree = node_to_tree(fy_document_root(doc), 0)) == NULL)
		lint_add(lint, shown, 0, "a key is no name, or it is nested deeper than %d levels",
		    FILE_DEPTH_MAX);
	fy_document_destroy(doc);
	fy_diag_destroy(cfg.diag);
	return tree;
}
