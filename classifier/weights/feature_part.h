// What each feature of a comment adds to its score.
#pragma once

#include <cstdint>
#include <vector>

#include "classifier/score.h"
#include "counts/counts.h"

namespace replyguard::classifier {

struct FeaturePart {
  FeatureCounts counts;  // the site's own
  RawScore score = 0;    // before the view is clipped and rounded
};

// The same of a feature that one body of labels (Knowledge) knows.
struct SaidPart {
  Feature feature;
  std::uint8_t group = 0;  // of kGroups, of a sketch kWordGroup
  std::uint32_t at = 0;    // which of the comment's features
  RawScore score = 0;
};

// By the order of the features. Keeps its memory from one comment to the next.
struct ScoreParts {
  std::vector<FeaturePart> features;  // all of them
  std::vector<SaidPart> said;         // scratch
};

}  // namespace replyguard::classifier
