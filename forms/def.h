#ifndef FORMS_DEF_H
#define FORMS_DEF_H

#include "forms/area.h"
#include "forms/civil.h"
#include "forms/problem.h"
#include "forms/val.h"

/*
 * The definitions, understood. One struct set is built at start from the files of a home (or, in the client, from what
 * the daemon sent), checked as a whole, and never changed afterwards; so threads share it without locks and every
 * pointer in it lives as long as the set. Names are the definition's own (ASCII, a-z 0-9 - _).
 */

struct label {				/* never NULL once built; en falls back to zh */
	const char	*zh;
	const char	*en;
	const char	*py;		/* pinyin initials for lists of choices, "" where none were computed */
};

/* ---- code lists --------------------------------------------------------------------------------------------- */

struct code {
	const char	*code;
	struct label	 label;
	struct label	 brief;		/* where the label does not fit a column; the label itself where nothing shorter is given */
	int		 retired;	/* no longer chosen from this day on, 0 = in use; old records keep it */
};

struct codes {
	const char	*name;
	struct label	 label;
	const char	*standard;	/* "GB/T 3304-1991" or "" */
	struct code	*at;
	size_t		 n;
	/*
	 * Of a scale people judge by: its ends, NULL in other lists. All scales run one way: at[0] is the best, what stands between
	 * the two is in order, and what stands behind the worst is no step of it ("not checked").
	 */
	const struct code *best, *worst;
};

/* ---- roles -------------------------------------------------------------------------------------------------- */

#define ROLES_MAX	32
typedef uint32_t	roles_t;	/* bit i = role i of the set */
#define ROLES_ALL	UINT32_MAX

enum menu_kind { MENU_SUB, MENU_LIST, MENU_NEW, MENU_FIND, MENU_SCREEN };

struct menu_item {
	struct label		 label;
	enum menu_kind		 kind;
	const char		*jump;		/* jump code, "" where there is none */
	const struct book	*book;		/* LIST, NEW, FIND */
	const struct list	*list;		/* LIST */
	const char		*screen;	/* SCREEN: one of set_screens */
	const struct clock	*clock;		/* SCREEN roll, progress: whose roll it is */
	struct menu_item	*items;		/* SUB */
	size_t			 nitems;
};

struct role {
	const char		*name;
	struct label		 label;
	unsigned		 index;
	enum area_level		 level;		/* its areas are granted at this level; AREA_COUNTRY = needs none */
	bool			 bodies;	/* granted for bodies instead of areas */
	roles_t			 excludes;	/* never held together with these */
	struct menu_item	*menu;
	size_t			 nmenu;
};

/* ---- fields ------------------------------------------------------------------------------------------------- */

#define STATES_MAX	32
typedef uint32_t	states_t;
#define STATES_ALL	UINT32_MAX

struct interval {
	const char		*code;		/* of clocks by code; else NULL */
	int			 n;
	char			 unit;		/* d w m y */
};

enum required {				/* when a required field that is shown must be there */
	REQUIRED_NO,
	REQUIRED_YES,			/* to leave an open state */
	REQUIRED_FIRST			/* at the first save already */
};

enum find {				/* in the find box */
	FIND_NO,
	FIND_NAME,			/* any characters of it, pinyin, initials */
	FIND_NUMBER			/* from its start; citizen numbers and phones also by their last four digits */
};

enum mask { MASK_NO, MASK_MIDDLE, MASK_ALL };	/* in lists and to others; the whole is shown by a logged key */

enum computed {				/* never typed; the first three are never stored either */
	COMPUTED_NO,
	COMPUTED_YEARS,
	COMPUTED_AGE_BAND,
	COMPUTED_PERIOD,		/* where today stands in a period: code coming, in-force, expiring or expired */
	COMPUTED_ROLLUP,			/* from the records that stand under this one; kept with it */
	COMPUTED_TOTAL,			/* of the answers to a score sheet, and kept: the points */
	COMPUTED_GRADE,			/* … the grade they propose */
	COMPUTED_REASONS		/* … and why, in words */
};

struct pred;
struct field_type;
struct book;

/*
 * What a record learns from those of one book that stand under it: the grade of the latest risk sheet, the day until
 * which a confirmation is in force, how many corrections wait; or from those that link to it: how many children a person
 * cares for. Kept as a field of the record, in the transaction of the save that changes it, so lists, conditions and clocks
 * use it like any other.
 */
enum rollup_kind { ROLLUP_LATEST, ROLLUP_GREATEST, ROLLUP_LEAST, ROLLUP_COUNT };

