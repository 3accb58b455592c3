# shellcheck shell=bash
# shellcheck disable=SC2154  # colours, addresses and keys come from screen.sh and installation.sh
# The demonstration of deploy/quickstart: what a website's backend, a moderator and the classifier do, with the
# program's own commands.

DEMO_THREAD=a-walk-along-the-harbour

# replyguard ARGUMENT...: the program as a user calls it, after sourcing the env file.
replyguard() (
  set -a
  # shellcheck source=/dev/null
  source "$home/env"
  REPLYGUARD_SITE=${demo_site:-$REPLYGUARD_SITE} REPLYGUARD_SITE_KEY=${demo_site_key:-$REPLYGUARD_SITE_KEY}
  REPLYGUARD_MODERATOR_KEY=${demo_moderator_key:-$REPLYGUARD_MODERATOR_KEY}
  exec "$REPLYGUARD_BIN" "$@"
)

# quoted WORD...: as one would type them.
quoted() {
  local word line=""
  for word; do
    [[ $word =~ ^[A-Za-z0-9._/:=@-]+$ ]] || word="'${word//\'/\'\\\'\'}'"
    line+=" $word"
  done
  printf '%s' "${line# }"
}

# demo ARGUMENT...: prints the command and runs it; a refusal is part of the show.
demo() {
  printf '%s$ replyguard %s%s\n' "$dim" "$(quoted "$@")" "$plain"
  replyguard "$@" 2>&1 | in_short || true
}

# name_of TEXT: the comment's name in what the program printed.
name_of() { grep -oE 'sites/[a-z0-9-]+/comments/[0-9a-f]{32}' <<<"$1" | head -n 1 || true; }

# in_short: a comment's card with its strongest reasons alone.
in_short() {
  awk '/^ +[+-][0-9]+\.[0-9]+  / && !/everything else|how often comments/ { if (++n > 4) { left++; next } }
    left && /everything else|how often comments/ { print "            ... " left " more ..."; left = 0 }
    /^  sites\/.* · / || /^$/ { next }
    { print }'
}

# teach: what a fresh installation knows, and what a site adds to it.
teach() {
  note "A fresh installation begins with the starter model that it ships: it knows common spam before anybody labels any."
  demo check --thread "$DEMO_THREAD" --author-name Rita --author-email rita@example.org \
    --body "Check out my new video and subscribe to my channel http://videos.example/join"
  demo check --thread "$DEMO_THREAD" --author-name Clara --author-email clara@example.org --body "What a fine walk, the view from the bridge is the best part."
  note "
A site's own labels soon outweigh it. This one learns 60 labelled examples, written for this purpose: deploy/quickstart-data/labelled.jsonl."
  demo learn --from "$checkout/deploy/quickstart-data/labelled.jsonl"
  wait_until_learnt
  demo model show
}

# wait_until_learnt: labels are applied in the background, a moment after they are written.
wait_until_learnt() {
  local model deadline=$((SECONDS + 30))
  while ((SECONDS < deadline)); do
    model=$(replyguard model show --format json | tr -d ' \n')
    [[ $model =~ \"headPosition\":\"?([0-9]+) ]] && [[ $model =~ \"position\":\"?${BASH_REMATCH[1]}\" ]] && return
    sleep 0.1
  done
  fail "the learner did not catch up within 30 seconds"
}

# submit_all: the backend sends what readers typed; remembers the name of each comment in `names`.
submit_all() {
  local name email url body output command
  names=()
  while IFS='|' read -r name email url body; do
    [[ $name != \#* ]] || continue
    command=(submit --thread "$DEMO_THREAD" --author-name "$name" --author-email "$email" --author-url "$url" --body "$body")
    [[ -n $url ]] || command=("${command[@]:0:7}" --body "$body")
    printf '\n%s$ replyguard %s%s\n' "$dim" "$(quoted "${command[@]}")" "$plain"
    output=$(replyguard "${command[@]}" --request-id "quickstart-${#names[@]}" 2>&1) || true
    in_short <<<"$output"
    names+=("$(name_of "$output")")
  done <"$checkout/deploy/quickstart-data/comments.txt"
}

demonstrate() {
  # Their places in comments.txt: a shop that is welcome, and a "reader" who is not.
  local good=4 bad=5
  note "
A dozen comments arrive: good ones, spam in several disguises, one with missing fields."
  submit_all
  note "
What the machine would not decide alone:"
  demo queue list --order oldest
  note "
A moderator approves one and marks one as spam. What would be said of a similar comment before ..."
  ask_about_similar
  demo queue approve "${names[good]}"
  demo queue spam "${names[bad]}"
  wait_until_learnt
  note "
... and after:"
  ask_about_similar
}

ask_about_similar() {
  demo check --thread "$DEMO_THREAD" --author-name Sam --author-email sam@example.com \
    --body "Lovely photos of the bridge! Please subscribe to my channel, we have more there."
}

demonstrate_again() {
  load_env
  demo_site=demo-$RANDOM$RANDOM
  make_site "$demo_site" "Another demonstration" >/dev/null
  demo_site_key=$(make_key backend "$demo_site" "demonstration")
  demo_moderator_key=$(make_key moderator "$demo_site" "demonstration")
  teach
  demonstrate
}

how_to_go_on() {
  local environment way="by the one-time link of the first run"
  [[ -z $console_link ]] || way="by this link, once: $console_link"
  environment=$(printf '%q' "$home/env")
  step "How to go on"
  cat <<TEXT
The server runs on $address, and for HTTP on http://$http; its data are in $home.
The console is at $(console_url)/console/, for "admin", $way
In a shell:

  set -a; . $environment; set +a
  replyguard submit --author-name Ada --author-email ada@example.org --body 'Hello there'
  replyguard queue list
  replyguard user reset admin --console-url $(console_url)   # once that link is used: another
  replyguard --help

README.md shows how to call it from Python, with buf curl and with curl; deploy/quickstart stop ends what this started.
TEXT
}
