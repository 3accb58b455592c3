// What one feature of a comment adds to its score.
#pragma once

#include "classifier/score.h"
#include "counts/counts.h"

namespace replyguard::classifier {

struct FeaturePart {
  FeatureCounts counts;
  RawScore score = 0;  // before the view is clipped and rounded
};

}  // namespace replyguard::classifier
