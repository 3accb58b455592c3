#include "weights/cold_start.h"

#include <algorithm>
#include <array>

#include "math/exact_math.h"
#include "views/shape_view.h"

namespace replyguard::classifier {
namespace {

constexpr double kTrust = 0.8;  // as the features are not independent of each other

// A range of a shape's values, and how probable spam is within it.
struct Belief {
  ShapeFeature feature;
  std::uint64_t first;
  std::uint64_t last;
  double probability;
};

constexpr std::uint64_t kLast = 20;  // log buckets: 2^19 and more do not occur

constexpr std::array kBeliefs = {
    Belief{ShapeFeature::kCharacters, 0, 4, 0.2},  // at most 8 characters
    Belief{ShapeFeature::kCharacters, 5, 5, 0.3},
    Belief{ShapeFeature::kCharacters, 6, 6, 0.4},
    Belief{ShapeFeature::kCharacters, 8, kLast, 0.65},  // more than 64
    Belief{ShapeFeature::kWords, 0, 3, 0.3},            // at most 4 words
    Belief{ShapeFeature::kWords, 6, kLast, 0.6},        // more than 16
    Belief{ShapeFeature::kDigits, 0, 0, 0.45},
    Belief{ShapeFeature::kDigits, 4, kLast, 0.7},  // more than 4
    Belief{ShapeFeature::kLinks, 0, 0, 0.4},
    Belief{ShapeFeature::kLinks, 1, kLast, 0.8},
    Belief{ShapeFeature::kStyledLetters, 1, kLast, 0.8},
    Belief{ShapeFeature::kLookalikeShare, 1, kLast, 0.6},
    Belief{ShapeFeature::kMixedWords, 1, kLast, 0.8},
};

// What is believed of a shape. Which of a comment's shapes are in it nobody foretells, so a look-up
// takes no branch on that: it goes as far as any of them is from its place.
class Beliefs {
 public:
  Beliefs() {
    for (const Belief& belief : kBeliefs) {
      const double nats = kTrust * ExactLog(belief.probability / (1 - belief.probability));
      for (std::uint64_t value = belief.first; value <= belief.last; ++value) {
        Add(ShapeHash(belief.feature, value), nats);
      }
    }
  }

  double NatsOf(std::uint64_t shape) const {
    const Slot* const slot = slots_.data() + (shape & kMask);
    double nats = 0;  // all but one are 0, which is exact
    for (std::size_t i = 0; i < reach_; ++i) nats += slot[i].shape == shape ? slot[i].nats : 0;
    return nats;
  }

 private:
  struct Slot {
    std::uint64_t shape = 0;  // 0: none
    double nats = 0;
  };
  static constexpr std::size_t kMask = 1023;

  void Add(std::uint64_t shape, double nats) {
    std::size_t i = shape & kMask;
    while (slots_.at(i).shape != 0) ++i;
    slots_.at(i) = {shape, nats};
    reach_ = std::max(reach_, i - (shape & kMask) + 1);
  }

  std::array<Slot, kMask + 1 + kMask / 4> slots_{};  // places may be passed at the end too
  std::size_t reach_ = 0;
};

}  // namespace

double ColdStartShare(const ClassTotals& totals) {
  const auto rarer = static_cast<double>(std::min(totals.spam, totals.ham));
  return kColdStartLabels / (kColdStartLabels + rarer);
}

double ColdStartNats(std::uint64_t shape_feature) {
  static const Beliefs kTable;
  return kTable.NatsOf(shape_feature);
}

}  // namespace replyguard::classifier
