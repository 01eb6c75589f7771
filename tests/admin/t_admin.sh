#!/bin/sh
#
# shouwang-admin from end to end: what each command does, what it refuses and what it then leaves alone.

. "$SRCDIR/tests/tap.sh"
export SHOUWANG_FORMS="$SRCDIR/forms/county" SHOUWANG_DEMO_DATA="$SRCDIR/admin/demo"
unset SHOUWANG_NOW
home=$TMPDIR/home
forms=$TMPDIR/forms

sa()			# command of shouwang-admin on the home
{
	"$BUILD/shouwang-admin" -d "$home" "$@"
}

# It ends with this status, and what it prints holds this text (one line of it).
gives()			# status text command...
{
	_want=$1 _text=$2
	shift 2
	"$@" >"$TMPDIR/said" 2>&1
	_got=$?
	cat "$TMPDIR/said"
	[ "$_got" -eq "$_want" ] || { echo "status $_got, not $_want"; return 1; }
	[ -z "$_text" ] || grep -F -q -- "$_text" "$TMPDIR/said" || { echo "does not say: $_text"; return 1; }
}

lines()			# how many the last gives() printed
{
	[ "$(wc -l <"$TMPDIR/said")" -eq "$1" ] || { cat "$TMPDIR/said"; return 1; }
}

entries()		# how many acts the trail holds
{
	sa audit -n 0 | wc -l
}

nothing_written()	# command: the trail is as long as before
{
	_before=$(entries)
	"$@"
	[ "$(entries)" -eq "$_before" ]
}

# ---- init ----------------------------------------------------------------------------------------------

check "init makes a home with definitions and places" gives 0 "28 places: 28 new" sa init
check "nobody else may look into it" [ "$(stat -c %a "$home")" = 700 ]
check "the definitions are copied" diff -r "$SHOUWANG_FORMS" "$home/forms"
check "it is a real store" gives 0 "kind	real" sa status
check "init does not touch a home that is there" gives 73 "is not empty" sa init

cp -r "$SHOUWANG_FORMS" "$forms"
sed -i 's/type: area/type: aera/' "$forms/books/child.yaml"
home=$TMPDIR/none
check "bad definitions make no home" gives 65 'there is no type "aera"' sa init --forms "$forms"
check "nothing is left of it" [ ! -e "$home" ]
cp "$SHOUWANG_FORMS/books/child.yaml" "$forms/books/"
echo "990121100999,," >>"$forms/areas.csv"
check "bad places make no home" gives 65 "areas.csv:30: name: Not filled in yet" sa init --forms "$forms"
check "nothing is left of it either" [ ! -e "$home" ]
rm "$forms/areas.csv"
check "places may come later" gives 0 "a new store is ready" sa init --forms "$forms"
home=$TMPDIR/home

# ---- homes that are not in order -----------------------------------------------------------------------

cp -r "$home" "$TMPDIR/broken"
home=$TMPDIR/broken
tr 0-9 1-90 <"$home/key" >"$TMPDIR/key" && cat "$TMPDIR/key" >"$home/key"
check "a wrong key is told before the store meets it" gives 78 "key" sa status
cp "$TMPDIR/home/key" "$home/key"
check "with the right one it opens" gives 0 "records	area	known	28" sa status
chmod 755 "$home"
check "a home others may look into is refused" gives 77 "$home" sa status
chmod 700 "$home"
mv "$home/forms/county.yaml" "$TMPDIR/"
check "a home without its definitions is not opened" gives 78 "county.yaml: cannot be read" sa status
home=$TMPDIR/nowhere
check "a home that is not there" gives 66 "nowhere" sa status
home=$TMPDIR/home

# ---- words ---------------------------------------------------------------------------------------------

check "no command" gives 64 "usage:" "$BUILD/shouwang-admin"
check "an unknown command" gives 64 'there is no command "frob"' sa frob
check "--help names every command" gives 0 "account" sa --help
for c in init form area account grant clock demo verify jobs job audit status; do
	check "$c --help" gives 0 "usage: shouwang-admin" sa "$c" --help
	check "$c with an option nobody knows" gives 64 "See: shouwang-admin $c --help" sa "$c" --frob
