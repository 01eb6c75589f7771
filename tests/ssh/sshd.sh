# A real sshd on loopback with real accounts, all of it gone at the end. Sourced after tests/tap.sh:
#
#	. "$SRCDIR/tests/tap.sh"
#	. "$SRCDIR/tests/ssh/sshd.sh"		skips the whole test where it cannot be (not root)
#	sshd_start "$BUILD/shouwang"		a copy of that is what ForceCommand runs
#	sshd_account zhang Some-Password-1	$zhang is then the name of a fresh account, a member
#	sshd_account other Some-Password-2 guest	... that is not a member
#	sshd_ssh "$zhang" Some-Password-1 [ssh options] [command]
#
# The configuration is the shipped one (admin/conf); group, client, directories and one time-out are replaced. Host
# keys, known hosts and PAM services are this test's own: of the machine's it changes the accounts, and
# /etc/pam.d by two files; their names begin with sw and our pid. $SSHD_DIR is readable by everybody, unlike
# $TMPDIR; sshd_share FILE puts a copy of FILE there.
#
# It cleans up by a trap, and what a killed run has left is swept by the next one.

sshd_mark=sw$$				# begins every name we make
SSHD_GROUP=${sshd_mark}g
SSHD_AUTHD_SERVICE=$sshd_mark-authd	# the PAM service for shouwang-authd -s
SSHD_DIR= SSHD_PORT=
sshd_pid= sshd_count=0
PATH=$PATH:/usr/sbin:/sbin

sshd_unusable()		# says why; fails when there is no reason
{
	if [ "$(id -u)" -ne 0 ]; then
		echo "needs root"
	elif ! command -v sshd >/dev/null || ! command -v ssh >/dev/null; then
		echo "needs sshd and ssh"
	elif ! [ -w /etc/pam.d ] || ! [ -w /etc/passwd ]; then
		echo "/etc cannot be written"
	else
		return 1
	fi
}

sshd_remove()		# mark: everything that carries it
{
	_pid=$(cat /tmp/"$1".??????/pid 2>/dev/null)
	if [ -n "$_pid" ] && grep -q "$1-sshd" "/proc/$_pid/cmdline" 2>/dev/null; then
		kill "$_pid"
	fi
	for _name in $(awk -F: -v m="$1" '$1 ~ "^" m "x[0-9]+$" { print $1 }' /etc/passwd); do
		for _pid in $(find /proc -maxdepth 1 -name '[0-9]*' -uid "$(id -u "$_name")" -printf '%f '); do
			kill -KILL "$_pid" 2>/dev/null
		done
		userdel -f "$_name" >/dev/null 2>&1
	done
	groupdel "$1g" >/dev/null 2>&1
	rm -rf "/etc/pam.d/$1-sshd" "/etc/pam.d/$1-authd"
	rm -rf /tmp/"$1".??????
}

sshd_sweep()		# what runs that were killed have left
{
	for _mark in $( { cut -d: -f1 /etc/passwd /etc/group; ls /etc/pam.d; } |
	    sed -n 's/^\(sw[0-9][0-9]*\)\(x[0-9][0-9]*\|g\|-sshd\|-authd\)$/\1/p' | sort -u); do
		kill -0 "${_mark#sw}" 2>/dev/null || sshd_remove "$_mark"
	done
}

sshd_stop()
{
	sshd_remove "$sshd_mark"
	[ -z "$sshd_pid" ] || wait "$sshd_pid" 2>/dev/null
	sshd_pid=
}

sshd_conf()		# piece: of admin/conf, as it would be installed here
{
	sed -e "s|@localstatedir@/lib|$SSHD_DIR|g" -e "s|@bindir@/shouwang|$SSHD_DIR/client|g" \
	    -e "s|^Match Group .*|Match Group $SSHD_GROUP|" \
	    -e "s|UnusedConnectionTimeout .*|UnusedConnectionTimeout 5|" "$SRCDIR/admin/conf/$1"
}

# The PAM service of our sshd: log-in as shipped, the rest without the machine's own modules.
sshd_pam()
{
	{
		sshd_conf pam-shouwang-login
		echo "account  required pam_unix.so"
		echo "password required pam_unix.so yescrypt"
		echo "session  required pam_permit.so"
	} >"/etc/pam.d/$sshd_mark-sshd"
	sshd_conf pam-shouwang >"/etc/pam.d/$SSHD_AUTHD_SERVICE"
	mkdir "$SSHD_DIR/shouwang-faillock"
}

