// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// How much one source may teach, so that nobody poisons or swamps a model within a day.
#pragma once

#include <cstdint>

namespace replyguard::storage {

inline constexpr std::int32_t kTeachingCapMax = 1'000'000;

// Labels that moderators' decisions, websites (Akismet) and rules teach within 24 hours on one
// site; 0: as many as they like. What is beyond is written to the log as it was decided, but
// teaches nothing. What the active generation leaves out uses none of it up. Imports are exempt:
// each can be left out as a whole.
struct TeachingCaps {
  std::int32_t by_key_max = 10'000;     // of one API key or rule, both classes
  std::int32_t of_author_max = 1'000;   // of comments of one author, in each class
  std::int32_t of_network_max = 5'000;  // of comments of one network, in each class

  friend bool operator==(const TeachingCaps&, const TeachingCaps&) = default;
};

// Which cap kept a label from teaching.
enum class LabelCap {
  kNone = 0,
  kKey = 1,
  kAuthor = 2,
  kNetwork = 3,
};

}  // namespace replyguard::storage