done

# ---- form check ----------------------------------------------------------------------------------------

check "good definitions" gives 0 "in order: 15 books" "$BUILD/shouwang-admin" form check "$SHOUWANG_FORMS"
mkdir "$TMPDIR/empty"
check "a folder without any" gives 65 "county.yaml: cannot be read" "$BUILD/shouwang-admin" form check "$TMPDIR/empty"
sed -i -e 's/^title:.*/title: "{nmae}"/' -e 's/codes: hukou$/codes: hukuo/' "$forms/books/child.yaml"
check "every mistake is told" gives 65 'there is no code list "hukuo"' "$BUILD/shouwang-admin" form check "$forms"
check "with file and line" grep -q '^books/child.yaml:[0-9]*: title: book child has no field "nmae"$' "$TMPDIR/said"
check "and nothing else" lines 2
cp "$SHOUWANG_FORMS/books/child.yaml" "$forms/books/"

# ---- definitions of an earlier version -----------------------------------------------------------------

old=$TMPDIR/old
cp -r "$SRCDIR/tests/data/old-forms" "$old"
chmod 640 "$old/books/visit.yaml"
cp -r "$old" "$TMPDIR/new"

upgrade()		# [--dry-run] file...
{
	"$BUILD/shouwang-admin" form upgrade "$@"
}

check "they are refused" gives 65 'books/visit.yaml:14: "starts" is now "initial"' "$BUILD/shouwang-admin" form check "$old"
check "with the command that changes them" grep -q "form upgrade $old" "$TMPDIR/said"
check "and nothing else" [ "$(grep -c ' is \(now "\|gone: \)' "$TMPDIR/said")" -eq "$(($(wc -l <"$TMPDIR/said") - 1))" ]
changes=$(grep -c ' is \(now "\|gone: \)' "$TMPDIR/said")
check "what would be changed" gives 0 "$changes changes in 8 files, not written" upgrade --dry-run "$TMPDIR/new"
check "is not" diff -r "$old" "$TMPDIR/new"
check "changed" gives 0 "$changes changes in 8 files" upgrade "$TMPDIR/new"
check "with the lines a check told" grep -q '^books/visit.yaml:14: "starts" is now "initial"$' "$TMPDIR/said"
check "they are in order" gives 0 "in order: 5 books" "$BUILD/shouwang-admin" form check "$TMPDIR/new"
check "comments stay" [ "$(grep -rho '#.*' "$old" | sort)" = "$(grep -rho '#.*' "$TMPDIR/new" | sort)" ]
check "and modes" [ "$(stat -c %a "$TMPDIR/new/books/visit.yaml")" = 640 ]
check "nothing lies about" [ "$(find "$TMPDIR/new" -type f | wc -l)" -eq "$(find "$old" -type f | wc -l)" ]
check "once is enough" gives 0 "0 changes in 0 files" upgrade "$TMPDIR/new"
check "one file by itself" gives 0 "books/child.yaml:13: \"gives\" is now \"autofill\"" upgrade --dry-run "$old/books/child.yaml"
printf 'book: a\nlists: [l: {where: {has: b, field: x}}]\n' >"$TMPDIR/hand.yaml"
check "what is left to a person" gives 65 'hand.yaml:2: "has" is gone' upgrade "$TMPDIR/hand.yaml"
printf 'book: [' >"$TMPDIR/none.yaml"
check "a file that is none" gives 65 "none.yaml:" upgrade "$TMPDIR/none.yaml"
check "a file that is not there" gives 66 "nowhere" upgrade "$TMPDIR/nowhere"
check "no file at all" gives 64 "takes files" upgrade
home=$TMPDIR/aged
check "a home is made with them" gives 0 "28 places: 28 new" sa init --forms "$TMPDIR/new"
rm -r "$home/forms"
cp -r "$old" "$home/forms"
check "one of before is not opened" gives 78 'books/visit.yaml:14: "starts" is now "initial"' sa status
check "its definitions are changed in place" gives 0 "$changes changes" upgrade "$home/forms"
check "then it opens" gives 0 "records	area	known	28" sa status
check "with all it held" gives 0 "all agrees" sa verify
home=$TMPDIR/home

