#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/screen/county.h"

/*
 * Lines that break, daemons that stop, windows that shrink: nothing typed is lost.
 */

static void
county(void)
{
	county_open();
	child_in_state(&d.fixture, "dir-a1", "王小明", AREA_A1, 1, "active");
	child_in_state(&d.fixture, "dir-a1", "张伟", AREA_A1, 3, "submitted");
	county_serve();
}

/* ---- the line to the terminal ---------------------------------------------------------------- */

START_TEST(hung_up_half_way)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".dj李断线<Enter>小断<Enter><Enter><Enter><Enter><Enter>回<Enter>");
	vt_type(vt, "<PgDn><Enter><Enter>五组");	/* in the middle of a word, no field left since */
	vt_expect(vt, "五组");
	vt_hangup(vt);
	vt_wait_exit(vt);
	vt_free(vt);

	vt = client_start_lang(&d, "dir-a1", "zh", NULL);	/* from any terminal */
	vt_expect(vt, "您有1份未完成的登记，接着填写？");
	vt_expect(vt, "停在：现住址");
	vt_type(vt, "<Enter>");
	expect_row(vt, 5, ">  现住址        五组");
	vt_type(vt, "7号<PgUp>");		/* the cursor stood behind what was typed */
	expect_row(vt, 3, ">  姓名          李断线");
	expect_row(vt, 9, "   民族          回族");
	vt_type(vt, "<PgDn>");
	expect_row(vt, 5, "   现住址        五组7号");
	client_leave(vt);
}
END_TEST

START_TEST(killed_half_way)
{
	struct vt	*vt = client(&d, "dir-a1");

	/* two fields were left; the client gets no chance for a last word */
	vt_type(vt, ".dj李被杀<Enter>小杀<Enter>");
	expect_row(vt, 5, ">  公民身份号码");
	vt_pause(vt, 300);
	kill(vt_pid(vt), SIGKILL);
	vt_wait_exit(vt);
	vt_free(vt);
	vt = client_start_lang(&d, "dir-a1", "zh", NULL);
	vt_expect(vt, "李被杀");
	vt_type(vt, "<Enter>");
	expect_row(vt, 4, "   曾用名        小杀");
	client_leave(vt);
}
END_TEST

START_TEST(typing_is_kept_while_typing)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".dj不离开");		/* one field, never left: kept after a few seconds all
					      the same */
	vt_expect(vt, "不离开");
	for (bool kept = false; !kept; vt_pause(vt, 200)) {
		struct conn	*l = daemon_conn(&d, "dir-a1");
		struct val	*all = daemon_ask(l, "{'op':'drafts'}");
		struct val	*draft = val_at(val_get(all, "drafts"), 0);

		kept = draft != NULL && strcmp(val_get_str(val_get(draft, "fields"), "name"),
		    "不离开") == 0;
		val_free(all);
		conn_close(l);
		vt_pause(vt, 50);
	}
	kill(vt_pid(vt), SIGKILL);
	vt_wait_exit(vt);
	vt_free(vt);
}
END_TEST

/* ---- the line to the daemon ------------------------------------------------------------------ */

/* The draft of the form that is open, once it says so. */
static void
draft_says(const char *field, const char *text)
{
	for (bool kept = false; !kept; ) {
		struct conn	*l = daemon_conn(&d, "dir-a1");
		struct val	*all = daemon_ask(l, "{'op':'drafts'}");
		const char	*now = val_get_str(val_get(val_at(val_get(all, "drafts"), 0),
		    "fields"), field);

		kept = now != NULL && strcmp(now, text) == 0;
		val_free(all);
		conn_close(l);
		usleep(50000);
	}
}

START_TEST(daemon_restarted)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".dj赵重启<Enter>");
	vt_pause(vt, 300);
	ck_assert_int_eq(daemon_wait_exit(&d, SIGKILL), 1000 + SIGKILL);
	vt_expect(vt, "与服务器的连接断了");
	vt_expect(vt, "未连接");
	ck_assert_msg(strstr(vt_row(vt, 0), "未连接") != NULL, "%s", vt_dump(vt));
	vt_type(vt, "小重<Enter>");		/* one types on */
	expect_row(vt, 4, "   曾用名        小重");
	vt_type(vt, "<Esc>");			/* and cannot leave while nobody keeps it */
	expect_row(vt, 4, "   曾用名        小重");
	daemon_start(&d, NULL);
	vt_expect_gone(vt, "与服务器的连接断了");
	vt_expect_gone(vt, "未连接");
	draft_says("former_name", "小重");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "已保存：赵重启");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "小重");
	client_leave(vt);
}
END_TEST

