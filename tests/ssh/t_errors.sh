#!/bin/sh
#
# What goes wrong at the server or the terminal is told in one clear line to whom it concerns, and harms nothing: who works
# on notices nothing, and afterwards everything is as it was. On a county as it is installed (tests/ssh/county.sh).

# A disk of our own can be filled; its mount goes with us.
if [ "${own_mounts-}" = "" ]; then
	own_mounts=no
	! unshare -m true 2>/dev/null || own_mounts=yes
	export own_mounts
	[ "$own_mounts" = no ] || exec unshare -m sh "$0"
fi

. "$SRCDIR/tests/tap.sh"
. "$SRCDIR/tests/ssh/sshd.sh"
. "$SRCDIR/tests/terminal.sh"
. "$SRCDIR/tests/ssh/county.sh"

village=990121100201

small_disk()		# room for a store, its log (128 MB) and not much more; below 64 MB free nothing is written
{
	sshd_prepare && mkdir "$SSHD_DIR/store" || return
	[ "$own_mounts" = yes ] && mount -t tmpfs -o size=240m swtest "$SSHD_DIR/store" 2>/dev/null || own_mounts=no
}

fill_disk()		# until 40 MB are left
{
	_free=$(df -m --output=avail "$SSHD_DIR/store" | tail -n 1)
	[ "$_free" -gt 64 ] && dd if=/dev/zero of="$SSHD_DIR/store/filler" bs=1M count=$((_free - 40))
}

fill_all()		# nothing is left
{
	dd if=/dev/zero of="$SSHD_DIR/store/filler" bs=64k
	[ "$(df -m --output=avail "$SSHD_DIR/store" | tail -n 1)" -eq 0 ]
}

shows_file()		# the only child's, to the supervisor, and the trail has that he looked once more
{
	_id=$(county_asks supervisor '{"op":"list","book":"child","list":"all"}' | sed 's/.*"id":\([0-9]*\).*/\1/')
	_before=$(looks "$_id")
	county_asks supervisor "{\"op\":\"get\",\"book\":\"child\",\"id\":$_id}" | grep 王小燕 &&
		[ "$(looks "$_id")" -ge $((_before + 2)) ]
}

looks()			# id; itself a look, too
{
	county_asks supervisor "{\"op\":\"trail\",\"record\":$1,\"user\":\"$supervisor\",\"limit\":100}" |
		grep -o '"act":"read"' | wc -l
}

people()
{
	county_person director 王芳 director "$village" &&
	county_person supervisor 李桂兰 supervisor 990121100000 &&
	county_person officer 陈静 officer 990121000000 &&
	sshd_account stranger "$county_password"
}

# ---- what is said ----

# status words command...: ends so, having said one line, which holds the words
refuses()
{
	_status=$1 _words=$2
	shift 2
	"$@" >"$TMPDIR/said" 2>&1 </dev/null
	_got=$?
	cat "$TMPDIR/said"
	echo "status $_got"
	[ "$_got" -eq "$_status" ] && [ "$(wc -l <"$TMPDIR/said")" -eq 1 ] && grep -q -e "$_words" "$TMPDIR/said"
}

daemon()		# [options]: what county_start runs, in the foreground
{
	"$BUILD/shouwangd" -d "$county_home" -S "$county_socket.second" -u "$county_owner" -A "$SSHD_DIR/authd.sh" -c 8 "$@"
}

serves()		# the daemon answers, and the store is whole
{
	[ "$(county_asks supervisor '{"op":"count","book":"child","list":"all"}')" = "{\"count\":$1,\"ok\":true}" ]
}

told()			# words: one line of the daemon's log, and the only one beside that it serves
{
	cat "$SSHD_DIR/daemon.log"
	[ "$(wc -l <"$SSHD_DIR/daemon.log")" -eq 2 ] && grep -q "$1" "$SSHD_DIR/daemon.log"
}

# ---- the cases ----

garbage()		# bytes that are no frame, sent by somebody who may connect: the line is closed
{
	runuser -u "$director" -- perl -MSocket -e '
		socket(S, PF_UNIX, SOCK_STREAM, 0) && connect(S, pack_sockaddr_un($ARGV[0])) or die "connect: $!\n";
		syswrite(S, "GET / HTTP/1.0\r\n\r\n" . "\xff" x 200);
		exit(sysread(S, $_, 4096) ? 1 : 0);' "$county_socket"
}