# ---- places --------------------------------------------------------------------------------------------

places()		# lines of a file
{
	printf '%s\n' "$@" >"$TMPDIR/places.csv"
}

check "places that are on record are left alone" gives 0 "0 new, 0 changed, 28 as they were" \
    sa area load "$SHOUWANG_FORMS/areas.csv"
check "and nothing is written" nothing_written sa area load "$SHOUWANG_FORMS/areas.csv"
places code,name 990121100200,柳林村 990121100210,新桥村
check "a dry run says what it would do" gives 0 "1 new, 1 changed, 0 as they were; nothing was written" \
    sa area load --dry-run "$TMPDIR/places.csv"
check "and writes nothing" nothing_written sa area load --dry-run "$TMPDIR/places.csv"
check "one is renamed and one is new" gives 0 "1 new, 1 changed, 0 as they were" sa area load "$TMPDIR/places.csv"
check "so it is the second time" gives 0 "0 new, 0 changed, 2 as they were" sa area load "$TMPDIR/places.csv"

printf '\357\273\277code,name\r\n990121100211,"新桥 ""二"" 村"\r\n' >"$TMPDIR/places.csv"
check "a byte order mark, line ends of DOS, quotes" gives 0 "1 new" sa area load "$TMPDIR/places.csv"
printf '代码,名称\n990121100212,竹林村\n' | iconv -f UTF-8 -t GB18030 >"$TMPDIR/places.csv"
check "GB18030 with Chinese headings" gives 0 "1 new" sa area load "$TMPDIR/places.csv"
places code,name 990121100212,竹林村
check "is the same place in UTF-8" gives 0 "0 new, 0 changed, 1 as they were" sa area load "$TMPDIR/places.csv"
places 990121100213,无头村
check "without headings" gives 0 "1 new" sa area load "$TMPDIR/places.csv"
places code,name,until 990121100213,无头村,2026-03-01
check "a place is dissolved" gives 0 "1 changed" sa area load "$TMPDIR/places.csv"
places code,name 990121100213,无头村
check "a file without that column leaves it so" gives 0 "1 as they were" sa area load "$TMPDIR/places.csv"
places code,name,until 990121100213,无头村,
check "with the column empty it is back" gives 0 "1 changed" sa area load "$TMPDIR/places.csv"
check "the new township comes before its village" gives 0 "2 new" \
    sh -c 'printf "990121300200,云上村\n990121300000,云上乡\n" >"$1" && shift && "$@"' x "$TMPDIR/places.csv" \
    "$BUILD/shouwang-admin" -d "$home" area load "$TMPDIR/places.csv"

places code,name 99012110020,少一位村 990121100220, 990121100221,甲村 990121100221,乙村 990121400200,无乡村 \
    990122100000,外县镇 99012110022x,字母村
