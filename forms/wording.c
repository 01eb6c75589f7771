#include "forms/wording.h"

#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define _(s)	gettext(s)

const char *
wording_label(const struct form_ctx *ctx, struct label l)
{
	return LABEL(l, ctx->lang);
}

const char *
wording_bilingual(const struct form_ctx *ctx, const struct val *both)
{
	const char	*zh = val_get_str(both, "zh"), *en = val_get_str(both, "en");

	return ctx->lang == LANG_EN && en != NULL ? en : zh;
}

/* ---- references ------------------------------------------------------------------------------ */

struct name_ctx {
	const struct form_ctx	*ctx;
	const struct book	*book;
};

static void
name_code(const struct form_ctx *ctx, const struct val *ref, struct buf *out)
{
	const char		*list = val_get_str(ref, "list"), *code = val_get_str(ref, "code");
	const struct codes	*codes = list != NULL && ctx->set != NULL ?
	    set_codes(ctx->set, list) : NULL;
	const struct code	*c = codes != NULL && code != NULL ? codes_find(codes, code) : NULL;

	buf_puts(out, c != NULL ? LABEL(c->label, ctx->lang) : code != NULL ? code : "");
}

/* Called by problem_format() for each reference: writes its label. See struct problem.args. */
static void
name_ref(const struct val *ref, void *arg, struct buf *out)
{
	const struct name_ctx	*n = arg;
	const char		*s;
	char			 date[11];

	if (val_get(ref, "date") != NULL) {
		civil_print((int)val_get_num(ref, "date", 0), date);
		buf_puts(out, date);
	} else if ((s = val_get_str(ref, "field")) != NULL)
		wording_path(n->ctx, n->book, s, out);
	else if (val_get(ref, "code") != NULL)
		name_code(n->ctx, ref, out);
	else if ((s = val_get_str(ref, "area")) != NULL)
		wording_area(n->ctx, s, out);
	else if ((s = val_get_str(ref, "state")) != NULL)
		wording_state(n->ctx, n->book, s, out);
	else if ((s = val_get_str(ref, "act")) != NULL)
		wording_act(n->ctx, n->book, s, out);
	else if ((s = val_get_str(ref, "say")) != NULL)
		wording_message(n->ctx, n->book, s, val_get(ref, "args"), out);
}

void
wording_message(const struct form_ctx *ctx, const struct book *book, const char *msgid,
    const struct val *args, struct buf *out)
{
	struct name_ctx	 n = { ctx, book };

	if (msgid != NULL && *msgid != '\0')
		problem_format(out, gettext(msgid), args, name_ref, &n);
}

/* Texts of a definition ("say" of a need) come as {"zh","en"} instead of a msgid. */
static bool
say_label(const struct form_ctx *ctx, const struct val *say, struct buf *out)
{
	const char	*words = wording_bilingual(ctx, say);

	if (words != NULL)
		buf_puts(out, words);
	return words != NULL;
}

void
wording_problem(const struct form_ctx *ctx, const struct book *book, const struct problem *p,
    struct buf *out)
{
	wording_message(ctx, book, p->say, p->args, out);
}

static const struct {
	const char	*code;
	const char	*say;
} refusals[] = {
	{ "denied",	 N_("You may not do this here.") },
	{ "missing",	 N_("There is no such record within your reach.") },
	{ "conflict",	 N_("Somebody else has changed this record in the meantime.") },
	{ "invalid",	 N_("This cannot be saved yet.") },
	{ "busy",	 N_("The server is busy; please try once more.") },
	{ "bad-request", N_("The server did not understand this program; log in again.") },
	{ "full",	 N_("The server's disk is full; tell the administrator. Your entries are kept here.") },
	{ "locked",	 N_("Your account is locked; ask the administrator.") },
	{ "stopped",	 N_("The server is stopping; your entries are kept, log in again in a moment.") },
};

void
wording_refusal(const struct form_ctx *ctx, const struct book *book, const struct val *reply,
    struct buf *out)
{
	const char	*code = val_get_str(reply, "error");
	const struct val *say = val_get(reply, "say");

