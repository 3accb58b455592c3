# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # $home comes from the caller, who uses the keys and the address
# One installation of replyguard for deploy/quickstart: where its files are, its database, its server, its keys.
# Needs screen.sh, postgres.sh and $home, the folder it is known by. Sets:
#
#   data      what is kept: bin/, postgres/ and state/ (secrets, log); $home/data, or where that links to
#   sockets   PostgreSQL's socket folder
#   address   where the server listens for gRPC
#   http      where it listens for HTTP

SERVER_START_SECONDS_MAX=60
SERVER_STOP_SECONDS_MAX=30

# lock_home WHAT SECONDS_MAX: until this script ends, nobody else starts or stops this installation. Says whom it waits
# for. Whatever outlives the script must close descriptor 9, or it would keep the lock.
lock_home() {
  exec 9<>"$home/lock"
  if ! flock --nonblock 9; then
    note "waiting up to $2 seconds for another deploy/quickstart on $home ($(head -n 1 "$home/lock"))"
    flock --timeout "$2" 9 ||
      fail "another deploy/quickstart is still at work on $home ($(head -n 1 "$home/lock")): gave up after $2 seconds"
  fi
  echo "$1, process $$" >"$home/lock"
}

# make_service_user: as root, PostgreSQL and the server run as a system user of their own.
make_service_user() {
  if ((EUID == 0)) && ! id -u "$REPLYGUARD_USER" >/dev/null 2>&1; then
    useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$REPLYGUARD_USER"
    note "made the system user $REPLYGUARD_USER, so that nothing runs as root"
  fi
}

# prepare_home: makes the folders; data go to /var/lib where the service user cannot reach $home. Only what the service
# user itself writes belongs to it, so that root neither runs nor overwrites anything of its.
prepare_home() {
  local id
  make_service_user
  data=$home/data
  [[ -e $data ]] || rm -f "$data" # a link to data that somebody removed
  if [[ ! -e $data ]]; then
    mkdir "$data"
    if ! as_service_user test -x "$data"; then
      rmdir "$data"
      id=$(printf %s "$home" | sha256sum | cut -c 1-12)
      mkdir -p "/var/lib/replyguard/$id"
      chmod 0755 /var/lib/replyguard
      ln -s "/var/lib/replyguard/$id" "$data"
      note "$REPLYGUARD_USER cannot reach $home: the data are in /var/lib/replyguard/$id"
    fi
  fi
  data=$(readlink -f "$data")
  [[ -O $data ]] || fail "$data belongs to somebody else: run this as you did the first time"
  mkdir -p "$data/bin" "$data/state"
  chmod 0700 "$data/state"
  give_to_service_user "$data/state"
}

# find_home: for commands that need an installation.
find_home() {
  data=$(readlink -f "$home/data")
  [[ -d $data/bin ]] || fail "there is no installation in $home"
  [[ -O $data ]] || fail "$data belongs to somebody else: run this as you did the first time"
  sockets=$(cat "$home/sockets" 2>/dev/null) || true
  address=$(cat "$home/address" 2>/dev/null) || true
  http=$(cat "$home/http" 2>/dev/null) || true
}

# database_url ROLE
database_url() { echo "postgresql://$1@/replyguard?host=$sockets"; }

as_database_admin() {
  as_service_user "$(postgres_bindir)/psql" --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 \
    --host="$sockets" --username=postgres "$@"
}

start_database() {
  sockets=$(cat "$home/sockets" 2>/dev/null) || true
  if ! postgres_running "$data/postgres"; then
    [[ -z $sockets ]] || rm -rf "$sockets"
    sockets=$(short_private_folder)
    echo "$sockets" >"$home/sockets"
    postgres_init "$data/postgres" postgres
    postgres_start "$data/postgres" "$sockets" 9>&- # the lock is the script's, not the server's
  fi
  # The owner migrates; the server's role may do only what replyguard_app may, which the migrations grant.
  if [[ -z $(as_database_admin --command="SELECT 1 FROM pg_database WHERE datname = 'replyguard'") ]]; then
    as_database_admin --command="CREATE ROLE replyguard_owner LOGIN CREATEROLE"
    as_database_admin --command="CREATE DATABASE replyguard OWNER replyguard_owner"
  fi
  note "PostgreSQL $(as_database_admin --command='SHOW server_version') in $data/postgres"
}

stop_database() {
  postgres_stop "$data/postgres"
  [[ -z ${sockets:-} ]] || rm -rf "$sockets"
  rm -f "$home/sockets"
}

# install_binary FILE: the server runs from a copy, which the service user can reach and a build cannot change.
install_binary() {
  install -m 0755 "$1" "$data/bin/replyguard.new"
  mv "$data/bin/replyguard.new" "$data/bin/replyguard"
}

