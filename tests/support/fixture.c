#include "tests/support/fixture.h"

#include <check.h>
#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/core.h"
#include "core/rec/rec.h"
#include "core/record/account.h"
#include "core/record/children.h"
#include "core/record/pinyin.h"
#include "forms/citizen.h"
#include "tests/support/template.h"

/* ---- JSON to values -------------------------------------------------------------------------- */

static struct val *
hex_bytes(const char *hex)
{
	unsigned char	 bytes[64];
	size_t		 n = strlen(hex) / 2;

	for (size_t i = 0; i < n && i < sizeof bytes; i++)
		ck_assert_int_eq(sscanf(hex + 2 * i, "%2hhx", &bytes[i]), 1);
	return val_bytes(bytes, n);
}

static struct val *
from_json(const json_t *j)
{
	struct val	*v;
	const char	*key;
	json_t		*item;
	size_t		 i;

	switch (json_typeof(j)) {
	case JSON_OBJECT:
		v = val_map();
		json_object_foreach((json_t *)(uintptr_t)j, key, item)
			ck_assert(val_put(v, key, from_json(item)));
		return v;
	case JSON_ARRAY:
		v = val_list();
		json_array_foreach(j, i, item)
			ck_assert(val_add(v, from_json(item)));
		return v;
	case JSON_STRING:
		if (strncmp(json_string_value(j), "x:", 2) == 0)
			return hex_bytes(json_string_value(j) + 2);
		return val_text(json_string_value(j));
	case JSON_INTEGER:
		return val_int(json_integer_value(j));
	case JSON_TRUE:
	case JSON_FALSE:
		return val_bool(json_is_true(j));
	default:
		return val_nil();
	}
}

