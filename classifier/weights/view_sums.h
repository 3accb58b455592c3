// What the views of one comment say, in groups, before they are weighed.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "classifier/features.h"
#include "classifier/score.h"
#include "classifier/starter.h"
#include "counts/feature_table.h"

namespace replyguard::classifier {

// Some of what is next to each other: views, or groups of views.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Views whose features are added up together. A link or a disguised word counts as one more word:
// by themselves they are too few to be weighed.
constexpr Range From(View first, View last) {
  return {static_cast<std::size_t>(first), static_cast<std::size_t>(last) + 1};
}
inline constexpr std::array kGroups = {
    From(View::kChar3, View::kChar3),         From(View::kChar4, View::kChar4),
    From(View::kCompact, View::kCompact),     From(View::kWord, View::kDisguise),
    From(View::kWordPair, View::kWordPair),   From(View::kShape, View::kShape),
    From(View::kShapePair, View::kShapePair), From(View::kAuthor, View::kAuthor),
    From(View::kContext, View::kContext)};
inline constexpr std::size_t kGroupCount = kGroups.size();
static_assert(kGroups.back().end == static_cast<std::size_t>(View::kSketch));

// The group whose words come first, and with which sketches are added up where they are read. The
// comment's size is that of its words: a sketch stands in for one.
inline constexpr std::size_t kWordGroup = 3;
static_assert(kGroups[kWordGroup].begin == static_cast<std::size_t>(View::kWord));

inline std::size_t SizeOf(const Features& features, Range views) {
  std::size_t size = 0;
  for (std::size_t v = views.begin; v < views.end; ++v) {
    size += features.view(static_cast<View>(v)).size();
  }
  return size;
}

// Correctors: one for pieces of words, of which a comment has hundreds, and one for all else, which
// pieces would drown. Each has groups of its own.
inline constexpr std::size_t kCorrectorCount = 2;
inline constexpr std::array<Range, kCorrectorCount> kCorrectorGroups = {Range{0, 3},
                                                                        Range{3, kGroupCount}};
constexpr std::size_t CorrectorOf(std::size_t group) {
  return group < kCorrectorGroups[0].end ? 0 : 1;
}

using CorrectorMargins = std::array<double, kCorrectorCount>;

// Inputs of the combination: for each group its log-odds, then for each group the part that speaks
// for spam, the strongest log-odds of a feature for spam and the strongest for ham, the part of its
// rare features and that of those which are not common; then the correctors, what all sites
// together say, and what each chapter of the starter model says.
inline constexpr std::size_t kPositiveInput = kGroupCount;
inline constexpr std::size_t kStrongestSpamInput = 2 * kGroupCount;
inline constexpr std::size_t kStrongestHamInput = 3 * kGroupCount;
inline constexpr std::size_t kRareInput = 4 * kGroupCount;
inline constexpr std::size_t kUncommonInput = 5 * kGroupCount;
inline constexpr std::size_t kCorrectorInput = 6 * kGroupCount;
inline constexpr std::size_t kCommonInput = kCorrectorInput + kCorrectorCount;
inline constexpr std::size_t kStarterInput = kCommonInput + 1;
inline constexpr std::size_t kInputCount = kStarterInput + kStarterChaptersMax;
using Inputs = std::array<double, kInputCount>;

// m^-0.8, and 0 for 0, where m lies midway between a group's features and those of them that are
// known: a group's sum is multiplied by it, which tames the double counting of dependent features
// (1 would be plain naive Bayes). What is not known speaks for neither class; counted in full, the
// leftovers of a disguise would drown what it hides.
double Damping(std::size_t size, std::size_t known);

// 1 / sqrt(size), and 0 for 0: a group's part of the corrector's margin is multiplied by it.
double CorrectorScale(std::size_t size);

// How many comments hold a feature of a kind, at most. What few comments hold depends less on what
// else they hold than common features on each other, and its log-odds are less sure: how much more
// or less than others it counts is learnt.
inline constexpr std::uint32_t kRareMax = 2;
inline constexpr std::uint32_t kUncommonMax = 8;

// One group's log-odds, added up. Sums of integers: exact in any order.
struct GroupSum {
  RawScore all = 0;
  RawScore spam = 0;            // of those that speak for spam
  RawScore strongest_spam = 0;  // 0: none speaks for it
  RawScore strongest_ham = 0;
  RawScore rare = 0;      // of those that at most kRareMax comments hold
  RawScore uncommon = 0;  // at most kUncommonMax
  std::size_t known = 0;  // features that any comment held

  bool operator==(const GroupSum&) const = default;

  void Add(const FeatureCounts& counts, RawScore log_odds) {
    known += counts.none() ? 0U : 1U;
    all += log_odds;
    spam += std::max<RawScore>(log_odds, 0);
    strongest_spam = std::max(strongest_spam, log_odds);
    strongest_ham = std::min(strongest_ham, log_odds);
    const std::uint64_t holders = std::uint64_t{counts.spam} + counts.ham;
    rare += holders <= kRareMax ? log_odds : 0;
    uncommon += holders <= kUncommonMax ? log_odds : 0;
  }
  // The inputs of the group `group`, of `size` features: sums damped and clipped.
  void Finish(std::size_t size, std::size_t group, double* inputs) const {
    constexpr double kClipNats = 4.0;
    const double damping = Damping(size, known);
    const auto damped = [&](RawScore sum) {
      return std::clamp(Nats(sum) * damping, -kClipNats, kClipNats);
    };
    inputs[group] = damped(all);
    inputs[kPositiveInput + group] = damped(spam);
    inputs[kRareInput + group] = damped(rare);
    inputs[kUncommonInput + group] = damped(uncommon);
    inputs[kStrongestSpamInput + group] = Nats(strongest_spam);
    inputs[kStrongestHamInput + group] = Nats(strongest_ham);
  }
};

}  // namespace replyguard::classifier
