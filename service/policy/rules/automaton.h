// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "policy/rules/words.h"

namespace replyguard::service::policy {

// Finds many phrases in one pass over a text's words: Aho and Corasick 1975, with words for
// letters. Add() every phrase, Build(), then Find() as often as needed; Find is const and
// thread-safe.
class PhraseAutomaton {
 public:
  // REQUIRES: before Build; at least one word.
  void Add(const std::vector<Word>& phrase, std::uint32_t rule);
  void Build();

  // Calls found(rule, first, last) for each match, with the indexes of its first and last word; a
  // rule for which it answers false has been found often enough, and may be passed over from then
  // on. `only_disguised`: matches without a word in disguise are none. Cost: the words, plus the
  // calls; phrases that begin alike would otherwise be found at every word.
  template <typename Found>
  void Find(const std::vector<Word>& words, bool only_disguised, Found found) const {
    std::uint32_t state = 0;
    std::size_t disguised = 0;  // behind the last one so far
    Passed passed;
    for (std::size_t i = 0; i < words.size(); ++i) {
      state = Next(state, WordNumber(words[i].text));
      if (words[i].disguised) disguised = i + 1;
      for (std::uint32_t at = Open(state, passed); at != 0; at = Open(nodes_[at].shorter, passed)) {
        const std::size_t first = i + 1 - nodes_[at].depth;
        if (only_disguised && first >= disguised) break;  // the shorter ones begin later still
        bool more = false;
        for (const std::uint32_t rule : nodes_[at].rules) more = found(rule, first, i) || more;
        if (!more) passed.emplace(at, nodes_[at].shorter);
      }
    }
  }

  bool empty() const { return nodes_.size() == 1; }

 private:
  struct Node {
    std::uint32_t depth = 0;    // words from the root
    std::uint32_t fail = 0;     // the longest proper suffix that is a prefix of a phrase
    std::uint32_t shorter = 0;  // the next one of these that ends a phrase; 0 for none
    std::vector<std::uint32_t> rules;
  };
  using Edge = std::pair<std::uint32_t, std::uint32_t>;  // node, word number
  // Nodes whose rules have been found often enough, and where to go on instead.
  using Passed = absl::flat_hash_map<std::uint32_t, std::uint32_t>;

  static constexpr std::uint32_t kUnknownWord = 0;
  std::uint32_t WordNumber(std::string_view word) const;
  std::uint32_t Next(std::uint32_t node, std::uint32_t word) const;
  // The node itself, or the next shorter one, that has not been passed; 0 for none. Shortens the
  // way to it.
  static std::uint32_t Open(std::uint32_t node, Passed& passed);

  std::vector<Node> nodes_{1};
  absl::flat_hash_map<Edge, std::uint32_t> edges_;
  absl::flat_hash_map<std::string, std::uint32_t> numbers_;
};

}  // namespace replyguard::service::policy