/*
 * Unless a value is counted or stands apart, all values of one book and one condition come from one record: `take` and `by`
 * choose the record, the same in all of them. Of equal records the one of the latest day is chosen, of one day the one made
 * last. A value the chosen record does not have is missing; no other record supplies it.
 */
struct rollup {
	const struct book	*book;
	const struct field	*link;		/* those of the book that name this record here, counted; NULL: those under it */
	const struct field	*field;		/* NULL: the day the record tells of; with ROLLUP_COUNT always */
	enum rollup_kind	 kind;
	const struct field	*order_by;	/* GREATEST, LEAST: compared by this field; NULL: by the day of the record */
	bool			 independent;	/* may come from another record than the other values of that condition */
	const struct pred	*where;		/* NULL = any; never depends on the day */
};

/* What a new record under another begins with, to be changed by whoever fills it in. */
enum initial {
	INITIAL_EMPTY,
	INITIAL_LAST,			/* with initial_source of the latest record of this book under the same parent */
	INITIAL_PARENT			/* with initial_source of the parent */
};

struct autofill {				/* a link chosen in a group fills fields beside it */
	const struct field	*source;	/* of the record linked to */
	const struct field	*target;	/* of the group (or, of a link outside groups, of the book) */
};

struct field {
	const char		*name;
	const char		*path;		/* "father.phone"; inside a repeating group "carers.*.phone" */
	struct label		 label;
	struct label		 brief;		/* as of a code, for the head of a column */
	struct label		 help;		/* one line */
	struct label		 more;		/* long text, "" where none */
	const struct field_type	*type;
	bool			 refused;	/* of no type there is, so of a set that is not built */
	unsigned		 line;		/* of its definition, 0 in the client */
	unsigned		 index;		/* in book->all */
	const struct page	*page;
	const struct field	*group;		/* the group it stands in, NULL at the top */

	enum required		 required;
	const struct pred	*required_when;	/* NULL = always (if required at all) */
	const struct pred	*shown;		/* NULL = always. Hidden never means erased */
	const struct val	*default_value;	/* default as defined (text "today", "own-area" or a literal), NULL */

	bool			 many;		/* groups and links: repeats */
	size_t			 max_size;	/* characters of text; lines of a repeating group; 0 = the type's own */
	size_t			 min_size;
	bool			 has_min, has_max;
	int64_t			 min_value, max_value;	/* numbers, in units of 10^-decimals; both included */
	int			 decimals;
	struct civil_rel	 min_date, max_date;	/* both included */

	const struct codes	*codes;		/* choice, many-of */
	const struct book	*link_book;	/* link: the book of the records it names */
	enum area_level		 level;		/* area: must be of this level */
	bool			 anywhere;	/* area: chosen from the whole county, not only from one's own places */

	bool			 unique;	/* in the whole county; refused otherwise */
	enum find		 find;
	enum mask		 mask;
	roles_t			 see, write;	/* exceptions at the field; ROLES_ALL unless given */

	const struct field	*birth_target;	/* citizen number: the fields it fills or must agree with */
	const struct field	*sex_target;
	enum computed		 computed;	/* never stored, never typed */
	const struct field	*computed_begin;
	const struct field	*computed_end;	/* COMPUTED_PERIOD: last day; computed_begin is the first */
	struct interval		 soon;		/* COMPUTED_PERIOD: expiring so long before its end */
	const struct rollup	*rollup;		/* COMPUTED_ROLLUP */

	enum initial		 initial;
	const struct field	*initial_source;	/* INITIAL_LAST: of this book; INITIAL_PARENT: of the parent's */
	states_t		 fixed;		/* in these states only an act changes it, no plain save */
	const struct autofill	*autofills;		/* link */
	size_t			 nautofills;

	struct field		*fields;	/* group */
	size_t			 nfields;
};

struct page {
	const char	*name;
	struct label	 label;
	struct field	*fields;
	size_t		 nfields;
};

/* ---- life cycle --------------------------------------------------------------------------------------------- */

struct state {
	const char	*name;
	struct label	 label;
	unsigned	 index;
	bool		 open;		/* may be saved while required fields are still missing */
	bool		 ended;		/* no deadline runs for the records under one in this state */
};

enum remarks { REMARKS_NO, REMARKS_ALLOWED, REMARKS_REQUIRED };

struct need {				/* what must hold before an act, and the words when it does not */
	const struct pred	*holds;
	struct label		 say;
};

/*
 * What an act itself puts into the record, or into the one it stands under: answers to what it asks, other fields,
 * the day, fixed values. It does so in the name of the act, whoever may or may not write that field.
 */
