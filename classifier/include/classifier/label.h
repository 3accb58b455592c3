// What the classifier learns from: one change of one comment's effective label, as the label log
// tells it.
//
// Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <optional>

#include "classifier/features.h"

namespace replyguard::classifier {

using SiteId = std::uint64_t;
using SampleId = std::uint64_t;
using AuthorHash = std::uint64_t;  // any stable hash of the author's key; 0: unknown author

enum class Class : std::uint8_t { kHam = 0, kSpam = 1 };

inline constexpr std::uint32_t kLabelWeightMax = 3;

// One labelled comment as it was, or is to be, counted.
struct Labelled {
  Class label = Class::kHam;
  AuthorHash author = 0;
  Features features;
  // It is counted as so many comments: 1 to kLabelWeightMax.
  std::uint32_t weight = 1;
};

// The newest label of a sample is in force. With `before` what was in force until now and `after`
// what is from now on: neither: a row without effect; after only: a first label; both: a flip, or
// an edit that changed the features; before only: a retraction. Equal sides (a duplicate) change
// nothing but the position.
struct LabelChange {
  std::uint64_t position = 0;  // in the log, strictly increasing, from 1
  SiteId site = 0;
  SampleId sample = 0;
  std::optional<Labelled> before;
  std::optional<Labelled> after;
  // Whether the site, as of this row, gives to and takes from what all sites together know. One
  // without any row takes.
  bool shares = false;
};

}  // namespace replyguard::classifier
