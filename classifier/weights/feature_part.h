// What one feature of a comment adds to its score.
#pragma once

#include "classifier/score.h"
#include "counts/counts.h"

namespace replyguard::classifier {

struct FeaturePart {
  FeatureCounts counts;
  RawScore score = 0;  // before the view is clipped and rounded
  bool known =
      false;  // a label of the site, of those it takes from, or of the starter model had it
};

}  // namespace replyguard::classifier
