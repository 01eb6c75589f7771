#include <sys/stat.h>

#include "tests/screen/client.h"

/*
 * make demo on a machine that knows nothing of us: a county is invented, somebody is in it, and
 * when he leaves nothing runs on.
 */
static char	 demo[300];

static struct vt *
start(const char *persona, const char *term)
{
	char		 who[80], where[320], src[4200], type[80];
	const char	*srcdir = getenv("SRCDIR") != NULL ? getenv("SRCDIR") : ".";
	const char	*env[] = { who, where, src, type, "CHILDREN=12", "LANG", "LC_ALL", NULL };
	const char	*argv[] = { "sh", "admin/demo.sh", NULL };

	ck_assert_int_eq(chdir(srcdir), 0);
	snprintf(who, sizeof(who), "PERSONA=%s", persona);
	snprintf(where, sizeof(where), "DEMO=%s", demo);
	snprintf(src, sizeof(src), "srcdir=%s", srcdir);
	snprintf(type, sizeof(type), "TERM=%s", term);
	return vt_start(argv, env, 24, 80);
}

static bool
exists(const char *name)
{
	char		 path[400];
	struct stat	 st;

	snprintf(path, sizeof(path), "%s/%s", demo, name);
	return stat(path, &st) == 0;
}

/* Does the daemon of this demo still hold its home? */
static bool
daemon_runs(void)
{
	char	 cmd[900];

	snprintf(cmd, sizeof(cmd), "'%s/shouwang-admin' -d '%s/home' status >/dev/null 2>&1",
	    getenv("BUILD"), demo);
	return system(cmd) != 0;
}

START_TEST(from_nothing_to_a_menu)
{
	const char	*tmp = getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp";
	struct vt	*vt;

	snprintf(demo, sizeof(demo), "%s/demo-%d", tmp, (int)getpid());
	vt = start("director", "");		/* no TERM, no LANG */
	vt_expect(vt, "锁定或退出");
	vt_expect(vt, "儿童主任");
	vt_type(vt, ".dj演示<Enter>小演<Esc>");
	vt_expect(vt, "已存为草稿");
	vt_type(vt, "<C-x><C-x>");
	ck_assert_int_eq(vt_end(vt), 0);
	ck_assert(exists("home") && exists("ready"));
	ck_assert(!daemon_runs());

	vt = start("director", "vt100");	/* the county is made once; what was begun is
						   there */
	vt_expect(vt, "演示");
	vt_type(vt, "<C-x><C-x>");
	ck_assert_int_eq(vt_end(vt), 0);

	vt = start("", "xterm");		/* nobody in particular */
	vt_expect(vt, "您想以谁的身份登录？");
	vt_hangup(vt);				/* the window is closed: daemon and all go */
	vt_wait_exit(vt);
	vt_free(vt);
	for (int i = 0; i < 200 && daemon_runs(); i++)
		usleep(50000);
	ck_assert(!daemon_runs());
}
END_TEST

TEST_SUITE(demos, "make demo", from_nothing_to_a_menu)
TEST_MAIN(demos)
