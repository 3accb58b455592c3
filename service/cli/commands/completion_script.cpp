// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "service/cli/commands/completion_script.h"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace replyguard::service::cli {
namespace {

// One subcommand: how it is reached, and what may follow.
struct Node {
  std::string path;  // "queue next"; empty for the program itself
  struct Word {
    std::string text;
    std::string help;
  };
  std::vector<Word> subcommands;
  std::vector<Word> flags;
};

void Collect(const CLI::App& app, const std::string& path, std::vector<Node>& nodes) {
  Node node{.path = path, .subcommands = {}, .flags = {}};
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      node.flags.push_back({"--" + name, option->get_description()});
    }
  }
  const auto all = [](const CLI::App*) { return true; };
  for (const CLI::App* sub : app.get_subcommands(all)) {
    node.subcommands.push_back({sub->get_name(), sub->get_description()});
  }
  nodes.push_back(node);
  for (const CLI::App* sub : app.get_subcommands(all)) {
    Collect(*sub, path.empty() ? sub->get_name() : path + " " + sub->get_name(), nodes);
  }
}

std::string Words(const std::vector<Node::Word>& words) {
  return absl::StrJoin(words, " ",
                       [](std::string* out, const Node::Word& word) { out->append(word.text); });
}

// The function that finds which subcommand is being typed, for bash and zsh alike: the longest
// known path among the words that are no flags.
std::string PathCases(const std::vector<Node>& nodes) {
  std::string paths;
  for (const Node& node : nodes) {
    if (!node.path.empty())
      absl::StrAppend(&paths, paths.empty() ? "" : "|", "\"", node.path, "\"");
  }
  return paths;
}

std::string WordCases(const std::vector<Node>& nodes) {
  std::string cases;
  for (const Node& node : nodes) {
    absl::StrAppend(&cases, "    \"", node.path, "\") words=\"", Words(node.subcommands),
                    "\"; flags=\"", Words(node.flags), "\" ;;\n");
  }
  return cases;
}

std::string Bash(const std::vector<Node>& nodes) {
  return absl::StrCat(
      R"_(# bash completion for replyguard: put "source <(replyguard completion bash)" into ~/.bashrc
_replyguard() {
  local current="${COMP_WORDS[COMP_CWORD]}" path="" i words flags
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "${path:+$path }${COMP_WORDS[i]}" in
      )_",
      PathCases(nodes), R"_() path="${path:+$path }${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path" in
)_",
      WordCases(nodes), R"_(  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  fi
}
complete -o default -F _replyguard replyguard
)_");
}

std::string Zsh(const std::vector<Node>& nodes) {
  return absl::StrCat(
      R"_(#compdef replyguard
# zsh completion for replyguard: put "source <(replyguard completion zsh)" into ~/.zshrc after compinit
_replyguard() {
  local current="${words[CURRENT]}" command_path="" i subcommands flags
  for ((i = 2; i < CURRENT; i++)); do
    case "${command_path:+$command_path }${words[i]}" in
      )_",
      PathCases(nodes), R"_() command_path="${command_path:+$command_path }${words[i]}" ;;
    esac
  done
  case "$command_path" in
)_",
      absl::StrReplaceAll(WordCases(nodes), {{") words=", ") subcommands="}}), R"_(  esac
  if [[ $current == -* ]]; then
    compadd -- ${=flags}
  elif [[ -n $subcommands ]]; then
    compadd -- ${=subcommands}
  else
    _files
  fi
}
compdef _replyguard replyguard
)_");
}

// Single-quoted for fish.
std::string FishQuoted(const std::string& text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

std::string Fish(const std::vector<Node>& nodes) {
  std::string script =
      R"_(# fish completion for replyguard: replyguard completion fish > ~/.config/fish/completions/replyguard.fish
function __replyguard_at
    set -l path (string match --invert -- '-*' (commandline --cut-at-cursor --tokenize --current-process)[2..])
    set -l wanted (string split -n ' ' -- $argv[1])
    test "$path[1..(count $wanted)]" = "$wanted"; and begin
        not set -q argv[2]; or test (count $path) -eq (count $wanted)
    end
end
complete -c replyguard -f
)_";
  for (const Node& node : nodes) {
    const std::string exactly = FishQuoted("__replyguard_at " + FishQuoted(node.path) + " exactly");
    for (const Node::Word& word : node.subcommands) {
      absl::StrAppend(&script, "complete -c replyguard -n ", exactly, " -a ", word.text, " -d ",
                      FishQuoted(word.help), "\n");
    }
    const std::string below = FishQuoted("__replyguard_at " + FishQuoted(node.path));
    for (const Node::Word& word : node.flags) {
      absl::StrAppend(&script, "complete -c replyguard -n ",
                      node.subcommands.empty() ? below : exactly, " -l ", word.text.substr(2),
                      " -d ", FishQuoted(word.help), "\n");
    }
  }
  return script;
}

}  // namespace

std::string CompletionScript(const CLI::App& app, std::string_view shell) {
  std::vector<Node> nodes;
  Collect(app, "", nodes);
  if (shell == "bash") return Bash(nodes);
  if (shell == "zsh") return Zsh(nodes);
  return Fish(nodes);
}

}  // namespace replyguard::service::cli
