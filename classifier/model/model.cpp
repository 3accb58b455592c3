#include "classifier/model.h"

#include <algorithm>
#include <array>
#include <map>

#include "math/exact_math.h"
#include "math/hash.h"
#include "model/state.h"
#include "views/extractor_impl.h"

namespace replyguard::classifier {
namespace {

constexpr double kStrength = 1.0;  // Robinson's x: how many comments the prior weighs
constexpr double kViewWeight = 0.5;

// Log-odds of one feature in nats.
double LogOdds(const FeatureCounts& counts, const SiteTotals& totals) {
  const auto n = static_cast<double>(counts.spam + counts.ham);
  if (n <= 0) return 0;
  const double s = (counts.spam + 0.0) / (static_cast<double>(totals.spam) + 1.0);
  const double h = (counts.ham + 0.0) / (static_cast<double>(totals.ham) + 1.0);
  const double p = s / (s + h);
  const double half = 0.5 * kStrength;
  return ExactLog((half + n * p) / (half + n * (1 - p)));
}

// What dampens the double counting of dependent features: n^-0.8.
double Damping(std::size_t n) { return ExactExp(-0.8 * ExactLog(static_cast<double>(n))); }

double Weight(View view) { return view == View::kShape ? 0.3 : kViewWeight; }

class Scorer {
 public:
  Scorer(const State& state, SiteId site) : state_(state), site_(site) {
    if (const auto at = state.totals.find(site); at != state.totals.end()) totals_ = at->second;
  }
  const SiteTotals& totals() const { return totals_; }

  FeatureCounts Counts(std::uint64_t feature) const {
    const auto at = state_.counts.find(MixHash(site_, feature));
    return at == state_.counts.end() ? FeatureCounts{} : at->second;
  }
  RawScore Contribution(View view, std::uint64_t feature, std::size_t in_view) const {
    return RoundToScore(Weight(view) * Damping(in_view) * LogOdds(Counts(feature), totals_) *
                        kScoreUnitsPerNat);
  }

 private:
  const State& state_;
  SiteId site_;
  SiteTotals totals_;
};

// The additive view of how people judged a key's earlier comments.
RawScore HistoryScore(std::uint32_t spam, std::uint32_t ham, double bound_nats) {
  double nats = ExactLog((spam + 0.5) / (ham + 0.5));
  if (spam == 0 && ham == 0) nats = 0;
  nats = std::clamp(nats, -bound_nats, bound_nats);
  return RoundToScore(nats * kScoreUnitsPerNat);
}

}  // namespace

std::string ModelId::ToString() const {
  return "x" + std::to_string(extractor_version) + ".e" + std::to_string(epoch) + ".p" +
         std::to_string(position);
}

Model::Model(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

const ModelId& Model::id() const { return impl_->state.id; }

Training Model::TrainingOf(SiteId site) const {
  Training training;
  if (const auto at = impl_->state.totals.find(site); at != impl_->state.totals.end()) {
    training.spam = at->second.spam;
    training.ham = at->second.ham;
  }
  training.trained = training.spam >= kTrainedLabelsMin && training.ham >= kTrainedLabelsMin;
  return training;
}

Partial Model::Score(SiteId site, const Features& features) const {
  Partial partial;
  partial.model = id();
  partial.training = TrainingOf(site);
  const Scorer scorer(impl_->state, site);
  for (std::size_t v = 0; v < kViewCount; ++v) {
    const auto view = static_cast<View>(v);
    const auto hashes = features.view(view);
    for (const std::uint64_t feature : hashes) {
      partial.text += scorer.Contribution(view, feature, hashes.size());
    }
  }
  return partial;
}

Result Model::Finish(const Partial& partial, const History& history) {
  constexpr double kAuthorBoundNats = 3.0;
  constexpr double kNetworkBoundNats = 1.5;
  Result result;
  result.model = partial.model;
  result.training = partial.training;
  result.score = partial.text +
                 HistoryScore(history.author_spam, history.author_ham, kAuthorBoundNats) +
                 HistoryScore(history.network_spam, history.network_ham, kNetworkBoundNats);
  result.probability = Probability(result.score);
  return result;
}

Explanation Model::Explain(SiteId site, const Document& document,
                           const ExplainOptions& options) const {
  Extractor::Impl extractor;
  extractor.Run(document, /*tracing=*/true);
  Features features;
  extractor.sink.Finish(&features);
  Explanation explanation;
  const Partial partial = Score(site, features);
  explanation.result = Finish(partial, options.history);

  const Scorer scorer(impl_->state, site);
  std::map<std::uint64_t, Reason> by_hash;
  for (const Trace& trace : extractor.sink.traces()) {
    Reason& reason = by_hash[trace.hash];
    if (reason.text.empty()) {
      const auto counts = scorer.Counts(trace.hash);
      reason.view = ViewName(trace.view);
      reason.text = trace.text;
      reason.score = scorer.Contribution(trace.view, trace.hash, features.view(trace.view).size());
      reason.counts = Reason::Counts{counts.spam, counts.ham};
    }
    if (trace.begin < trace.end) reason.spans.push_back({trace.begin, trace.end});
  }
  std::vector<Reason> all;
  for (auto& [hash, reason] : by_hash) {
    if (reason.score != 0) all.push_back(std::move(reason));
  }
  if (const RawScore history = explanation.result.score - partial.text; history != 0) {
    all.push_back({"history", "earlier comments of the author and network", {}, history, {}});
  }
  std::sort(all.begin(), all.end(), [](const Reason& a, const Reason& b) {
    const RawScore left = a.score < 0 ? -a.score : a.score;
    const RawScore right = b.score < 0 ? -b.score : b.score;
    if (left != right) return left > right;
    return std::tie(a.view, a.text) < std::tie(b.view, b.text);
  });
  std::array<std::size_t, 2> listed{};
  explanation.rest = explanation.result.score;
  for (Reason& reason : all) {
    if (listed[reason.score > 0]++ >= options.reasons_each_way_max) continue;
    explanation.rest -= reason.score;
    explanation.reasons.push_back(std::move(reason));
  }
  return explanation;
}

std::size_t Model::feature_count() const { return impl_->state.counts.size(); }
std::size_t Model::memory_bytes() const {
  return impl_->state.counts.capacity() * (sizeof(std::uint64_t) + sizeof(FeatureCounts) + 1);
}

}  // namespace replyguard::classifier
