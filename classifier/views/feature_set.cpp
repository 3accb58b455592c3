#include "views/feature_set.h"

#include <bit>
#include <limits>

namespace replyguard::classifier {

void FeatureSet::Start() {
  Empty();
  hashes_.Clear();
  filed_ = true;
  // Few, so that a long text does not slow down the short ones after it.
  slot_count_ = kSlotsLeast;
  room_ = 0;
}

void FeatureSet::Empty() {
  constexpr auto kBaseMax = std::numeric_limits<std::uint32_t>::max() - 2 * kViewFeaturesMax;
  base_ += static_cast<std::uint32_t>(hashes_.size());
  if (base_ < kBaseMax) return;
  std::fill(slots_.begin(), slots_.end(), 0);
  base_ = 1;
}

void FeatureSet::FileAll() {
  Empty();
  const std::size_t mask = slot_count_ - 1;
  for (std::uint32_t index = 0; index < hashes_.size(); ++index) {
    std::size_t i = hashes_[index] & mask;
    while (slots_[i] - base_ < index) i = (i + 1) & mask;
    slots_[i] = base_ + index;
  }
  filed_ = true;
}

void FeatureSet::Prepare(std::size_t more) {
  constexpr std::size_t kLeast = kSlotsLeast / kSlotsAFeature;
  more = std::max(more, kLeast);
  const std::size_t size = std::min(hashes_.size() + more, kViewFeaturesMax);
  hashes_.Room(more);
  room_ = hashes_.size() + more;
  const bool fits = size * kSlotsAFeature <= slot_count_;
  if (!fits) slot_count_ = std::bit_ceil(size * kSlotsAFeature);
  if (slots_.size() < slot_count_) slots_.resize(slot_count_);
  if (!fits || !filed_) FileAll();
}

}  // namespace replyguard::classifier
