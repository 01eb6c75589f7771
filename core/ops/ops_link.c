#include "core/ops/ops_int.h"

#include <stdlib.h>
#include <string.h>

#include "core/record/link.h"
#include "forms/pred.h"
#include "forms/vec.h"

/*
 * Which records link to this person or household: collected over all link fields that lead to its
 * book, one line for each record however many of its fields have the link. And which records share
 * a value without a link: the same phone of the carer, the same address, by the `shared` rules of
 * the book.
 */

#define LINKED_MAX	2000		/* most rows read for one reply; `more` says that there are
					   others */
#define MATCH_COUNT_MAX	50	/* most rows read for the cover, where "50 or more" is enough */

struct link_row {
	const struct field	*field;
	uint64_t		 id;		/* the record with the link */
};

struct gathered {
	const struct field	*field;		/* the link field being read */
	struct link_row		*at;
	size_t			 n, cap;
	bool			 more, bad;
};

static bool
gather_one(uint64_t id, void *arg)
{
	struct gathered	*g = arg;

	if (g->n == LINKED_MAX) {
		g->more = true;
		return false;
	}
	if (!VEC_ROOM(g->at, g->n, &g->cap)) {
		g->bad = true;
		return false;
	}
	g->at[g->n++] = (struct link_row){ g->field, id };
	return true;
}

/* By record, and those of one record in the order of its form. */
static int
cmp_link_row(const void *a, const void *b)
{
	const struct link_row	*x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return (x->field->index > y->field->index) - (x->field->index < y->field->index);
}

static enum store_err
gather(struct call *call, const struct book *to, uint64_t target, struct gathered *g)
{
	const struct set	*set = call->core->set;
	enum store_err		 e = STORE_OK;

	for (size_t i = 0; i < set->nbooks; i++) {
		const struct book	*book = &set->books[i];

		for (size_t k = 0; e == STORE_OK && !g->bad && access_see_book(call->actor, book) &&
		    k < book->nall; k++) {
			g->field = book->all[k];
			if (g->field->link_book == to && g->field != book->under &&
			    access_see_field(call->actor, g->field))
				e = link_each(call->core, NULL, g->field, target, gather_one, g);
		}
	}
	if (g->n > 1)
		qsort(g->at, g->n, sizeof *g->at, cmp_link_row);
	return e;
}

/* ---- the answer ------------------------------------------------------------------------------ */

struct answer {
	struct call		*call;
	const struct form_ctx	*ctx;
	size_t			 limit;
	uint64_t		 except;	/* a record to leave out, 0 = none */
};

static struct val *
show_line(const struct answer *a, const struct rec *rec, const struct link_row *at, size_t n)
{
	struct val	*line = val_map(), *paths = val_list();
	bool		 ok = line != NULL && paths != NULL;

	for (size_t i = 0; ok && i < n; i++)
		ok = val_add(paths, val_text(at[i].field->path));
	ok = val_put(line, PK_PATHS, paths) && ok;
	if (ok && val_put(line, PK_BOOK, val_text(rec->book->name)) &&
	    val_put(line, PK_ROW, ops_show_row(a->call, rec,
	    ops_default_list(a->call->actor, rec->book), NULL, 0, a->ctx)))
		return line;
	val_free(line);
	return NULL;
}

/* Puts "linked", "count" and "more" for one target into a map. */
static enum store_err
put_linked(const struct answer *a, const struct book *to, uint64_t target, struct val *into)
{
	struct gathered	 g = { .at = NULL };
	struct val	*out = val_list();
	struct rec	*rec;
	size_t		 count = 0, same;
	enum store_err	 e = gather(a->call, to, target, &g);
	bool		 ok = e == STORE_OK && !g.bad && out != NULL;

	for (size_t i = 0; ok && i < g.n; i += same) {
		for (same = 1; i + same < g.n && g.at[i + same].id == g.at[i].id; same++)
			;
		if (g.at[i].id == a->except ||
		    rec_get(a->call->core, NULL, g.at[i].id, &rec) != REC_OK)
			continue;
		if (access_allowed(a->call->actor, ACCESS_SEE, rec, NULL) && count++ < a->limit)
			ok = val_add(out, show_line(a, rec, &g.at[i], same));
		rec_free(rec);
	}
	free(g.at);
	ok = val_put(into, PK_LINKED, out) && ok;
	ok = ok && val_put(into, PK_COUNT, val_int((int64_t)count)) &&
	    val_put(into, PK_MORE, val_bool(g.more || count > a->limit));
	return ok ? STORE_OK : e != STORE_OK ? e : STORE_SYS;
}