	if (reply == NULL) {
		buf_puts(out,
		    _("The connection to the server is lost. Nothing you typed is lost; trying again."));
		return;
	}
	if (val_str(say) != NULL && *val_str(say) != '\0') {
		wording_message(ctx, book, val_str(say), val_get(reply, "args"), out);
		return;
	}
	if (say_label(ctx, say, out))
		return;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (code != NULL && strcmp(code, refusals[i].code) == 0) {
			buf_puts(out, gettext(refusals[i].say));
			return;
		}
	buf_puts(out, _("The server refused this."));
}

/* ---- sentences of the client ----------------------------------------------------------------- */

static struct val *
date_ref(int date)
{
	struct val	*m = val_map();

	if (val_put(m, "date", val_int(date)))
		return m;
	val_free(m);
	return NULL;
}

void
wording_vformat(struct buf *out, const char *translated, va_list ap)
{
	struct val	*args = val_list();
	struct form_ctx	 none = { .lang = LANG_ZH };
	struct name_ctx	 n = { &none, NULL };
	bool		 ok = args != NULL;
	const char	*text;
	int		 kind;

	while (ok && (kind = va_arg(ap, int)) != ARG_END)
		switch (kind) {
		case ARG_NUM:
			ok = val_add(args, val_int(va_arg(ap, int64_t)));
			break;
		case ARG_DATE:
			ok = val_add(args, date_ref(va_arg(ap, int)));
			break;
		default:
			text = va_arg(ap, const char *);
			ok = val_add(args, val_text(text != NULL ? text : ""));
			break;
		}
	out->bad |= !ok;
	problem_format(out, translated, args, name_ref, &n);
	val_free(args);
}

void
wording_format(struct buf *out, const char *translated, ...)
{
	va_list	 ap;

	va_start(ap, translated);
	wording_vformat(out, translated, ap);
	va_end(ap);
}

/* ---- names ----------------------------------------------------------------------------------- */

void
wording_state(const struct form_ctx *ctx, const struct book *book, const char *state,
    struct buf *out)
{
	const struct state	*s = book != NULL && state != NULL ? book_state(book, state) : NULL;

	buf_puts(out, s != NULL ? LABEL(s->label, ctx->lang) : state != NULL ? state : "");
}

/* Acts in the trail that are no acts of a life cycle. */
static const struct {
	const char	*name;
	const char	*say;
} common_acts[] = {
	{ "create", N_("registered") }, { "spread", N_("changed with another record") },
	  { "save", N_("changed") }, { "acknowledge", N_("acknowledged a duty") },
	    { "read", N_("read") }, { "whole", N_("read with full numbers") },
	{ "unlock", N_("unlocked the terminal") }, { "login", N_("logged in") },
	  { "logout", N_("logged out") },
	{ "undo", N_("took back") }, { "take-over", N_("took over") },
	  { "clock", N_("accepted the clock") },
	{ "denied", N_("was refused") }, { "export", N_("exported") }, { "find", N_("looked for") },
	{ "match", N_("entered the same outside his area") },
	{ "merge", N_("merged") }, { "unmerge", N_("merge undone") },
	  { "moved", N_("went over with a merge") },
	{ "restore", N_("restored a backup") },
	  { "accept-loss", N_("went on after a loss of data") },
	{ "job-start", N_("started a job") }, { "job-cancel", N_("cancelled a job") },
	  { "job-end", N_("job ended") },
};

/* "correction.agree": an act of another book that changed this record too. */
static const struct act *
common_act(const struct form_ctx *ctx, const char *name, const struct book **book)
{
	const char	*dot = strchr(name, '.');

	for (size_t i = 0; dot != NULL && ctx->set != NULL && i < ctx->set->nbooks; i++)
		if (strncmp(ctx->set->books[i].name, name, (size_t)(dot - name)) == 0 &&
		    ctx->set->books[i].name[dot - name] == '\0') {
			*book = &ctx->set->books[i];
			return book_act(*book, dot + 1);
		}
	return NULL;
}

