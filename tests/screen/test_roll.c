#include "tests/screen/county.h"

/*
 * The monthly roll and the progress of a township: village a1 has forty children on its roll, three
 * of them overdue since February, a2 has six. Today is 2026-03-12.
 */

#define DAY		INT64_C(86400)
#define CHILDREN	40
#define KEYS_MAX	100		/* a quiet month of forty children, from the menu to all done */
#define PAGE_MAX	2048
#define LINE_MAX	300

static void
name_child(int i, char *name, size_t size)
{
	static const char *const	 first[] = { "陈", "欧阳", "李", "司马", "张", "王", "刘",
	    "赵" };
	static const char *const	 second[] = { "雨彤", "天宇", "静", "俊杰", "小明" };

	snprintf(name, size, "%s%s", first[i % 8], second[i / 8]);
}

static void
county(void)
{
	char	 name[64];

	county_open();
	for (int i = 0; i < CHILDREN; i++) {
		/* 2026-01-02, 2026-02-12 */
		fixture_set_clock(i < 3 ? FIXTURE_NOW - 69 * DAY : FIXTURE_NOW - 28 * DAY);
		name_child(i, name, sizeof(name));
		child_in_state(&d.fixture, "dir-a1", name, AREA_A1, 10 + i, "active");
	}
	for (int i = 0; i < 6; i++) {
		fixture_set_clock(i < 5 ? FIXTURE_NOW - 28 * DAY : FIXTURE_NOW - 2 * DAY);
		name_child(7 * i, name, sizeof(name));
		child_in_state(&d.fixture, "dir-a2", name, AREA_A2, 60 + i, "active");
	}
	fixture_set_clock(FIXTURE_NOW);
	county_serve();
}

/* Keys pressed, a name in brackets being one. */
static size_t
press(struct vt *vt, const char *keys)
{
	size_t	 n = 0;

	vt_type(vt, keys);
	for (const char *p = keys; *p != '\0'; n++)
		p += *p == '<' ? strcspn(p, ">") + 1 : 1;
	return n;
}

static struct vt *
on_the_roll(const char *user)
{
	struct vt	*vt = client(&d, user);

	vt_type(vt, ".hm");
	vt_expect(vt, "上次更新");
	return vt;
}

/* How many records of the month there are, as the daemon counts them. */
static int64_t
updates(const char *user)
{
	struct conn	*l = daemon_conn(&d, user);
	struct val	*r = daemon_ask(l, "{'op':'count','book':'update','list':'recent'}");
	int64_t		 n = val_get_num(r, "count", -1);

	val_free(r);
	conn_close(l);
	return n;
}

/* ---- a village ------------------------------------------------------------------------------- */

START_TEST(one_key_a_line)
{
	struct vt	*vt = on_the_roll("dir-a2");

	expect_screen(vt, "roll");
	vt_type(vt, ",");		/* every key has its turn on the last row, and any other
					   brings the first ones back */
	expect_row(vt, 24,
	    "回车 看档案  / 查找  a 填表  左箭头 上个月  , 其他键  ? 帮助  Esc 返回");
	vt_type(vt, "，");
	expect_row(vt, 24, "Ctrl-R 刷新  . 跳转  , 其他键  ? 帮助  Esc 返回");
	vt_type(vt, "，");
	expect_screen(vt, "roll");
	vt_type(vt, ",<Down><Up>");
	expect_screen(vt, "roll");
	vt_type(vt, "1");
	expect_row(vt, 4, "  陈雨彤        男    10     2026-03-12  完成         入户无变化");
	expect_row(vt, 5, "> 赵雨彤        女    10                 还有19天");
	expect_row(vt, 23, "已保存：陈雨彤 男 10 青石镇石桥村 入户无变化；本月还有4人");
	vt_type(vt, "2");
	expect_row(vt, 5, "  赵雨彤        女    10     2026-03-12  完成         电话无变化");
	vt_type(vt, "<C-d>");				/* as above: by telephone */
	expect_row(vt, 6, "  刘天宇        男    10     2026-03-12  完成         电话无变化");
	expect_screen(vt, "roll-worked");
	ck_assert_int_eq(updates("dir-a2"), 3);
	/* what is done is not done twice, and stays where it is until one reads anew */
	vt_type(vt, "<Up>");
	expect_row(vt, 23, "已有记录。记录不能删除，按 e 改正。");
	vt_type(vt, "1");
	expect_row(vt, 23, "这一行本月已完成；按 e 改正它的记录。");
	ck_assert_int_eq(updates("dir-a2"), 3);
	vt_type(vt, "<C-r>");
	expect_screen(vt, "roll-anew");
	client_leave(vt);
}
END_TEST

