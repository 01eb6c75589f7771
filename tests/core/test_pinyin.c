#include "core/record/pinyin.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "tests/harness.h"

static const struct {
	const char	*text;
	size_t		 n;
	const char	*syllables;
	const char	*initials;
} table[] = {
	{ "王小明",		3, "wang xiao ming",	"wxm" },
	/*
	 * characters that sound otherwise when they are surnames, and the same ones elsewhere in a
	 * name
	 */
	{ "单雄信",		3, "shan xiong xin",	"sxx" },
	{ "欧阳单",		3, "ou yang dan",	"oyd" },
	{ "解晓东",		3, "xie xiao dong",	"xxd" },
	{ "李解",		2, "li jie",		"lj" },
	{ "仇和",		2, "qiu he",		"qh" },
	{ "曾查",		2, "zeng cha",		"zc" },
	{ "查曾",		2, "zha zeng",		"zz" },
	{ "区单",		2, "ou dan",		"od" },
	{ "任盖",		2, "ren gai",		"rg" },
	{ "盖叫天",		3, "ge jiao tian",	"gjt" },
	/* surnames of two characters, and the first of them alone */
	{ "尉迟恭",		3, "yu chi gong",	"ycg" },
	{ "万俟卨",		3, "mo qi xie",		"mqx" },
	{ "万小明",		3, "wan xiao ming",	"wxm" },
	{ "令狐冲",		3, "ling hu chong",	"lhc" },
	{ "长孙无忌",		4, "zhang sun wu ji",	"zswj" },
	{ "长春",		2, "chang chun",	"cc" },
	{ "澹台灭明",		4, "tan tai mie ming",	"ttmm" },
	/* places */
	{ "重庆市沈阳路",	6, "chong qing shi shen yang lu", "cqssyl" },
	{ "安县单家村",		5, "an xian dan jia cun", "axdjc" },
	/* a surname may follow anything that is not Han */
	{ "买买提·单江",	5, "mai mai ti shan jiang", "mmtsj" },
	{ "(单)",		1, "shan",		"s" },
	{ "王 单",		2, "wang shan",		"ws" },
	/* mixed */
	{ "A座3号",		4, "a zuo 3 hao",	"az3h" },
	{ "3号楼B12",		4, "3 hao lou b12",	"3hlb" },
	{ "王xm",		2, "wang xm",		"wx" },
	{ "WANG Xiao-Ming",	3, "wang xiao ming",	"wxm" },
	{ "ＡＢ１２",		1, "ab12",		"a" },
	{ "José Nuñez",		2, "jose nunez",	"jn" },
	{ "Jose\xcc\x81 Ba",	2, "jose ba",		"jb" },
	{ "Жук",		1, "жук",		"ж" },
	{ "王。小,明",		3, "wang xiao ming",	"wxm" },
	{ "吕布",		2, "lu bu",		"lb" },
	{ "〇",			1, "ling",		"l" },
	{ "裝車",		2, "zhuang che",	"zc" },
	/* unknown to ICU, or outside the BMP */
	{ "𠮷野家",		3, "𠮷 ye jia",		"𠮷yj" },
	{ "王㐂",		2, "wang 㐂",		"w㐂" },
	{ "𩽾",			1, "an",		"a" },
	/* nothing that sounds */
	{ "",			0, "",			"" },
	{ " · ，!",		0, "",			"" },
	{ "王\xff明",		2, "wang ming",		"wm" },
	{ "\xe7\x8e",		0, "",			"" },
};

static void
setup(void)
{
	struct buf	 err = BUF_INIT;

	ck_assert_msg(pinyin_open(NULL, &err), "%s", buf_str(&err));
}

/* The second time the sounds are kept ones. */
START_TEST(sounds)
{
	struct buf	 out = BUF_INIT;

	for (size_t i = 0; i < 2 * sizeof(table) / sizeof(table[0]); i++) {
		const size_t	 at = i % (sizeof(table) / sizeof(table[0]));

		buf_reset(&out);
		ck_assert_uint_eq(pinyin_syllables(table[at].text, &out), table[at].n);
		ck_assert_str_eq(buf_str(&out), table[at].syllables);
		buf_reset(&out);
		pinyin_initials(table[at].text, &out);
		ck_assert_str_eq(buf_str(&out), table[at].initials);
	}
	buf_free(&out);
}
END_TEST

/* Both append; what was there stays and joins no syllable. */
START_TEST(appends)
{
	struct buf	 out = BUF_INIT;

	buf_puts(&out, "x");
	pinyin_syllables("王", &out);
	pinyin_initials("小明", &out);
	ck_assert_str_eq(buf_str(&out), "xwangxm");
	buf_free(&out);
}
END_TEST

/* Longer than any piece that is handed to ICU at once. */
START_TEST(long_text)
{
	struct buf	 text = BUF_INIT, out = BUF_INIT, want = BUF_INIT;

	for (int i = 0; i < 1000; i++) {
		buf_puts(&text, "éＺ");
		buf_puts(&want, "ez");
	}
	buf_puts(&text, "单单");
	buf_puts(&want, " shan dan");
	ck_assert_uint_eq(pinyin_syllables(text.p, &out), 3);
	ck_assert_str_eq(out.p, want.p);
	buf_free(&text);
	buf_free(&out);
	buf_free(&want);
}
END_TEST

