#include "core/ops/ops_int.h"
#include "core/record/reads.h"
#include "core/record/draft.h"

#include <stdio.h>
#include <string.h>

/* ---- whoami ---------------------------------------------------------------------------------- */

struct val *
ops_label(const struct label *l)
{
	struct val	*v = val_map();

	if (v != NULL && val_put(v, PK_ZH, val_text(l->zh)) && val_put(v, PK_EN, val_text(l->en)))
		return v;
	val_free(v);
	return NULL;
}

static struct val *
area_codes(const struct actor *actor)
{
	struct val	*list = val_list();

	for (size_t i = 0; list != NULL && i < actor->nscopes; i++) {
		const char	*code = scope_area(&actor->scopes[i]);

		if (code != NULL && !val_add(list, val_text(code))) {
			val_free(list);
			list = NULL;
		}
	}
	return list;
}

/* The session handles personas and the change of persona; this answers for the present one. */
enum call_step
op_whoami(struct call *call)
{
	const struct actor	*a = call->actor;
	struct val		*reply = val_map();
	bool			 ok;

	ok = reply != NULL && val_put(reply, PK_USER, val_text(a->user)) && val_put(reply, PK_NAME, val_text(a->name)) &&
	    val_put(reply, PK_ROLE, val_text(a->role != NULL ? a->role->name : "local")) &&
	    val_put(reply, PK_AREAS, area_codes(a)) && val_put(reply, PK_COUNTY, ops_label(&call->core->set->county)) &&
	    val_put(reply, PK_DEMO, val_bool(call->core->demo)) && val_put(reply, PK_TODAY, val_int(call->today)) &&
	    val_put(reply, PK_DRAFTS, val_int(draft_count(call->core, a))) &&
	    val_put(reply, PK_VERSION, val_text(call->core->set->version));
	if (!ok) {
		val_free(reply);
		reply = NULL;
	}
	return call_answer_ok(call, reply);
}

/* ---- definitions ----------------------------------------------------------------------------- */

static struct val *
area_list(const struct areas *areas)
{
	struct val	*list = val_list();

	for (size_t i = 0; list != NULL && i < areas_count(areas); i++) {
		struct val	*item = val_map();

		if (!val_put(item, PK_CODE, val_text(areas_code(areas, i))) ||
		    !val_put(item, PK_NAME, val_text(areas_name(areas, i))) ||
		    !val_put(item, PK_PY, val_text(areas_pinyin(areas, i)))) {
			val_free(item);
			item = NULL;
		}
		if (!val_add(list, item)) {
			val_free(list);
			list = NULL;
		}
	}
	return list;
}

enum call_step
op_forms(struct call *call)
{
	const char	*have = call_arg_text(call, PK_HAVE);
	const struct set *set = call->core->set;
	struct form_ctx	 ctx;
	struct val	*reply = val_map();
	bool		 ok = val_put(reply, PK_VERSION, val_text(set->version));

	call_hold(call, &ctx);
	ok = ok && val_put(reply, PK_AREAS, area_list(ctx.areas));
	env_ctx_release(call->core);
	if (have == NULL || strcmp(have, set->version) != 0)
		ok = ok && val_put(reply, PK_SET, val_dup(set_source(set)));
	if (!ok) {
		val_free(reply);
		reply = NULL;
	}
	return call_answer_ok(call, reply);
}

/* ---- menu ------------------------------------------------------------------------------------ */

static bool
count_menu(struct call *call, const struct menu_item *items, size_t n, struct val *counts)
{
	char	 name[96];

	for (size_t i = 0; i < n; i++) {
		if (items[i].kind == MENU_SUB && !count_menu(call, items[i].items, items[i].nitems, counts))
			return false;
		if (items[i].kind != MENU_LIST)
			continue;
		snprintf(name, sizeof name, "%s.%s", items[i].book->name, items[i].list->name);
		if (!val_put(counts, name, val_int(ops_count_list(call, items[i].list))))
			return false;
	}
	return true;
}

