#ifndef FORMS_DEF_H
#define FORMS_DEF_H

#include "forms/area.h"
#include "forms/attr.h"
#include "forms/civil.h"
#include "forms/problem.h"
#include "forms/val.h"

/*
 * The definitions as the program uses them. One struct set is built at start from the files of a
 * home (in the client: from what the daemon sent), checked as a whole, and never changed
 * afterwards; so threads share it without locks, and every pointer in it is valid as long as the
 * set. Names are those of the definition (ASCII, a-z 0-9 - _).
 */

struct label {	/* never NULL in a built set; en is zh where the definition has none */
	const char	*zh;
	const char	*en;
	const char	*py;	/* pinyin initials for lists of choices, "" where there are none */
};

/* ---- code lists ------------------------------------------------------------------------------ */

struct code {
	const char	*code;
	struct label	 label;
	struct label	 brief;		/* for columns too narrow for the label; the label itself
					   where the definition gives none */
	int		 retired;	/* no longer chosen from this day on, 0 = in use; old
					   records keep it */
};

struct codes {
	const char	*name;
	struct label	 label;
	const char	*standard;	/* "GB/T 3304-1991" or "" */
	struct code	*at;
	size_t		 n;
	/*
	 * Of a scale for judgements: its ends, NULL in other lists. All scales run from good to
	 * bad: at[0] is the best, codes between the two are in order, and codes after the worst are
	 * not part of the scale ("not checked").
	 */
	const struct code *best, *worst;
};

/* ---- roles ----------------------------------------------------------------------------------- */

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
	const struct clock	*clock;	/* SCREEN roll, progress: the clock whose roll it is */
	struct menu_item	*items;		/* SUB */
	size_t			 nitems;
};

struct role {
	const char		*name;
	struct label		 label;
	unsigned		 index;
	enum area_level		 level;		/* the level of the areas granted to it;
						   AREA_COUNTRY = it needs none */
	bool			 bodies;	/* bodies are granted to it instead of areas */
	roles_t			 excludes;	/* roles one person may not hold together with it */
	struct menu_item	*menu;
	size_t			 nmenu;
};

/* ---- fields ---------------------------------------------------------------------------------- */

#define STATES_MAX	32
typedef uint32_t	states_t;
#define STATES_ALL	UINT32_MAX

struct interval {
	const char		*code;		/* of clocks by code; else NULL */
	int			 n;
	char			 unit;		/* d w m y */
};

enum required {				/* when a shown field must be filled */
	REQUIRED_NO,
	REQUIRED_YES,			/* before the record leaves an open state */
	REQUIRED_FIRST			/* at the first save */
};

enum find {				/* whether the search box finds it */
	FIND_NO,
	FIND_NAME,			/* by any of its characters, pinyin or initials */
	FIND_NUMBER			/* by its beginning; citizen numbers and phones also by the
					   last four digits */
};

enum mask { MASK_NO, MASK_MIDDLE, MASK_ALL };	/* in lists and for other people; a logged key shows
						   the whole */

enum computed {				/* cannot be typed; the first three are not stored either */
	COMPUTED_NO,
	COMPUTED_YEARS,
	COMPUTED_AGE_BAND,
	COMPUTED_PERIOD,		/* state of a period today: code coming, in-force, expiring
					   or expired */
	COMPUTED_ROLLUP,	/* from child records or records that link here; stored */
	COMPUTED_TOTAL,			/* from the answers to a score sheet; stored: the points */
	COMPUTED_GRADE,			/* … the proposed grade */
	COMPUTED_REASONS		/* … and the reasons, as text */
};

struct pred;
struct field_type;
struct book;

/*
 * A value that a parent takes from its child records of one book (the grade of the latest risk
 * sheet, the last day of a confirmation, the number of open corrections), or a record from those
 * that link to it (how many children a person cares for). It is stored as a field of the record, in
 * the transaction of the save that changes it, so lists, conditions and clocks use it like any
 * other field.
 */
enum rollup_kind { ROLLUP_LATEST, ROLLUP_GREATEST, ROLLUP_LEAST, ROLLUP_COUNT };

/*
 * Unless a value is a count or `independent`, all values of one book and one condition come from
 * the same record: `kind` and `order_by` choose it and are the same in all of them. Of equal
 * records the one with the latest day is chosen, of one day the one created last. A field the
 * chosen record does not have stays empty; no other record supplies it.
 */