enum effect_kind { EFFECT_NOTHING, EFFECT_ASK, EFFECT_FIELD, EFFECT_VALUE, EFFECT_TODAY };

struct effect {
	const struct field	*target;
	bool			 parent;	/* `target` is a field of the parent's book */
	enum effect_kind	 kind;
	const struct field	*source;	/* EFFECT_ASK, EFFECT_FIELD; when that is empty the field stays as it is */
	const struct val	*value;		/* EFFECT_VALUE */
};

struct act {
	const char		*name;
	struct label		 label;
	unsigned		 index;
	states_t		 from;
	const struct state	*to;		/* NULL = the state stays */
	roles_t			 by;
	enum remarks		 remarks;	/* words at single fields ("returned with reasons per field") */
	bool			 clears;	/* remarks of an earlier act are settled by this one */
	bool			 check;		/* the record must pass in full, no gaps */
	bool			 reauth;	/* password once more */
	const struct act	*four_eyes;		/* not by the person who last did that act */
	bool			 four_eyes_save;	/* not by the person who changed the record last, nor together with changing it */
	const struct act	*same_person;		/* only by the person who last did that act */
	struct field		*ask;		/* what the trail needs: reasons and the like */
	size_t			 nask;
	struct need		*needs;
	size_t			 nneeds;
	struct effect		*effects;
	size_t			 neffects;
	const struct field	*area;		/* done in the scopes of this field; NULL = in the record's own */
};

/* ---- lists, grants, books ----------------------------------------------------------------------------------- */

enum column_of { COL_FIELD, COL_NUMBER, COL_STATE, COL_AREA, COL_CHANGED, COL_CHANGED_BY,
	COL_DEADLINE };			/* lists with a clock */

struct column {
	enum column_of		 of;
	const struct field	*field;		/* COL_FIELD */
	struct label		 label, brief;	/* brief: where the label does not fit */
	size_t			 cells;		/* width asked for, 0 = the type's own */
};

struct list {
	const char		*name;
	struct label		 label;
	unsigned		 index;
	const struct book	*book;
	roles_t			 by;		/* who is offered it */
	const struct pred	*where;		/* NULL = all; never depends on the day */
	const struct clock	*clock;		/* records overdue today by this clock, longest first; no where, no sorts */
	const struct field	*area;		/* lies in the scopes of this field, while it has a value; NULL = in the record's own */
	struct column		*columns;
	size_t			 ncolumns;
	struct column		*sorts;		/* the first is the order it opens in; each keeps index rows */
	size_t			 nsorts;
};

enum reach {
	REACH_NONE,
	REACH_SCOPE,			/* records that lie in a scope of the account: a place, a body */
	REACH_ALL			/* the whole county */
};

struct grant {				/* what one role may do with a book */
	enum reach		 reach;
	states_t		 states;
	const struct pred	*where;		/* NULL = any */
};

struct match_rule {				/* one rule of "search before create", or of who shares something */
	const struct field	**fields;	/* all must agree */
	bool			 *phonetic;	/* per field: names that sound alike count (pinyin) */
	size_t			 nfields;
	unsigned		 index;
	struct label		 say;		/* why it is shown */
	bool			 shared;	/* says what two records have in common, not that they may be one */
	size_t			 threshold;	/* shared: the cover of each notes so many records or more, 0 = never */
	const struct pred	*threshold_where;	/* which records count; NULL = all */
	struct label		 threshold_say;	/* the note on the cover */
};

/*
 * What falls due: an obligation that holds for a record while `when` does. It is due a while after the later of the day the
 * condition began to hold and the day it was last done, or before a date the record itself gives. Nothing is computed
 * by the passing of time: a record's due day follows from the record, and is kept as an index row.
 */
enum clock_kind {
	CLOCK_MONTH,			/* at the end of the month after */
	CLOCK_EVERY,			/* n units after; once only where nothing does it but a change of the record */
	CLOCK_BY_CODE,			/* as CLOCK_EVERY, n and unit by the code of a field; no row while it is empty */
	CLOCK_ON,				/* n units from the date in a field (n may be negative) */
	CLOCK_CHANGE			/* n units after one of some fields changed while the condition held */
};

struct escalation_step {		/* who else is told of an overdue deadline */
	int			 overdue;	/* days overdue */
	roles_t			 notify;
};

