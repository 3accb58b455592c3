// What one feature of a comment adds to its score.
#pragma once

#include <cstdint>

#include "classifier/features.h"
#include "classifier/score.h"
#include "counts/counts.h"

namespace replyguard::classifier {

struct FeaturePart {
  std::uint64_t hash = 0;
  View view = View::kWord;
  FeatureCounts counts;
  RawScore score = 0;  // before the view is clipped and rounded
};

}  // namespace replyguard::classifier
