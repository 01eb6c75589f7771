#include "tui/facts.h"

#include <stdlib.h>
#include <string.h>

#include "tui/screen/scr.h"
#include "tui/term/width.h"

#define HEAD_MAX	34	/* more than half of the row belongs to the words; a longer head is cut */
#define GAP		2

void
facts_add(struct facts *f, const char *head, const char *text)
{
	struct fact	*grown;

	if (text == NULL || *text == '\0' || (grown = reallocarray(f->at, f->n + 1, sizeof(*grown))) == NULL)
		return;
	f->at = grown;
	f->at[f->n] = (struct fact){ strdup(head), strdup(text) };
	if (f->at[f->n].head != NULL && f->at[f->n].text != NULL) {
		f->n++;
		return;
	}
	free(f->at[f->n].head);
	free(f->at[f->n].text);
}

static int
head_cells(const struct facts *f, int least)
{
	int	 w = least;

	for (size_t i = 0; i < f->n; i++)
		if (width_of(f->at[i].head) > w)
			w = width_of(f->at[i].head);
	return w < HEAD_MAX ? w : HEAD_MAX;
}

void
facts_print(const struct facts *f, int least, struct buf *out)
{
	const int	 cells = head_cells(f, least) + GAP;

	for (size_t i = 0; i < f->n; i++) {
		const char	*s = f->at[i].text, *head = f->at[i].head;
		size_t		 n = strlen(s), take, show;

		for (; n > 0; head = "", s += take, n -= take) {
			take = width_wrap(s, n, SCR_TEXT_CELLS - cells, &show);
			width_fit(out, head, strlen(head), cells - GAP);
			width_fit(out, "", 0, GAP);
			buf_put(out, s, show);
			buf_putc(out, '\n');
		}
	}
}

void
facts_free(struct facts *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->at[i].head);
		free(f->at[i].text);
	}
	free(f->at);
	*f = (struct facts)FACTS_INIT;
}