check "bad rows" gives 65 "nothing was written" sa area load "$TMPDIR/places.csv"
bad="$TMPDIR/places.csv"
bad_row()		# line text
{
	grep -F -q -- "$bad:$1: $2" "$TMPDIR/said" || { cat "$TMPDIR/said"; return 1; }
}
check "a digit is missing" bad_row 2 "code: "
check "no name" bad_row 3 "name: Not filled in yet"
check "the same code twice" bad_row 5 "code 990121100221 stands in line 4 already"
check "a village without its township" bad_row 6 "990121400200 lies in 990121400000, which is neither in the file nor on record"
check "another county's" bad_row 7 "code: 990122100000 does not lie in this county"
check "a letter in a code" bad_row 8 "code: "
check "the good row of it is not there either" nothing_written sa area load "$TMPDIR/places.csv"
places code,colour 990121100220,红
check "an unknown column" gives 65 'there is no column "colour"' sa area load "$TMPDIR/places.csv"
check "and the one that is missing" bad_row 1 "column name is missing"
places code,name '990121100220,"开口村'
check "a quote that does not close" gives 65 ":2: a quoted cell does not end" sa area load "$TMPDIR/places.csv"
: >"$TMPDIR/places.csv"
check "an empty file" gives 65 "the file is empty" sa area load "$TMPDIR/places.csv"
head -c 4000 /dev/urandom >"$TMPDIR/places.csv"
check "no text at all" gives 65 "places.csv" sa area load "$TMPDIR/places.csv"
check "no file" gives 66 "No such file" sa area load "$TMPDIR/no.csv"

# ---- accounts ------------------------------------------------------------------------------------------

list_says()		# text
{
	sa account list >"$TMPDIR/said"
	grep -F -q -- "$1" "$TMPDIR/said" || { cat "$TMPDIR/said"; return 1; }
}

tab=$(printf '\t')
check "the security administrator comes second" gives 65 "there is no active sysadmin yet" \
    sa account add sec --name 王芳 --role secadmin
check "the system administrator first" gives 0 "" sa account add sys --name 李强 --role sysadmin
check "who has no system account is pointed out" gives 0 "warning: there is no system account nobody-here yet" \
    sa account add nobody-here --name 周到 --role officer
check "one person never holds both" gives 65 "李强 is System administrator already, as sys" \
    sa account add sec --name 李强 --role secadmin
check "another person may" gives 0 "" sa account add sec --name 王芳 --role secadmin
check "the third of them neither" gives 65 "王芳 is Security administrator already" \
    sa account add aud --name 王芳 --role auditor
check "an unknown role" gives 65 'there is no role "boss"; there are: director' sa account add x --name 甲 --role boss
check "a director without a village" gives 65 "areas: Not filled in yet" sa account add x --name 甲 --role director
check "a director of a township" gives 65 "990121100000 is none" \
    sa account add x --name 甲 --role director --area 990121100000
check "a supervisor of a village" gives 65 "990121100201 is none" \
    sa account add x --name 甲 --role supervisor --area 990121100201
check "a village that is not there" gives 65 "There is no place with the code 990121100999" \
    sa account add x --name 甲 --role director --area 990121100999
check "a day that is none" gives 65 "from: " \
    sa account add x --name 甲 --role director --area 990121100201 --from 2026-02-30
check "none of these is an account" [ "$(sa account list | wc -l)" -eq 3 ]
check "two villages, from and until" gives 0 "" sa account add dir --name 刘一 --role director --area 990121100201 \
    --area 990121100202 --from 2026-03-01 --until 2026-12-31
check "is listed so" list_says "dir${tab}director${tab}990121100201,990121100202${tab}2026-03-01${tab}2026-12-31${tab}active${tab}刘一"
check "a login name is given once" gives 65 "account dir is there already" \
    sa account add dir --name 刘二 --role director --area 990121100201

check "suspending needs a reason" gives 64 "--why" sa account suspend dir
check "suspending" gives 0 "" sa account suspend dir --why 调离
check "shows" list_says "suspended${tab}刘一"
check "twice is refused" gives 77 "account dir: " sa account suspend dir --why 调离
check "resuming" gives 0 "" sa account resume dir
check "shows too" list_says "active${tab}刘一"
check "nobody of that name" gives 67 "there is no account zhang" sa account suspend zhang --why x
check "the last system administrator stays" gives 65 "only System administrator" sa account suspend sys --why 换人
sa account add sys2 --name 周全 --role sysadmin >/dev/null 2>&1
sa account suspend sys --why 换人 >/dev/null
check "a role held by somebody suspended excludes nobody" gives 0 "" sa account add aud --name 李强 --role auditor
check "but he does not get it back beside the other" gives 65 "李强 is Auditor already, as aud" sa account resume sys

