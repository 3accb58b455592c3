#include "model/site_model.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "weights/cold_start.h"

namespace replyguard::classifier {
namespace {

// What everybody knows of spam, as long as there are few labels.
void AddColdStart(const ClassTotals& totals, const Features& features, RawScore* text,
                  ScoreParts* parts) {
  const double share = ColdStartShare(totals);
  std::size_t at = 0;
  for (std::size_t v = 0; v < static_cast<std::size_t>(View::kShape); ++v) {
    at += features.view(static_cast<View>(v)).size();
  }
  for (const std::uint64_t hash : features.view(View::kShape)) {
    const RawScore score = FromNats(share * ColdStartNats(hash));
    *text += score;
    if (parts != nullptr) parts->features[at].score += score;
    ++at;
  }
}

// How many of these, which are 0 or 1, are 1: eight at a time.
std::size_t CountOnes(std::span<const std::uint8_t> flags) {
  constexpr std::size_t kAtOnce = sizeof(std::uint64_t);
  constexpr std::uint64_t kLowest = 0x0101010101010101;
  std::size_t count = 0;
  for (; flags.size() >= kAtOnce; flags = flags.subspan(kAtOnce)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, flags.data(), kAtOnce);
    count += eight * kLowest >> 56;
  }
  for (const std::uint8_t flag : flags) count += flag;
  return count;
}

}  // namespace

void SiteModels::Put(SiteId site, std::shared_ptr<const SiteModel> model) {
  const auto old = PartOf(site);
  const auto part = old == nullptr ? std::make_shared<Part>() : std::make_shared<Part>(*old);
  auto at = std::lower_bound(part->sites.begin(), part->sites.end(), site,
                             [](const auto& held, SiteId id) { return held.first < id; });
  if (at == part->sites.end() || at->first != site) at = part->sites.insert(at, {site, nullptr});
  if (at->second != nullptr) {
    part->memory_bytes -= at->second->knowledge.counts().memory_bytes();
  }
  part->memory_bytes += model->knowledge.counts().memory_bytes();
  at->second = std::move(model);
  parts_[site % kParts] = part;
}

const SiteModel* SiteModels::Find(SiteId site) const {
  const Part* const part = PartOf(site).get();
  if (part == nullptr) return nullptr;
  const auto at = std::lower_bound(part->sites.begin(), part->sites.end(), site,
                                   [](const auto& held, SiteId id) { return held.first < id; });
  return at == part->sites.end() || at->first != site ? nullptr : at->second.get();
}

std::size_t SiteModels::memory_bytes() const {
  std::size_t bytes = 0;
  for (const auto& part : parts_) bytes += part == nullptr ? 0 : part->memory_bytes;
  return bytes;
}

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

Partial Model::Impl::Score(SiteId site, const Features& features, ScoreParts* parts) const {
  const SiteModel& model = Site(site);
  const Knowledge& own = model.knowledge;
  Partial partial;
  partial.model = id;
  partial.training = TrainingOf(site);
  partial.text = Bias(site);
  if (parts != nullptr) parts->features.assign(features.size(), {});

  const auto& weights = own.combination().weights;
  std::vector<std::uint8_t> seen(features.size() - features.view(View::kSketch).size());
  const auto hear = [&](const Knowledge& knowledge, double weight, bool clip) {
    const auto heard = [&](double said) { return weight * (clip ? Clipped(said) : said); };
    if (parts == nullptr) {
      partial.text += FromNats(heard(knowledge.SayAndMark(features, &seen)));
      return;
    }
    const auto factor_of = [&](double said) { return said == 0 ? 0 : heard(said) / said; };
    partial.text += FromNats(heard(knowledge.SayInParts(features, factor_of, &parts->said)));
    for (const SaidPart& said : parts->said) {
      FeaturePart& part = parts->features[said.at];
      part.score += said.score;
      if (&knowledge == &own) part.counts = said.feature.counts;
      if (said.at < seen.size() && !said.feature.counts.none()) seen[said.at] = 1;
    }
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
  if (!seen.empty()) {
    constexpr std::size_t kPermille = 1000;
    const std::size_t unseen = seen.size() - CountOnes(seen);
    partial.novelty = static_cast<std::uint32_t>(unseen * kPermille / seen.size());
  }
  return partial;
}

}  // namespace replyguard::classifier