/* ---- shared: records with the same links ----------------------------------------------------- */

struct sharing {
	const struct answer	*answer;
	const struct field	*field;
	struct val		*out;
	enum store_err		 e;
};

static struct val *
entry_of(const struct val *out, const struct book *book, uint64_t id)
{
	for (size_t i = 0; i < val_len(out); i++)
		if ((uint64_t)val_get_num(val_at(out, i), PK_ID, 0) == id &&
		    strcmp(val_get_str(val_at(out, i), PK_BOOK), book->name) == 0)
			return val_at(out, i);
	return NULL;
}

static bool
put_entry(struct sharing *s, const struct rec *rec, const char *path)
{
	struct val	*entry = val_map(), *paths = val_list();
	struct buf	 title = BUF_INIT;
	bool		 ok;

	record_title(rec->book, rec->fields, s->answer->ctx, &title);
	ok = val_add(paths, val_text(path));
	ok = val_put(entry, PK_PATHS, paths) && ok;
	ok = ok && val_put(entry, PK_BOOK, val_text(rec->book->name)) &&
	    val_put(entry, PK_ID, val_int((int64_t)rec->id)) &&
	    val_put(entry, PK_TITLE, val_text(buf_str(&title)));
	buf_free(&title);
	if (ok && (s->e = put_linked(s->answer, rec->book, rec->id, entry)) == STORE_OK)
		return val_add(s->out, entry);
	val_free(entry);
	return false;
}

/*
 * Adds a linked record that the actor may see to the list, once, with the paths of the links to it.
 */
static void
share_one(uint64_t target, void *arg)
{
	struct sharing	*s = arg;
	struct call	*call = s->answer->call;
	struct val	*known = entry_of(s->out, s->field->link_book, target);
	struct rec	*rec;

	if (s->e != STORE_OK)
		return;
	if (known != NULL) {
		if (!val_has(val_get(known, PK_PATHS), s->field->path) &&
		    !val_add(val_get(known, PK_PATHS), val_text(s->field->path)))
			s->e = STORE_SYS;
		return;
	}
	if (rec_get(call->core, NULL, target, &rec) != REC_OK)
		return;
	if (rec->book == s->field->link_book &&
	    access_allowed(call->actor, ACCESS_SEE, rec, NULL) &&
	    !put_entry(s, rec, s->field->path) && s->e == STORE_OK)
		s->e = STORE_SYS;
	rec_free(rec);
}

static enum store_err
put_shared(const struct answer *a, const struct rec *rec, struct val *into)
{
	struct sharing	 s = { .answer = a, .out = val_list(), .e = STORE_OK };

	if (s.out == NULL)
		return STORE_SYS;
	for (size_t i = 0; i < rec->book->nall; i++)
		if ((s.field = rec->book->all[i])->link_book != NULL &&
		    s.field != rec->book->under && access_see_field(a->call->actor, s.field))
			link_targets(s.field, rec->fields, share_one, &s);
	return val_put(into, PK_SHARED, s.out) ? s.e : STORE_SYS;
}

/* ---- same: records with the same values ------------------------------------------------------ */

struct same_search {
	const struct answer	*answer;
	struct val		*out;		/* rows */
	size_t			 looked, count;
	bool			 bad;
};

static bool
add_same(uint64_t id, void *arg)
{
	struct same_search		*s = arg;
	const struct answer	*a = s->answer;
	struct rec		*rec;

	s->looked++;
	if (id == a->except || rec_get(a->call->core, NULL, id, &rec) != REC_OK)
		return true;
	if (!rec_merged(rec) && access_allowed(a->call->actor, ACCESS_SEE, rec, NULL) &&
	    s->count++ < a->limit)
		s->bad |= !val_add(s->out, show_line(a, rec, NULL, 0));
	rec_free(rec);
	return !s->bad;
}

/*
 * A rule over fields the actor may not see is not applied: its result would reveal their content.
 */
static bool
may_see_rule(const struct actor *actor, const struct match_rule *rule)
{
	for (size_t i = 0; i < rule->nfields; i++)
		if (!access_see_field(actor, rule->fields[i]))
			return false;
	return true;
}

static struct val *
same_entry(const struct same_search *s, const struct match_rule *rule)
{
	struct val	*entry = val_map();
	bool		 ok = val_put(entry, PK_SAY, ops_label(&rule->say));

	ok = val_put(entry, PK_LINKED, s->out) && ok;
	if (ok && val_put(entry, PK_COUNT, val_int((int64_t)s->count)) &&
	    val_put(entry, PK_MORE, val_bool(s->looked == LINKED_MAX ||
	    s->count > s->answer->limit)))
		return entry;
	val_free(entry);
	return NULL;
}