struct rollup {
	const struct book	*book;
	const struct field	*link;		/* counts the records of the book that link here by
						   this field; NULL: uses child records */
	const struct field	*field;	/* NULL: the day of the record; always with ROLLUP_COUNT */
	enum rollup_kind	 kind;
	const struct field	*order_by;	/* GREATEST, LEAST: compared by this field; NULL: by
						   the day of the record */
	bool			 independent;	/* may come from another record than the other
						   values of the same condition */
	const struct pred	*where;		/* which records count, NULL = all; never depends on
						   the day */
};

/* The initial value of a field in a new child record; the person may change it. */
enum initial {
	INITIAL_EMPTY,
	INITIAL_LAST,			/* with initial_source of the latest record of this book
					   under the same parent */
	INITIAL_PARENT			/* with initial_source of the parent */
};

struct autofill {				/* choosing a link fills fields beside it */
	const struct field	*source;	/* of the record linked to */
	const struct field	*target;	/* of the same group, or of the book where the link
						   is in no group */
};

struct field {
	const char		*name;
	const char		*path;		/* "father.phone"; inside a repeating group
						   "carers.*.phone" */
	struct label		 label;
	struct label		 brief;		/* as for a code: the head of a column */
	struct label		 help;		/* one line */
	struct label		 more;		/* long text, "" where none */
	const struct field_type	*type;
	bool			 refused;	/* its type is unknown; such a set is refused */
	unsigned		 line;		/* of its definition in the file, 0 in the client */
	unsigned		 index;		/* in book->all */
	const struct page	*page;
	const struct field	*group;		/* the group it is in, NULL at the top */

	enum required		 required;
	const struct pred	*required_when;	/* NULL = always (if required at all) */
	const struct pred	*shown;		/* NULL = always. Hiding a field never erases it */
	const struct val	*default_value;	/* default as defined (text "today", "own-area" or a
						   literal), or NULL */

	bool			 many;		/* groups and links: repeats */
	size_t			 max_size;	/* characters of text; lines of a repeating group; 0
						   = the type's own */
	size_t			 min_size;
	bool			 has_min, has_max;
	int64_t			 min_value, max_value;	/* numbers, in units of 10^-decimals; both
							   included */
	int			 decimals;
	struct civil_rel	 min_date, max_date;	/* both included */

	const struct codes	*codes;		/* choice, many-of */
	const struct book	*link_book;	/* link: the book of the records it names */
	enum area_level		 level;		/* area: must be of this level */
	bool			 anywhere;	/* area: any in the county may be chosen, not only
						   the person's own */

	bool			 unique;	/* in the whole county; a second record with the
						   value is refused */
	enum find		 find;
	enum mask		 mask;
	roles_t			 see, write;	/* exceptions for this field; ROLES_ALL where there
						   are none */

	const struct field	*birth_target;	/* citizen number: the fields it fills or must agree
						   with */
	const struct field	*sex_target;
	enum computed		 computed;	/* not typed; see enum computed */
	const struct field	*computed_begin;
	const struct field	*computed_end;	/* COMPUTED_PERIOD: last day; computed_begin is the
						   first */
	struct interval		 soon;		/* COMPUTED_PERIOD: it is "expiring" this long
						   before its end */
	const struct rollup	*rollup;		/* COMPUTED_ROLLUP */

