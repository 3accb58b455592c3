// The row of the label log that gives a sample its first label.
#pragma once

#include <cstdint>
#include <utility>

#include "classifier/fold.h"

namespace replyguard::classifier {

// Of a sample that nobody else has: its number is the position.
inline LabelChange NewLabel(std::uint64_t position, SiteId site, Class label, Features features) {
  LabelChange change;
  change.position = position;
  change.site = site;
  change.sample = position;
  change.after.emplace();
  change.after->label = label;
  change.after->features = std::move(features);
  return change;
}

}  // namespace replyguard::classifier
