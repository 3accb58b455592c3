// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "policy/rules/automaton.h"

#include <algorithm>
#include <utility>

#include "absl/strings/string_view.h"

namespace replyguard::service::policy {

void PhraseAutomaton::Add(const std::vector<Word>& phrase, std::uint32_t rule) {
  std::uint32_t node = 0;
  for (const Word& word : phrase) {
    const auto number =
        numbers_.try_emplace(word.text, static_cast<std::uint32_t>(numbers_.size() + 1))
            .first->second;
    const auto [edge, is_new] =
        edges_.try_emplace(Edge{node, number}, static_cast<std::uint32_t>(nodes_.size()));
    if (is_new) {
      Node child;
      child.depth = nodes_[node].depth + 1;
      nodes_.push_back(std::move(child));
    }
    node = edge->second;
  }
  nodes_[node].rules.push_back(rule);
}

void PhraseAutomaton::Build() {
  struct Step {
    std::uint32_t parent, word, child;
  };
  std::vector<Step> steps;
  steps.reserve(edges_.size());
  for (const auto& [edge, child] : edges_) steps.push_back({edge.first, edge.second, child});
  // Breadth first: a node's suffixes are shorter than itself.
  std::sort(steps.begin(), steps.end(), [this](const Step& a, const Step& b) {
    return std::pair(nodes_[a.child].depth, a.child) < std::pair(nodes_[b.child].depth, b.child);
  });
  for (const Step& step : steps) {
    Node& child = nodes_[step.child];
    child.fail = step.parent == 0 ? 0 : Next(nodes_[step.parent].fail, step.word);
    child.shorter = nodes_[child.fail].rules.empty() ? nodes_[child.fail].shorter : child.fail;
  }
}

std::uint32_t PhraseAutomaton::Open(std::uint32_t node, Passed& passed) {
  if (passed.empty()) return node;
  std::uint32_t open = node;
  for (auto next = passed.find(open); next != passed.end(); next = passed.find(open)) {
    open = next->second;
  }
  while (node != open) node = std::exchange(passed.find(node)->second, open);
  return open;
}

std::uint32_t PhraseAutomaton::WordNumber(std::string_view word) const {
  const auto found = numbers_.find(absl::string_view(word.data(), word.size()));
  return found == numbers_.end() ? kUnknownWord : found->second;
}

std::uint32_t PhraseAutomaton::Next(std::uint32_t node, std::uint32_t word) const {
  if (word == kUnknownWord) return 0;
  for (;;) {
    const auto found = edges_.find(Edge{node, word});
    if (found != edges_.end()) return found->second;
    if (node == 0) return 0;
    node = nodes_[node].fail;
  }
}

}  // namespace replyguard::service::policy
