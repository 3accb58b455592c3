// What one body of labels says of a comment: a site's own, those of all sites, the starter model's.
//
// Thread-safety: immutable once made.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "classifier/features.h"
#include "classifier/label.h"
#include "counts/counts.h"
#include "weights/combination.h"
#include "weights/feature_part.h"
#include "weights/log_odds.h"

namespace replyguard::classifier {

using CorrectorBiases = std::array<double, kCorrectorCount>;

class Knowledge {
 public:
  // The prior: says nothing of any comment.
  Knowledge() : Knowledge({}, {}, {}, {}) {}
  Knowledge(const ClassTotals& totals, const Combination& combination,
            const CorrectorBiases& corrector_biases, CountsView counts)
      : totals_(totals),
        combination_(combination),
        corrector_biases_(corrector_biases),
        log_odds_(totals),
        counts_(std::move(counts)) {}

  const ClassTotals& totals() const { return totals_; }
  const Combination& combination() const { return combination_; }
  const CountsView& counts() const { return counts_; }

  // In nats: what no feature has part in, and what the views and the corrector say of these.
  double Bias() const;
  double Say(const Features& features) const { return SayWithout(features, std::nullopt); }
  // The same; sets `seen`, which has room for all features but the sketches, at each that any of
  // the comments held.
  double SayAndMark(const Features& features, std::vector<std::uint8_t>* seen) const;
  // The same as if one comment of this class that holds all the features had not been counted.
  double SayWithout(const Features& features, std::optional<Class> left_out) const;

  // The same, and what each feature that is known has part in it, before views are clipped, times
  // what `factor_of` makes of the whole. Replaces `parts`, by the order of the features.
  using FactorOf = std::function<double(double said)>;
  double SayInParts(const Features& features, const FactorOf& factor_of,
                    std::vector<SaidPart>* parts) const;

 private:
  // What is known of the features of one group.
  struct Group {
    GroupSum sum;
    std::int64_t correction = 0;
    std::size_t size = 0;  // features, without sketches
  };
  using Groups = std::array<Group, kGroupCount>;

  // Calls use(i, group, feature) for each feature that is there, of sketches those of words that
  // are not known; their sums, of the counts that `left` leaves.
  template <typename Left, typename Use>
  Groups Read(const Features& features, const Left& left, const Use& use) const;
  double SaidBy(const Groups& groups) const;

  ClassTotals totals_;
  Combination combination_;
  CorrectorBiases corrector_biases_;
  LogOdds log_odds_;
  CountsView counts_;
};

}  // namespace replyguard::classifier
