// Model::Explain: the strongest reasons each way, and what they leave.
#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "classifier/model.h"
#include "model/site_model.h"
#include "views/extractor_impl.h"

namespace replyguard::classifier {
namespace {

RawScore Magnitude(RawScore score) { return score < 0 ? -score : score; }

// Each feature once, with all its places.
std::vector<Reason> FeatureReasons(const SiteModel& site_model, SiteId site,
                                   const CountsView& counts, const Features& features,
                                   const std::vector<Trace>& traces) {
  std::map<std::uint64_t, Reason> by_hash;
  for (const Trace& trace : traces) {
    Reason& reason = by_hash[trace.hash];
    if (reason.text.empty()) {
      const auto held = counts.Find(CountKey(site, trace.hash));
      reason.view = ViewName(trace.view);
      reason.text = trace.text;
      reason.score =
          site_model.FeatureScore(trace.view, trace.hash, features.view(trace.view).size(), held);
      reason.counts = Reason::Counts{held.spam, held.ham};
    }
    if (trace.begin < trace.end) reason.spans.push_back({trace.begin, trace.end});
  }
  std::vector<Reason> reasons;
  for (auto& [hash, reason] : by_hash) {
    if (reason.score != 0) reasons.push_back(std::move(reason));
  }
  return reasons;
}

}  // namespace

Explanation Model::Explain(SiteId site, const Document& document,
                           const ExplainOptions& options) const {
  Extractor::Impl extractor;
  extractor.Run(document, /*tracing=*/true);
  Features features;
  extractor.sink.Finish(&features);
  const Partial partial = Score(site, features);
  const SiteModel& site_model = impl_->Site(site);

  Explanation explanation;
  explanation.result = Finish(partial, options.history);
  explanation.bias = site_model.Bias();
  std::vector<Reason> all =
      FeatureReasons(site_model, site, impl_->counts, features, extractor.sink.traces());
  if (const RawScore history = explanation.result.score - partial.text; history != 0) {
    all.push_back({"history", "earlier comments of the author and network", {}, history, {}});
  }
  std::sort(all.begin(), all.end(), [](const Reason& a, const Reason& b) {
    return std::make_tuple(-Magnitude(a.score), std::tie(a.view, a.text)) <
           std::make_tuple(-Magnitude(b.score), std::tie(b.view, b.text));
  });
  std::array<std::size_t, 2> listed{};
  explanation.rest = explanation.result.score - explanation.bias;
  for (Reason& reason : all) {
    if (listed[reason.score > 0]++ >= options.reasons_each_way_max) continue;
    explanation.rest -= reason.score;
    explanation.reasons.push_back(std::move(reason));
  }
  return explanation;
}

}  // namespace replyguard::classifier
