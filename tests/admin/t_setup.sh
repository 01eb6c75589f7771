#!/bin/sh
#
# The pieces for sshd, PAM and systemd: each is understood by the program that reads it, and setup puts them in
# place without taking away what an administrator has changed.

. "$SRCDIR/tests/tap.sh"
conf=$TMPDIR/share/conf
root=$TMPDIR/root
PATH=$PATH:/usr/sbin:/sbin

pieces()		# as make install leaves them
{
	mkdir -p "$conf" "$root/etc"
	for _f in "$SRCDIR"/admin/conf/*; do
		sed -e "s|@bindir@|/usr/local/bin|g" -e "s|@sbindir@|/usr/local/sbin|g" \
		    -e "s|@libexecdir@|/usr/local/libexec/shouwang|g" -e "s|@datadir@|/usr/local/share/shouwang|g" \
		    -e "s|@statedir@|/var/lib/shouwang|g" -e "s|@localstatedir@|/var|g" \
		    "$_f" >"$conf/${_f##*/}"
	done
}

no_marks_left()
{
	! grep -E '@[a-z]+dir@' "$conf"/*
}

# What sshd would do for a member (root stands in: somebody who exists) and for somebody else.
sshd_says()		# group-line user
{
	[ -f "$TMPDIR/hostkey" ] || ssh-keygen -q -t ed25519 -N '' -f "$TMPDIR/hostkey" || return
	sed "s|^Match Group .*|Match $1|" "$conf/sshd.conf" >"$TMPDIR/sshd_drop_in"
	cat >"$TMPDIR/sshd_config" <<END
HostKey $TMPDIR/hostkey
Include $TMPDIR/sshd_drop_in
KbdInteractiveAuthentication no
X11Forwarding yes
END
	"$(command -v sshd)" -T -f "$TMPDIR/sshd_config" -C "user=$2,host=localhost,addr=127.0.0.1"
}

sshd_has()		# group-line user setting...
{
	_match=$1 _user=$2
	shift 2
	sshd_says "$_match" "$_user" >"$TMPDIR/sshd_says" || return
	for _line; do
		grep -qix "$_line" "$TMPDIR/sshd_says" || { echo "missing: $_line"; cat "$TMPDIR/sshd_says"; return 1; }
	done
}

unit_is_understood()
{
	# the programs it names are not there before an installation
	sed -e "s|^ExecStart=!.*|ExecStart=!/bin/true|" -e "s|^ExecStartPre=.*|ExecStartPre=/bin/true|" -e '/^Documentation=/d' \
	    "$conf/shouwangd.service" >"$TMPDIR/shouwangd.service"
	systemd-analyze verify --man=no "$TMPDIR/shouwangd.service" 2>"$TMPDIR/unit" || { cat "$TMPDIR/unit"; return 1; }
	! grep shouwangd.service "$TMPDIR/unit"
}

setup()
{
	sh "$conf/setup" "$root" >"$TMPDIR/setup" 2>&1 || { cat "$TMPDIR/setup"; return 1; }
}

in_place()
{
	cmp "$conf/sshd.conf" "$root/etc/ssh/sshd_config.d/shouwang.conf" &&
	cmp "$conf/pam-shouwang" "$root/etc/pam.d/shouwang" &&
	cmp "$conf/pam-shouwang-login" "$root/etc/pam.d/shouwang-login" &&
	cmp "$conf/shouwangd.service" "$root/etc/systemd/system/shouwangd.service" &&
	cmp "$conf/sysusers.conf" "$root/etc/sysusers.d/shouwang.conf" &&
	cmp "$conf/tmpfiles.conf" "$root/etc/tmpfiles.d/shouwang.conf" &&
	cmp "$conf/pwquality.conf" "$root/etc/security/pwquality.conf.d/shouwang.conf"
}

users_and_place()
{
	grep '^shouwang:' "$root/etc/passwd" && grep '^shouwang-users:' "$root/etc/group" &&
	[ "$(stat -c '%u %a' "$root/var/lib/shouwang-faillock")" = "0 755" ] &&
	[ "$(stat -c '%u %a' "$root/var/lib/shouwang")" = "$(sed -n 's/^shouwang:[^:]*:\([0-9]*\):.*/\1/p' "$root/etc/passwd") 700" ]
}

keeps_a_changed_file()
{
	echo "# mine" >>"$root/etc/pam.d/shouwang"
	setup && grep -q '^# mine' "$root/etc/pam.d/shouwang" && grep -q 'etc/pam.d/shouwang (ours' "$TMPDIR/setup"
}

pieces
check "no path is left unsubstituted" no_marks_left
if [ -d /run/sshd ] || mkdir /run/sshd 2>/dev/null; then
	check "sshd understands the drop-in, and members get the client only" sshd_has "User root" root \
		"forcecommand /usr/local/bin/shouwang" "authenticationmethods keyboard-interactive" \
		"kbdinteractiveauthentication yes" "passwordauthentication no" "permitrootlogin no" \
		"disableforwarding yes" "permituserrc no" "permittunnel no" "maxsessions 1" \
		"unusedconnectiontimeout 30" "clientaliveinterval 15" "usepam yes"
	check "everybody else keeps what the machine had" sshd_has "User nobody-else" root \
		"forcecommand none" "authenticationmethods any" "kbdinteractiveauthentication no" \
		"passwordauthentication yes" "disableforwarding no" "x11forwarding yes" "maxsessions 10"
else
	skip "sshd and the drop-in" "sshd wants /run/sshd, which only root can make"
fi
if command -v systemd-analyze >/dev/null; then
	check "systemd understands the unit" unit_is_understood
else
	skip "systemd understands the unit" "no systemd-analyze"
fi
if [ "$(id -u)" -ne 0 ]; then
	skip "setup" "needs root"
elif ! command -v systemd-sysusers >/dev/null || ! command -v systemd-tmpfiles >/dev/null; then
	skip "setup" "no systemd-sysusers"
else
	check "setup runs" setup
	check "every piece is in its place" in_place
	check "the daemon's user, the people's group, the home and the directory for failures exist" users_and_place
	check "a second run changes nothing" setup
	check_not "and mentions no changed file" grep Kept "$TMPDIR/setup"
	check "a file the administrator changed is kept and named" keeps_a_changed_file
fi
finish
