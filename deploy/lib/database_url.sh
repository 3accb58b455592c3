# shellcheck shell=bash
# split_database_url URL: sets database_url to it without its password, which goes to PGPASSWORD: a command line is visible to
# everybody on the machine. URL is a URI or "key=value ..." as libpq reads them.

# What of a URI is percent-encoded, as bytes.
percent_decoded() {
  local text=${1//\\/\\\\}
  printf '%b' "${text//%/\\x}"
}

split_database_url() {
  local url=$1 password='' quoted="(^|[[:space:]])password[[:space:]]*=[[:space:]]*('(([^'\\\\]|\\\\.)*)'|(([^[:space:]\\\\]|\\\\.)*))"
  # As libpq looks for the "@": a password may hold a "?".
  if [[ $url =~ ^(postgres(ql)?://)([^/@]*)@(.*)$ ]]; then
    local scheme=${BASH_REMATCH[1]} who=${BASH_REMATCH[3]} rest=${BASH_REMATCH[4]}
    [[ $who != *:* ]] || password=$(percent_decoded "${who#*:}")
    url=$scheme${who%%:*}@$rest
  fi
  if [[ $url =~ ^(postgres(ql)?://.*[?&])password=([^&]*)(&(.*))?$ ]]; then
    password=$(percent_decoded "${BASH_REMATCH[3]}")
    url=${BASH_REMATCH[1]}${BASH_REMATCH[5]}
    url=${url%[?&]}
  elif [[ $url != postgres*://* && $url =~ $quoted ]]; then
    local found=${BASH_REMATCH[0]}
    password=${BASH_REMATCH[3]:-${BASH_REMATCH[5]}}
    # shellcheck disable=SC2001
    password=$(sed 's/\\\(.\)/\1/g' <<<"$password")
    url=${url/"$found"/ }
  fi
  # Read by whoever sourced this.
  # shellcheck disable=SC2034
  database_url=$url
  [[ -z $password ]] || export PGPASSWORD=$password
}
