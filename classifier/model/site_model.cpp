#include "model/site_model.h"

#include <algorithm>

#include "weights/cold_start.h"

namespace replyguard::classifier {
namespace {

std::vector<FeaturePart> PartsWithCounts(const Knowledge& own, const Features& features) {
  std::vector<FeaturePart> parts(features.size());
  own.counts().FindEach(features.all(), [&](std::size_t i, const Feature& feature) {
    parts[i].counts = feature.counts;
  });
  return parts;
}

// What everybody knows of spam, as long as there are few labels.
void AddColdStart(const ClassTotals& totals, const Features& features, RawScore* text,
                  std::vector<FeaturePart>* parts) {
  const double share = ColdStartShare(totals);
  std::size_t at = 0;
  for (std::size_t v = 0; v < static_cast<std::size_t>(View::kShape); ++v) {
    at += features.view(static_cast<View>(v)).size();
  }
  for (const std::uint64_t hash : features.view(View::kShape)) {
    const RawScore score = FromNats(share * ColdStartNats(hash));
    *text += score;
    if (parts != nullptr) (*parts)[at].score += score;
    ++at;
  }
}

}  // namespace

double Clipped(double nats) {
  constexpr double kClipNats = 6.0;
  return std::clamp(nats, -kClipNats, kClipNats);
}

StarterSays Starter::Impl::Say(const Features& features) const {
  StarterSays says{};
  std::size_t at = 0;
  for (const Chapter& chapter : chapters) {
    says[at++] = chapter.trust * Clipped(chapter.knowledge.Say(features));
  }
  return says;
}

Training Model::Impl::TrainingOf(SiteId site) const {
  const ClassTotals& totals = Site(site).knowledge.totals();
  const bool enough = std::min(totals.spam, totals.ham) >= kTrainedLabelsMin;
  return {enough || starter != nullptr, totals.spam, totals.ham};
}

RawScore Model::Impl::Bias(SiteId site) const { return FromNats(Site(site).knowledge.Bias()); }

Partial Model::Impl::Score(SiteId site, const Features& features,
                           std::vector<FeaturePart>* parts) const {
  const SiteModel& model = Site(site);
  const Knowledge& own = model.knowledge;
  Partial partial;
  partial.model = id;
  partial.training = TrainingOf(site);
  partial.text = Bias(site);
  if (parts != nullptr) *parts = PartsWithCounts(own, features);

  const auto& weights = own.combination().weights;
  const auto hear = [&](const Knowledge& knowledge, double weight, bool clip) {
    const double said = knowledge.Say(features);
    const double heard = weight * (clip ? Clipped(said) : said);
    partial.text += FromNats(heard);
    if (parts != nullptr && said != 0) knowledge.AddParts(features, heard / said, parts);
  };
  hear(own, 1, false);
  if (common != nullptr && model.shares) hear(common->knowledge, weights[kCommonInput], true);
  if (starter != nullptr) {
    std::size_t input = kStarterInput;
    for (const Starter::Impl::Chapter& chapter : starter->impl().chapters) {
      hear(chapter.knowledge, chapter.trust * weights[input++], true);
    }
  } else {
    AddColdStart(own.totals(), features, &partial.text, parts);
  }
  return partial;
}

}  // namespace replyguard::classifier