void
wording_act(const struct form_ctx *ctx, const struct book *book, const char *name, struct buf *out)
{
	const struct act	*a = book != NULL ? book_act(book, name) : NULL;
	const struct book	*other = NULL;

	if (a == NULL && (a = common_act(ctx, name, &other)) != NULL)
		buf_printf(out, "%s ", LABEL(other->label, ctx->lang));
	if (a != NULL) {
		buf_puts(out, LABEL(a->label, ctx->lang));
		return;
	}
	for (size_t i = 0; i < sizeof(common_acts) / sizeof(common_acts[0]); i++)
		if (strcmp(common_acts[i].name, name) == 0) {
			buf_puts(out, gettext(common_acts[i].say));
			return;
		}
	buf_puts(out, name);
}

void
wording_merge_note(const struct val *v, struct buf *out)
{
	const char	*number = val_get_str(val_get(v, "with"), "number"),
	    *why = val_get_str(v, "why");

	if (number != NULL)
		wording_format(out, _("with No. {1}: {2}  "), ARG_TEXT, number, ARG_TEXT,
		    why != NULL ? why : "", ARG_END);
}

/* Also looks among the questions of all acts: their problems name bare fields. */
static const struct field *
asked_field(const struct book *book, const char *path)
{
	for (size_t i = 0; i < book->nacts; i++)
		for (size_t k = 0; k < book->acts[i].nask; k++)
			if (strcmp(book->acts[i].ask[k].name, path) == 0)
				return &book->acts[i].ask[k];
	return NULL;
}

static bool
is_index(const char *s, size_t n)
{
	return n > 0 && strspn(s, "0123456789") >= n;
}

/* Writes one step of a path: the number of a line, or the label of the field at the path so far. */
static void
add_step(const struct form_ctx *ctx, const struct book *book, const char *path, size_t start,
    size_t end, struct buf *out)
{
	struct buf		 part = BUF_INIT;
	const struct field	*f;

	if (is_index(path + start, end - start)) {
		buf_printf(out, " %ld", strtol(path + start, NULL, 10) + 1);
		return;
	}
	buf_put(&part, path, end);
	f = book_field(book, buf_str(&part));
	if (f == NULL && start == 0 && path[end] == '\0')
		f = asked_field(book, path);
	if (start > 0)
		buf_putc(out, ' ');
	if (f != NULL)
		buf_puts(out, LABEL(f->label, ctx->lang));
	else
		buf_put(out, path + start, end - start);
	buf_free(&part);
}

void
wording_path(const struct form_ctx *ctx, const struct book *book, const char *path, struct buf *out)
{
	size_t	 start = 0, end;

	if (book == NULL) {
		buf_puts(out, path);
		return;
	}
	for (;; start = end + 1) {
		end = start + strcspn(path + start, ".");
		add_step(ctx, book, path, start, end, out);
		if (path[end] == '\0')
			return;
	}
}

static const char *
joiner(const struct form_ctx *ctx)
{
	return ctx->lang == LANG_EN ? ", " : "、";
}

void
wording_paths(const struct form_ctx *ctx, const struct book *book, const struct val *paths,
    struct buf *out)
{
	for (size_t i = 0; i < val_len(paths); i++) {
		if (i > 0)
			buf_puts(out, joiner(ctx));
		if (val_str(val_at(paths, i)) != NULL)
			wording_path(ctx, book, val_str(val_at(paths, i)), out);
	}
}

void
wording_area(const struct form_ctx *ctx, const char *code, struct buf *out)
{
	/* of all areas only the county has a name in both languages */
	if (ctx->lang == LANG_EN && ctx->set != NULL && strcmp(code, ctx->set->county_code) == 0)
		buf_puts(out, wording_label(ctx, ctx->set->county));
	else
		areas_print(ctx->areas, code, AREA_COUNTY, out);
}

void
wording_areas(const struct form_ctx *ctx, const struct val *codes, struct buf *out)
{
	for (size_t i = 0; i < val_len(codes); i++) {
		if (i > 0)
			buf_puts(out, joiner(ctx));
		if (val_str(val_at(codes, i)) != NULL)
			wording_area(ctx, val_str(val_at(codes, i)), out);
	}
}

