# A county as it is installed: a real store made by shouwang-admin in a directory of a service account's own, shouwangd
# started as root with shouwang-authd, sshd with the client in place of a shell, and people with accounts. Sourced after
# tests/tap.sh, tests/ssh/sshd.sh and tests/terminal.sh:
#
#	county_make			places, sshd, and the daemon not running yet
#	county_person li 李桂兰 supervisor 990121100000
#					$li is then an account that may log in with $county_password
#	county_start [options]		the daemon, until it is ready
#	county_in li			terminal "li": from the password prompt to the first screen
#	county_asks li REQUEST...	shouwang -j as that person, past sshd; one reply a line
#
# Everything stands in $SSHD_DIR and goes with it.

county_password=Right-Horse-41
county_home= county_socket= county_pid=

county_make()
{
	sshd_account county_owner "$county_password" guest || return
	county_home=$SSHD_DIR/store/home
	county_socket=$SSHD_DIR/run/socket
	install -d -m 700 -o "$county_owner" "$SSHD_DIR/store" "$county_home" &&
	cp -R "$SRCDIR/forms/county" "$SSHD_DIR/forms" && chmod -R a+rX "$SSHD_DIR/forms" &&
	sshd_share "$BUILD/shouwang" && cp "$BUILD/shouwang-authd" "$SSHD_DIR/authd" || return
	[ ! -d "$BUILD/locale" ] || { cp -R "$BUILD/locale" "$SSHD_DIR/" && chmod -R a+rX "$SSHD_DIR/locale"; } || return
	printf '#!/bin/sh\nexec "%s/shouwang" -S "%s"\n' "$SSHD_DIR" "$county_socket" >"$TMPDIR/client"
	county_authd
	county_admin init --forms "$SSHD_DIR/forms" && sshd_start "$TMPDIR/client"
}

county_authd()		# the helper with this test's own PAM service
{
	printf '#!/bin/sh\nexec "%s/authd" -s %s -t 100\n' "$SSHD_DIR" "$SSHD_AUTHD_SERVICE" >"$SSHD_DIR/authd.sh"
	chmod 755 "$SSHD_DIR/authd" "$SSHD_DIR/authd.sh"
}

county_admin()
{
	"$BUILD/shouwang-admin" -d "$county_home" -S "$county_socket" "$@"
}

county_person()		# variable name role [area]
{
	_variable=$1 _person=$2 _role=$3 _area=${4-}
	sshd_account "$_variable" "$county_password" || return
	eval "_user=\$$_variable"
	county_admin account add "$_user" --name "$_person" --role "$_role" ${_area:+--area "$_area"}
}

county_start()
{
	: >"$SSHD_DIR/ready"
	"$BUILD/shouwangd" -d "$county_home" -S "$county_socket" -u "$county_owner" -A "$SSHD_DIR/authd.sh" -c 8 "$@" \
	    >"$SSHD_DIR/ready" 2>"$SSHD_DIR/daemon.log" &
	county_pid=$!
	until grep -q '^ready ' "$SSHD_DIR/ready"; do
		kill -0 "$county_pid" 2>/dev/null || { cat "$SSHD_DIR/daemon.log"; return 1; }
		sleep 0.1
	done
}

county_stop()
{
	kill "$county_pid"
	wait "$county_pid"
	_status=$?
	county_pid=
	[ "$_status" -eq 0 ] || { cat "$SSHD_DIR/daemon.log"; return 1; }
}

# What ssh runs on the terminal asks for the password there; nothing else may know a better one.
county_in()		# person
{
	eval "_user=\$$1"
	term "$1" start "exec env -u SSH_ASKPASS_REQUIRE -u DISPLAY ssh -F none -p $SSHD_PORT -l $_user \
	    -o UserKnownHostsFile=$SSHD_DIR/known -o GlobalKnownHostsFile=none -o StrictHostKeyChecking=yes \
	    -o PreferredAuthentications=keyboard-interactive -o NumberOfPasswordPrompts=1 -o IdentityAgent=none \
	    -o ControlPath=none -o SendEnv=LC_ALL -o SendEnv=LC_CTYPE 127.0.0.1" &&
	term "$1" sees "assword:" && term "$1" type "$county_password<Enter>" && term "$1" sees 守望
}

# A line that was cut takes its programs with it a little later; what they still had to say they have said then.
county_left()		# person
{
	eval "_user=\$$1"
	for _ in $(seq 200); do
		[ -n "$(find /proc -maxdepth 1 -user "$_user" 2>/dev/null)" ] || return 0
		sleep 0.1
	done
	return 1
}

county_asks()		# person request...
{
	eval "_user=\$$1"
	shift
	printf '%s\n' '{"op":"whoami"}' "$@" |
	    runuser -u "$_user" -- "$SSHD_DIR/shouwang" -j -S "$county_socket" | tail -n +2
}