/* In dictionary order. */
static const char *const sorted[] = {
	"", "3号", "安", "安安", "单一", "王小", "汪小明", "王小明", "王晓明", "西安", "西安人",
	    "先进", "𠮷",
};

START_TEST(sorts_as_a_dictionary)
{
	struct buf	 a = BUF_INIT, b = BUF_INIT;

	for (size_t i = 0; i + 1 < sizeof(sorted) / sizeof(sorted[0]); i++) {
		buf_reset(&a);
		buf_reset(&b);
		pinyin_sort_key(sorted[i], &a);
		pinyin_sort_key(sorted[i + 1], &b);
		ck_assert_msg(strcmp(a.p, b.p) < 0, "%s < %s", sorted[i], sorted[i + 1]);
	}
	buf_free(&a);
	buf_free(&b);
}
END_TEST

/* Same sound, other name: told apart. */
START_TEST(key_holds_the_text)
{
	struct buf	 a = BUF_INIT;

	pinyin_sort_key("王明", &a);
	ck_assert_str_eq(buf_str(&a), "wang ming\1王明");
	buf_free(&a);
}
END_TEST

/* ---- what is kept is what ICU says ----------------------------------------------------------- */

static UTransliterator *
icu_open(const char *id)
{
	UErrorCode	 e = U_ZERO_ERROR;
	UParseError	 where;
	UTransliterator	*t;
	UChar		 name[64];

	u_uastrcpy(name, id);
	t = utrans_openU(name, -1, UTRANS_FORWARD, NULL, 0, &where, &e);
	ck_assert(U_SUCCESS(e));
	return t;
}

/*
 * A rule that looks behind its character reads "{重}' '?庆 > chóng;". Each such character must be
 * one that is asked for together with the next: the test is that 一X and 一X with that next one
 * give what ICU gives for both together.
 */
static void
check_rules(const char *id)
{
	static UChar	 rules[400000];
	static char	 text[1200000];
	UErrorCode	 e = U_ZERO_ERROR;
	UTransliterator	*t = icu_open(id), *whole = icu_open("Han-Latin/Names; Latin-ASCII");
	int32_t		 n = utrans_toRules(t, false, rules, sizeof(rules) / sizeof(rules[0]), &e);
	size_t		 seen = 0;

	u_strToUTF8(text, sizeof(text), NULL, rules, n, &e);
	ck_assert(U_SUCCESS(e));
	for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		char		*open = strchr(line, '{'), *close = strchr(line, '}'),
		    *arrow = strstr(line, " >"), *next;
		char		 pair[64], want[256];
		struct buf	 got = BUF_INIT;
		UChar		 u[256];
		int32_t		 len, limit;

		if (open == NULL || close == NULL || arrow == NULL || close + 1 >= arrow ||
		    strchr("[", open[1]))
			continue;
		ck_assert_msg(strncmp(close, "}' '?", 5) == 0,
		    "a rule of a kind not known here: %s", line);
		next = close + 5;
		for (int inner = 0; inner < 2; inner++) {
			snprintf(pair, sizeof(pair), "%s%.*s%.*s", inner ? "一" : "",
			    (int)(close - open - 1), open + 1, (int)(arrow - next), next);
			u_strFromUTF8(u, 256, &len, pair, -1, &e);
			limit = len;
			utrans_transUChars(whole, u, &len, 256, 0, &limit, &e);
			u_strToUTF8(want, sizeof(want), NULL, u, len, &e);
			ck_assert(U_SUCCESS(e));
			buf_reset(&got);
			pinyin_syllables(pair, &got);
			ck_assert_str_eq(buf_str(&got), want);
		}
		buf_free(&got);
		seen++;
	}
	ck_assert_uint_ge(seen, 3);
	utrans_close(whole);
	utrans_close(t);
}

START_TEST(every_rule_that_looks_ahead_is_known)
{
	check_rules("Han-Latin/Names");
	check_rules("Han-Latin");
}
END_TEST

/* ---- threads --------------------------------------------------------------------------------- */

static void *
many(void *arg)
{
	struct buf	 out = BUF_INIT;
	size_t		 i, n = sizeof(table) / sizeof(table[0]);

	for (i = 0; i < 20 * n; i++) {
		size_t	 at = (i * 7 + (size_t)(uintptr_t)arg) % n;

		buf_reset(&out);
		pinyin_syllables(table[at].text, &out);
		if (strcmp(buf_str(&out), table[at].syllables) != 0)
			break;
	}
	buf_free(&out);
	return i == 20 * n ? arg : NULL;
}

START_TEST(threads_agree)
{
	pthread_t	 t[4];
	void		*got;

	for (uintptr_t i = 0; i < 4; i++)
		ck_assert_int_eq(pthread_create(&t[i], NULL, many, (void *)(i + 1)), 0);
	for (uintptr_t i = 0; i < 4; i++) {
		pthread_join(t[i], &got);
		ck_assert_ptr_eq(got, (void *)(i + 1));
	}
}
END_TEST