static bool
menu_holds(const struct menu_item *items, size_t n, const char *screen)
{
	for (size_t i = 0; i < n; i++)
		if ((items[i].kind == MENU_SCREEN && strcmp(items[i].screen, screen) == 0) ||
		    menu_holds(items[i].items, items[i].nitems, screen))
			return true;
	return false;
}

enum call_step
op_menu(struct call *call)
{
	const struct role	*role = call->actor->role;
	struct val		*reply = val_map(), *counts = val_map();
	bool			 ok = counts != NULL;

	if (role != NULL)
		ok = ok && count_menu(call, role->menu, role->nmenu, counts);
	ok = val_put(reply, PK_COUNTS, counts) && ok;
	if (role != NULL && menu_holds(role->menu, role->nmenu, "due"))
		ok = val_put(reply, PK_DUE, ops_count_deadlines(call)) && ok;
	if (env_time_behind(call->core))
		ok = val_put(reply, PK_BEHIND, val_bool(true)) && ok;
	if (!ok || !val_put(reply, PK_DRAFTS, val_int(draft_count(call->core, call->actor)))) {
		val_free(reply);
		reply = NULL;
	}
	return call_answer_ok(call, reply);
}

/* ---- trail ----------------------------------------------------------------------------------- */

struct trail {
	struct call	*call;
	bool		 whole;		/* the actor may read the whole trail; else only that of one
					   visible record */
	struct val	*entries;
	size_t		 limit;
	bool		 more, bad;
};

/*
 * The machine somebody came from, after the words for administrators ("uid 1001 pid 77 pts/3
 * 10.0.0.5").
 */
static const char *
machine_of(const char *from)
{
	for (int i = 0; from != NULL && i < 5; i++)
		if ((from = strchr(from, ' ')) != NULL)
			from++;
	return from;
}

/*
 * Readers see people by name and role; only the auditor sees login names and processes. False:
 * memory.
 */
static bool
plain_words(struct val *entry)
{
	const char	*machine = machine_of(val_get_str(entry, PK_FROM));
	struct val	*from = machine != NULL ? val_text(machine) : NULL;

	val_drop(entry, PK_USER);
	val_drop(entry, PK_FROM);
	return machine == NULL || val_put(entry, PK_FROM, from);
}

/*
 * Answers, remarks, notes and reasons are content of the file: to a reader who may not see the
 * file, the trail tells only who did what to which record, when and from where.
 */
static void
drop_content(struct val *detail)
{
	static const char *const	 plain[] = { "agreed", "changed", "clock", "from", "n", "on", "since", "told", "until", "with",
	    NULL };

	for (size_t i = val_len(detail); i-- > 0;) {
		size_t	 k = 0;

		while (plain[k] != NULL && strcmp(plain[k], val_key(detail, i)) != 0)
			k++;
		if (plain[k] == NULL)
			val_drop(detail, val_key(detail, i));
	}
}

/*
 * Whether a reader of the whole trail may see the record of an entry; accounts and areas are no
 * case data.
 */
static bool
sees_content(struct call *call, const struct val *entry)
{
	const char		*name = val_get_str(entry, PK_BOOK);
	const struct book	*book = name != NULL ? set_book(call->core->set, name) : NULL;
	struct rec		*rec;
	bool			 yes;

	if (name == NULL || book == NULL || !book->logged)
		return name == NULL || book != NULL;
	if (!access_see_book(call->actor, book) ||
	    rec_get(call->core, NULL, (uint64_t)val_get_num(entry, PK_RECORD, 0), &rec) != REC_OK)
		return false;
	yes = access_allowed(call->actor, ACCESS_SEE, rec, NULL);
	rec_free(rec);
	return yes;
}

/*
 * Removes what the reader would not see in the record: names of fields, and other records. False:
 * memory.
 */