bool
wording_out_of_reach(const struct form_ctx *ctx, const struct val *hit, struct buf *out)
{
	const char	*place = val_get_str(hit, "elsewhere");
	struct buf	 where = BUF_INIT;

	if (place != NULL) {
		wording_area(ctx, place, &where);
		wording_format(out, _("A file in {1}: ask there, or the county office"), ARG_TEXT,
		    buf_str(&where), ARG_END);
	} else if (val_get_true(hit, "office"))
		buf_puts(out, _("A file outside your area: ask the county office"));
	buf_free(&where);
	return out->n > 0;
}

/* ---- moments --------------------------------------------------------------------------------- */

void
wording_date(int64_t utc, struct buf *out)
{
	char	 date[11];

	civil_print(civil_at(utc), date);
	buf_puts(out, date);
}

static void
put_clock(int64_t utc, struct buf *out)
{
	int	 minute = (int)(((utc + 8 * 3600) % 86400 + 86400) % 86400 / 60);

	buf_printf(out, "%02d:%02d", minute / 60, minute % 60);
}

void
wording_datetime(int64_t utc, struct buf *out)
{
	wording_date(utc, out);
	buf_putc(out, ' ');
	put_clock(utc, out);
}

void
wording_time(const struct form_ctx *ctx, int64_t utc, struct buf *out)
{
	if (civil_at(utc) == ctx->today)
		put_clock(utc, out);
	else
		wording_datetime(utc, out);
}

void
wording_checked_out(const struct form_ctx *ctx, const struct val *other, struct buf *out)
{
	const char	*name = val_get_str(other, "name");
	struct buf	 since = BUF_INIT;

	wording_time(ctx, val_get_num(other, "since", 0), &since);
	wording_format(out, _("{1} is changing it since {2}"), ARG_TEXT, name != NULL ? name : "?",
	    ARG_TEXT, buf_str(&since), ARG_END);
	buf_free(&since);
}

void
wording_too_long(const char *what, size_t n, size_t most, struct buf *out)
{
	if (what != NULL)
		wording_format(out, _("{1} has {2} characters; at most {3} fit"), ARG_TEXT, what,
		    ARG_NUM, (int64_t)n, ARG_NUM, (int64_t)most, ARG_END);
	else
		wording_format(out, _("{1} characters; at most {2} fit"), ARG_NUM, (int64_t)n,
		    ARG_NUM, (int64_t)most, ARG_END);
}

void
wording_answers(const struct form_ctx *ctx, const struct book *book, const char *name,
    const struct val *ask, const char *between, struct buf *out)
{
	const struct act	*a = book != NULL && name != NULL ? book_act(book, name) : NULL;

	for (size_t i = 0; a != NULL && i < a->nask; i++) {
		const struct val	*result = val_get(ask, a->ask[i].name);

		if (result == NULL)
			continue;
		buf_printf(out, "%s%s%s", out->n > 0 ? between : "",
		    wording_label(ctx, a->ask[i].label), _(": "));
		wording_value(ctx, &a->ask[i], result, out);
	}
}

void
wording_remarks(const struct form_ctx *ctx, const struct book *book, const struct val *remarks,
    const char *between, struct buf *out)
{
	for (size_t i = 0; i < val_len(remarks); i++) {
		buf_puts(out, out->n > 0 ? between : "");
		wording_path(ctx, book, val_key(remarks, i), out);
		buf_printf(out, "%s%s", _(": "), val_str(val_value(remarks, i)));
	}
}

/* ---- values ---------------------------------------------------------------------------------- */

/* A masked number comes as text with stars, which the type's own function could not print. */
void
wording_value(const struct form_ctx *ctx, const struct field *f, const struct val *v,
    struct buf *out)
{
	if (f->type->kind != VAL_TEXT && val_kind(v) == VAL_TEXT)
		buf_puts(out, val_str(v));
	else
		type_print(f, v, ctx, out);
}