# as_owner COMMAND...: replyguard, as who may migrate and make the first key.
as_owner() {
  as_service_user env REPLYGUARD_OWNER_DATABASE_URL="$(database_url replyguard_owner)" \
    REPLYGUARD_DATABASE_URL="$(database_url replyguard_server)" REPLYGUARD_SECRETS_DIR="$data/state/secrets" \
    "$data/bin/replyguard" "$@"
}

migrate_database() {
  [[ -e $data/state/secrets/deployment.key ]] || as_owner secrets init "$data/state/secrets"
  as_owner migrate up
  as_database_admin --dbname=replyguard --command="DO \$\$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'replyguard_server') THEN
      CREATE ROLE replyguard_server LOGIN IN ROLE replyguard_app;
    END IF; END \$\$"
}

# What the service user's processes write about themselves.
PID='[0-9]{1,9}'
ADDRESS='[][0-9a-f.:]{2,50}:[0-9]{1,5}'

# told FILE PATTERN: prints what one of those processes wrote there; fails until it is there, and where it is anything but
# the pattern. Read as the service user: in its folder the file may be a link to what only root reads, or a pipe.
told() {
  local text
  text=$(as_service_user timeout 5 head -c 100 -- "$1" 2>/dev/null | tr -d '\0') || true
  [[ $text =~ ^$2$ ]] && echo "$text"
}

# last_of_log FILE: for whoever runs this, where something did not start.
last_of_log() { as_service_user timeout 5 tail -n 20 -- "$1" >&2 || true; }

# process_start PID: when it began, in ticks since boot; tells a process from a later one of the same number.
process_start() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }

# running_pid NAME: prints the process id of our server (or site); fails when it does not run.
running_pid() {
  local pid started
  read -r pid started 2>/dev/null <"$home/$1.pid" && [[ -n $started && $(process_start "$pid") == "$started" ]] &&
    echo "$pid"
}

server_pid() { running_pid server; }

# stop_process NAME
stop_process() {
  local pid deadline
  if pid=$(running_pid "$1"); then
    as_service_user kill -TERM "$pid"
    deadline=$((SECONDS + SERVER_STOP_SECONDS_MAX))
    while running_pid "$1" >/dev/null && ((SECONDS < deadline)); do sleep 0.1; done
    ! running_pid "$1" >/dev/null || as_service_user kill -KILL "$pid"
  fi
  rm -f "$home/$1.pid"
}

stop_server() { stop_process server; }

# serves ADDRESS: whether the health service there says so.
serves() {
  [[ $("$data/bin/replyguard" doctor --server "$1" --format json 2>/dev/null) == *'"health":"ok","check":"server"'* ]]
}

# launch_server LISTEN HTTP_LISTEN: starts it in the background and waits until it says where it listens and that it serves: before
# that it turns calls away.
launch_server() {
  local pid deadline=$((SECONDS + SERVER_START_SECONDS_MAX)) state=$data/state
  as_service_user rm -f "$state/address" "$state/http" "$state/pid"
  # A session of its own, so that it outlives this terminal; the shell tells its process id, then becomes the server.
  # shellcheck disable=SC2016  # expanded by the inner shell
  as_service_user env REPLYGUARD_LISTEN="$1" REPLYGUARD_ADDRESS_FILE="$state/address" \
    REPLYGUARD_HTTP_LISTEN="$2" REPLYGUARD_HTTP_ADDRESS_FILE="$state/http" \
    REPLYGUARD_DATABASE_URL="$(database_url replyguard_server)" REPLYGUARD_SECRETS_DIR="$state/secrets" \
    setsid sh -c 'echo $$ >"$1/pid" && exec "$2" serve >>"$1/server.log" 2>&1' sh "$state" "$data/bin/replyguard" \
    </dev/null >/dev/null 2>&1 9>&- &
  while ! pid=$(told "$state/pid" "$PID"); do
    ((SECONDS < deadline)) || return 1
    sleep 0.02
  done
  echo "$pid $(process_start "$pid")" >"$home/server.pid"
  while ! address=$(told "$state/address" "$ADDRESS") || ! serves "$address"; do
    server_pid >/dev/null && ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
  http=$(told "$state/http" "$ADDRESS") || return 1
  echo "$address" >"$home/address"
  echo "$http" >"$home/http"
}

# start_server: at the addresses it had before, if they are still free.
start_server() {
  local before before_http
  before=$(cat "$home/address" 2>/dev/null) || true
  before_http=$(cat "$home/http" 2>/dev/null) || true
  if [[ -z $before ]] || ! launch_server "$before" "${before_http:-127.0.0.1:0}"; then
    stop_server
    launch_server 127.0.0.1:0 127.0.0.1:0 || {
      last_of_log "$data/state/server.log"
      fail "the server did not start"
    }
  fi
  note "gRPC on $address and HTTP on http://$http, as process $(server_pid); its log is $data/state/server.log"
}

