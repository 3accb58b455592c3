# shellcheck shell=bash
# A private PostgreSQL cluster: its own data folder, a unix socket in a short private folder, no TCP, never run as
# root. Sourced by deploy/quickstart and tests/with-postgres, which set the variables named below.
#
#   REPLYGUARD_USER   as root: the unprivileged user that owns and runs the cluster. Ignored otherwise.
#
# Who may connect is settled by the file system: the socket and its folder are open to that user (and root) alone.

# The folder of initdb, pg_ctl and postgres: the newest installed, 15 at least.
postgres_bindir() {
  local dir newest=""
  for dir in /usr/lib/postgresql/*/bin; do
    [[ -x $dir/postgres ]] || continue
    local version=${dir#/usr/lib/postgresql/}
    version=${version%/bin}
    ((version >= 15)) && { [[ -z $newest ]] || ((version > ${newest%% *})); } && newest="$version $dir"
  done
  if [[ -z $newest ]]; then
    echo "PostgreSQL 15 or newer is not installed (package postgresql)" >&2
    return 1
  fi
  echo "${newest#* }"
}

# as_service_user COMMAND...: runs it as the unprivileged user when we are root, as ourselves otherwise.
as_service_user() (
  cd / || exit
  if ((EUID == 0)); then
    exec setpriv --reuid="$REPLYGUARD_USER" --regid="$(id -g "$REPLYGUARD_USER")" --init-groups \
      env HOME=/ "$@"
  fi
  exec "$@"
)

# give_to_service_user PATH...: hands files over to it.
give_to_service_user() {
  ((EUID != 0)) || chown -R -h "$REPLYGUARD_USER:$(id -g "$REPLYGUARD_USER")" "$@"
}

# short_private_folder: makes and prints a folder of mode 0700 for sockets, whose paths may have 107 bytes.
short_private_folder() {
  local parent=${TMPDIR:-/tmp} folder
  if ((${#parent} > 60)) || ! as_service_user test -x "$parent"; then
    parent=/tmp
  fi
  folder=$(mktemp -d "$parent/rg.XXXXXX") || return
  give_to_service_user "$folder"
  echo "$folder"
}

# postgres_init DATA SUPERUSER: makes the cluster unless it is there already.
postgres_init() {
  local data=$1 superuser=$2 bin
  bin=$(postgres_bindir) || return
  [[ ! -e $data/PG_VERSION ]] || return 0
  mkdir -p "$data" && chmod 0700 "$data" && give_to_service_user "$data" || return
  as_service_user "$bin/initdb" --pgdata="$data" --username="$superuser" --encoding=UTF8 --locale=C.UTF-8 \
    --auth-local=trust --auth-host=reject --data-checksums --no-instructions >"$data.initdb.log" 2>&1 || {
    cat "$data.initdb.log" >&2
    return 1
  }
  rm -f "$data.initdb.log"
}

# postgres_start DATA SOCKETS [OPTION...]: starts it and waits until it answers; options as in "fsync=off".
postgres_start() {
  local data=$1 sockets=$2 bin option options=""
  shift 2
  bin=$(postgres_bindir) || return
  for option in listen_addresses= unix_socket_directories="$sockets" unix_socket_permissions=0700 "$@"; do
    options+=" -c $option"
  done
  as_service_user "$bin/pg_ctl" --pgdata="$data" --wait --timeout=60 --silent --log="$data/server.log" \
    --options="$options" start >/dev/null </dev/null || {
    tail -n 20 "$data/server.log" >&2
    return 1
  }
}

# postgres_running DATA: whether its server runs.
postgres_running() {
  local bin
  bin=$(postgres_bindir) && [[ -e $1/PG_VERSION ]] && as_service_user "$bin/pg_ctl" --pgdata="$1" status >/dev/null
}

# postgres_stop DATA: ends it, by the process id in its data folder; clients are cut off.
postgres_stop() {
  local bin
  bin=$(postgres_bindir) || return
  ! postgres_running "$1" ||
    as_service_user "$bin/pg_ctl" --pgdata="$1" --wait --timeout=60 --silent --mode=fast stop
}