# What accounts need, with sshd or without: our directory, the group, the PAM services.
sshd_prepare()
{
	[ -z "$SSHD_DIR" ] || return 0
	SSHD_DIR=$(mktemp -d "/tmp/$sshd_mark.XXXXXX") || return
	chmod 755 "$SSHD_DIR"
	groupadd "$SSHD_GROUP" && sshd_pam || return
	cat >"$SSHD_DIR/askpass" <<'END'
#!/bin/sh
# ssh asks through this. After an expired password it asks for the current one, a new one, and that again.
case $1 in
*[Nn]ew*)	echo "${SSHD_NEW-$SSHD_PASSWORD}" ;;
*)		echo "$SSHD_PASSWORD" ;;
esac
END
	chmod 755 "$SSHD_DIR/askpass"
}

sshd_share()		# file: prints where its copy is
{
	cp "$1" "$SSHD_DIR/${1##*/}" && chmod 755 "$SSHD_DIR/${1##*/}" && echo "$SSHD_DIR/${1##*/}"
}

sshd_account()		# variable password [guest]
{
	sshd_prepare || return
	sshd_count=$((sshd_count + 1))
	_name=${sshd_mark}x$sshd_count
	_group=$SSHD_GROUP
	[ "${3-}" != guest ] || _group=nogroup
	useradd -M -N -g "$_group" -d / -s /bin/sh "$_name" && echo "$_name:$2" | chpasswd || return
	eval "$1=\$_name"
}

sshd_config()
{
	cat <<END
ListenAddress 127.0.0.1
Port $SSHD_PORT
HostKey $SSHD_DIR/hostkey
PidFile $SSHD_DIR/pid
LogLevel VERBOSE
Include $SSHD_DIR/sshd.conf
KbdInteractiveAuthentication no
X11Forwarding yes
PrintMotd no
Subsystem sftp internal-sftp
END
}

# One try on one port: 0 when it listens. PAM takes the service's name from the program's, hence the link.
sshd_listen()
{
	: >"$SSHD_DIR/log"
	sshd_config >"$SSHD_DIR/sshd_config"
	"$SSHD_DIR/$sshd_mark-sshd" -D -f "$SSHD_DIR/sshd_config" -E "$SSHD_DIR/log" &
	sshd_pid=$!
	until grep -q "^Server listening on 127.0.0.1" "$SSHD_DIR/log"; do
		kill -0 "$sshd_pid" 2>/dev/null || { sshd_pid=; return 1; }
		sleep 0.1
	done
}

sshd_start()		# client
{
	sshd_prepare && cp "$1" "$SSHD_DIR/client" && chmod 755 "$SSHD_DIR/client" || return
	sshd_conf sshd.conf >"$SSHD_DIR/sshd.conf"
	ssh-keygen -q -t ed25519 -N '' -f "$SSHD_DIR/hostkey" || return
	ln -s "$(command -v sshd)" "$SSHD_DIR/$sshd_mark-sshd"
	[ -d /run/sshd ] || mkdir -m 755 /run/sshd
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		SSHD_PORT=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 30000))
		if sshd_listen; then
			echo "[127.0.0.1]:$SSHD_PORT $(cut -d' ' -f1,2 "$SSHD_DIR/hostkey.pub")" >"$SSHD_DIR/known"
			return
		fi
	done
	cat "$SSHD_DIR/log"
	return 1
}

# With $SSHD_NEW exported, that is the password which a forced change sets.
sshd_ssh()		# name password [options] [command]
{
	_user=$1
	SSHD_PASSWORD=$2
	shift 2
	export SSHD_PASSWORD
	SSH_ASKPASS=$SSHD_DIR/askpass SSH_ASKPASS_REQUIRE=force timeout 120 ssh -F none -p "$SSHD_PORT" -l "$_user" \
	    -o UserKnownHostsFile="$SSHD_DIR/known" -o GlobalKnownHostsFile=none -o StrictHostKeyChecking=yes \
	    -o PreferredAuthentications=keyboard-interactive,password -o NumberOfPasswordPrompts=1 \
	    -o IdentityAgent=none -o ControlPath=none 127.0.0.1 "$@" </dev/null
}

if sshd_why=$(sshd_unusable); then
	skip "${0##*/}" "$sshd_why"
	finish
fi
trap sshd_stop EXIT
trap 'exit 130' HUP INT TERM
sshd_sweep