static void
link_text(const struct field *f, const struct val *v, const struct val *links, struct buf *out)
{
	char		 key[100];
	const char	*title;

	snprintf(key, sizeof(key), "%s/%lld", f->link_book->name, (long long)val_num(v, 0));
	if ((title = val_get_str(links, key)) != NULL)
		buf_puts(out, title);
	else
		buf_printf(out, "#%lld", (long long)val_num(v, 0));
}

void
wording_links(const struct form_ctx *ctx, const struct field *f, const struct val *v,
    const struct val *links, struct buf *out)
{
	if (val_kind(v) == VAL_INT)
		link_text(f, v, links, out);
	for (size_t i = 0; i < val_len(v); i++) {
		if (i > 0)
			buf_puts(out, ctx->lang == LANG_EN ? ", " : "、");
		link_text(f, val_at(v, i), links, out);
	}
}

void
wording_column(const struct form_ctx *ctx, const struct book *book, const struct column *c,
    const struct val *row, struct buf *out)
{
	const char	*s;

	switch (c->of) {
	case COL_FIELD:
		if (c->field == book->under &&
		    (s = val_get_str(val_get(row, "under"), "title")) != NULL) {
			buf_puts(out, s);
			return;
		}
		wording_value(ctx, c->field, val_get(val_get(row, "f"), c->field->path), out);
		return;
	case COL_NUMBER:
		buf_puts(out, (s = val_get_str(row, "number")) != NULL ? s : "");
		return;
	case COL_STATE:
		wording_state(ctx, book, val_get_str(row, "state"), out);
		return;
	case COL_AREA:
		if ((s = val_get_str(row, "area")) != NULL)
			wording_area(ctx, s, out);
		return;
	case COL_CHANGED:
		if (val_get(row, "changed") != NULL)
			wording_date(val_get_num(row, "changed", 0), out);
		return;
	case COL_CHANGED_BY:
		buf_puts(out, (s = val_get_str(row, "by")) != NULL ? s : "");
		return;
	case COL_DEADLINE:
		if (val_get(row, "due") != NULL)
			wording_format(out, _("{1} days over"), ARG_NUM,
			    (int64_t)civil_days(ctx->today) - civil_days((int)val_get_num(row,
			    "due", 0)), ARG_END);
		return;
	}
}

void
wording_lateness(int64_t days_overdue, struct buf *out)
{
	if (days_overdue == 0)
		buf_puts(out, _("due today"));
	else
		wording_format(out, days_overdue == 1 ? _("{1} day over") : days_overdue > 0 ?
		    _("{1} days over") : days_overdue == -1 ? _("{1} day left") :
		    _("{1} days left"), ARG_NUM, days_overdue > 0 ? days_overdue : -days_overdue,
		    ARG_END);
}

void
wording_counted_from(const struct form_ctx *ctx, const struct clock *clock,
    const struct val *deadline, struct buf *out)
{
	static const struct { const char *from, *say; } ways[] = {
		{ "since", N_("counted from {1}") }, { "last", N_("last done {1}") },
		  { "change", N_("changed {1}") },
		{ "date", "{2} {1}" }, { "empty", N_("no {2} since {1}") },
	};
	const char	*from = val_get_str(deadline, "from"), *field = clock->field != NULL ?
	    wording_label(ctx, clock->field->brief) : "";

	for (size_t i = 0; from != NULL && i < sizeof(ways) / sizeof(ways[0]); i++)
		if (strcmp(from, ways[i].from) == 0)
			wording_format(out, gettext(ways[i].say), ARG_DATE,
			    (int)val_get_num(deadline, "from_day", 0), ARG_TEXT, field, ARG_END);
}

void
wording_roles(const struct form_ctx *ctx, roles_t roles, struct buf *out)
{
	const char	*between = "";

	for (size_t i = 0; i < ctx->set->nroles; i++)
		if ((roles & ROLE_BIT(&ctx->set->roles[i])) != 0) {
			buf_printf(out, "%s%s", between,
			    wording_label(ctx, ctx->set->roles[i].label));
			between = "/";
		}
}

void
wording_as_of(int on, struct buf *out)
{
	if (on == 0)
		return;
	wording_format(out, _("AS IT WAS ON {1}"), ARG_DATE, on, ARG_END);
	buf_puts(out, "  ");
}
