#!/bin/sh
#
# make demo: a county that does not exist, made once under ./demo, its daemon on a private socket, and the client as one of
# its people (PERSONA=director, PERSONA=officer, a login name; without it one chooses). When the client ends, so does the daemon.
#
#   BUILD   the build, srcdir the tree; set by make
#   DEMO    another directory than ./demo; CHILDREN fewer children than 600

set -u
: "${BUILD:?}" "${srcdir:?}"
demo=${DEMO:-demo}
home=$demo/home
export SHOUWANG_FORMS="$srcdir/forms/county" SHOUWANG_DEMO_DATA="$srcdir/admin/demo"

die()
{
	echo "make demo: $*" >&2
	exit 1
}

# The client works in any UTF-8 locale; without one, one is made beside the build.
find_locale()
{
	for name in C.UTF-8 C.utf8 zh_CN.UTF-8 zh_CN.utf8 en_US.UTF-8 en_US.utf8; do
		if [ "$(LC_ALL=$name locale charmap 2>/dev/null)" = UTF-8 ]; then
			return
		fi
	done
	echo "make demo: there is no UTF-8 locale here; making one in $BUILD/locales"
	mkdir -p "$BUILD/locales"
	[ -d "$BUILD/locales/en_US.UTF-8" ] || localedef -i en_US -f UTF-8 "$BUILD/locales/en_US.UTF-8" ||
		die "localedef failed; install the package locales"
	LOCPATH=$BUILD/locales
	export LOCPATH
}

# A county of an earlier version of the program is brought up to this one.
make_county()
{
	if [ -f "$demo/ready" ]; then
		"$BUILD/shouwang-admin" -d "$home" upgrade >"$demo/log" 2>&1 && return 0
		cat "$demo/log" >&2
		die "the county could not be upgraded; remove $demo to have another made"
	fi
	echo "make demo: inventing a county under $demo (once)"
	[ ! -e "$home" ] || rm -rf "$home"
	mkdir -p "$demo" &&
	"$BUILD/shouwang-admin" -d "$home" init --demo >"$demo/log" 2>&1 &&
	"$BUILD/shouwang-admin" -d "$home" demo --children "${CHILDREN:-600}" --seed 1 >>"$demo/log" 2>&1 || {
		cat "$demo/log" >&2
		die "the county could not be made"
	}
	: >"$demo/ready"
}

# The name of a socket fits in 107 bytes; under a long path it stands in a directory of its own.
place_socket()
{
	socket=$demo/socket
	private=
	if [ ${#socket} -gt 100 ]; then
		private=$(mktemp -d "${TMPDIR:-/tmp}/shouwang.XXXXXX") || die "no directory for the socket"
		socket=$private/socket
	fi
}

cleanup()
{
	[ -z "${daemon:-}" ] || kill "$daemon" 2>/dev/null
	[ -z "${private:-}" ] || rm -rf "$private"
}

# The daemon says "ready" once it listens; until then it may still recover a store.
start_daemon()
{
	: >"$demo/daemon.log"
	"$BUILD/shouwangd" -d "$home" -S "$socket" -o >"$demo/daemon.log" 2>&1 &
	daemon=$!
	while ! grep -q "^ready " "$demo/daemon.log"; do
		kill -0 "$daemon" 2>/dev/null || {
			cat "$demo/daemon.log" >&2
			die "the daemon did not start (is another make demo running?)"
		}
		sleep 0.1
	done
}

find_locale
make_county
place_socket
trap cleanup EXIT
trap 'exit 130' HUP INT TERM
start_daemon
[ -n "${TERM:-}" ] && [ "$TERM" != dumb ] || TERM=xterm
export TERM
"$BUILD/shouwang" -S "$socket"
status=$?
[ $status -eq 0 ] || kill "$daemon" 2>/dev/null	# it may never have had a client
# With its last client gone the daemon ends by itself; wait, so that the next run finds the store free.
wait "$daemon"
daemon=
exit $status
