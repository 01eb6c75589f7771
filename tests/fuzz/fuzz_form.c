/*
 * Definitions that anybody may have written: the bytes are one YAML file, and take the place of the
 * file of tests/fuzz/form that has the same name. A set that is refused says where, file and line;
 * one that is accepted is the same after it travelled to a client, and a record can be checked,
 * printed and asked by it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "forms/check.h"
#include "forms/yaml.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define FUZZ_FORMS	"tests/fuzz/form"		/* programs run in the folder of the tree */
#define TODAY		20260312
#define VILLAGE		"990121100201"

static void
expect(bool holds, const char *why)
{
	if (!holds) {
		fprintf(stderr, "%s\n", why);
		abort();
	}
}

/* ---- what the loader says -------------------------------------------------------------------- */

/* These tell of a file as a whole, where no line can be named. */
static bool
is_of_whole_file(const char *line)
{
	return strstr(line, ": the file is empty\n") != NULL ||
	    strstr(line, ": is missing: it names the county") != NULL ||
	    strstr(line, ": the file does not say which ") != NULL ||
	    strstr(line, ": there are two ") != NULL;
}

/* "books/thing.yaml:14: reason", a line each. */
static void
expect_lines(const struct lint *lint)
{
	const char	*text = buf_str(&lint->out);
	size_t		 n = 0;

	for (const char *end; *text != '\0'; text = end + 1, n++) {
		size_t	 name = strspn(text, "abcdefghijklmnopqrstuvwxyz./-");
		size_t	 digits = text[name] == ':' ? strspn(text + name + 1, "0123456789") : 0;

		expect((end = strchr(text, '\n')) != NULL, text);
		expect(name > 5 && memcmp(text + name - 5, ".yaml", 5) == 0, text);
		expect((digits > 0 && text[name + 1] != '0' && text[name + 1 + digits] == ':') ||
		    is_of_whole_file(text),
		    text);
	}
	expect(n >= lint->n, "more was counted than told");
}

/* ---- files to a set -------------------------------------------------------------------------- */

static struct val *
read_bytes(const uint8_t *p, size_t n, struct lint *lint)
{
	int		 fd = memfd_create("form", MFD_CLOEXEC);
	char		 path[64];
	struct val	*v;

	expect(fd != -1 && write(fd, p, n) == (ssize_t)n, "no memory file");
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	v = yaml_read(path, "input.yaml", lint);
	close(fd);
	return v;
}

/* A file of codes has lists, each is put for itself. */
static void
put_codes(struct val *src, const struct val *file)
{
	for (size_t i = 0; i < val_len(file); i++)
		if (val_kind(val_value(file, i)) == VAL_MAP) {
			struct val	*list = val_dup(val_value(file, i));

			expect(val_put(list, "file", val_text("input.yaml")) &&
			    val_put(val_get(src, "codes"), val_key(file, i), list), "memory");
		}
}

static struct val *
with_file(const struct val *base, struct val *file)
{
	const char	*book = val_get_str(file, "book"), *sheet = val_get_str(file, "sheet");
	struct val	*src = val_dup(base);
	char		*name = NULL;

	if (val_get(file, "roles") != NULL || val_get(file, "county") != NULL)
		expect(val_put(src, val_get(file, "roles") != NULL ? "roles" : "county", file),
		    "memory");
	else if (sheet != NULL || book != NULL) {
		expect((name = strdup(sheet != NULL ? sheet : book)) != NULL &&
		    val_put(file, "file", val_text("input.yaml")) &&
		    val_put(val_get(src, sheet != NULL ? "sheets" : "books"), name, file),
		    "memory");
		free(name);
	} else {
		put_codes(src, file);
		val_free(file);
	}
	return src;
}

/* ---- what an accepted set is good for -------------------------------------------------------- */

/* A client builds the set from what the daemon sends; it must come to the same. */
static void
expect_same_at_client(const struct set *set)
{
	struct buf	 cbor = BUF_INIT;
	struct lint	 lint = { BUF_INIT, 0 };
	struct set	*client;

	val_encode(set_source(set), &cbor);
	expect(!cbor.bad, "memory");
	client = load_set(val_decode(cbor.p, cbor.n), &lint);
	expect(client != NULL && lint.n == 0, buf_str(&lint.out));
	expect(strcmp(client->version, set->version) == 0 && client->nbooks == set->nbooks,
	    "another version");
	set_free(client);
	buf_free(&cbor);
	buf_free(&lint.out);
}

static void
expect_book(const struct book *book, const struct form_ctx *ctx)
{
	struct val	*fields = val_map();
	struct problems	 ps = PROBLEMS_INIT;
	struct buf	 out = BUF_INIT;

	for (size_t i = 0; i < book->nquick_entries; i++)
		expect(check_apply_quick(book, &book->quick_entries[i], fields, VILLAGE, ctx),
		    "memory");
	expect(check_derive(book, fields, book->start->name, true, VILLAGE, ctx), "memory");
	for (size_t i = 0; i < book->nstates; i++)
		check_record(book, fields, book->states[i].name, ctx, &ps);
	check_warnings(book, fields, NULL, book->start->name, ctx, NULL, NULL, &ps);
	expect(!ps.bad, "memory");
	record_title(book, fields, ctx, &out);
	for (size_t i = 0; i < book->nall; i++) {
		struct val	*made = NULL;

		type_print_masked(book->all[i], record_value(book->all[i], fields, ctx, &made),
		    ctx, &out);
		val_free(made);
	}
	expect(!out.bad, "memory");
	buf_free(&out);
	problems_free(&ps);
	val_free(fields);
}

static void
load(struct val *src, struct lint *lint)
{
	struct set	*set = load_set(src, lint);
	struct form_ctx	 ctx = { set, NULL, TODAY, LANG_ZH, false };

	if (set == NULL)
		expect(lint->n > 0, "refused without a word");
	else {
		expect(lint->n == 0, "accepted with complaints");
		expect_same_at_client(set);
		for (size_t i = 0; i < set->nbooks; i++)
			expect_book(&set->books[i], &ctx);
		set_free(set);
	}
}

static const struct val *
base_forms(void)
{
	static struct val	*base;
	struct lint		 lint = { BUF_INIT, 0 };

	if (base == NULL) {
		base = set_read(FUZZ_FORMS, &lint);
		expect(base != NULL && lint.n == 0, buf_str(&lint.out));
		load(val_dup(base), &lint);
		expect(lint.n == 0, buf_str(&lint.out));
	}
	buf_free(&lint.out);
	return base;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const struct val	*base = base_forms();
	struct lint		 lint = { BUF_INIT, 0 };
	struct val		*file = read_bytes(p, n, &lint);

	if (file == NULL)
		expect(lint.n > 0, "not read, and not told why");
	if (val_kind(file) == VAL_MAP)
		load(with_file(base, file), &lint);
	else
		val_free(file);
	expect_lines(&lint);
	buf_free(&lint.out);
	return 0;
}
