// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Things by how many they have of something (callers by their connections, say), so that who has
// most is found without looking at all. Of those that have as many, who has had so many longest
// comes first. Costs the logarithm of how many different numbers there are.
//
// Owns none of the things: they must stay where they are while they are in it. Not thread-safe.
#pragma once

#include <cstddef>
#include <list>
#include <map>

namespace replyguard::service {

template <typename Thing>
class Ranks {
 public:
  // Where a thing is; kept with it.
  using Place = typename std::list<Thing*>::iterator;

  // `thing` had `before`, and has `now`; none is not to be in it.
  void Move(Thing* thing, Place* place, std::size_t before, std::size_t now) {
    std::list<Thing*> kept;
    if (before > 0) {
      const auto rank = ranks_.find(before);
      kept.splice(kept.end(), rank->second, *place);
      if (rank->second.empty()) ranks_.erase(rank);
    } else {
      *place = kept.insert(kept.end(), thing);
    }
    if (now == 0) return;
    std::list<Thing*>& rank = ranks_[now];
    rank.splice(rank.end(), kept, *place);
  }

  // The first of those with more than `above`, most first, that `is_it` says; null if none.
  template <typename IsIt>
  Thing* FindMost(std::size_t above, IsIt is_it) const {
    for (auto rank = ranks_.rbegin(); rank != ranks_.rend() && rank->first > above; ++rank) {
      for (Thing* const thing : rank->second) {
        if (is_it(*thing)) return thing;
      }
    }
    return nullptr;
  }

 private:
  std::map<std::size_t, std::list<Thing*>> ranks_;
};

}  // namespace replyguard::service
