#include "tests/support/forms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <check.h>

#include "forms/yaml.h"
#include "tests/support/template.h"

static const char	 county[] =
    "county: {zh: 云岭县, en: Yunling County}\n"
    "code: '990121000000'\n";

static const char	 roles[] =
    "roles:\n"
    "  - director: {label: 儿童主任, level: village, menu: [{label: 孩子, jump: hz, list: child.all}]}\n"
    "  - supervisor: {label: 督导员, level: township, menu: [{label: 孩子, jump: hz, list: child.all}]}\n"
    "  - officer: {label: 民政局, level: county, menu: [{label: 孩子, jump: hz, list: child.all}]}\n";

static const char	 codes[] =
    "sex: {label: 性别, codes: [{'1': {zh: 男, en: Male}}, {'2': {zh: 女, en: Female}}]}\n"
    "body: {label: 身体, codes: [{healthy: {zh: 健康, en: Healthy}}, {ill: {zh: 患病, en: Ill}}, {disabled: 残疾}]}\n"
    "help: {label: 救助, codes: [{dibao: {zh: 低保, en: Dibao}}, {medical: {zh: 医疗, en: Medical}}, {other: 其他},"
    " {old: {zh: 旧, retired: 2020-01-01}}]}\n"
    "period: {label: 期, codes: [{coming: 将来}, {in-force: {zh: 有效, en: In force}}, {expiring: 将满}, {expired: 已满}]}\n";

static const char	 life[] =
    "life:\n"
    "  start: found\n"
    "  states: [{found: {zh: 待提交, open: yes}}, {active: {zh: 在册}}, {closed: {zh: 已结案}}]\n"
    "  acts:\n"
    "    - submit: {label: 提交, from: found, to: active, by: director, check: yes}\n"
    "    - close: {label: 结案, from: active, to: closed, by: officer}\n"
    "create: director\n"
    "see: {director: all, supervisor: all, officer: all}\n"
    "write: {director: {reach: all, state: [found, active]}}\n"
    "lists:\n"
    "  - all: {label: 全部, by: [director, supervisor, officer], columns: [state], sort: changed}\n";

static void
put_file(const char *dir, const char *name, const char *text)
{
	char	 path[4096];
	FILE	*f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	for (; *text != '\0'; text++)
		fputc(*text == '\'' ? '"' : *text, f);
	ck_assert_int_eq(fclose(f), 0);
}

static void
make_dir(const char *dir, const char *name)
{
	char	 path[4096];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	ck_assert_int_eq(mkdir(path, 0700), 0);
}

static void
drop(const char *dir, const char *name)
{
	char	 path[4096];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	ck_assert_int_eq(remove(path), 0);
}

static const char *
temp_dir(char dir[4096])
{
	const char	*tmp = getenv("TMPDIR");

	snprintf(dir, 4096, "%s/shouwang-forms.XXXXXX", tmp != NULL ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	return dir;
}

struct val *
yaml_val(const char *text)
{
	char		 dir[4096], path[4128];
	struct lint	 lint = { BUF_INIT, 0 };
	struct val	*v;

	put_file(temp_dir(dir), "value.yaml", text);
	snprintf(path, sizeof path, "%s/value.yaml", dir);
	v = yaml_read(path, "value", &lint);
	ck_assert_msg(v != NULL && lint.n == 0, "%s\n%s", text, buf_str(&lint.out));
	buf_free(&lint.out);
	drop(dir, "value.yaml");
	drop(dir, "");
	return v;
}

struct set *
yaml_set(const char *pages, const char *more)
{
	char		 dir[4096];
	struct buf	 book = BUF_INIT;
	struct lint	 lint = { BUF_INIT, 0 };
	struct val	*src;
	struct set	*set = NULL;

	buf_printf(&book, "book: child\nlabel: 儿童档案\n%s%s\n%spages:\n%s",
	    strstr(more, "title:") == NULL ? "title: '{name}'\n" : "", more, life, pages);
	put_file(temp_dir(dir), "county.yaml", county);
	put_file(dir, "roles.yaml", roles);
	make_dir(dir, "codes");
	put_file(dir, "codes/all.yaml", codes);
	make_dir(dir, "books");
	put_file(dir, "books/child.yaml", buf_str(&book));
	if ((src = set_read(dir, &lint)) != NULL)
		set = load_set(src, &lint);
	ck_assert_msg(set != NULL && lint.n == 0, "%s", buf_str(&lint.out));
	buf_free(&lint.out);
	buf_free(&book);
	drop(dir, "books/child.yaml");
	drop(dir, "codes/all.yaml");
	drop(dir, "county.yaml");
	drop(dir, "roles.yaml");
	drop(dir, "books");
	drop(dir, "codes");
	drop(dir, "");
	return set;
}

/* ---- a folder of definitions ----------------------------------------------------------------- */

static char			 folder[4096];
static const struct form_file	*folder_files;
static size_t			 folder_n;

static void
folder_path(char path[4200], const char *name)
{
	snprintf(path, 4200, "%s/%s", folder, name);
}

const char *
forms_folder(void)
{
	return folder;
}

void
forms_folder_put(const char *name, const char *text)
{
	char	 path[4200];
	FILE	*f;

	folder_path(path, name);
	ck_assert_ptr_nonnull(f = fopen(path, "w"));
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
}

void
forms_folder_open(const struct form_file *files, size_t n)
{
	static const char *const	 subs[] = { "codes", "books", "sheets" };

	temp_dir(folder);
	folder_files = files;
	folder_n = n;
	for (size_t i = 0; i < sizeof subs / sizeof *subs; i++)
		make_dir(folder, subs[i]);
	for (size_t i = 0; i < n; i++)
		forms_folder_put(files[i].name, files[i].text);
}

void
forms_folder_close(void)
{
	tree_remove(folder);
	folder[0] = '\0';
}

static const char *
folder_text(const char *name)
{
	for (size_t i = 0; i < folder_n; i++)
		if (strcmp(folder_files[i].name, name) == 0)
			return folder_files[i].text;
	return "";
}

void
forms_folder_change(const char *name, const char *find, const char *put)
{
	const char	*text = folder_text(name), *at = find != NULL ? strstr(text, find) : NULL;
	struct buf	 b = BUF_INIT;
	char		 path[4200];

	ck_assert_msg(find == NULL || at != NULL, "\"%s\" is not in %s", find != NULL ? find : "",
	    name);
	if (at != NULL) {
		buf_put(&b, text, (size_t)(at - text));
		buf_puts(&b, put);
		buf_puts(&b, at + strlen(find));
		forms_folder_put(name, buf_str(&b));
	} else if (put != NULL)
		forms_folder_put(name, put);
	else {
		folder_path(path, name);
		ck_assert_int_eq(unlink(path), 0);
	}
	buf_free(&b);
}

struct set *
forms_folder_load(struct lint *lint)
{
	struct val	*src = set_read(folder, lint);
	size_t		 read = lint->n;
	struct set	*set;

	ck_assert_ptr_nonnull(src);
	set = load_set(src, lint);
	ck_assert_msg((set == NULL) == (lint->n > read), "%s", buf_str(&lint->out));
	return set;
}

struct set *
forms_load_changed(const struct form_file *files, size_t n, const char *name, const char *find,
    const char *put, struct lint *lint)
{
	struct set	*set;

	forms_folder_open(files, n);
	if (name != NULL)
		forms_folder_change(name, find, put);
	set = forms_folder_load(lint);
	forms_folder_close();
	return set;
}