check "another role and place" gives 0 "" sa grant dir supervisor 990121100000
check "shows as well" list_says "dir${tab}supervisor${tab}990121100000"
check "grant does not take a place of a wrong level" gives 65 "is none" sa grant dir director 990121100000
check "nor an unknown role" gives 65 'there is no role "boss"' sa grant dir boss
check "nor an unknown account" gives 67 "there is no account zhang" sa grant zhang officer

# ---- the trail -----------------------------------------------------------------------------------------

check "all of it is in the trail" gives 0 "${tab}resume${tab}account${tab}" sa audit -n 100
check "under who did it" gives 0 "${tab}local${tab}local${tab}" sa audit --user local -n 1
check "one line" lines 1
check "of one record" gives 0 "${tab}create${tab}area${tab}#1" sa audit --record 1
check "only" lines 1
check "nobody else did anything" [ -z "$(sa audit --user zhang)" ]
check "a record that is none" gives 64 "neither the number of a record nor its id" sa audit --record abc

check "all that was computed agrees" gives 0 "all agrees" sa verify

# ---- definitions against records -----------------------------------------------------------------------

against()		# what form check --against says of the home
{
	"$BUILD/shouwang-admin" form check "$forms" --against "$home"
}

check "the definitions in use fit" gives 0 "0 of them do not fit" \
    "$BUILD/shouwang-admin" form check --against "$home"
sed -i 's/max: 30$/max: 3/' "$forms/books/area.yaml"
long=$(sa area load --dry-run "$SHOUWANG_FORMS/areas.csv" >/dev/null; cut -d, -f2 "$SHOUWANG_FORMS/areas.csv" | sed 1d | grep -c '^....')
check "a change that faults records is told" gives 65 " of them do not fit" against
check "one line each" [ "$(grep -c '^area #[0-9]*: name: ' "$TMPDIR/said")" -ge "$long" ]
check "nothing is written by asking" gives 0 "all agrees" sa verify
sed -i -e 's/max: 3$/max: 30/' -e 's/type: date/type: text/' "$forms/books/area.yaml"
check "a field that the program needs stays what it is" gives 65 "books/area.yaml: must have a plain field until of type date" against
cp "$SHOUWANG_FORMS/books/area.yaml" "$forms/books/"
cp "$SHOUWANG_FORMS/books/account.yaml" "$forms/books/"
sed -i 's/- suspended:/- halted:/; s/to: suspended/to: halted/; s/from: suspended/from: halted/; s/, suspended\]/, halted]/' \
    "$forms/books/account.yaml"
check "a state that goes takes its records along" gives 65 "account #" against
check "and says so" grep -q "its book or its state is not defined" "$TMPDIR/said"

# ---- the demo county -----------------------------------------------------------------------------------

check "invented people have no place in a real store" gives 64 "this is no demo store" sa demo
real=$home

now=1775000000
county()		# directory seed: a demo county of 60
{
	home=$TMPDIR/$1
	SHOUWANG_NOW=$now sa init --demo >/dev/null && SHOUWANG_NOW=$now sa demo --children 60 --seed "$2"
}

check "half a year of sixty children" gives 0 "60 children" county demo 7
check "all that was computed agrees" gives 0 "all agrees" sa verify
check "nothing is wrong with any record" gives 0 "records the definitions have something against: 0" sa verify
head=$(sa audit -n 0 | cksum)		# not the hash of its end: each home has a key of its own
check "most are active" gives 0 "records	child	active" sa status
check "some are not" grep -q "records	child	found" "$TMPDIR/said"
check "visits were made" grep -q "records	visit	recorded" "$TMPDIR/said"
check "months were kept" grep -q "records	update	recorded" "$TMPDIR/said"
check "unfinished entries wait" grep -q "drafts	3" "$TMPDIR/said"
check "every role has somebody" [ "$(sa account list | cut -f2 | sort -u | wc -l)" -eq 9 ]
check "every village its director" [ "$(sa account list | grep -c '^dir-.*990121')" -eq 24 ]
check "under a name that stays" list_says "dir-liushu${tab}director${tab}990121100200"
check "acts are their people's" gives 0 "${tab}sup-qingshi${tab}supervisor${tab}demo${tab}verify${tab}child${tab}9901" \
    sa audit --user sup-qingshi -n 0
