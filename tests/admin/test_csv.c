#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "admin/csv.h"
#include "forms/buf.h"
#include "tests/harness.h"

/* Rows as "line:cell|cell", one a line. */
static const struct {
	const char	*bytes;
	const char	*rows;		/* NULL = refused */
} table[] = {
	{ "", "" },
	{ "a", "1:a\n" },
	{ "a,b\nc,d\n", "1:a|b\n2:c|d\n" },
	{ "a,b\r\nc,d\r\n", "1:a|b\n2:c|d\n" },
	{ "\xef\xbb\xbf" "a,b", "1:a|b\n" },
	{ " a , b\t,\tc \n", "1:a|b|c\n" },
	{ "a,,c\n,\n\n  \nx", "1:a||c\n5:x\n" },
	{ "\"a,b\",\"c \"\"d\"\"\"\n", "1:a,b|c \"d\"\n" },
	{ "\"a\nb\",c\nd\n", "1:a\nb|c\n3:d\n" },
	{ "\" a \", \"b\" \n", "1: a |b\n" },
	{ "a\"b\n", "1:a\"b\n" },
	{ "柳树村,𠮷\n", "1:柳树村|𠮷\n" },
	{ "\xc1\xf8\xca\xf7\xb4\xe5,\xd2\xbb\n", "1:柳树村|一\n" },		/* GB18030 */
	{ "\"a", NULL },
	{ "\"a\"b\n", NULL },
	{ "a\xff\xff\n", NULL },
	{ "\xd2", NULL },
};

#define NTABLE	((int)(sizeof table / sizeof *table))

static void
show(const struct csv *csv, struct buf *out)
{
	for (size_t i = 0; i < csv->n; i++) {
		buf_printf(out, "%u:", csv->row[i].line);
		for (size_t k = 0; k < csv->row[i].n; k++)
			buf_printf(out, "%s%s", k > 0 ? "|" : "", csv_cell(&csv->row[i], k));
		buf_putc(out, '\n');
	}
}

START_TEST(rows)
{
	struct buf	 b = BUF_INIT;
	struct csv	 csv;
	int		 code = csv_parse(table[_i].bytes, strlen(table[_i].bytes), "file", &csv);

	if (table[_i].rows == NULL)
		ck_assert_int_eq(code, EX_DATAERR);
	else {
		show(&csv, &b);
		ck_assert_int_eq(code, EX_OK);
		ck_assert_str_eq(buf_str(&b), table[_i].rows);
	}
	csv_free(&csv);
	buf_free(&b);
}
END_TEST

START_TEST(a_nul_is_no_text)
{
	struct csv	 csv;

	ck_assert_int_eq(csv_parse("a\0b", 3, "file", &csv), EX_DATAERR);
	csv_free(&csv);
}
END_TEST

/* Never read beyond the end, wherever a file was cut off. */
START_TEST(cut_anywhere)
{
	for (size_t n = 0; n <= strlen(table[_i].bytes); n++) {
		char		*exact = malloc(n + 1);
		struct csv	 csv;

		memcpy(exact, table[_i].bytes, n);
		exact = realloc(exact, n > 0 ? n : 1);
		csv_parse(exact, n, "file", &csv);
		csv_free(&csv);
		free(exact);
	}
}
END_TEST

START_TEST(cells_that_are_not_there)
{
	struct csv	 csv;

	ck_assert_int_eq(csv_parse("a,b", 3, "file", &csv), EX_OK);
	ck_assert_str_eq(csv_cell(&csv.row[0], 1), "b");
	ck_assert_str_eq(csv_cell(&csv.row[0], 2), "");
	csv_free(&csv);
}
END_TEST

static Suite *
suite(void)
{
	Suite	*s = suite_create("admin/csv");
	TCase	*tc = tcase_create("csv");

	tcase_add_loop_test(tc, rows, 0, NTABLE);
	tcase_add_loop_test(tc, cut_anywhere, 0, NTABLE);
	tcase_add_test(tc, a_nul_is_no_text);
	tcase_add_test(tc, cells_that_are_not_there);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(suite)
