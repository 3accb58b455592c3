// Epochs: when a site's weights are refitted, and on what.
#include <algorithm>
#include <vector>

#include "model/fold_impl.h"

namespace replyguard::classifier {
namespace {

constexpr std::uint64_t kFirstFitLabels = 8;
constexpr std::uint64_t kFitShare = 20;  // then each time a twentieth of the labels has changed

// A site's inputs for one of its own examples, with the example's own counts left out.
class LeaveOneOut {
 public:
  LeaveOneOut(SiteId site, const ClassTotals& totals, const Counts& counts)
      : site_(site),
        counts_(counts),
        without_spam_({totals.spam - (totals.spam > 0 ? 1 : 0), totals.ham}),
        without_ham_({totals.spam, totals.ham - (totals.ham > 0 ? 1 : 0)}) {}

  void Fill(const WindowExample& example, Inputs* inputs) const {
    const bool spam = example.label == Class::kSpam;
    const Others others{site_, counts_, spam ? without_spam_ : without_ham_, spam};
    for (std::size_t v = 0; v < kViewCount; ++v) {
      SumView(example.features.view(static_cast<View>(v)), others, &(*inputs)[v],
              &(*inputs)[kViewCount + v]);
    }
  }

 private:
  // What SumView reads: the counts of all comments but this one.
  struct Others {
    SiteId site;
    const Counts& counts;
    const LogOdds& log_odds;
    bool spam;

    void Prefetch(std::uint64_t hash) const { counts.Prefetch(CountKey(site, hash)); }
    RawScore LogOddsOf(std::uint64_t hash) const {
      FeatureCounts held = counts.Find(CountKey(site, hash));
      std::uint32_t& own = spam ? held.spam : held.ham;
      own -= own > 0 ? 1 : 0;
      return log_odds(held);
    }
  };

  SiteId site_;
  const Counts& counts_;
  LogOdds without_spam_;
  LogOdds without_ham_;
};

}  // namespace

void Fold::Impl::FitIfDue(SiteId site) {
  SiteState& state = sites[site];
  const std::uint64_t labels = state.totals.spam + state.totals.ham;
  if (labels < kFirstFitLabels || state.changes < std::max<std::uint64_t>(1, labels / kFitShare)) {
    return;
  }
  state.changes = 0;
  ++id.epoch;
  std::vector<CorrectorExample> corrector_examples;
  for (WindowExample& example : window.Of(site)) {
    corrector_examples.push_back(
        {&example.features, example.label == Class::kSpam, &example.alpha});
  }
  std::vector<double> left_out;
  state.corrector = FitCorrector(corrector_examples, &left_out);
  std::vector<CombinationExample> examples(corrector_examples.size());
  const LeaveOneOut leave_one_out(site, state.totals, counts);
  for (std::size_t i = 0; i < examples.size(); ++i) {
    leave_one_out.Fill(window.Of(site)[i], &examples[i].inputs);
    examples[i].inputs[kCorrectorInput] = left_out[i];
    examples[i].spam = corrector_examples[i].spam;
  }
  FitCombination(examples, state.totals, &state.combination);
}

void Fold::Impl::PruneIfLarge() {
  if (counts.size() <= kFeaturesMax) return;
  counts.Prune(kFeaturesMax / 4 * 3);
  ++id.epoch;
}

}  // namespace replyguard::classifier
