# shellcheck shell=bash
# shellcheck disable=SC2154  # $home, $data, $address, $site and $site_key come from installation.sh
# The example site of deploy/quickstart: a website on this machine whose comments the installation keeps. Needs screen.sh,
# packages.sh, postgres.sh and installation.sh.

EXAMPLE_SITE_NODE_MAJOR_MIN=18

example_site_url() { cat "$home/example-site.url" 2>/dev/null; }

# install_example_site: what the service user can reach, and a checkout that changes does not change: a copy.
install_example_site() {
  local target=$data/bin/example-site
  node_is_new_enough "$EXAMPLE_SITE_NODE_MAJOR_MIN" || install_packages nodejs npm
  node_is_new_enough "$EXAMPLE_SITE_NODE_MAJOR_MIN" ||
    fail "the example site needs Node.js $EXAMPLE_SITE_NODE_MAJOR_MIN or newer, and npm"
  install_npm_packages "$checkout/deploy/example-site"
  rm -rf "$target.new"
  mkdir -p "$target.new"
  cp -R "$checkout"/deploy/example-site/{package.json,server.js,articles.js,src,public,node_modules} "$checkout/proto" "$target.new/"
  chmod -R a+rX "$target.new"
  rm -rf "$target"
  mv "$target.new" "$target"
}

# launch_example_site LISTEN: starts it in the background and waits until it says where it listens.
launch_example_site() {
  local pid url deadline=$((SECONDS + SERVER_START_SECONDS_MAX)) state=$data/state/example-site
  # The key goes into a file: a command line is visible to everybody.
  # shellcheck disable=SC2016  # expanded by the inner shell
  as_service_user sh -c 'umask 077 && mkdir -p "$1" && cat >"$1/site.key" && rm -f "$1/address" "$1/pid"' sh "$state" \
    <<<"$site_key"
  # shellcheck disable=SC2016  # expanded by the inner shell
  as_service_user env REPLYGUARD_GRPC="$address" REPLYGUARD_SITE="$site" REPLYGUARD_SITE_KEY_FILE="$state/site.key" \
    REPLYGUARD_PROTO_DIR="$data/bin/example-site/proto" EXAMPLE_SITE_LISTEN="$1" EXAMPLE_SITE_STATE="$state" \
    EXAMPLE_SITE_ADDRESS_FILE="$state/address" \
    setsid sh -c 'echo $$ >"$1/pid" && exec node "$2/server.js" >>"$1/site.log" 2>&1' sh "$state" "$data/bin/example-site" \
    </dev/null >/dev/null 2>&1 9>&- &
  while ! pid=$(told "$state/pid" "$PID"); do
    ((SECONDS < deadline)) || return 1
    sleep 0.02
  done
  echo "$pid $(process_start "$pid")" >"$home/example-site.pid"
  while ! url=$(told "$state/address" "http://$ADDRESS"); do
    running_pid example-site >/dev/null && ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
  echo "$url" >"$home/example-site.url"
}

# start_example_site: at the address it had before, if that is still free.
start_example_site() {
  local before
  step "Example site"
  stop_example_site
  install_example_site
  before=$(example_site_url) || true
  if [[ -z $before ]] || ! launch_example_site "${before#http://}"; then
    stop_example_site
    launch_example_site 127.0.0.1:0 || {
      last_of_log "$data/state/example-site/site.log"
      fail "the example site did not start"
    }
  fi
  note "Its pages are at $(example_site_url): leave a reply there, and decide it with  \"\$REPLYGUARD_BIN\" queue review"
}

stop_example_site() { stop_process example-site; }