number=$(sa audit -n 0 | awk '$6 == "archive" || $7 == "archive" { print $NF; exit }')
check "the trail of one file, by its number" gives 0 "${tab}archive${tab}child${tab}$number" sa audit --record "$number"
check "holds nothing else" [ "$(cut -f8 "$TMPDIR/said" | sort -u | wc -l)" -eq 1 ]
check "nobody works on a Sunday" [ -z "$(sa audit -n 0 | awk -F'\t' '$3 != "local" && $3 !~ /admin$/ { print substr($2, 1, 10) }' |
    sort -u | xargs -I@ date -d @ +%u | grep 7)" ]
check "it cannot be filled twice" gives 64 "has people already" sa demo
check "the same seed tells the same story" gives 0 "60 children" county again 7
check "to the last entry" [ "$(sa audit -n 0 | cksum)" = "$head" ]
check "another seed another" gives 0 "60 children" county other 8
check "entry for entry" [ "$(sa audit -n 0 | cksum)" != "$head" ]

# The people follow the forms: a field more, a field less, other codes.
cp "$SHOUWANG_FORMS/books/child.yaml" "$SHOUWANG_FORMS/books/account.yaml" "$forms/books/"
sed -i -e 's/^        - former_name:/        - shoe:\n            type: number\n            label: 鞋码\n            required: yes\n            min: 16\n            max: 45\n        - former_name:/' \
    -e 's/\bunit_head\b/homestead/' "$forms/books/child.yaml"
home=$TMPDIR/changed
check "a changed form is in order" gives 0 "a demo store is ready" sa init --demo --forms "$forms"
check "but without places nobody lives there" gives 78 "there are no villages on record" sa demo --children 5
check "with them" gives 0 "28 new" sa area load "$SHOUWANG_FORMS/areas.csv"
rm -rf "$home"
cp "$SHOUWANG_FORMS/areas.csv" "$forms/"
check "once more, with places" gives 0 "a demo store is ready" sa init --demo --forms "$forms"
check "the people follow the form" gives 0 "40 children" sa demo --children 40
check "and it has nothing against them" gives 0 "records the definitions have something against: 0" sa verify

# ---- beside a daemon -----------------------------------------------------------------------------------

daemon=
start()			# words: shouwangd on the home
{
	"$BUILD/shouwangd" -d "$home" -S "$TMPDIR/run/socket" "$@" >"$TMPDIR/daemon" 2>&1 &
	daemon=$!
	while ! grep -q "^ready " "$TMPDIR/daemon"; do
		kill -0 "$daemon" 2>/dev/null || { cat "$TMPDIR/daemon"; return 1; }
		sleep 0.1
	done
}

stop()
{
	kill "$daemon" && wait "$daemon"
}
trap '[ -z "$daemon" ] || kill "$daemon" 2>/dev/null' EXIT

mkdir -p "$TMPDIR/run"
home=$TMPDIR/demo
check "a demo daemon runs" start
check "what needs the home alone says so" gives 75 "stop the daemon first" sa verify --accept-loss
check "the demo too" gives 75 "stop the daemon first" sa demo
check "as does form check" gives 75 "stop the daemon first" "$BUILD/shouwang-admin" form check --against "$home"
check "whoever runs it is the administrator there" gives 0 "active" sa -S "$TMPDIR/run/socket" account list
check "and verifies while it runs" gives 0 "all agrees" sa -S "$TMPDIR/run/socket" verify
stranger_is_refused()
{
	chmod 711 "$TMPDIR" "$TMPDIR/run" && chmod 777 "$TMPDIR/run/socket" &&
	    printf '%s\n' '{"op":"whoami","persona":"local"}' '{"op":"jobs"}' |
	    setpriv --reuid 65534 --regid 65534 --clear-groups "$BUILD/shouwang" -S "$TMPDIR/run/socket" -j >"$TMPDIR/said" 2>&1
	grep -q '"role": *"local"' "$TMPDIR/said" && return 1
	grep -q '"ok": *false' "$TMPDIR/said" || { cat "$TMPDIR/said"; return 1; }
}
if [ "$(id -u)" -eq 0 ]; then
	check "nobody else is" stranger_is_refused
