// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "usecases/learn/same_texts.h"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "usecases/mix64.h"

namespace replyguard::service {
namespace {

using classifier::View;

// Below it a few letters make the difference.
constexpr std::size_t kNearFeaturesMin = 20;
// How many of a band's earlier texts one is compared with: enough to find a group, and a flood of
// one text costs no square.
constexpr std::size_t kComparedMax = 4;

// Sets of one text: unions, the smallest member being the name.
class Sets {
 public:
  explicit Sets(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  std::size_t Find(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void Join(std::size_t a, std::size_t b) {
    a = Find(a);
    b = Find(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

}  // namespace

void SameTexts::Add(const classifier::Features& features) {
  // Sums do not depend on the order, so equal sets have equal keys.
  std::uint64_t key = 0;
  for (const View view : {View::kChar3, View::kChar4, View::kWord, View::kLink, View::kWordPair}) {
    for (const std::uint64_t hash : features.view(view)) key += Mix64(hash);
  }
  keys_.push_back(key);

  Signature signature;
  signature.fill(std::numeric_limits<std::uint32_t>::max());
  std::size_t count = 0;
  for (const View view : {View::kChar4, View::kLink}) {
    for (const std::uint64_t hash : features.view(view)) {
      ++count;
      for (std::size_t i = 0; i < kHashes; i += 2) {
        const std::uint64_t two = Mix64(hash ^ ((i + 1) * 0xD6E8FEB86659FD93ULL));
        signature[i] = std::min(signature[i], static_cast<std::uint32_t>(two));
        signature[i + 1] = std::min(signature[i + 1], static_cast<std::uint32_t>(two >> 32U));
      }
    }
  }
  long_enough_.push_back(count >= kNearFeaturesMin);
  signatures_.push_back(signature);
}

double SameTexts::Resemblance(std::size_t a, std::size_t b) const {
  std::size_t equal = 0;
  for (std::size_t i = 0; i < kHashes; ++i) equal += signatures_[a][i] == signatures_[b][i];
  return static_cast<double>(equal) / static_cast<double>(kHashes);
}

std::vector<std::vector<std::size_t>> SameTexts::Groups(bool same) const {
  Sets sets(keys_.size());
  std::map<std::uint64_t, std::size_t> first;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (keys_[i] == 0) continue;
    if (const auto [at, added] = first.emplace(keys_[i], i); !added) sets.Join(at->second, i);
  }
  if (!same) {
    for (std::size_t begin = 0; begin < kHashes; begin += kBand) {
      std::map<std::array<std::uint32_t, kBand>, std::vector<std::size_t>> band;
      for (const auto& [key, i] : first) {
        if (!long_enough_[i]) continue;
        std::array<std::uint32_t, kBand> part{};
        std::copy_n(signatures_[i].begin() + static_cast<std::ptrdiff_t>(begin), kBand,
                    part.begin());
        std::vector<std::size_t>& met = band[part];
        for (const std::size_t other : met) {
          if (Resemblance(other, i) >= kNearResemblance) sets.Join(other, i);
        }
        if (met.size() < kComparedMax) met.push_back(i);
      }
    }
  }
  std::map<std::size_t, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (keys_[i] != 0) groups[sets.Find(i)].push_back(i);
  }
  std::vector<std::vector<std::size_t>> several;
  for (auto& [name, members] : groups) {
    if (members.size() > 1) several.push_back(std::move(members));
  }
  return several;
}

}  // namespace replyguard::service