/* The first line has none above it; nor does one above that was not answered by a key. */
START_TEST(nothing_to_copy)
{
	struct vt	*vt = on_the_roll("dir-a2");

	vt_type(vt, "<C-d>");
	expect_row(vt, 23, "上一行没有可照搬的结果。");
	vt_type(vt, "<Down><C-d>");
	expect_row(vt, 23, "上一行没有可照搬的结果。");
	ck_assert_int_eq(updates("dir-a2"), 3);
	client_leave(vt);
}
END_TEST

/* A wrong key: the record is there, and is put right. */
START_TEST(put_right)
{
	struct vt	*vt = on_the_roll("dir-a2");

	vt_type(vt, "1");
	expect_row(vt, 4, "  王静          女    10     2026-03-12  完成         入户无变化");
	vt_type(vt, "<C-z>");
	vt_expect(vt, "修改：动态更新");
	vt_type(vt, "<Down><Down>2<C-o>");
	expect_row(vt, 4, "> 王静          女    10     2026-03-12  完成         电话无变化");
	ck_assert_int_eq(updates("dir-a2"), 4);
	client_leave(vt);
}
END_TEST

/*
 * A change: what, the page of the file for it, and then the record. Left on the way the line stays
 * open.
 */
START_TEST(changed)
{
	struct vt	*vt = on_the_roll("dir-a2");

	expect_row(vt, 4, "> 张俊杰        男    10                 还有19天");
	vt_type(vt, "3");
	vt_expect(vt, "变化内容：");
	expect_screen(vt, "roll-what");
	vt_type(vt, "<Esc>");				/* nothing ticked, nothing begun */
	vt_expect_gone(vt, "变化内容：");
	vt_type(vt, "3jx<Enter>");
	vt_expect(vt, "身体与就学");
	expect_screen(vt, "roll-file");
	vt_type(vt, "<Down>5<Esc>");			/* the file is left halfway */
	vt_expect(vt, "已存为草稿");
	expect_row(vt, 4, "> 张俊杰        男    10                 还有19天");
	ck_assert_int_eq(updates("dir-a2"), 4);
	vt_type(vt, "3jx<Enter>");
	vt_expect(vt, "接着填  停在：就学情况");	/* and is found again where it was left */
	vt_type(vt, "1");
	vt_expect(vt, "身体与就学");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "新登记：动态更新");
	expect_screen(vt, "roll-record");
	vt_type(vt, "3<Enter><Enter>转到镇上的小学<C-o>");
	expect_row(vt, 4, "> 张俊杰        男    10     2026-03-12  完成         有变化");
	ck_assert_int_eq(updates("dir-a2"), 5);
	vt_expect(vt, "在册6 未完成0 逾期0");
	client_leave(vt);
}
END_TEST

START_TEST(resized)
{
	struct vt	*vt = on_the_roll("dir-a2");

	vt_type(vt, "<Down>");
	vt_resize(vt, 30, 100);
	/* the message is where the rows end now */
	vt_expect_row(vt, 28, "已有记录。记录不能删除，按 e 改正。");
	vt_resize(vt, 24, 80);
	expect_screen(vt, "roll-all-done");
	client_leave(vt);
}
END_TEST

START_TEST(months_before)
{
	struct vt	*vt = on_the_roll("dir-a1");

	vt_type(vt, "<Left>");
	vt_expect(vt, "2026-02");
	expect_screen(vt, "roll-february");
	vt_type(vt, "1");
	expect_row(vt, 23, "这里只能看，不能填。");
	vt_type(vt, "<Right><Right>");			/* none after this one */
	vt_expect(vt, "2026-03");
	expect_row(vt, 4, "> 陈雨彤        男    10                 逾期12天");
	client_leave(vt);
}
END_TEST

/* What each key does here, told apart, and each once. */
START_TEST(help)
{
	struct vt	*vt = on_the_roll("dir-a1");

	vt_type(vt, "?");
	vt_expect(vt, "本屏按键");
	expect_screen(vt, "roll-help");
	client_leave(vt);
}
END_TEST

START_TEST(finding)
{
	struct vt	*vt = on_the_roll("dir-a1");

	vt_type(vt, "/wxm<Enter>");
	vt_expect(vt, "> 王小明");
	vt_type(vt, "/静<Enter>");
	vt_expect(vt, "> 陈静");
	vt_type(vt, "n");
	vt_expect(vt, "> 欧阳静");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "儿童档案  欧阳静");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "> 欧阳静");
	client_leave(vt);
}
END_TEST

/* ---- above it -------------------------------------------------------------------------------- */

START_TEST(progress)
{
	struct vt	*vt = client(&d, "sup-a");

	vt_type(vt, ".jc");
	vt_expect(vt, "最早期限");
	expect_screen(vt, "progress");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "上次更新");
	expect_screen(vt, "roll-read-only");
	vt_type(vt, "1");
	expect_row(vt, 23, "这里只能看，不能填。");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "儿童档案  陈雨彤");
	vt_type(vt, "<Esc><Esc>");
	vt_expect(vt, "进度");
	client_leave(vt);
}
END_TEST

