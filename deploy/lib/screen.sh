# shellcheck shell=bash
# shellcheck disable=SC2034  # used by those who source it
# What a script of ours prints: headings, notes, errors; coloured on a terminal only.

on_terminal() { [[ -t 1 && ${TERM:-dumb} != dumb && -z ${NO_COLOR:-} ]]; }

if on_terminal; then
  bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' dim='' green='' red='' plain=''
fi

# step TEXT: begins a part.
step() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }

# note TEXT: one line of explanation.
note() { printf '%s\n' "$*"; }

# shown COMMAND...: prints the command as a user would type it, then runs it.
shown() {
  printf '%s$ %s%s\n' "$dim" "$*" "$plain"
  "$@"
}

# fail TEXT: ends the script with an error.
fail() {
  printf '%s%s%s\n' "$red" "$*" "$plain" >&2
  exit 1
}