struct clock {
	const char		*name;
	struct label		 label;
	const char		*source;
	unsigned		 index;
	const struct book	*book;
	const struct pred	*when;		/* NULL = always; never depends on the day */
	const struct pred	*paused;	/* NULL = never; begins anew afterwards */
	enum clock_kind		 kind;
	const struct field	*field;		/* CLOCK_BY_CODE, CLOCK_ON */
	bool			 empty_now;	/* CLOCK_ON: an empty date counts as the day before the condition began, */
	const struct field	*empty_since;	/* … or before the date in this field, where that is later; NULL: none */
	const struct field	**changes;	/* CLOCK_CHANGE */
	size_t			 nchanges;
	const struct field	*area;		/* lies in the scopes of this field, while it has a value; NULL = in the record's own */
	struct interval		*intervals;
	size_t			 nintervals;
	const struct book	*done;		/* a record of this book under it does it; NULL: only a change of the record */
	const struct pred	*done_where;	/* … that is such */
	roles_t			 by;
	struct escalation_step		*escalation;
	size_t			 nescalation;
	int			 priority;	/* order among what is due the same day, smaller first */
	int			 ahead;		/* days before it is due that it is shown; 0 = as many as are asked for */
	bool			 local;	/* the number is the county's own, not the documents' */
};

struct only_one {			/* at most one such record under one parent, for equal values of `per` */
	const struct pred	*where;		/* may depend on the day: it is asked when something is saved */
	const struct field	**per;
	size_t			 nper;
	struct label		 say;		/* what is there already and what to do about it */
};

struct warning_rule {				/* what does not agree; told when the record is saved, and blocks nothing */
	const struct pred	*when;		/* may read the record above, and depend on the day */
	const struct field	*field;		/* the message stands beside this field */
	struct label		 say;
};

struct quick_entry {				/* a record in two keys: these fields, and save */
	const char		*name;
	struct label		 label;
	const struct val	*initial;	/* {field: value} */
};

struct parent_page {			/* a code that leads to a page of the parent: "school" to the page wellbeing */
	const struct code	*code;
	const struct page	*page;
};

struct alert {				/* shown on the cover while it holds; may depend on the day */
	const struct pred	*when;
	struct label		 say;
	struct label		 past;		/* the same of a day that is over; as `say` where it names no day */
};

/* Letters a part of a cover cannot have: they do the same there as on every screen, or belong to the cover itself. */
#define COVER_KEYS	"aeghlnopqtu"

struct cover_part {				/* one letter of the cover: a page of the record, or what stands under it */
	char			 key;		/* a-z */
	const struct page	*page;		/* or */
	const struct book	*book;
};

struct cover {				/* what is seen first of a record; NULL fields mean nothing said */
	const struct field	**fields;	/* in reading order */
	size_t			 nfields;
	struct alert		*alerts;
	size_t			 nalerts;
	struct cover_part	*parts;
	size_t			 nparts;
};

/* ---- score sheets ------------------------------------------------------------------------------------------- */

/*
 * Points for answers. A sheet belongs to a book and is a page of it, one group of the sheet's name, shown while the sheet
 * is chosen; so whoever knows pages and fields knows sheets. Points are in units of the book's total field.
 */
struct points {
	const char		*code;		/* of a choice, a many-of; "yes" and "no"; NULL = a step of numbers */
	int64_t			 min, max;	/* both included */
	int64_t			 points;
};

struct score_item {
	const struct field	*field;		/* of the sheet's group, or any of the book */
	struct points		*points;
	size_t			 npoints;
	int64_t			 none, other;	/* nothing answered; what is not listed */
};

struct score_override {				/* whatever the points say */
	const struct pred	*when;
	const char		*grade;
	struct label		 say;
};

struct score_grade {
	const char		*grade;
	int64_t			 min, max;	/* totals, both included */
};

struct score_sheet {
	const char		*name;
	struct label		 label;
	const char		*source;
	bool			 local;	/* the county's own */
	int			 retired;	/* no longer chosen from this day on, 0 = in use */
	const char		*file;
	const struct book	*book;
	const struct field	*group;		/* the answers */
	const struct field	*into;		/* where its grade goes: a field of the book */
	struct score_item	*items;
	size_t			 nitems;
	struct score_override	*overrides;	/* the first that holds decides */
	size_t			 noverrides;
	struct score_grade	*grades;	/* from the smallest totals on */
	size_t			 ngrades;
};