/* Puts the records that share a value, by each rule that the actor may see. */
static enum store_err
put_same(const struct answer *a, const struct rec *rec, struct val *into)
{
	struct val	*out = val_list();
	enum store_err	 e = out != NULL ? STORE_OK : STORE_SYS;

	for (size_t i = 0; e == STORE_OK && i < rec->book->nmatch_rules; i++) {
		const struct match_rule	*rule = &rec->book->match_rules[i];
		struct same_search		 s = { .answer = a };

		if (!rule->shared || !may_see_rule(a->call->actor, rule))
			continue;
		s.bad = (s.out = val_list()) == NULL;
		e = query_matches(a->call->core, rule, rec->fields, LINKED_MAX, add_same, &s);
		if (e != STORE_OK || s.bad || s.count == 0) {
			val_free(s.out);
			e = s.bad ? STORE_SYS : e;
		} else if (!val_add(out, same_entry(&s, rule)))
			e = STORE_SYS;
	}
	return val_put(into, PK_SAME, out) ? e : STORE_SYS;
}

/* ---- counts for the cover -------------------------------------------------------------------- */

struct match_count {
	struct call		*call;
	const struct match_rule	*rule;
	int			 today;
	size_t			 looked, n;
};

static bool
count_match(uint64_t id, void *arg)
{
	struct match_count	*c = arg;
	struct rec	*rec;

	c->looked++;
	if (rec_get(c->call->core, NULL, id, &rec) != REC_OK)
		return true;
	if (!rec_merged(rec) && access_allowed(c->call->actor, ACCESS_SEE, rec, NULL)) {
		const struct pred_ctx	 ctx = { rec->fields, NULL, rec->state->name, c->today };

		c->n += c->rule->threshold_where == NULL ||
		    pred_holds(c->rule->threshold_where, &ctx);
	}
	rec_free(rec);
	return true;
}

static struct val *
show_match_count(const struct match_count *c)
{
	struct val	*entry = val_map();

	if (val_put(entry, PK_SAY, ops_label(&c->rule->threshold_say)) &&
	    val_put(entry, PK_N, val_int((int64_t)c->n)) &&
	    val_put(entry, PK_MORE, val_bool(c->looked == MATCH_COUNT_MAX)))
		return entry;
	val_free(entry);
	return NULL;
}

bool
ops_put_match_counts(struct call *call, const struct rec *rec, struct val *reply)
{
	struct val	*out = val_list();
	bool		 ok = out != NULL;

	for (size_t i = 0; ok && i < rec->book->nmatch_rules; i++) {
		struct match_count	 c = { call, &rec->book->match_rules[i], call->today, 0,
		    0 };

		if (c.rule->threshold == 0 || !may_see_rule(call->actor, c.rule))
			continue;
		ok = query_matches(call->core, c.rule, rec->fields, MATCH_COUNT_MAX, count_match,
		    &c) == STORE_OK;
		if (ok && c.n >= c.rule->threshold)
			ok = val_add(out, show_match_count(&c));
	}
	if (ok && val_len(out) > 0)
		return val_put(reply, PK_MANY, out);
	val_free(out);
	return ok;
}

enum call_step
op_linked(struct call *call)
{
	const struct book	*book = call_arg_book(call);
	struct form_ctx		 ctx;
	struct answer		 a = { .call = call, .ctx = &ctx };
	struct val		*reply;
	struct rec		*rec;
	uint64_t		 id = call_arg_id(call, PK_ID);
	enum store_err		 e;

	if (book == NULL || (rec = ops_get_visible(call, book, id)) == NULL)
		return CALL_DONE;
	a.limit = (size_t)call_arg_num(call, PK_LIMIT);
	reply = val_map();
	call_hold(call, &ctx);
	e = reply != NULL ? put_linked(&a, book, id, reply) : STORE_SYS;
	a.except = id;
	if (e == STORE_OK && call_arg_true(call, PK_SHARED))
		e = put_shared(&a, rec, reply);
	if (e == STORE_OK && call_arg_true(call, PK_SHARED))
		e = put_same(&a, rec, reply);
	env_ctx_release(call->core);
	if (e == STORE_OK)
		return ops_answer_read(call, rec, 0, false, reply);
	rec_free(rec);
	val_free(reply);
	return call_answer_store(call, (int)e);
}