static void
stopped_under(struct vt *vt)
{
	kill(d.pid, SIGSTOP);
	vt_expect(vt, "未连接");
	ck_assert_msg(strstr(vt_row(vt, 0), "未连接") != NULL, "%s", vt_dump(vt));
	kill(d.pid, SIGCONT);
	vt_expect_gone(vt, "未连接");
}

/*
 * A daemon that does not answer is told in the first row, whatever stands below it and though
 * nobody asks anything.
 */
START_TEST(daemon_stopped)
{
	struct vt	*vt = client(&d, "dir-a1");

	stopped_under(vt);
	vt_type(vt, ".wd");
	vt_expect(vt, "王小明");
	stopped_under(vt);
	vt_type(vt, "?");
	vt_expect(vt, "本屏按键");
	stopped_under(vt);
	vt_type(vt, "<Esc><Enter>");
	vt_expect(vt, "儿童档案  王小明");
	stopped_under(vt);
	vt_type(vt, ".dj吴停住<Enter>");
	vt_expect(vt, ">  曾用名");
	stopped_under(vt);
	kill(d.pid, SIGSTOP);
	vt_expect(vt, "未连接");
	vt_type(vt, "小停<Enter>");		/* one types on */
	expect_row(vt, 4, "   曾用名        小停");
	kill(d.pid, SIGCONT);
	vt_expect_gone(vt, "未连接");
	draft_says("former_name", "小停");
	expect_row(vt, 4, "   曾用名        小停");
	vt_type(vt, "<C-x>");
	vt_expect(vt, "已锁定");
	stopped_under(vt);
	client_leave(vt);
}
END_TEST

START_TEST(saved_or_not)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".dj钱未知<Enter><Enter><Enter><Enter><Enter>");
	vt_pause(vt, 300);
	kill(d.pid, SIGSTOP);			/* it will answer, but not now */
	vt_type(vt, "<C-o>");
	vt_expect(vt, "还在等服务器，按Esc不再等。");
	vt_type(vt, "<Esc>");			/* looking for duplicates may be given up */
	vt_expect_gone(vt, "还在等服务器");
	kill(d.pid, SIGCONT);
	vt_type(vt, "<C-o>");			/* once more: one record, not two */
	vt_expect(vt, "已保存：钱未知");
	vt_type(vt, ".cz钱未知");
	vt_expect(vt, "找到1个");
	client_leave(vt);
}
END_TEST

/* After giving up the wait one can look again, and the Enter of before opens nothing. */
START_TEST(found_after_giving_up)
{
	struct vt	*vt = client(&d, "dir-a1");

	vt_type(vt, ".cz");
	vt_expect(vt, "查找：儿童档案");
	kill(d.pid, SIGSTOP);
	vt_type(vt, "小明<Enter>");
	vt_expect(vt, "还在等服务器，按Esc不再等。");
	vt_type(vt, "<Esc>");
	vt_expect_gone(vt, "还在等服务器");
	kill(d.pid, SIGCONT);
	vt_type(vt, "<C-u>王小明");
	vt_expect(vt, "找到1个");
	vt_expect(vt, "查找：儿童档案");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "儿童档案  王小明");
	client_leave(vt);
}
END_TEST

START_TEST(pasted_while_waiting)
{
	struct vt	*vt = client(&d, "dir-a1");
	struct buf	 text = BUF_INIT;

	kill(d.pid, SIGSTOP);
	buf_puts(&text, ".cz");			/* further ahead than anybody types: half the
						   text of a page */
	for (int i = 0; i < 1500; i++)
		buf_puts(&text, i % 2 == 0 ? "a" : "<BS>");
	buf_puts(&text, "小明<Enter>");
	vt_type(vt, ".wd");			/* waits for its rows, and all that for it */
	vt_type(vt, buf_str(&text));
	kill(d.pid, SIGCONT);
	vt_expect(vt, "儿童档案  王小明");
	buf_free(&text);
	client_leave(vt);
}
END_TEST

START_TEST(typed_while_waiting)
{
	struct vt	*vt = client(&d, "dir-a1");

	kill(d.pid, SIGSTOP);
	vt_type(vt, ".wd");
	vt_expect(vt, "请稍候");
	vt_type(vt, "/小明<Enter><Enter>");	/* nothing of this is lost */
	vt_expect(vt, "还在等服务器，按Esc不再等。");
	kill(d.pid, SIGCONT);
	vt_expect(vt, "儿童档案  王小明");
	client_leave(vt);
}
END_TEST