START_TEST(progress_of_the_county)
{
	struct vt	*vt = client_start_lang(&d, "off", "en", NULL);

	vt_expect(vt, "To archive");
	vt_type(vt, ".jc");
	vt_expect(vt, "longest due");
	expect_screen(vt, "progress-english");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "柳树村");
	client_leave(vt);
}
END_TEST

/* ---- a quiet month --------------------------------------------------------------------------- */

static uint64_t
bytes_since(struct vt *vt, uint64_t before)
{
	uint64_t	 seen;

	do {
		seen = vt_bytes(vt);
		vt_pause(vt, 150);
	} while (vt_bytes(vt) != seen);
	return seen - before;
}

/* When the wait is too early the rest is missing from the sum, so no delay fails it. */
static void
must_cost(struct vt *vt, uint64_t before, uint64_t least, uint64_t most, const char *what)
{
	uint64_t	 bytes = bytes_since(vt, before);

	ck_assert_msg(bytes >= least && bytes <= most, "%s: %llu bytes, not %llu to %llu, on\n%s",
	    what,
	    (unsigned long long)bytes, (unsigned long long)least, (unsigned long long)most,
	    vt_dump(vt));
}

START_TEST(a_quiet_month)
{
	struct vt	*vt = client(&d, "dir-a1");
	size_t		 keys;
	uint64_t	 before;

	expect_row(vt, 1,
	    "守望  青石镇柳树村  王芳 儿童主任                             逾期 52  将到期 74");
	bytes_since(vt, 0);
	vt_type(vt, ".h");
	bytes_since(vt, 0);
	before = vt_bytes(vt);
	keys = 2 + press(vt, "m");
	vt_expect(vt, "上次更新");
	must_cost(vt, before, 800, PAGE_MAX, "opening the roll");
	before = vt_bytes(vt);
	keys += press(vt, "1");
	vt_expect(vt, "本月还有39人");
	must_cost(vt, before, 60, LINE_MAX, "one line");
	for (int i = 1; i < CHILDREN; i++)
		keys += press(vt, "1");
	vt_expect(vt, "本月全部完成。");
	vt_expect(vt, "在册40 未完成0 逾期0");
	ck_assert_uint_lt(keys, KEYS_MAX);
	ck_assert_int_eq(updates("dir-a1"), CHILDREN);
	expect_screen(vt, "roll-quiet");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "锁定或退出");
	/* other duties */
	expect_row(vt, 1,
	    "守望  青石镇柳树村  王芳 儿童主任                             逾期 49  将到期 74");
	client_leave(vt);
}
END_TEST

/* The child of that name whom the director sees. */
static void
close_file(const char *director, const char *name)
{
	struct conn	*l = daemon_conn(&d, "off"), *own = daemon_conn(&d, director);
	struct val	*found = daemon_ask(own, "{'op':'find','book':'child','text':'%s'}", name);
	struct val	*row = val_at(val_get(found, "rows"), 0);
	struct val	*reply = daemon_ask(l,
	    "{'op':'act','book':'child','id':%lld,'ver':%lld,'token':'x:000102030405060708090a0b0c0d0e0f','act':'close',"
			    "'ask':{'reason':'aged-out','day':20260312,'proof':'父亲返乡'}}",
			    (long long)val_get_num(row, "id", 0),
			    (long long)val_get_num(row, "ver", 0));

	ck_assert_str_eq(val_get_str(reply, "state"), "closed");
	val_free(reply);
	val_free(found);
	conn_close(own);
	conn_close(l);
}

/*
 * Closed by the county while one says what changed: the file is not opened for changes, and one is
 * told.
 */
START_TEST(file_closed_meanwhile)
{
	struct vt	*vt = client(&d, "dir-a2");

	vt_type(vt, ".hm/司马<Enter>");
	vt_expect(vt, "> 司马小明");
	vt_type(vt, "3");
	vt_expect(vt, "变化内容：");
	close_file("dir-a2", "司马小明");
	vt_type(vt, "jx<Enter>");
	vt_expect(vt, "该档案目前不能由您修改；变化写在这里。");
	client_leave(vt);
}
END_TEST

static Suite *
screens(void)
{
	Suite	*s = suite_create("screens");
	TCase	*tc = tcase_create("roll");

	tcase_add_unchecked_fixture(tc, county, county_close);
	tcase_add_checked_fixture(tc, NULL, county_drop_drafts);
	tcase_add_test(tc, months_before);
	tcase_add_test(tc, help);
	tcase_add_test(tc, finding);
	tcase_add_test(tc, progress_of_the_county);
	tcase_add_test(tc, progress);
	tcase_add_test(tc, one_key_a_line);
	tcase_add_test(tc, nothing_to_copy);
	tcase_add_test(tc, put_right);
	tcase_add_test(tc, changed);
	tcase_add_test(tc, resized);
	tcase_add_test(tc, a_quiet_month);
	tcase_add_test(tc, file_closed_meanwhile);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(screens)