	enum initial		 initial;
	const struct field	*initial_source;	/* INITIAL_LAST: of this book;
							   INITIAL_PARENT: of the parent's */
	states_t		 fixed;		/* in these states only an act changes it, never a
						   plain save */
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

/* ---- life cycle ------------------------------------------------------------------------------ */

struct state {
	const char	*name;
	struct label	 label;
	unsigned	 index;
	bool		 open;		/* may be saved while required fields are still missing */
	bool		 ended;		/* in this state of a parent no deadline of its child
					   records runs */
};

enum remarks { REMARKS_NO, REMARKS_ALLOWED, REMARKS_REQUIRED };

struct need {	/* a condition of an act, and the message when it does not hold */
	const struct pred	*holds;
	struct label		 say;
};

/*
 * A field that an act sets in the record or in its parent: to an answer, another field, a value or
 * the day. The act does so whether or not the person may write that field.
 */
enum effect_kind { EFFECT_NOTHING, EFFECT_ASK, EFFECT_FIELD, EFFECT_VALUE, EFFECT_TODAY };

struct effect {
	const struct field	*target;
	bool			 parent;	/* `target` is a field of the parent's book */
	enum effect_kind	 kind;
	const struct field	*source;	/* EFFECT_ASK, EFFECT_FIELD; an empty source leaves
						   the target as it is */
	const struct val	*value;		/* EFFECT_VALUE */
};

struct act {
	const char		*name;
	struct label		 label;
	unsigned		 index;
	states_t		 from;
	const struct state	*to;		/* NULL = the state does not change */
	roles_t			 by;
	enum remarks		 remarks;	/* texts beside single fields ("returned with
						   reasons per field") */
	bool			 clears;	/* this act settles the remarks of an earlier one */
	bool			 check;		/* the record must have no problem and no gap */
	bool			 reauth;	/* asks for the password again */
	const struct act	*four_eyes;	/* not by the person who last did that act */
	bool			 four_eyes_save;	/* not by the person who last changed the
							   record, nor in one step with a change */
	const struct act	*same_person;	/* only by the person who last did that act */
	struct field		*ask;		/* questions whose answers go to the trail: reasons
						   and the like */
	size_t			 nask;
	struct need		*needs;
	size_t			 nneeds;
	struct effect		*effects;
	size_t			 neffects;
	const struct field	*area;		/* done in the scopes of this field; NULL = in
						   the record's own */
};

/* ---- lists, grants, books -------------------------------------------------------------------- */

enum column_of { COL_FIELD, COL_NUMBER, COL_STATE, COL_AREA, COL_CHANGED, COL_CHANGED_BY,
	COL_DEADLINE };			/* lists with a clock */

struct column {
	enum column_of		 of;
	const struct field	*field;		/* COL_FIELD */
	struct label		 label, brief;	/* brief: where the label does not fit */
	size_t			 cells;		/* preferred width, 0 = the type's own */
};

struct list {
	const char		*name;
	struct label		 label;
	unsigned		 index;
	const struct book	*book;
	roles_t			 by;		/* roles whose menus offer it */
	const struct pred	*where;		/* NULL = all; never depends on the day */
	const struct clock	*clock;		/* records overdue today by this clock, longest
						   first; no where, no sorts */
	const struct field	*area;		/* lies in the scopes of this field, while it has
						   a value; NULL = in the record's own */
	struct column		*columns;
	size_t			 ncolumns;
	struct column		*sorts;	/* the first is the initial order; each has index rows */
	size_t			 nsorts;
};

enum reach {
	REACH_NONE,
	REACH_SCOPE,			/* records that lie in a scope of the account: a place, a
					   body */
	REACH_ALL			/* the whole county */
};

struct grant {				/* what one role may do with a book */
	enum reach		 reach;
	states_t		 states;
	const struct pred	*where;		/* NULL = any */
};

struct match_rule {	/* a rule of "search before create", or of what records share */
	const struct field	**fields;	/* all must be equal */
	bool			 *phonetic;	/* per field: names that sound alike are equal
						   (pinyin) */
	size_t			 nfields;
	unsigned		 index;
	struct label		 say;		/* the reason shown beside a hit */
	bool			 shared;	/* tells what two records have in common, not that
						   they may be the same */
	size_t			 threshold;	/* shared: the cover of each notes so many records
						   or more, 0 = never */
	const struct pred	*threshold_where;	/* which records count; NULL = all */
	struct label		 threshold_say;	/* the note on the cover */
};

/*
 * A deadline that a record has while `when` holds. It is due some time after the later of two days,
 * when the condition began to hold and when the task was last done, or before a date in the record.
 * The passing of time computes nothing: the due day follows from the record, and is kept as an
 * index row.
 */
enum clock_kind {
	CLOCK_MONTH,			/* at the end of the following month */
	CLOCK_EVERY,			/* n units after; only once where nothing but a change of
					   the record does the task */
	CLOCK_BY_CODE,			/* as CLOCK_EVERY, with n and unit by the code of a field;
					   no row while that is empty */
	CLOCK_ON,	/* n units from the date in a field (n may be negative) */
	CLOCK_CHANGE	/* n units after one of some fields changed while the condition held */
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
	const struct pred	*paused;	/* NULL = never; the deadline starts again after a
						   pause */
	enum clock_kind		 kind;
	const struct field	*field;		/* CLOCK_BY_CODE, CLOCK_ON */
	bool			 empty_now;	/* CLOCK_ON: an empty date counts as the day before
						   the condition began, */
	const struct field	*empty_since;	/* … or before the date in this field, where that is
						   later; NULL: none */
	const struct field	**changes;	/* CLOCK_CHANGE */
	size_t			 nchanges;
	const struct field	*area;		/* lies in the scopes of this field, while it has
						   a value; NULL = in the record's own */
	struct interval		*intervals;
	size_t			 nintervals;
	const struct book	*done;		/* a child record of this book does the task; NULL:
						   only a change of the record does */
	const struct pred	*done_where;	/* … that fulfils this condition */
	roles_t			 by;
	struct escalation_step		*escalation;
	size_t			 nescalation;
	int			 priority;	/* order of deadlines of one day, smaller first */
	int			 ahead;		/* shown this many days before it is due; 0 = as the
						   screen asks */
	bool			 local;	/* the number is the county's decision, not in the
					   documents */
};

struct only_one {	/* at most one such record under one parent, for equal values of `per` */
	const struct pred	*where;		/* may depend on the day; it is tested at saves */
	const struct field	**per;
	size_t			 nper;
	struct label		 say;		/* what exists already and what to do about it */
};

struct warning_rule {				/* an inconsistency that is told when the record is
						   saved; it blocks nothing */
	const struct pred	*when;		/* may read the parent, and depend on the day */
	const struct field	*field;		/* the message stands beside this field */
	struct label		 say;
};

struct quick_entry {	/* a record in two keys: puts these fields and saves */
	const char		*name;
	struct label		 label;
	const struct val	*initial;	/* {field: value} */
};

struct parent_page {			/* a code that leads to a page of the parent: "school" to
					   the page wellbeing */
	const struct code	*code;
	const struct page	*page;
};

struct alert {	/* shown on the cover while it holds; may depend on the day */
	const struct pred	*when;
	struct label		 say;
	struct label		 past;		/* the words for a past day; same as `say` where
						   there are none */
};

/* Parts of a cover are numbered in their order, from 1. */
struct cover_part {			/* one of the two */
	const struct page	*page;		/* a page of the record */
	const struct book	*book;		/* its child records of this book */
};

struct cover {	/* the first screen of a record; NULL fields have no value to show */
	const struct field	**fields;	/* in reading order */
	size_t			 nfields;
	struct alert		*alerts;
	size_t			 nalerts;
	struct cover_part	*parts;
	size_t			 nparts;
};

/* ---- score sheets ---------------------------------------------------------------------------- */

/*
 * Points for answers. A sheet belongs to a book and is a page of it: one group with the sheet's
 * name, shown while the sheet is chosen. So code for pages and fields works for sheets too. Points
 * are in units of the book's total field.
 */
struct points {
	const char		*code;		/* of a choice or many-of; "yes" and "no"; NULL = a
						   range of numbers */
	int64_t			 min, max;	/* both included */
	int64_t			 points;
};

struct score_item {
	const struct field	*field;		/* of the sheet's group, or any of the book */
	struct points		*points;
	size_t			 npoints;
	int64_t			 none, other;	/* points for no answer; for a code or number that
						   has no row */
};

struct score_override {				/* a grade that applies whatever the points are */
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
	bool			 local;	/* made by the county */
	int			 retired;	/* no longer chosen from this day on, 0 = in use */
	const char		*file;
	const struct book	*book;
	const struct field	*group;		/* the answers */
	const struct field	*into;		/* the field of the book that takes the grade */
	struct score_item	*items;
	size_t			 nitems;
	struct score_override	*overrides;	/* the first that holds decides */
	size_t			 noverrides;
	struct score_grade	*grades;	/* from the lowest totals on */
	size_t			 ngrades;
};

struct book {
	const char		*name;
	struct label		 label;
	const char		*source;	/* the clause that requires the book */
	const char		*number;	/* pattern, "" = records have no number */
	const char		*title;		/* pattern over fields */
	unsigned		 index;
	bool			 bodies;	/* its records are bodies, in which other records
						   may lie */
	const struct field	*area;		/* decides reach; NULL = county-wide, or that of
						   the record it is under */
	const struct field	*under;		/* link to the record it belongs to: reach and
						   place follow that one */
	const struct field	*date;		/* the day it tells of; NULL = the day it was
						   made */
	struct clock		*clocks;
	size_t			 nclocks;
	struct page		*pages;
	size_t			 npages;
	const struct field	**all;		/* every field in reading order, groups before their
						   fields */
	size_t			 nall;
	struct state		*states;
	size_t			 nstates;
	const struct state	*start;
	struct act		*acts;
	size_t			 nacts;
	struct grant		 see[ROLES_MAX];
	states_t		 hidden;		/* states that some role with access to the
							   book may not see */
	struct grant		 write[ROLES_MAX];	/* states in which the role may change
							   fields */
	roles_t			 create;
	bool			 logged;		/* reading one is an entry in the trail */
	struct list		*lists;
	size_t			 nlists;
	const struct field	**clone_fields;	/* fields copied into a new record made "like this
						   one"; outside groups, or whole groups */
	size_t			 nclone_fields;
	struct match_rule		*match_rules;
	size_t			 nmatch_rules;
	struct only_one		*only;
	size_t			 nonly;
	struct warning_rule		*warnings;
	size_t			 nwarnings;
	struct quick_entry		*quick_entries;
	size_t			 nquick_entries;
	const struct field	*parent_pages_field;	/* the choice or many-of whose codes lead to
							   pages; NULL = none */
	struct parent_page	*parent_pages;
	size_t			 nparent_pages;
	const struct cover	*cover;		/* NULL = none: the reader opens at once */
	const struct field	*sheet;	/* the choice of a score sheet; NULL = the book has none */
	const struct field	*total;	/* the total of a score sheet; NULL without sheets */
	const struct field	*reasons;	/* NULL = not kept */
	roles_t			 merge;		/* roles that may merge two records of one person */
	const struct state	*merged;	/* state of a record merged into another; NULL =
						   they cannot be merged */
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
	char			 version[33];	/* hex digest of the source */
};

/* ---- building -------------------------------------------------------------------------------- */

/* All errors in a set of files, one line each: "books/child.yaml:14: …". */
struct lint {
	struct buf	 out;
	size_t		 n;
};

/*
 * Reads the files below dir (county.yaml, roles.yaml, codes/, books/, sheets/) into one value:
 * {"county": {…}, "roles": [...], "codes": {name: …}, "books": {name: …}, "sheets": {name: …}},
 * each part with its line and, under "file", its file. Syntax errors, double keys and unreadable
 * files go to lint. NULL only when memory ran out or dir cannot be read; else the caller's,
 * possibly incomplete when lint->n grew.
 */
struct val	*set_read(const char *dir, struct lint *) MUST_USE;

/*
 * Builds a set from such a value. Takes `src`, also on failure. NULL when lint->n grew: a set with
 * an error is not used in part.
 */
struct set	*load_set(struct val *src, struct lint *) MUST_USE;
void		 set_free(struct set *);
const struct val *set_source(const struct set *);	/* the value it was built from; it is sent
							   to clients unchanged */

/* ---- looking up: NULL when there is none ----------------------------------------------------- */

const struct codes	*set_codes(const struct set *, const char *name);
const struct role	*set_role(const struct set *, const char *name);
const struct book	*set_book(const struct set *, const char *name);
const struct score_sheet *set_sheet(const struct set *, const char *name);
const struct code	*codes_find(const struct codes *, const char *code);
/* indices in the path match "*" */
const struct field	*book_field(const struct book *, const char *path);
const struct state	*book_state(const struct book *, const char *name);
const struct act	*book_act(const struct book *, const char *name);
/*
 * The n-th (0 …) act that leads on from a state for this role: one that requires a complete record.
 * state NULL: none.
 */
const struct act	*book_next_act(const struct book *, const struct state *,
			    const struct role *, size_t n);
const struct list	*book_list(const struct book *, const char *name);
const struct clock	*book_clock(const struct book *, const char *name);

/*
 * The screens a menu may name, with NULL behind the last: one list for the client and the loader.
 */
extern const char *const set_screens[];
/*
 * Whether a month's work on this clock is a roll: due every month and done by a record that has
 * quick entries.
 */
bool			 clock_has_roll(const struct clock *);

#define ROLE_BIT(r)	(UINT32_C(1) << (r)->index)
#define STATE_BIT(s)	(UINT32_C(1) << (s)->index)

enum lang { LANG_ZH, LANG_EN };
#define LABEL(l, lang)	((lang) == LANG_EN ? (l).en : (l).zh)

#endif
