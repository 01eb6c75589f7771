#!/bin/sh
#
# shouwang-authd with the machine's own PAM and real accounts, through the shipped service; and that wrong passwords
# given to it and to sshd are counted together.

. "$SRCDIR/tests/tap.sh"
. "$SRCDIR/tests/ssh/sshd.sh"

ask()			# account|reauth name [password]
{
	echo "${3-}" | "$BUILD/tests/admin/test_authd" ask "$SSHD_AUTHD_SERVICE" "$1" "$(id -u "$2" || echo 64999)"
}

says()			# verdict, then as ask
{
	_want=$1
	shift
	_got=$(ask "$@")
	echo "$_got"
	[ "$_got" = "$_want" ]
}

# The rights that the unit leaves to root: "+setuid,+setgid,..."
unit_rights()
{
	sed -n 's/^CapabilityBoundingSet=//p' "$SRCDIR/admin/conf/shouwangd.service" |
	    tr 'A-Z ' 'a-z,' | sed 's/cap_/+/g'
}

ask_confined()		# as ask
{
	echo "${3-}" | setpriv --bounding-set="-all,$(unit_rights)" --inh-caps=-all --no-new-privs \
	    "$BUILD/tests/admin/test_authd" ask "$SSHD_AUTHD_SERVICE" "$1" "$(id -u "$2")"
}

confined_says()		# verdict, then as ask
{
	_want=$1
	shift
	_got=$(ask_confined "$@")
	echo "$_got"
	[ "$_got" = "$_want" ]
}

owned_as_usual()	# as pam_faillock wants it: the user's, and root's by its group
{
	_is=$(stat -c '%U %G %a' "$SSHD_DIR/shouwang-faillock/$zhang")
	echo "$_is"
	[ "$_is" = "$zhang root 660" ]
}

failures()		# how many are counted
{
	faillock --dir "$SSHD_DIR/shouwang-faillock" --user "$zhang" | grep -c "SVC\|RHOST\|TTY"
}

counted()		# n
{
	_n=$(failures)
	echo "$_n counted"
	[ "$_n" -eq "$1" ]
}

logs_in()		# password
{
	sshd_ssh "$zhang" "$1"
}

echo '#!/bin/sh' >"$TMPDIR/client"
check "sshd starts" sshd_start "$TMPDIR/client"
check "an account is made" sshd_account zhang Right-Horse-41
check "and one of no member" sshd_account other Right-Horse-42 guest

check "the account may be used" says ok account "$zhang"
check "its password is right" says ok reauth "$zhang" Right-Horse-41
check "another's is not" says denied reauth "$zhang" Right-Horse-42
check "and is counted" counted 1
check "asking for the account does not forget it" says ok account "$zhang"
check "still counted" counted 1
check "the right password does" says ok reauth "$zhang" Right-Horse-41
check "none counted" counted 0
check "no password is a wrong one" says denied reauth "$zhang" ""
check "an unknown account is denied" says denied account "$zhang-none"
check "and so with a password" says denied reauth "$zhang-none" Right-Horse-41

chage -d 0 "$zhang"
check "a password that has to be changed" says must-change account "$zhang"
check "also when it is right" says must-change reauth "$zhang" Right-Horse-41
check "not when it is wrong" says denied reauth "$zhang" Right-Horse
chage -d "$(date +%F)" -E 1 "$zhang"
check "an expired account" says expired account "$zhang"
check "also with the right password" says expired reauth "$zhang" Right-Horse-41
check "not with a wrong one" says denied reauth "$zhang" Right-Horse
chage -E -1 "$zhang"
check "it is good again" says ok account "$zhang"

faillock --dir "$SSHD_DIR/shouwang-faillock" --user "$zhang" --reset
for _ in 1 2 3 4; do
	ask reauth "$zhang" wrong >/dev/null
done
check "four wrong passwords here" counted 4
check_not "and the fifth at log-in" logs_in wrong
check "make five" counted 5
check "which lock the account here" says denied reauth "$zhang" Right-Horse-41
check_not "and there" logs_in Right-Horse-41
check "nobody else's" says ok reauth "$other" Right-Horse-42
faillock --dir "$SSHD_DIR/shouwang-faillock" --user "$zhang" --reset
check "an administrator unlocks it" logs_in Right-Horse-41

rm -f "$SSHD_DIR/shouwang-faillock/$zhang"		# whose making needs most of them
check "with the few rights of the unit it still counts" confined_says denied reauth "$zhang" wrong
check "in a file like those of a root with all rights" owned_as_usual
check "one" counted 1
check "and knows the right one" confined_says ok reauth "$zhang" Right-Horse-41
check "and forgets" counted 0

# A service that somebody made lax: pam_unix lets an account without a password in, for any.
printf 'auth required pam_unix.so nullok\naccount required pam_unix.so\n' >"/etc/pam.d/$SSHD_AUTHD_SERVICE"
check "a lax service" says ok reauth "$zhang" Right-Horse-41
usermod -p '' "$zhang"
check "does not make no password a right one" says denied reauth "$zhang" ""
finish
