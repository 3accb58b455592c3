# shellcheck shell=bash
# shellcheck disable=SC2034  # used by those who source it
# The Debian packages that replyguard needs, and how they are installed. Sourced by deploy/quickstart and tests/run.

# To build and run it. gtest and python3 are among them so that quickstart and tests/run share one build folder, which
# cannot be configured without them.
REPLYGUARD_BUILD_PACKAGES=(
  ca-certificates ccache cmake g++ git ninja-build pkg-config postgresql protobuf-compiler protobuf-compiler-grpc
  libabsl-dev libboost-dev libc-ares-dev libcli11-dev libcurl4-openssl-dev libexpat1-dev libgmock-dev
  libgoogle-perftools-dev libgrpc++-dev libgtest-dev libicu-dev libpqxx-dev libprotobuf-dev libpsl-dev
  libsimdjson-dev libsodium-dev libspdlog-dev libssl-dev libtomlplusplus-dev libzstd-dev nlohmann-json3-dev
  prometheus-cpp-dev python3 zlib1g-dev
)
# The console is built with Node, which may have come from elsewhere than Debian.
command -v node >/dev/null || REPLYGUARD_BUILD_PACKAGES+=(nodejs)
command -v npm >/dev/null || REPLYGUARD_BUILD_PACKAGES+=(npm)
# To test it, besides.
REPLYGUARD_TEST_PACKAGES=(
  chromium clang-format faketime fonts-dejavu-core procps python3-grpcio python3-protobuf python3-seccomp shellcheck systemd
)

# as_root COMMAND...: runs it as root, through sudo where we are not.
as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "root's rights are needed for: $*" >&2
    echo "run this as root, install sudo, or let an administrator run the command" >&2
    return 1
  fi
}

# node_is_new_enough MAJOR: whether there is a Node.js of at least this major version, and npm.
node_is_new_enough() {
  command -v npm >/dev/null && node --eval "process.exit(process.versions.node.split('.')[0] >= $1 ? 0 : 1)" 2>/dev/null
}

# install_npm_packages FOLDER: what the lock file there says, unless it is in place already. Runs no package's scripts.
install_npm_packages() {
  [[ ! $1/node_modules/.package-lock.json -nt $1/package-lock.json ]] || return 0
  npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null || return
  touch "$1/node_modules/.package-lock.json"
}

# missing_packages PACKAGE...: prints those that are not installed.
missing_packages() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || echo "$package"
  done
}

# quietly COMMAND...: runs it; shows what it printed only if it fails. Kept in a file, as a daemon that the command
# leaves behind would hold a pipe open.
quietly() {
  local status=0 output
  output=$(mktemp) || return
  "$@" </dev/null >"$output" 2>&1 || status=$?
  ((status == 0)) || cat "$output" >&2
  rm -f "$output"
  return "$status"
}

# install_packages PACKAGE...: installs what is missing; asks for nothing and touches nothing when all is there.
install_packages() {
  local missing no_cluster=/etc/postgresql-common/createcluster.d/replyguard-quickstart.conf status=0
  # A new machine may be busy with its own updates: wait for them instead of failing.
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -y -qq -o DPkg::Lock::Timeout=600)
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  echo "installing ${missing[*]}"
  as_root true || return # sudo may ask for a password, which must be seen
  quietly as_root "${apt[@]}" update || return
  # We run a cluster of our own: the package need not make and start one for the whole machine.
  if [[ " ${missing[*]} " == *" postgresql "* && ! -e $no_cluster ]]; then
    as_root mkdir -p "${no_cluster%/*}" && echo "create_main_cluster = false" | as_root tee "$no_cluster" >/dev/null
  fi
  quietly as_root "${apt[@]}" install --no-install-recommends "${missing[@]}" || status=$?
  as_root rm -f "$no_cluster"
  return "$status"
}
