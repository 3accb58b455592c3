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

  // Calls found(rule, first, last) for each match, with the indexes of its first and last word.
  // Cost: the words, plus the matches.
  template <typename Found>
  void Find(const std::vector<Word>& words, Found found) const {
    std::uint32_t state = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
      state = Next(state, WordNumber(words[i].text));
      for (std::uint32_t at = state; at != 0; at = nodes_[at].shorter) {
        for (const std::uint32_t rule : nodes_[at].rules) found(rule, i + 1 - nodes_[at].depth, i);
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

  static constexpr std::uint32_t kUnknownWord = 0;
  std::uint32_t WordNumber(std::string_view word) const;
  std::uint32_t Next(std::uint32_t node, std::uint32_t word) const;

  std::vector<Node> nodes_{1};
  absl::flat_hash_map<Edge, std::uint32_t> edges_;
  absl::flat_hash_map<std::string, std::uint32_t> numbers_;
};

}  // namespace replyguard::service::policy