else
	skip "another user is not the administrator of a demo" "needs root"
fi
check "without the socket one is asked for it" gives 75 "-S says where its daemon listens" sa -S "$TMPDIR/run/no" account list
check "it stops" stop
check "then all is as before" gives 0 "all agrees" sa verify

served()		# the commands of a real store, through its daemon
{
	_s=$TMPDIR/run/socket
	check "status says that it runs" gives 0 "daemon	running" sa -S "$_s" status
	check "accounts are listed" gives 0 "dir	supervisor	990121100000" sa -S "$_s" account list
	check "one is added" gives 0 "" sa -S "$_s" account add www-data --name 吴二 --role supervisor --area 990121101000
	check "a refusal is as plain as without" gives 65 "account x: areas: Director is granted for villages" \
	    sa -S "$_s" account add x --name 甲 --role director --area 990121101000
	check "places are loaded" gives 0 "0 new, 1 changed" sa -S "$_s" area load "$TMPDIR/places.csv"
	check "the trail has it" gives 0 "${tab}save${tab}area${tab}#" sa -S "$_s" audit -n 1
	check "all agrees while it runs" gives 0 "all agrees" sa -S "$_s" verify
	check "how far it had come is told in lines" grep -q '^verify: 100 %' "$TMPDIR/said"
	check "it was a job" gives 0 "verify${tab}local${tab}done" sa -S "$_s" jobs
	check "with a result" gives 0 "all agrees" sa -S "$_s" job 1 --result
	check "that is a file of its own" [ "$(stat -c '%U %a' "$home/outbox/local/verify-1.txt")" = "nobody 600" ]
	check "it is over" gives 75 "has ended already" sa -S "$_s" job 1 --cancel
	check "there is no other" gives 66 "no such job" sa -S "$_s" job 7
	check "the trail has its end" gives 0 "${tab}job-end${tab}" sa -S "$_s" audit -n 1
	check "another home's daemon is not taken for this one's" gives 75 "another daemon answers" \
	    flock "$TMPDIR/demo/lock" "$BUILD/shouwang-admin" -d "$TMPDIR/demo" -S "$_s" account list
}

home=$real
places code,name 990121100200,柳树村
if [ "$(id -u)" -eq 0 ] && [ -x "$BUILD/shouwang-authd" ]; then
	chmod 711 "$TMPDIR"		# nobody has to get through
	chown -R nobody "$home"
	check "root works on a home of somebody else's" gives 0 "kind	real" sa status
	check "and leaves nothing of his own there" [ -z "$(find "$home" ! -user nobody)" ]
	chown nobody "$TMPDIR/run"
	check "a real daemon runs" start -u nobody -A "$BUILD/shouwang-authd"
	served
	check "it stops too" stop
	check "all agrees" gives 0 "all agrees" sa verify
	check "the job is still known" gives 0 "verify${tab}local${tab}done" sa jobs
else
	skip "commands through a real daemon" "needs root"
fi

# HOME/pinyin is not encrypted: it has the sounds of definitions and areas, and none that only names of people have.
home=$TMPDIR/sounds
sounds_are_kept()
{
	sa init --demo && sa account add rare --name 王龘 --role leader && sa status >/dev/null && sa status >/dev/null &&
	    grep -q "^pinyin ICU " "$home/pinyin" && ! grep -q " 9f98 " "$home/pinyin"
}
check "no sound that only names of people have is kept" sounds_are_kept
finish