struct book {
	const char		*name;
	struct label		 label;
	const char		*source;	/* clause behind it */
	const char		*number;	/* pattern, "" = records carry no number */
	const char		*title;		/* pattern over fields */
	unsigned		 index;
	bool			 bodies;	/* its records are bodies, in which other records may lie */
	const struct field	*area;		/* decides reach; NULL = county-wide, or that of the record it is under */
	const struct field	*under;		/* link to the record it belongs to: reach and place follow that one */
	const struct field	*date;		/* the day it tells of; NULL = the day it was made */
	struct clock		*clocks;
	size_t			 nclocks;
	struct page		*pages;
	size_t			 npages;
	const struct field	**all;		/* every field in reading order, groups before their fields */
	size_t			 nall;
	struct state		*states;
	size_t			 nstates;
	const struct state	*start;
	struct act		*acts;
	size_t			 nacts;
	struct grant		 see[ROLES_MAX];
	states_t		 hidden;		/* states that at least one of the roles with sight of the book may not see */
	struct grant		 write[ROLES_MAX];	/* change fields, in these states */
	roles_t			 create;
	bool			 logged;		/* reading one is an entry in the trail */
	struct list		*lists;
	size_t			 nlists;
	const struct field	**clone_fields;	/* what a new record "like this one" begins with; outside groups, or groups whole */
	size_t			 nclone_fields;
	struct match_rule		*match_rules;
	size_t			 nmatch_rules;
	struct only_one		*only;
	size_t			 nonly;
	struct warning_rule		*warnings;
	size_t			 nwarnings;
	struct quick_entry		*quick_entries;
	size_t			 nquick_entries;
	const struct field	*parent_pages_field;	/* the choice or many-of whose codes lead to pages; NULL = none */
	struct parent_page	*parent_pages;
	size_t			 nparent_pages;
	const struct cover	*cover;		/* NULL = none: the reader opens at once */
	const struct field	*sheet;		/* the choice of a score sheet; NULL = the book has none */
	const struct field	*total;		/* what comes of it; NULL without sheets */
	const struct field	*reasons;	/* NULL = not kept */
	roles_t			 merge;		/* who may join two records of one and the same */
	const struct state	*merged;	/* the state of the one that was joined to the other; NULL = cannot be */
};

struct set {
	struct label		 county;	/* its name */
	const char		*county_code;	/* 12 digits */
	struct codes		*codes;
	size_t			 ncodes;
	struct role		*roles;
	size_t			 nroles;
	struct book	*books;
	size_t		 nbooks;
	struct score_sheet *sheets;
	size_t		 nsheets;
	char			 version[33];	/* hex digest of what it was built from */
};

/* ---- building ----------------------------------------------------------------------------------------------- */

/* All that a set of files got wrong, one line each: "books/child.yaml:14: …". */
struct lint {
	struct buf	 out;
	size_t		 n;
};

/*
 * Reads the files below dir (county.yaml, roles.yaml, codes/, books/, sheets/) into one value:
 * {"county": {…}, "roles": [...], "codes": {name: …}, "books": {name: …}, "sheets": {name: …}}, each part carrying its line and, under
 * "file", where it was read. Syntax errors, doubled keys and unreadable files go to lint. NULL only when memory ran
 * out or dir cannot be read; otherwise the caller's, possibly incomplete when lint->n grew.
 */
struct val	*set_read(const char *dir, struct lint *);

/* Understands such a value. Keeps `src` (takes it, also on failure). NULL when lint->n grew: there is no half-good set. */
struct set	*load_set(struct val *src, struct lint *);
void		 set_free(struct set *);
const struct val *set_source(const struct set *);	/* what it was built from; goes to clients as it is */

/* ---- looking up: NULL when there is none -------------------------------------------------------------------- */

const struct codes	*set_codes(const struct set *, const char *name);
const struct role	*set_role(const struct set *, const char *name);
const struct book	*set_book(const struct set *, const char *name);
const struct score_sheet *set_sheet(const struct set *, const char *name);
const struct code	*codes_find(const struct codes *, const char *code);
const struct field	*book_field(const struct book *, const char *path);	/* indices in the path match "*" */
const struct state	*book_state(const struct book *, const char *name);
const struct act	*book_act(const struct book *, const char *name);
/* The n-th (0 …) act that is the way on from a state for one in such a role: it wants all filled in. state NULL: none. */
const struct act	*book_next_act(const struct book *, const struct state *, const struct role *, size_t n);
const struct list	*book_list(const struct book *, const char *name);
const struct clock	*book_clock(const struct book *, const char *name);

/* The screens a menu may name, NULL behind the last: what the client has, in one list. */
extern const char *const set_screens[];
/* Whether a month's work on this clock is a roll: due every month, done by a record that has quick entries. */
bool			 clock_has_roll(const struct clock *);

#define ROLE_BIT(r)	(UINT32_C(1) << (r)->index)
#define STATE_BIT(s)	(UINT32_C(1) << (s)->index)

enum lang { LANG_ZH, LANG_EN };
#define LABEL(l, lang)	((lang) == LANG_EN ? (l).en : (l).zh)

#endif
