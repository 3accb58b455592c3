#include "weights/knowledge.h"

#include <algorithm>
#include <array>

namespace replyguard::classifier {
namespace {

// Walks through the features of all groups as one list, as memory is waited for across groups.
// `each` calls what it is given with (i, feature) for each that is known; for these on_feature(i,
// group, feature) is called, and then on_end(group, size) for each group that has any features.
template <typename Each, typename OnFeature, typename OnEnd>
void Walk(const Features& features, const Each& each, const OnFeature& on_feature,
          const OnEnd& on_end) {
  std::size_t group = 0;
  std::size_t begin = 0;
  std::size_t end = SizeOf(features, kGroups[0]);
  const auto end_group = [&] {
    if (end != begin) on_end(group, end - begin);
    begin = end;
    if (++group < kGroupCount) end += SizeOf(features, kGroups[group]);
  };
  each([&](std::size_t i, const Feature& feature) {
    while (i >= end) end_group();
    on_feature(i, group, feature);
  });
  while (group < kGroupCount) end_group();
}

}  // namespace

double Knowledge::Bias() const {
  double nats = combination_.bias;
  for (std::size_t c = 0; c < kCorrectorCount; ++c) {
    nats += combination_.weights[kCorrectorInput + c] * corrector_biases_[c];
  }
  return nats;
}

template <typename Each>
double Knowledge::SayOf(const Features& features, const Each& each,
                        std::optional<Class> left_out) const {
  const auto& weights = combination_.weights;
  double nats = 0;
  GroupSum sum;
  std::int64_t correction = 0;
  Walk(
      features, each,
      [&](std::size_t, std::size_t, const Feature& feature) {
        FeatureCounts counts = feature.counts;
        if (left_out) Take(*left_out, 1, &counts);
        sum.Add(counts, log_odds_(counts));
        correction += feature.weight;
      },
      [&](std::size_t group, std::size_t size) {
        double all = 0;
        double positive = 0;
        sum.Finish(size, &all, &positive);
        nats += weights[group] * all + weights[kGroupCount + group] * positive +
                weights[kCorrectorInput + CorrectorOf(group)] *
                    (static_cast<double>(correction) / kWeightUnits * CorrectorScale(size));
        sum = {};
        correction = 0;
      });
  return nats;
}

double Knowledge::SayWithout(const Features& features, std::optional<Class> left_out) const {
  return SayOf(
      features, [&](const auto& use) { counts_.FindEach(features.all(), use); }, left_out);
}

double Knowledge::SayAndMark(const Features& features, std::vector<bool>* seen) const {
  const auto each = [&](const auto& use) {
    counts_.FindEach(features.all(), [&](std::size_t i, const Feature& feature) {
      if (!feature.counts.none()) (*seen)[i] = true;
      use(i, feature);
    });
  };
  return SayOf(features, each, std::nullopt);
}

double Knowledge::SayInParts(const Features& features, const FactorOf& factor_of,
                             std::vector<Part>* parts) const {
  parts->assign(features.size(), {});
  counts_.FindEach(features.all(),
                   [&](std::size_t i, const Feature& feature) { (*parts)[i].feature = feature; });
  const auto each = [&](const auto& use) {
    for (std::size_t i = 0; i < parts->size(); ++i) use(i, (*parts)[i].feature);
  };
  const double said = SayOf(features, each, std::nullopt);
  const double factor = factor_of(said);
  std::array<std::size_t, kGroupCount> known{};
  Walk(
      features, each,
      [&](std::size_t, std::size_t group, const Feature& feature) {
        known[group] += feature.counts.none() ? 0U : 1U;
      },
      [](std::size_t, std::size_t) {});
  const auto& weights = combination_.weights;
  Walk(
      features, each,
      [&](std::size_t i, std::size_t group, const Feature& feature) {
        const std::size_t size = SizeOf(features, kGroups[group]);
        const double l = Nats(log_odds_(feature.counts)) * Damping(size, known[group]);
        const double correction = feature.weight / kWeightUnits * CorrectorScale(size);
        (*parts)[i].score = FromNats(
            factor * (weights[group] * l + weights[kGroupCount + group] * std::max(l, 0.0) +
                      weights[kCorrectorInput + CorrectorOf(group)] * correction));
      },
      [](std::size_t, std::size_t) {});
  return said;
}

}  // namespace replyguard::classifier
