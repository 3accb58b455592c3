#include "weights/knowledge.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "weights/log_odds_sum.h"

namespace replyguard::classifier {
namespace {

// Which words of a comment are known, a bit each.
class KnownWords {
 public:
  explicit KnownWords(std::size_t words) : size_(words) {
    for (std::size_t i = 0; i * kBits < words; ++i) bits_[i] = 0;
  }
  std::size_t size() const { return size_; }
  // REQUIRES: word < size().
  void Add(std::size_t word) { bits_[word / kBits] |= std::uint64_t{1} << word % kBits; }
  bool Holds(std::size_t word) const {
    return word < size_ && (bits_[word / kBits] >> word % kBits & 1) != 0;
  }

 private:
  static constexpr std::size_t kBits = 64;

  std::size_t size_;
  std::array<std::uint64_t, kViewFeaturesMax / kBits> bits_;  // those of no word are not set
};

// What a feature of one group has part in what is said, by its log-odds. Takes no branch on what
// differs from feature to feature.
class PartWeights {
 public:
  PartWeights() = default;
  PartWeights(const Inputs& weights, std::size_t group, std::size_t size, const GroupSum& sum)
      : damping_(Damping(size, sum.known)),
        scale_(CorrectorScale(size)),
        positive_(weights[kPositiveInput + group]),
        strongest_spam_{sum.strongest_spam, weights[kStrongestSpamInput + group]},
        strongest_ham_{sum.strongest_ham, weights[kStrongestHamInput + group]},
        corrector_(weights[kCorrectorInput + CorrectorOf(group)]) {
    const double uncommon = weights[kUncommonInput + group];
    by_holders_ = {weights[group] + (weights[kRareInput + group] + uncommon),
                   weights[group] + uncommon, weights[group]};
  }

  // In nats. Of several that are equally strong the first has it all.
  double Take(const Feature& feature, RawScore log_odds) {
    const std::uint64_t holders = std::uint64_t{feature.counts.spam} + feature.counts.ham;
    const std::size_t held = std::size_t{holders > kRareMax} + std::size_t{holders > kUncommonMax};
    const double l = Nats(log_odds) * damping_;
    double nats = by_holders_[held] * l + positive_ * (l > 0.0 ? l : 0.0);
    for (Strongest* strongest : {&strongest_spam_, &strongest_ham_}) {
      if (log_odds != strongest->log_odds) [[likely]]
        continue;
      nats += strongest->weight * Nats(log_odds);
      strongest->log_odds = 0;
    }
    return nats + corrector_ * (feature.weight / kWeightUnits * scale_);
  }

 private:
  struct Strongest {
    RawScore log_odds = 0;
    double weight = 0;
  };

