#include "weights/knowledge.h"

#include <algorithm>

namespace replyguard::classifier {
namespace {

// Walks through the features of all views as one list, as memory is waited for across views.
// `each` calls what it is given with (i, feature) for each that is known; for these on_feature(i,
// view, feature) is called, and then on_end(view, size) for each view that has any features.
template <typename Each, typename OnFeature, typename OnEnd>
void Walk(const Features& features, const Each& each, const OnFeature& on_feature,
          const OnEnd& on_end) {
  std::size_t view = 0;
  std::size_t begin = 0;
  std::size_t end = features.view(View{}).size();
  const auto end_view = [&] {
    if (end != begin) on_end(view, end - begin);
    begin = end;
    if (++view < kViewCount) end += features.view(static_cast<View>(view)).size();
  };
  each([&](std::size_t i, const Feature& feature) {
    while (i >= end) end_view();
    on_feature(i, view, feature);
  });
  while (view < kViewCount) end_view();
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
  ViewSum sum;
  std::int64_t correction = 0;
  Walk(
      features, each,
      [&](std::size_t, std::size_t, const Feature& feature) {
        FeatureCounts counts = feature.counts;
        if (left_out) TakeOne(*left_out, &counts);
        sum.Add(log_odds_(counts));
        correction += feature.weight;
      },
      [&](std::size_t view, std::size_t size) {
        double all = 0;
        double positive = 0;
        sum.Finish(size, &all, &positive);
        nats += weights[view] * all + weights[kViewCount + view] * positive +
                weights[kCorrectorInput + CorrectorOf(view)] *
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
  const auto& weights = combination_.weights;
  Walk(
      features, each,
      [&](std::size_t i, std::size_t v, const Feature& feature) {
        const std::size_t size = features.view(static_cast<View>(v)).size();
        const double l = Nats(log_odds_(feature.counts)) * Damping(size);
        const double correction = feature.weight / kWeightUnits * CorrectorScale(size);
        (*parts)[i].score =
            FromNats(factor * (weights[v] * l + weights[kViewCount + v] * std::max(l, 0.0) +
                               weights[kCorrectorInput + CorrectorOf(v)] * correction));
      },
      [](std::size_t, std::size_t) {});
  return said;
}

}  // namespace replyguard::classifier
