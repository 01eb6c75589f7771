#include <signal.h>

#include "tests/screen/county.h"

/*
 * Keys act on what was seen: pastes, keys typed before a question was painted, answers of the
 * terminal to other programs, and keys behind the notice that the window is too small decide
 * nothing.
 */

static void
county(void)
{
	county_open();
	child_in_state(&d.fixture, "dir-a1", "张伟", AREA_A1, 3, "submitted");
	county_serve();
}

static void
state_is(const char *state)
{
	struct conn	*l = daemon_conn(&d, "sup-a");
	struct val	*found = daemon_ask(l, "{'op':'find','book':'child','text':'张伟'}");

	ck_assert_str_eq(val_get_str(val_at(val_get(found, "rows"), 0), "state"), state);
	val_free(found);
	conn_close(l);
}

/* The file that waits for this supervisor, on a terminal of that type. */
static struct vt *
at_file(const char *type)
{
	const char	*env[] = { "PERSONA=sup-a", "SHOUWANG_LOCK_AFTER=0", "LC_ALL=C.UTF-8", type,
	    NULL };
	struct vt	*vt = vt_start(client_argv(&d, "zh"), env, 24, 80);

	vt_expect(vt, "锁定或退出");
	vt_type(vt, ".hs<Enter>");
	vt_expect(vt, "儿童档案  张伟");
	vt_expect(vt, "1 核实通过");
	return vt;
}

/*
 * Nothing of what came before is still under way, and the file is still what stands on the screen.
 */
static void
still_at_file(struct vt *vt)
{
	vt_type(vt, "?");
	vt_expect(vt, "本屏按键");
	vt_type(vt, "<Esc>");
	vt_expect(vt, "1 核实通过");
	ck_assert_msg(strstr(vt_row(vt, 1), "儿童档案  张伟") != NULL, "%s", vt_dump(vt));
	state_is("submitted");
}

static const char *const	 types[] = { "TERM=screen", "TERM=linux", "TERM=vt220",
    "TERM=xterm" };

/* As it comes from a terminal that cannot mark a paste. */
START_TEST(pasted_without_marks)
{
	struct vt	*vt = at_file(types[_i]);

	vt_send(vt, "1y2", 3);
	vt_expect(vt, "请看清问题后再按键。");
	vt_expect(vt, "核实通过，确定吗？");		/* it is asked, and nobody has answered */
	vt_type(vt, "<Esc>");
	still_at_file(vt);
	client_leave(vt);
}
END_TEST

START_TEST(pasted_with_marks)
{
	struct vt	*vt = at_file(types[_i]);

	vt_type(vt, "<Paste>1y2</Paste>");
	vt_expect(vt, "粘贴的内容只能放进文字栏");
	still_at_file(vt);
	vt_type(vt, "1");
	vt_expect(vt, "核实通过，确定吗？");
	vt_type(vt, "<Paste>y</Paste>");
	vt_expect(vt, "粘贴的内容只能放进文字栏");
	vt_type(vt, "<Esc>");
	still_at_file(vt);
	client_leave(vt);
}
END_TEST

/* Typed while the server had not yet answered what the question is about. */
START_TEST(typed_ahead_of_a_question)
{
	struct vt	*vt = at_file("TERM=xterm");

	kill(d.pid, SIGSTOP);
	vt_type(vt, "1y");
	vt_pause(vt, 500);
	kill(d.pid, SIGCONT);
	vt_expect(vt, "请看清问题后再按键。");
	vt_type(vt, "<Esc>");
	still_at_file(vt);
	vt_send(vt, "\030\r", 2);		/* one burst: the lock is asked to open before it
						   was seen */
	vt_expect(vt, "请看清问题后再按键。");
	vt_expect(vt, "已锁定");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "1 核实通过");
	client_leave(vt);
}
END_TEST

static const char *const	 reports[] = {
	"\033]11;rgb:1y21/1y21/1y21\007", "\033]l1y2\033\\", "\033P1$r1y2\033\\", "\033_G1y2\033\\",
	    "\033^1y2\033\\",
	"\033X1y2\033\\", "\033[1;1R", "\033[24;80R", "\033[?62;1;2;4c", "\033[>0;276;0c",
	    "\033[0n", "\033[?2026;2$y",
	"\033[I", "\033[O", "\033[M 1y", "\033[M#1y", "\033[<0;1;2M", "\033[<0;1;2m",
	    "\033[32;1;2M", "\x9b" "1;1R",
	"\x9b?1;2c", "\xc2\x9b" "1;1R", "\x90" "1$r1y2\x9c", "\xc2\x9d" "1y2\xc2\x9c",
};

START_TEST(answers_to_other_programs)
{
	struct vt	*vt = at_file("TERM=xterm");

	for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
		vt_send(vt, reports[i], strlen(reports[i]));
		still_at_file(vt);
	}
	client_leave(vt);
}
END_TEST

START_TEST(behind_the_notice)
{
	struct vt	*vt = at_file("TERM=xterm");

	vt_resize(vt, 20, 60);
	vt_expect(vt, "请把窗口放大到80列24行以上");
	vt_type(vt, "1");
	vt_pause(vt, 300);
	vt_type(vt, "y");
	vt_pause(vt, 300);
	vt_type(vt, "2y<Esc>.dj<Enter>");
	vt_resize(vt, 24, 80);
	vt_expect(vt, "1 核实通过");
	still_at_file(vt);
	vt_resize(vt, 20, 60);
	vt_expect(vt, "放大前按键不起作用；Ctrl-X 锁定或退出。");
	vt_type(vt, "<C-x>");
	vt_resize(vt, 24, 80);
	vt_expect(vt, "已锁定");
	vt_type(vt, "<Enter>");
	vt_expect(vt, "1 核实通过");
	vt_resize(vt, 20, 60);
	vt_expect(vt, "请把窗口放大到80列24行以上");
	client_leave(vt);
	state_is("submitted");
}
END_TEST

/* What is typed after the question was painted answers it. */
START_TEST(answered_when_seen)
{
	struct vt	*vt = at_file("TERM=screen");

	vt_send(vt, "1y", 2);
	vt_expect(vt, "请看清问题后再按键。");
	vt_type(vt, "y");
	vt_expect(vt, "已办：核实通过");
	state_is("verified");
	client_leave(vt);
}
END_TEST

static Suite *
early(void)
{
	Suite	*s = suite_create("screens");
	TCase	*tc = tcase_create("early");

	tcase_add_unchecked_fixture(tc, county, county_close);
	tcase_add_loop_test(tc, pasted_without_marks, 0, sizeof(types) / sizeof(types[0]));
	tcase_add_loop_test(tc, pasted_with_marks, 0, sizeof(types) / sizeof(types[0]));
	tcase_add_test(tc, typed_ahead_of_a_question);
	tcase_add_test(tc, answers_to_other_programs);
	tcase_add_test(tc, behind_the_notice);
	tcase_add_test(tc, answered_when_seen);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(early)
