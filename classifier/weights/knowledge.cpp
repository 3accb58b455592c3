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

// Of several that are equally strong the first has it all.
double TakeStrongest(RawScore log_odds, RawScore* strongest) {
  if (log_odds != *strongest) return 0;
  *strongest = 0;
  return Nats(log_odds);
}

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
  // All of them: Read tells of what is there, and the memory is that of another comment.
  parts->assign(features.size(), {});
  Groups groups =
      Read(features, kAll, [&](std::size_t i, std::size_t group, const Feature& feature) {
        (*parts)[i] = {.feature = feature, .group = static_cast<std::uint8_t>(group)};
      });
  const double said = SaidBy(groups);
  const double factor = factor_of(said);
  const auto& weights = combination_.weights;
  std::array<double, kGroupCount> damping, scale;
  for (std::size_t g = 0; g < kGroupCount; ++g) {
    damping[g] = Damping(groups[g].size, groups[g].sum.known);
    scale[g] = CorrectorScale(groups[g].size);
  }
  for (SaidPart& part : *parts) {
    const std::size_t g = part.group;
    Group& group = groups[g];
    const RawScore log_odds = log_odds_(part.feature.counts);
    const double l = Nats(log_odds) * damping[g];
    const double correction = part.feature.weight / kWeightUnits * scale[g];
    const std::uint64_t holders = std::uint64_t{part.feature.counts.spam} + part.feature.counts.ham;
    const double by_holders = (holders <= kRareMax ? weights[kRareInput + g] : 0) +
                              (holders <= kUncommonMax ? weights[kUncommonInput + g] : 0);
    const double nats =
        (weights[g] + by_holders) * l + weights[kPositiveInput + g] * std::max(l, 0.0) +
        weights[kStrongestSpamInput + g] * TakeStrongest(log_odds, &group.sum.strongest_spam) +
        weights[kStrongestHamInput + g] * TakeStrongest(log_odds, &group.sum.strongest_ham) +
        weights[kCorrectorInput + CorrectorOf(g)] * correction;
    part.score = RoundToScore(factor * nats * kScoreUnitsPerNat);
  }
  return said;
}

}  // namespace replyguard::classifier