static bool
redact(const struct call *call, struct val *entry)
{
	const char		*name = val_get_str(entry, PK_BOOK);
	const struct book	*book = name != NULL ? set_book(call->core->set, name) : NULL;
	struct val		*detail = val_get(entry, PK_DETAIL), *changed = val_get(detail, PK_CHANGED), *agreed = val_get(detail, PK_AGREED);

	ops_drop_invisible(call, detail, PK_WITH);
	ops_drop_invisible(call, detail, PK_FROM);
	if (!plain_words(entry) || (agreed != NULL && book != NULL &&
	    !val_put(detail, PK_AGREED, ops_visible_paths(call->actor, book, val_dup(agreed)))))
		return false;
	if (changed == NULL)
		return true;
	if (book != NULL)
		return val_put(detail, PK_CHANGED, ops_visible_paths(call->actor, book, val_dup(changed)));
	val_drop(detail, PK_CHANGED);
	return true;
}

static struct val *
trail_entry(const struct trail *t, const struct val *entry)
{
	struct val	*copy = val_dup(entry);

	if (copy != NULL && !reads_add_count(t->call->core->store, copy)) {
		val_free(copy);
		return NULL;
	}
	if (copy != NULL && t->whole && !sees_content(t->call, copy))
		drop_content(val_get(copy, PK_DETAIL));
	if (copy == NULL || t->whole || redact(t->call, copy))
		return copy;
	val_free(copy);
	return NULL;
}

static bool
trail_each(const struct val *entry, void *arg)
{
	struct trail	*t = arg;

	if (val_len(t->entries) == t->limit)
		t->more = true;
	else
		t->bad |= !val_add(t->entries, trail_entry(t, entry));
	return !t->more && !t->bad;
}

/*
 * The whole trail is for roles with the trail in their menu; the trail of one record for everybody
 * who may see the record.
 */
bool
ops_reads_trail(const struct actor *actor)
{
	return actor->local || (actor->role != NULL && menu_holds(actor->role->menu, actor->role->nmenu, "trail"));
}

/* The record, if the actor may see it; NULL: there is none, or it is out of reach. */
static struct rec *
seen_record(struct call *call, uint64_t id)
{
	struct rec	*rec;

	if (id == 0 || rec_get(call->core, NULL, id, &rec) != REC_OK)
		return NULL;
	if (access_allowed(call->actor, ACCESS_SEE, rec, NULL))
		return rec;
	rec_free(rec);
	return NULL;
}

enum call_step
op_trail(struct call *call)
{
	uint64_t	 record = call_arg_id(call, PK_RECORD);
	struct trail	 t = { .call = call, .whole = ops_reads_trail(call->actor), .limit = (size_t)call_arg_num(call, PK_LIMIT) };
	struct rec	*rec = t.whole ? NULL : seen_record(call, record);
	struct val	*reply;
	enum store_err	 e;

	if (!t.whole && rec == NULL)
		return call_answer_error(call, PE_DENIED, N_("The audit trail is for the auditor."));
	t.entries = val_list();
	e = audit_read(call->core->store, call_arg_id(call, PK_BEFORE), 0, call_arg_text(call, PK_USER),
	    record, trail_each, &t);
	reply = val_map();
	if (!val_put(reply, PK_ENTRIES, t.entries) || e != STORE_OK || t.bad || !val_put(reply, PK_MORE, val_bool(t.more))) {
		val_free(reply);
		rec_free(rec);
		return call_answer_store(call, e != STORE_OK ? (int)e : STORE_SYS);
	}
	/*
	 * answers and remarks of acts are in the trail of a record, so this is a look at the record
	 */
	return rec != NULL ? ops_answer_read(call, rec, 0, false, reply) : call_answer_ok(call, reply);
}

/* The session has asked authd already; this writes the entry in the trail. */
static int
unlock_body(struct store_txn *txn, void *arg)
{
	const struct writer	 w = call_writer(arg, txn);

	store_small(txn, true);
	return (int)writer_log(&w, &(struct audit_entry){ .act = "unlock" });
}

static void
unlock_finish(struct call *call, int result)
{
	if (result == STORE_OK)
		call_answer_ok(call, val_map());
	else
		call_answer_store(call, result);
}

enum call_step
op_unlock(struct call *call)
{
	call->body = unlock_body;
	call->finish = unlock_finish;
	return CALL_COMMIT;
}

/* ---- ping ------------------------------------------------------------------------------------ */

enum call_step
op_ping(struct call *call)
{
	return call_answer_ok(call, val_map());
}