show_status() {
  local status=0
  if postgres_running "$data/postgres"; then note "PostgreSQL runs"; else note "PostgreSQL does not run" && status=1; fi
  if server_pid >/dev/null; then note "the server runs on $address"; else note "the server does not run" && status=1; fi
  ! running_pid example-site >/dev/null || note "the example site runs on $(example_site_url)"
  return "$status"
}

# assignment NAME VALUE: one, whatever is in the value; none for an empty one.
assignment() { [[ -z $2 ]] || printf "%s='%s'\n" "$1" "${2//\'/\'\\\'\'}"; }

# write_env: what scripts and people need, as shell assignments.
write_env() {
  (umask 077 && : >"$home/env.new")
  {
    echo "# Written by deploy/quickstart. To call the program from a shell:  set -a; . '$home/env'; set +a"
    assignment REPLYGUARD_HOME "$home"
    assignment REPLYGUARD_BIN "$data/bin/replyguard"
    assignment REPLYGUARD_GRPC "$address"
    assignment REPLYGUARD_HTTP "$http"
    assignment REPLYGUARD_SITE "$site"
    assignment REPLYGUARD_OPERATOR_KEY "$operator_key"
    assignment REPLYGUARD_MODERATOR_KEY "$moderator_key"
    assignment REPLYGUARD_SITE_KEY "$site_key"
    assignment REPLYGUARD_DATABASE_URL "$(database_url replyguard_server)"
    assignment REPLYGUARD_OWNER_DATABASE_URL "$(database_url replyguard_owner)"
    assignment REPLYGUARD_SECRETS_DIR "$data/state/secrets"
    # So that examples can say just "replyguard". The reading shell expands it.
    # shellcheck disable=SC2016
    printf 'case ":$PATH:" in *:%q:*) ;; *) PATH=%q:$PATH ;; esac\n' "$data/bin" "$data/bin"
  } >"$home/env.new"
  mv "$home/env.new" "$home/env"
}

# load_env: the keys of an earlier run.
load_env() {
  site=demo operator_key='' moderator_key='' site_key=''
  [[ -e $home/env ]] || return 0
  # shellcheck source=/dev/null
  source "$home/env"
  operator_key=${REPLYGUARD_OPERATOR_KEY:-}
  moderator_key=${REPLYGUARD_MODERATOR_KEY:-}
  site_key=${REPLYGUARD_SITE_KEY:-}
  unset "${!REPLYGUARD_@}"
  REPLYGUARD_USER=replyguard
}

# make_key ROLE SITE NAME: prints a new key, made with the operator's.
make_key() {
  REPLYGUARD_GRPC=$address REPLYGUARD_OPERATOR_KEY=$operator_key REPLYGUARD_SITE=$2 \
    "$data/bin/replyguard" key create --role "$1" --display-name "$3" 2>/dev/null
}

# make_site SITE DISPLAY_NAME
make_site() {
  REPLYGUARD_GRPC=$address REPLYGUARD_OPERATOR_KEY=$operator_key \
    "$data/bin/replyguard" site create "$1" --display-name "$2"
}

# make_site_and_keys: on the first run. A run that was cut short goes on where it stopped.
make_site_and_keys() {
  [[ -z $site_key || -z $moderator_key ]] || return 0
  step "A site and three keys"
  if [[ -z $operator_key ]]; then
    # --force: the first key can only have been lost by a run that was cut short, which nobody has seen.
    operator_key=$(as_owner key create --bootstrap --force --display-name "quickstart's operator" 2>/dev/null)
    write_env
  fi
  REPLYGUARD_GRPC=$address REPLYGUARD_OPERATOR_KEY=$operator_key "$data/bin/replyguard" site show "$site" \
    >/dev/null 2>&1 || make_site "$site" "The walks, a blog"
  site_key=$(make_key backend "$site" "the website's backend")
  moderator_key=$(make_key moderator "$site" "quickstart's moderator")
  write_env
  note "The first operator key, shown this once: $operator_key"
  note "It and the keys of a backend and a moderator are kept in $home/env, for you alone (mode 0600)."
}

# console_url: where a browser on this machine finds the console. By its name, not its number: only then do browsers
# take a session's cookie without TLS.
console_url() { echo "http://localhost:${http##*:}"; }

# What signs in to the console the first time; empty after the first run.
console_link=

# invite_to_console: on the first run, an account of the console for whoever runs this, by a one-time link.
invite_to_console() {
  local output
  [[ ! -e $home/invited ]] || return 0
  step "An account of the console"
  output=$(REPLYGUARD_GRPC=$address REPLYGUARD_OPERATOR_KEY=$operator_key "$data/bin/replyguard" user invite admin \
    --role operator --every-site --console-url "$(console_url)" 2>&1) || fail "cannot make an account: $output"
  note "$output"
  console_link=$(grep -o 'https\?://[^ ]*' <<<"$output" | head -n 1) || true
  touch "$home/invited"
}