/* One that takes the new line and then says nothing: the keyboard does not wait for it. */
START_TEST(daemon_accepts_and_is_silent)
{
	struct vt		*vt = client(&d, "dir-a1");
	struct sockaddr_un	 sun = { .sun_family = AF_UNIX };
	int			 fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pollfd		 waits = { .fd = fd, .events = POLLIN };

	vt_type(vt, ".dj郑不答<Enter>");
	vt_expect(vt, ">  曾用名");
	daemon_wait_exit(&d, SIGKILL);
	unlink(d.socket);
	ck_assert_uint_lt(strlen(d.socket), sizeof(sun.sun_path));
	memcpy(sun.sun_path, d.socket, strlen(d.socket) + 1);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	ck_assert_int_eq(poll(&waits, 1, VT_PATIENCE_MS), 1);		/* it is at the door */
	vt_expect(vt, "未连接");
	vt_type(vt, "小不<Enter>");
	expect_row(vt, 4, "   曾用名        小不");
	close(fd);
	unlink(d.socket);
	daemon_start(&d, NULL);
	vt_expect_gone(vt, "未连接");
	draft_says("former_name", "小不");
	client_leave(vt);
}
END_TEST

/* ---- the window ------------------------------------------------------------------------------ */

START_TEST(resized)
{
	struct vt	*vt = client(&d, "dir-a2");

	vt_type(vt, ".dj孙窗口<Enter>");
	expect_row(vt, 4, ">  曾用名");
	vt_resize(vt, 10, 40);
	vt_expect(vt, "请把窗口放大到80列24行以上，内容没有丢。");
	vt_expect(vt, "放大前按键不起作用");
	vt_type(vt, "看不见");			/* nobody sees what these do, so they do
						      nothing, now and later */
	vt_resize(vt, 24, 80);
	expect_row(vt, 4, ">  曾用名");
	vt_type(vt, "小窗");
	expect_row(vt, 4, ">  曾用名        小窗");
	expect_row(vt, 3, "   姓名          孙窗口");
	vt_resize(vt, 40, 132);			/* more rows, no other layout */
	vt_expect(vt, "Ctrl-Z 撤销");
	expect_row(vt, 4, ">  曾用名        小窗");
	ck_assert(strstr(vt_row(vt, 39), "回车 下一栏") != NULL);
	vt_resize(vt, 24, 80);
	expect_screen(vt, "resized-back");
	client_leave(vt);
}
END_TEST

/* ---- masked numbers -------------------------------------------------------------------------- */

START_TEST(masked_numbers_survive_a_change)
{
	struct vt	*vt = client(&d, "dir-a1");
	struct conn	*l;
	struct val	*found, *reply, *row;

	vt_type(vt, ".wd/小明<Enter><Enter>e");
	vt_expect(vt, "修改：");
	vt_type(vt, "<PgDn><PgDn><PgDn><PgDn><Enter><Enter><C-u>王建设<C-o>");
	vt_expect(vt, "已保存：王小明");
	l = daemon_conn(&d, "dir-a1");
	found = daemon_ask(l, "{'op':'find','book':'child','text':'王小明'}");
	row = val_at(val_get(found, "rows"), 0);
	reply = daemon_ask(l, "{'op':'get','book':'child','id':%lld,'whole':true}",
	    (long long)val_get_num(row, "id", 0));
	ck_assert_str_eq(val_str(val_find(reply, "record.fields.father.name")), "王建设");
	ck_assert_ptr_null(strchr(val_str(val_find(reply, "record.fields.father.phone")), '*'));
	ck_assert_ptr_null(strchr(val_str(val_find(reply, "record.fields.citizen_no")), '*'));
	val_free(reply);
	val_free(found);
	conn_close(l);
	client_leave(vt);
}
END_TEST

/* ---- returned with reasons ------------------------------------------------------------------- */