  double damping_ = 0;
  double scale_ = 0;
  double positive_ = 0;
  std::array<double, 3> by_holders_{};  // rare, uncommon, other features
  Strongest strongest_spam_, strongest_ham_;
  double corrector_ = 0;
};

constexpr auto kAll = [](const FeatureCounts& counts) { return counts; };

}  // namespace

double Knowledge::Bias() const {
  double nats = combination_.bias;
  for (std::size_t c = 0; c < kCorrectorCount; ++c) {
    nats += combination_.weights[kCorrectorInput + c] * corrector_biases_[c];
  }
  return nats;
}

template <typename Left, typename Use>
Knowledge::Groups Knowledge::Read(const Features& features, const Left& left,
                                  const Use& use) const {
  Groups groups{};
  for (std::size_t g = 0; g < kGroupCount; ++g) groups[g].size = SizeOf(features, kGroups[g]);
  const auto sketches = features.view(View::kSketch);
  const std::size_t others = features.size() - sketches.size();
  const std::size_t first_word = SizeOf(features, {0, kGroups[kWordGroup].begin});
  KnownWords known(features.view(View::kWord).size());
  counts_.Prefetch(sketches);
  std::array<std::size_t, kGroupCount> ends;
  std::size_t end = 0;
  for (std::size_t g = 0; g < kGroupCount; ++g) ends[g] = end += groups[g].size;
  FeatureCounts held[CountsView::kPartMax + 1];
  // All groups as one list, as memory is waited for across groups.
  counts_.FindStretches(
      features.all().first(others), ends, [&](std::size_t group, const auto& for_each) {
        std::size_t count = 0;
        std::int64_t correction = 0;
        const auto take = [&](std::size_t i, const Feature& feature) {
          const FeatureCounts counts = left(feature.counts);
          held[count++] = counts;
          correction += feature.weight;
          use(i, group, feature);
          return counts;
        };
        if (group == kWordGroup) {
          for_each([&](std::size_t i, const Feature& feature) {
            const std::size_t word = i - first_word;
            if (!take(i, feature).none() && word < known.size()) known.Add(word);
          });
        } else {
          for_each([&](std::size_t i, const Feature& feature) { take(i, feature); });
        }
        AddLogOdds(log_odds_, held, count, &groups[group].sum);
        groups[group].correction += correction;
      });
  std::array<std::uint64_t, CountsView::kPartMax> asked;
  std::array<std::size_t, CountsView::kPartMax> places;
  for (std::size_t k = 0; k < sketches.size();) {
    std::size_t asked_count = 0;
    for (; k < sketches.size() && asked_count < asked.size(); ++k) {
      asked[asked_count] = sketches[k];
      places[asked_count] = others + k;
      asked_count += known.Holds(SketchedWord(sketches[k])) ? 0U : 1U;
    }
    std::size_t count = 0;
    counts_.FindEach(std::span(asked).first(asked_count),
                     [&](std::size_t at, const Feature& feature) {
                       held[count++] = left(feature.counts);
                       use(places[at], kWordGroup, feature);
                     });
    AddLogOdds(log_odds_, held, count, &groups[kWordGroup].sum);
  }
  return groups;
}

double Knowledge::SaidBy(const Groups& groups) const {
  const auto& weights = combination_.weights;
  std::array<double, kCorrectorInput> inputs;
  double nats = 0;
  for (std::size_t g = 0; g < kGroupCount; ++g) {
    const Group& group = groups[g];
    group.sum.Finish(group.size, g, inputs.data());
    for (std::size_t k = g; k < kCorrectorInput; k += kGroupCount) nats += weights[k] * inputs[k];
    nats += weights[kCorrectorInput + CorrectorOf(g)] *
            (static_cast<double>(group.correction) / kWeightUnits * CorrectorScale(group.size));
  }
  return nats;
}

double Knowledge::SayWithout(const Features& features, std::optional<Class> left_out) const {
  const auto left = [&](FeatureCounts counts) {
    if (left_out) Take(*left_out, 1, &counts);
    return counts;
  };
  return SaidBy(Read(features, left, [](std::size_t, std::size_t, const Feature&) {}));
}

double Knowledge::SayAndMark(const Features& features, std::vector<std::uint8_t>* seen) const {
  // Sketches, which come last, have no room there.
  std::uint8_t* const marks = seen->data();
  const std::size_t size = seen->size();
  const auto mark = [=](std::size_t i, std::size_t, const Feature& feature) {
    if (i < size) marks[i] |= static_cast<std::uint8_t>(!feature.counts.none());
  };
  return SaidBy(Read(features, kAll, mark));
}

double Knowledge::SayInParts(const Features& features, const FactorOf& factor_of,
                             std::vector<SaidPart>* parts) const {
  parts->clear();
  parts->reserve(features.size());
  Groups groups =
      Read(features, kAll, [&](std::size_t i, std::size_t group, const Feature& feature) {
        parts->push_back({.feature = feature,
                          .group = static_cast<std::uint8_t>(group),
                          .at = static_cast<std::uint32_t>(i)});
      });
  const double said = SaidBy(groups);
  const double factor = factor_of(said);
  std::array<PartWeights, kGroupCount> of_groups;
  for (std::size_t g = 0; g < kGroupCount; ++g) {
    of_groups[g] = {combination_.weights, g, groups[g].size, groups[g].sum};
  }
  for (SaidPart& part : *parts) {
    const double nats = of_groups[part.group].Take(part.feature, log_odds_(part.feature.counts));
    part.score = RoundToScore(factor * nats * kScoreUnitsPerNat);
  }
  return said;
}

}  // namespace replyguard::classifier