bad_definition()
{
	sed -i '0,/type: citizen-number$/s/^\( *\)type: citizen-number$/\1type: citizen-numbr/' "$county_home/forms/books/child.yaml"
}

mended_definition()
{
	sed -i 's/citizen-numbr/citizen-number/' "$county_home/forms/books/child.yaml"
}

another_key()
{
	cp -p "$county_home/key" "$SSHD_DIR/store/key.kept" && tr '0-9a-f' '1-9a-f0' <"$SSHD_DIR/store/key.kept" >"$county_home/key"
}

right_key()
{
	cp "$SSHD_DIR/store/key.kept" "$county_home/key" && rm "$SSHD_DIR/store/key.kept"
}

trap '[ "$own_mounts" = no ] || umount -l "$SSHD_DIR/store"; sshd_stop' EXIT
small_disk
check "a county is made" county_make
check "with people" people
check "the daemon starts" county_start -l account=1
check "and serves" serves 0

# at the terminal
check "without a terminal the client says so" refuses 64 终端 sshd_ssh "$director" "$county_password" "shouwang -j"
check "an account without a role logs in" county_in stranger
check "is told that it has none" term stranger sees 没有角色
check "and out" term stranger ends 69
check "without a daemon the client says so" refuses 69 没有运行 \
	runuser -u "$director" -- "$SSHD_DIR/shouwang" -j -S "$SSHD_DIR/run/nothing"
term director start "exec runuser -u $director -- $SSHD_DIR/shouwang -S $SSHD_DIR/run/nothing"
check "on a terminal, too" term director sees 没有运行
check "and ends" term director ends 69

# at the socket
check "what is no request closes its line" garbage
check "which the daemon's log has" told "uid $(id -u "$director") pid [0-9]* sent what is no request"
check "and all goes on" serves 0

# at the daemon's start
check "a second daemon on the same home is refused" refuses 75 "$county_home" daemon
check "and the first goes on" serves 0
check "it stops" county_stop
bad_definition
check "a definition that cannot be honoured is refused with file and line" \
	refuses 78 "child.yaml:[0-9]*: .*citizen-numbr" daemon
mended_definition
another_key
check "another key is refused" refuses 78 "key" daemon
right_key
check "with both as they were it starts" county_start -l account=1
check "and nothing is lost" serves 0

# a full disk
if [ "$own_mounts" = yes ]; then
	check "the director logs in" county_in director
	term director type ".dj"
	term director sees 基本信息
	check "and types a name" fill director <<END
姓名|王小燕
END
	check "the disk fills up" fill_disk
	term director type "<C-o>"
	check "who saves is told" term director sees 磁盘已满
	check "and that he can go on reading" term director sees 档案仍可查看
	check "and so is the log" grep "ALARM: the disk is full" "$SSHD_DIR/daemon.log"
	check "readers go on" serves 0
	check "what was typed is still there" term director sees 王小燕
	rm "$SSHD_DIR/store/filler"
	term director type "<C-o>"
	check "with room again the same key saves it" term director sees 已保存
	check "once" serves 1
	check "the disk fills up to the last byte" fill_all
	check "a file can still be opened, and the trail has it" shows_file
	check "the daemon stops on the full disk" county_stop
	check "and starts on it" county_start -l account=1
	check "and shows the file" shows_file
	rm "$SSHD_DIR/store/filler"
	check "the director logs in again" county_in director
else
	skip "a full disk" "cannot mount one"
	check "the director logs in" county_in director
fi

# an account taken out of use while somebody works
check "the director's role is suspended" county_admin account suspend "$director" --why 调离
term director type "<C-r>"
check "who is logged in is told" term director sees 已停用
check "and out" term director ends 69
check "the officer logs in" county_in officer
check "and has a menu" term officer sees 待我建档
chage -E 1 "$officer"
sleep 1.2
term officer type ".jd"
check "with his account expired he is told" term officer sees 账号
check "and out" term officer ends 69
check "the others work on" serves "$([ "$own_mounts" = yes ] && echo 1 || echo 0)"
check "the daemon stops" county_stop
check "and the store is whole" county_admin verify
finish