START_TEST(returned_with_reasons)
{
	struct vt	*vt = client(&d, "sup-a");

	vt_type(vt, ".hs<Enter>");
	vt_expect(vt, "儿童档案  张伟");
	vt_type(vt, "2");			/* not without saying what */
	vt_expect(vt, "请先写明要改什么");
	/* an empty one is none */
	vt_type(vt,
	    "<Down><Down>r与户口簿不符，请核对末四位<Enter><Down><Down><Down>rx<BS><Enter>");
	vt_expect(vt, "1条意见");
	vt_type(vt, "r<Paste>");		/* nor is one cut that is too long: it waits
						   until it is shortened */
	for (int i = 0; i < 51; i++)
		vt_type(vt, "请改正这一栏的内容吧");
	vt_type(vt, "</Paste>");
	expect_row(vt, 22, "最多500个字，现有510个，请删减");
	vt_type(vt, "<Enter>");
	expect_row(vt, 22, "最多500个字，现有510个，请删减");
	vt_type(vt, "<C-u><Enter>");
	vt_expect_gone(vt, "请删减");
	vt_type(vt, "G");
	for (int i = 0; i < 14; i++)		/* past what is worked out, to who filled it in */
		vt_type(vt, "<Up>");
	vt_type(vt, "r请写村民委员会全称<Enter>");
	vt_expect(vt, "2条意见");
	vt_type(vt, "<Esc>");			/* even remarks are not thrown away */
	vt_expect(vt, "您写的意见还在");
	vt_type(vt, "2");
	vt_expect(vt, "退回修改，确定吗？");
	vt_type(vt, "n");			/* nor by a no, where the act was begun on the
						   cover */
	vt_expect(vt, "2条意见");
	vt_type(vt, "2");
	vt_expect(vt, "退回修改，确定吗？");
	expect_screen(vt, "act-return");
	client_confirm(vt);
	vt_expect(vt, "已办：退回修改，");
	client_leave(vt);

	vt = client(&d, "dir-a1");
	vt_type(vt, ".bq/张伟<Enter><Enter>");
	vt_expect(vt, "要改：与户口簿不符，请核对末四位");
	vt_type(vt, "e");
	vt_expect(vt, "修改：");
	expect_screen(vt, "form-returned");
	vt_type(vt, "<PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn><PgDn>");
	vt_expect(vt, "要改：请写村民委员会全称");
	vt_type(vt, "<Down><Down><Down><C-u>柳树村村民委员会<PgDn>");
	vt_expect(vt, "填写完整");
	vt_type(vt, "1");
	client_confirm(vt);			/* save and submit in one step; the remarks are
						   settled */
	vt_expect(vt, "已办：提交乡镇，");
	vt_expect_gone(vt, "要改");
	client_leave(vt);
}
END_TEST

/* ---- other terminals ------------------------------------------------------------------------- */

START_TEST(gb18030)
{
	struct vt	*vt = client_start_lang(&d, "dir-b1", "zh", "GB18030");

	vt_expect(vt, "锁定或退出");
	vt_type(vt, ".dj𠮷䶮·乐<Enter>");	/* rare characters; a dot that takes two columns here */
	expect_row(vt, 3, "   姓名          𠮷䶮·乐");
	vt_type(vt, "<C-o>");
	vt_expect(vt, "已保存：𠮷䶮·乐");
	expect_screen(vt, "gb18030-read");
	client_leave(vt);
}
END_TEST

START_TEST(gbk)
{
	struct vt	*vt = client_start_lang(&d, "dir-b1", "zh", "GBK");

	vt_type(vt, ".wd");
	/* what GBK lacks is a sign on the screen and whole in the record */
	vt_expect(vt, "共1");
	vt_expect(vt, "〓");
	vt_type(vt, "<Enter>e<End><BS>欢<C-o>");
	vt_expect(vt, "已保存");
	client_leave(vt);
	vt = client(&d, "dir-b1");
	vt_type(vt, ".wd");
	vt_expect(vt, "𠮷䶮·欢");
	client_leave(vt);
}
END_TEST

START_TEST(wrong_encoding)
{
	struct vt	*vt = client(&d, "dir-b1");

	vt_send(vt, "\xcd\xf5", 2);		/* 王 from a terminal set to GBK */
	vt_expect(vt, "终端发来的不是UTF-8的字符");
	client_leave(vt);
}
END_TEST

static Suite *
lost(void)
{
	Suite	*s = suite_create("screens");
	TCase	*tc = tcase_create("lost");

	tcase_add_unchecked_fixture(tc, county, county_close);
	tcase_add_checked_fixture(tc, county_drop_drafts, NULL);
	tcase_add_test(tc, hung_up_half_way);
	tcase_add_test(tc, killed_half_way);
	tcase_add_test(tc, typing_is_kept_while_typing);
	tcase_add_test(tc, daemon_stopped);
	tcase_add_test(tc, saved_or_not);
	tcase_add_test(tc, typed_while_waiting);
	tcase_add_test(tc, pasted_while_waiting);
	tcase_add_test(tc, found_after_giving_up);
	tcase_add_test(tc, resized);
	tcase_add_test(tc, masked_numbers_survive_a_change);
	tcase_add_test(tc, returned_with_reasons);
	tcase_add_test(tc, gb18030);
	tcase_add_test(tc, gbk);
	tcase_add_test(tc, wrong_encoding);
	suite_add_tcase(s, tc);
	tc = tcase_create("restart");
	tcase_add_checked_fixture(tc, county, county_close);
	tcase_add_test(tc, daemon_restarted);
	tcase_add_test(tc, daemon_accepts_and_is_silent);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(lost)
