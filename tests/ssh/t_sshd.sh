#!/bin/sh
#
# From the password prompt to the client, through the shipped configuration: members get the client and nothing
# else, and everything PAM has to say is said before it starts. A small script stands in for the client.

. "$SRCDIR/tests/tap.sh"
. "$SRCDIR/tests/ssh/sshd.sh"

cat >"$TMPDIR/client" <<'END'
#!/bin/sh
echo "client of $(id -un)"
echo "asked for ${SSH_ORIGINAL_COMMAND-nothing}, LC_TIME ${LC_TIME-unset}"
tty -s && echo "has a terminal" || echo "has no terminal"
END

try()			# as sshd_ssh, what is said kept in files and shown
{
	: >"$SSHD_DIR/log"
	sshd_ssh "$@" >"$TMPDIR/said" 2>"$TMPDIR/said.err"
	_status=$?
	cat "$TMPDIR/said" "$TMPDIR/said.err" "$SSHD_DIR/log"
	return $_status
}

says()			# words, then as sshd_ssh: it ends well and says them
{
	_words=$1
	shift
	try "$@" && grep -q "$_words" "$TMPDIR/said"
}

refused()		# as sshd_ssh: sshd lets nobody in, and the client does not run
{
	! try "$@" && ! grep -q "client of" "$TMPDIR/said" && grep -q "Permission denied" "$TMPDIR/said.err"
}

forwards()		# name password: through sshd one reaches what listens here (itself)
{
	try "$1" "$2" -W "127.0.0.1:$SSHD_PORT"
	grep -a -q '^SSH-2.0' "$TMPDIR/said"
}

listens()		# name password: sshd opens a port for the user
{
	try "$1" "$2" -o ExitOnForwardFailure=yes -R 127.0.0.1:0:127.0.0.1:1 true
}

only_that_fails()	# forwards or listens, name password: not for want of logging in
{
	! "$@" && grep -q "^Accepted" "$SSHD_DIR/log"
}

cut_off()		# name password: who logs in and opens no session is put out
{
	! try "$1" "$2" -N && grep "terminating inactive connection" "$SSHD_DIR/log"
}

change_password()	# account old new: logs in with the old one, is made to change it, and gets the client
{
	chage -d 0 "$1" && SSHD_NEW=$3 && export SSHD_NEW || return
	says "client of $1" "$1" "$2"
	_status=$?
	unset SSHD_NEW
	return $_status
}

check "sshd starts" sshd_start "$TMPDIR/client"
check "a member's account is made" sshd_account zhang Right-Horse-41
check "and somebody else's" sshd_account other Right-Horse-42 guest
mkdir -m 1777 "$SSHD_DIR/open"

check "a member with the right password gets the client" says "client of $zhang" "$zhang" Right-Horse-41
check "a wrong password does not" refused "$zhang" Right-Horse-4
check "nor another's" refused "$zhang" Right-Horse-42
check "nor a name that is no account" refused "${zhang}0" Right-Horse-41
check "nor the right one by the plain password method" refused "$zhang" Right-Horse-41 \
	-o KbdInteractiveAuthentication=no
check "which is open to others as before" says uid= "$other" Right-Horse-42 id

check "a terminal when one is asked for" says "has a terminal" "$zhang" Right-Horse-41 -tt
check "and none when not" says "has no terminal" "$zhang" Right-Horse-41
export LC_TIME=zh_CN.GB18030
check "the terminal's language comes along" says "LC_TIME zh_CN.GB18030" "$zhang" Right-Horse-41 -o SendEnv=LC_TIME

check "a command is replaced by the client" says "asked for touch $SSHD_DIR/open/zhang" \
	"$zhang" Right-Horse-41 "touch $SSHD_DIR/open/zhang"
check_not "and does not run" [ -e "$SSHD_DIR/open/zhang" ]
check "another's command does" try "$other" Right-Horse-42 "touch $SSHD_DIR/open/other"
check "as can be seen" [ -e "$SSHD_DIR/open/other" ]
check "so is sftp" says "client of $zhang" "$zhang" Right-Horse-41 -s sftp

check "a member forwards nothing out" only_that_fails forwards "$zhang" Right-Horse-41
check "which others may, as before" forwards "$other" Right-Horse-42
check "a member opens no port" only_that_fails listens "$zhang" Right-Horse-41
check "which others may" listens "$other" Right-Horse-42
check "a member without a session is put out" cut_off "$zhang" Right-Horse-41

check "a password that has to be changed is changed before the client starts" \
	change_password "$zhang" Right-Horse-41 New-Saddle-99
check "the new one is good" says "client of $zhang" "$zhang" New-Saddle-99
check "the old one no longer" refused "$zhang" Right-Horse-41

chage -E 1 "$zhang"
check "an expired account is refused" refused "$zhang" New-Saddle-99
chage -E -1 "$zhang"
check "and let in once it is not" says "client of $zhang" "$zhang" New-Saddle-99
finish