struct val *
json_val(const char *json)
{
	char		*text = strdup(json);
	json_error_t	 e;
	json_t		*j;
	struct val	*v;

	for (char *p = text; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	j = json_loads(text, 0, &e);
	if (j == NULL)			/* checked with `if` because it also runs in other
					   processes: an assertion that holds writes to the file of
					   the check library */
		ck_abort_msg("%s in %s", e.text, text);
	v = from_json(j);
	json_decref(j);
	free(text);
	return v;
}

/* ---- asking ---------------------------------------------------------------------------------- */

static struct actor *
actor_of(struct fixture *w, const char *user)
{
	struct actor	*a = NULL;
	enum actor_err	 e;

	if (user == NULL)
		return actor_local(0, "test");
	e = account_load_actor(w->core, user, 1000, "test", &a);
	ck_assert_msg(e == ACTOR_OK, "%s: %s", user, actor_err_text(e));
	return a;
}

static struct val *
run(struct fixture *w, const char *user, struct val *req)
{
	struct actor	*a = actor_of(w, user);
	struct val	*reply = call_run(w->core, a, req, LANG_EN);

	actor_unref(a);
	ck_assert_ptr_nonnull(reply);
	return reply;
}

static struct val *
parse(const char *json, va_list ap)
{
	struct buf	 b = BUF_INIT;
	struct val	*v;

	buf_vprintf(&b, json, ap);
	v = json_val(buf_str(&b));
	buf_free(&b);
	return v;
}

struct val *
ask(struct fixture *w, const char *user, const char *json, ...)
{
	va_list		 ap;
	struct val	*req;

	va_start(ap, json);
	req = parse(json, ap);
	va_end(ap);
	return run(w, user, req);
}

/*
 * Random, because process numbers are used again, and a copied home remembers the tokens of the
 * process that made it.
 */
struct val *
token_new(void)
{
	unsigned char	 token[16];

	randombytes_buf(token, sizeof token);
	return val_bytes(token, sizeof token);
}

struct val *
ask_new(struct fixture *w, const char *user, const char *json, ...)
{
	va_list		 ap;
	struct val	*req;

	va_start(ap, json);
	req = parse(json, ap);
	va_end(ap);
	if (op_takes(val_get_str(req, "op"), "token"))
		ck_assert(val_put(req, "token", token_new()));
	return run(w, user, req);
}

const char *
reply_error_code(struct val *reply)
{
	static char	 code[64];

	if (val_get_true(reply, "ok"))
		code[0] = '\0';
	else
		snprintf(code, sizeof code, "%s", val_get_str(reply, "error"));
	val_free(reply);
	return code;
}

static void
explain(const struct val *reply)
{
	const struct val	*ps = val_get(reply, "problems");

	if (val_get_true(reply, "ok"))
		return;
	fprintf(stderr, "refused: %s: %s\n", val_get_str(reply, "error"),
	    val_get_str(reply, "say"));
	for (size_t i = 0; i < val_len(ps); i++)
		fprintf(stderr, "  %s: %s\n", val_get_str(val_at(ps, i), "field") ?
		    val_get_str(val_at(ps, i), "field") : "-", val_get_str(val_at(ps, i), "say"));
}

int64_t
reply_number(struct val *reply, const char *key)
{
	int64_t	 n = val_get_num(reply, key, -1);

	explain(reply);
	ck_assert(val_get_true(reply, "ok"));
	val_free(reply);
	return n;
}

/* ---- the county ------------------------------------------------------------------------------ */

void
fixture_set_clock(int64_t utc)
{
	char	 text[24];

	snprintf(text, sizeof text, "%lld", (long long)utc);
	setenv("SHOUWANG_NOW", text, 1);
}

/* The folder of the definitions in the source tree. */
static void
county_forms(struct buf *path)
{
	buf_reset(path);
	buf_printf(path, "%s/forms/county", getenv("SRCDIR") != NULL ? getenv("SRCDIR") : ".");
}

static void
open_core(struct fixture *w)
{
	struct buf		 err = BUF_INIT, forms = BUF_INIT;
	struct core_opts	 opts = { .store = { .cache = 8 << 20, .log_file = 4 << 20,
	    .reserve = 1, .ballast = 65536 } };

	buf_printf(&forms, "%s/forms", w->home);
	if (access(forms.p, F_OK) != 0)
		county_forms(&forms);
	opts.forms = forms.p;
	core_open(w->home, &opts, &w->core, &err);
	ck_assert_msg(w->core != NULL, "%s", buf_str(&err));
	buf_free(&err);
	buf_free(&forms);
}

/*
 * HOME/ballast of the full size as a sparse file: the store only extends a smaller one, so neither
 * the fixture nor a daemon with the default options writes 128 MB for each test.
 */
static void
sparse_ballast(const char *home)
{
	struct buf	 path = BUF_INIT;
	int		 fd;

	buf_printf(&path, "%s/ballast", home);
	fd = open(buf_str(&path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ck_assert_msg(fd != -1 && ftruncate(fd, HOME_BALLAST) == 0, "%s", buf_str(&path));
	close(fd);
	buf_free(&path);
}

static void
add_area(struct fixture *w, const char *code, const char *name)
{
	reply_number(ask_new(w, NULL, "{'op':'save','book':'area','set':{'code':'%s','name':'%s'}}",
	    code, name), "id");
}

static void
add_account(struct fixture *w, const char *user, const char *name, const char *role,
    const char *area)
{
	reply_number(ask_new(w, NULL,
	    "{'op':'act','book':'account','act':'confirm','set':{'user':'%s','name':'%s','role':'%s',"
	    "'from':20250101%s%s%s}}", user, name, role, area != NULL ? ",'areas':['" : "",
	    area != NULL ? area : "",
	    area != NULL ? "']" : strcmp(role, "partner") == 0 ? ",'unit':'教育局'" : ""), "id");
}

/* Makes a home with areas and accounts, closed. */
static void
make_home(const char *path)
{
	struct fixture	 w;
	struct buf	 err = BUF_INIT;

	snprintf(w.home, sizeof w.home, "%s", path);
	fixture_set_clock(FIXTURE_CREATED);
	ck_assert_msg(home_create(w.home, true, &err) == HOME_OK, "%s", buf_str(&err));
	sparse_ballast(w.home);
	open_core(&w);
	add_area(&w, AREA_COUNTY_C, "云岭县");
	add_area(&w, AREA_A, "青石镇");
	add_area(&w, AREA_A1, "柳树村");
	add_area(&w, AREA_A2, "石桥村");
	add_area(&w, AREA_B, "白水乡");
	add_area(&w, AREA_B1, "河口村");
	add_account(&w, "dir-a1", "王芳", "director", AREA_A1);
	add_account(&w, "dir-a2", "李军", "director", AREA_A2);
	add_account(&w, "dir-b1", "赵敏", "director", AREA_B1);
	add_account(&w, "sup-a", "陈强", "supervisor", AREA_A);
	add_account(&w, "sup-b", "周丽", "supervisor", AREA_B);
	add_account(&w, "off", "孙杰", "officer", AREA_COUNTY_C);
	add_account(&w, "agency", "吴霞", "agency", AREA_COUNTY_C);
	add_account(&w, "leader", "郑伟", "leader", AREA_COUNTY_C);
	add_account(&w, "partner", "冯涛", "partner", NULL);
	add_account(&w, "sys", "褚亮", "sysadmin", NULL);
	add_account(&w, "sec", "卫东", "secadmin", NULL);
	add_account(&w, "aud", "蒋平", "auditor", NULL);
	fixture_close(&w);
}

void
fixture_home(struct fixture *w)
{
	snprintf(w->dir, sizeof w->dir, "%s/world-XXXXXX", getenv("TMPDIR") != NULL ?
	    getenv("TMPDIR") : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(w->dir));
	snprintf(w->home, sizeof w->home, "%s/home", w->dir);
	template_copy("world", make_home, w->home);
	w->core = NULL;
	fixture_set_clock(FIXTURE_NOW);
}

void
fixture_open(struct fixture *w)
{
	fixture_home(w);
	open_core(w);
}

/* Pinyin stays open, so that each test has the sounds of the definitions. */
void
fixture_preload(void)
{
	struct buf	 err = BUF_INIT, forms = BUF_INIT;
	struct set	*set;

	county_forms(&forms);
	ck_assert_msg(pinyin_open(NULL, &err) &&
	    (set = core_set_load(buf_str(&forms), &err)) != NULL, "%s", buf_str(&err));
	set_free(set);
	buf_free(&forms);
}

void
fixture_set_account(struct fixture *w, const char *user, const char *set)
{
	struct val	*r = ask(w, NULL, "{'op':'find','book':'account','text':'%s'}", user),
	    *row = val_at(val_get(r, "rows"), 0);
	int		 id = (int)val_get_num(row, "id", 0), ver = (int)val_get_num(row, "ver", 0);

	val_free(r);
	ver = (int)reply_number(ask_new(w, NULL,
	    "{'op':'act','book':'account','id':%d,'ver':%d,'act':'change','ask':{'why':'x'}}", id,
	    ver), "ver");
	reply_number(ask_new(w, NULL,
	    "{'op':'act','book':'account','id':%d,'ver':%d,'act':'confirm','set':%s}", id, ver,
	    set), "ver");
}

void
fixture_reopen(struct fixture *w)
{
	core_close(w->core);
	open_core(w);
}

void
fixture_close(struct fixture *w)
{
	ck_assert_msg(call_undeclared() == NULL, "an operation did what its row does not say: %s",
	    call_undeclared());
	core_close(w->core);
	w->core = NULL;
}

void
world_free(struct fixture *w)
{
	fixture_close(w);
	if (w->dir[0] != '\0')
		tree_remove(w->dir);
	w->dir[0] = '\0';
}

void
fixture_copy_forms(struct fixture *w, char path[300])
{
	struct buf	 county = BUF_INIT;

	snprintf(path, 300, "%s/forms", w->home);
	county_forms(&county);
	tree_remove(path);
	tree_copy(buf_str(&county), path);
	buf_free(&county);
}

static void
write_definitions(struct fixture *w, const char *name, const char *mode, const char *text)
{
	struct buf	 path = BUF_INIT;
	FILE		*f;

	buf_printf(&path, "%s/forms/%s", w->home, name);
	f = fopen(buf_str(&path), mode);
	ck_assert_msg(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0, "%s", buf_str(&path));
	buf_free(&path);
}

void
fixture_put_file(struct fixture *w, const char *name, const char *text)
{
	write_definitions(w, name, "w", text);
}

void
fixture_append_file(struct fixture *w, const char *name, const char *text)
{
	write_definitions(w, name, "a", text);
}

/* The clocks of the book are at the end of its file. */
void
fixture_put_child_clocks(struct fixture *w, const char *clocks)
{
	static char	 book[200000];
	char		 path[400], *end;
	FILE		*f;

	snprintf(path, sizeof path, "%s/forms/books/child.yaml", w->home);
	ck_assert_ptr_nonnull(f = fopen(path, "r"));
	book[fread(book, 1, sizeof book - 1, f)] = '\0';
	fclose(f);
	ck_assert_ptr_nonnull(end = strstr(book, "\nclocks:\n"));
	end[1] = '\0';
	fixture_put_file(w, "books/child.yaml", book);
	fixture_append_file(w, "books/child.yaml", clocks);
}

void
fixture_remove_rolls(const char *path)
{
	struct buf	 cmd = BUF_INIT;

	buf_printf(&cmd,
	    "sed -i -E '/screen: (roll|progress)\\}|list: child\\.(unguarded|aged)\\}/d' '%s/roles.yaml' && "
	    "sed -i '/^  - unguarded:/,/^  - no-hukou:/{/no-hukou:/!d}; /^  - aged:/,/^  - coming:/{/coming:/!d}; "
	    "/^            fixed: \\[active/d' '%s/books/child.yaml'", path, path);
	ck_assert_int_eq(system(cmd.p), 0);
	buf_free(&cmd);
}

/* ---- records --------------------------------------------------------------------------------- */

struct rec *
fixture_rec(struct fixture *w, int64_t id)
{
	struct rec	*rec;

	ck_assert_int_eq(rec_get(w->core, NULL, (uint64_t)id, &rec), REC_OK);
	return rec;
}

int
fixture_ver(struct fixture *w, int64_t id)
{
	struct rec	*rec = fixture_rec(w, id);
	int		 ver = (int)rec->ver;

	rec_free(rec);
	return ver;
}

const char *
fixture_due(struct fixture *w, const char *user)
{
	static char	 text[500];
	struct val	*r = ask(w, user, "{'op':'due','ahead':366}"), *list = val_get(r, "due");
	size_t		 n = 0;

	ck_assert(val_get_true(r, "ok"));
	text[0] = '\0';
	for (size_t i = 0; i < val_len(list); i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s %d", i > 0 ? "; " : "",
		    val_get_str(val_at(list, i), "clock"),
		    (int)val_get_num(val_at(list, i), "day", 0));
	val_free(r);
	return text;
}

static bool
expect_derived(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct fixture	*w = arg;
	struct rec	*rec;
	const char	*what;

	ck_assert_uint_eq(klen, REC_KEY);
	ck_assert_int_eq(rec_decode(w->core->set, buf_get_u64(key), p, n, &rec), REC_OK);
	what = child_stale(w->core, rec);
	ck_assert_msg(what == NULL, "%s of %s %d", what, rec->book->name, (int)rec->id);
	rec_free(rec);
	return true;
}

void
fixture_expect_derived(struct fixture *w)
{
	ck_assert_int_eq(store_scan(w->core->store, NULL, STORE_REC,
	    &(struct store_range){ .lolen = 0 }, expect_derived, w), STORE_OK);
}

/* ---- a child --------------------------------------------------------------------------------- */

/* Births of 2016, a boy for every odd serial. */
static const char *
citizen_number(int serial)
{
	static char	 number[32];
	unsigned	 n = (unsigned)serial;

	snprintf(number, sizeof number, "9901212016%02u%02u%03u", 1 + n / 900 % 12,
	    10 + n / 9000 % 10, n % 900 + 1);
	number[17] = citizen_check_char(number);
	number[18] = '\0';
	return number;
}

const char *
child_fields(const char *name, const char *area, int serial)
{
	static char	 json[2000];

	snprintf(json, sizeof json,
	    "{'name':'%s','citizen_no':'%s','ethnicity':'01','category':['left-behind'],"
	    "'residence':'%s','address':'二组12号','hukou':'registered','hukou_here':true,'body':'healthy',"
	    "'schooling':'primary','boarding':false,'away':'both','entrusted':true,'carer':{'name':'王德福',"
	    "'relation':'%s','phone':'19900001234','address':'同住'},'guardianship':'fair',"
	    "'father':{'status':'well','name':'王建国','phone':'19900005678','province':'44','city':'东莞'},"
	    "'mother':{'status':'well','name':'刘桂英','phone':'19900008765','province':'44','city':'深圳'},"
	    "'grandfather':{'status':'dead'},'grandmother':{'status':'dead'},'maternal_grandfather':{'status':'dead'},"
	    "'maternal_grandmother':{'status':'dead'},'income':['work'],'filler':'王芳','checker':'李桂兰','unit_head':'赵国强','unit':'村民委员会'}",
	    name, citizen_number(serial), area, "61");
	return json;
}

uint64_t
child_in_state(struct fixture *w, const char *director, const char *name, const char *area,
    int serial, const char *state)
{
	static const struct { const char *state, *act, *by; } steps[] = {
		{ "submitted", "submit", NULL }, { "verified", "verify", "sup" },
		  { "active", "archive", "off" },
	};
	uint64_t	 id;
	int64_t		 ver = 1;

	id = (uint64_t)reply_number(ask_new(w, director, "{'op':'save','book':'child','set':%s}",
	    child_fields(name, area, serial)), "id");
	for (size_t i = 0; i < 3 && strcmp(state, "found") != 0; i++) {
		const char	*by = steps[i].by == NULL ? director :
		    strcmp(steps[i].by, "sup") == 0 ?
				    (strncmp(area, AREA_A, 9) == 0 ? "sup-a" : "sup-b") :
				    steps[i].by;

		ver = reply_number(ask_new(w, by,
		    "{'op':'act','book':'child','id':%llu,'ver':%lld,'act':'%s'}",
		    (unsigned long long)id, (long long)ver, steps[i].act), "ver");
		if (strcmp(steps[i].state, state) == 0)
			break;
	}
	return id;
}
