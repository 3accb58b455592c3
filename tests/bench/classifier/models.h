// Models of known size, made of the texts.
//
// Thread-safety: made on first use by one thread; call before threads start.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "classifier/fold.h"

namespace replyguard::classifier {

// A fold that learnt the first `labels` of EndlessComments. A copy of its own each time.
Fold FoldOf(std::size_t labels);

// One that learnt so many labels that it holds at least `features` features, serialised. All sizes
// are taken from one fold on its way, the smallest first.
struct SizedModel {
  std::string bytes;
  std::size_t labels = 0;
  std::size_t features = 0;
};
const SizedModel& ModelOfFeatures(std::size_t features);

// The model of FoldOf(4,000), what benchmarks score with.
std::shared_ptr<const Model> Trained();

}  // namespace replyguard::classifier