/* Each opening lasts until its own close. */
START_TEST(opens_are_counted)
{
	struct buf	 out = BUF_INIT;

	ck_assert(pinyin_open(NULL, &out));
	pinyin_close();
	pinyin_syllables("𩽾", &out);
	ck_assert_str_eq(buf_str(&out), "an");
	ck_assert_uint_gt(strlen(pinyin_version()), strlen("ICU "));
	buf_free(&out);
}
END_TEST

/* ---- sounds that are kept -------------------------------------------------------------------- */

static char	 kept_path[300];

static void
put_kept(const char *lines)
{
	FILE	*f = fopen(kept_path, "w");

	ck_assert_ptr_nonnull(f);
	fprintf(f, "pinyin %s\n%s", pinyin_version(), lines);
	fclose(f);
}

static const char *
says(const char *text)
{
	static char	 out[200];
	struct buf	 b = BUF_INIT;

	pinyin_syllables(text, &b);
	snprintf(out, sizeof out, "%s", buf_str(&b));
	buf_free(&b);
	return out;
}

/* Each test runs in a process of its own, which has not asked for a sound yet. */
static void
begin(void)
{
	struct buf	 err = BUF_INIT;

	snprintf(kept_path, sizeof kept_path, "%s/pinyin.%d", getenv("TMPDIR") != NULL ?
	    getenv("TMPDIR") : "/tmp", (int)getpid());
	ck_assert(pinyin_open(NULL, &err));		/* for the version */
	pinyin_close();
}

static void
end(void)
{
	unlink(kept_path);
}

START_TEST(kept_sounds_are_used)
{
	struct buf	 err = BUF_INIT;

	put_kept("1 738b 0 one\n0 660e 0 two\n0 957f 6ca7 three\n");
	ck_assert(pinyin_open(kept_path, &err));
	ck_assert_str_eq(says("王明"), "one two");
	/* what is not kept is asked for */
	ck_assert_str_eq(says("王长沧"), "one three cang");
	ck_assert_str_eq(says("é"), "e");
	pinyin_close();
}
END_TEST

START_TEST(sounds_are_kept)
{
	struct buf	 err = BUF_INIT;
	char		 line[80];
	bool		 ming = false, chang = false;
	FILE		*f;

	ck_assert(pinyin_open(kept_path, &err));		/* there is no file */
	ck_assert_str_eq(says("王明长江"), "wang ming chang jiang");
	pinyin_keep(kept_path);
	ck_assert_ptr_nonnull(f = fopen(kept_path, "r"));
	while (fgets(line, sizeof line, f) != NULL) {
		ming |= strcmp(line, "0 660e 0 ming\n") == 0;
		chang |= strcmp(line, "0 957f 6c5f chang\n") == 0;
	}
	fclose(f);
	ck_assert(ming && chang);
	unlink(kept_path);
	pinyin_keep(kept_path);				/* nothing is new */
	ck_assert_int_ne(access(kept_path, F_OK), 0);
	pinyin_keep("/nonexistent/pinyin");			/* no error */
	pinyin_close();
}
END_TEST

static const char *const	 damaged[] = { "1 738b 0 wrong\nx", "1 738b 0 wrong\n1 ffff 0 a\n",
    "1 738b 0 wrong\n2 738b 0 a\n", "1 738b\n",
	"1 738b 0 wrong\n1 738b 0 \x01\n" };

/* Of a damaged file nothing is believed, nor of one that another ICU made. */
START_TEST(damaged_files_are_not_used)
{
	struct buf	 err = BUF_INIT;
	FILE		*f;

	put_kept(damaged[_i]);
	ck_assert(pinyin_open(kept_path, &err));
	ck_assert_str_eq(says("王"), "wang");
	pinyin_close();
	ck_assert_ptr_nonnull(f = fopen(kept_path, "w"));
	fputs("pinyin ICU 1.0\n1 660e 0 wrong\n", f);
	fclose(f);
	ck_assert(pinyin_open(kept_path, &err));
	ck_assert_str_eq(says("明"), "ming");
	pinyin_close();
}
END_TEST

static Suite *
pinyin(void)
{
	Suite	*s = suite_create("core/pinyin");
	TCase	*tc = tcase_create("pinyin");

	tcase_add_checked_fixture(tc, setup, pinyin_close);
	tcase_add_test(tc, sounds);
	tcase_add_test(tc, appends);
	tcase_add_test(tc, long_text);
	tcase_add_test(tc, sorts_as_a_dictionary);
	tcase_add_test(tc, key_holds_the_text);
	tcase_add_test(tc, every_rule_that_looks_ahead_is_known);
	tcase_add_test(tc, threads_agree);
	tcase_add_test(tc, opens_are_counted);
	suite_add_tcase(s, tc);
	tc = tcase_create("kept");
	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, kept_sounds_are_used);
	tcase_add_test(tc, sounds_are_kept);
	tcase_add_loop_test(tc, damaged_files_are_not_used, 0, sizeof damaged / sizeof *damaged);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(pinyin)
