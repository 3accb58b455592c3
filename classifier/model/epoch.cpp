// Epochs: when a site's weights are refitted, and on what.
#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <vector>

#include "math/limited.h"
#include "model/common.h"
#include "model/fold_impl.h"
#include "weights/combination.h"
#include "weights/corrector.h"
#include "weights/log_odds_sum.h"
#include "weights/training_set.h"

namespace replyguard::classifier {
namespace {

constexpr std::uint64_t kFirstFitLabels = 8;
constexpr std::uint64_t kFitShare = 40;  // then each time a fortieth of the labels has changed
// A refit goes over all features of the window. Where comments are long it waits for a label more
// for each so many of them, so that learning does not cost more and more.
constexpr std::uint64_t kFitFeaturesALabel = 150'000;

// How much of a corrector's input is the margin that an example had when it came; the rest is its
// part of the fit with most of itself left out, which is a guess, but not of a corrector of long
// ago.
constexpr double kFirstMarginShareMin = 0.3;
constexpr double kFirstMarginExamples = 1500;  // the share rises by one in so many, up to one

constexpr std::uint64_t kCommonFirstLabels = 100;
constexpr std::uint64_t kCommonShare = 10;  // then each time a tenth has changed

// A site's inputs for its own examples, each with the example's own counts left out.
class LeaveOneOut {
 public:
  LeaveOneOut(const TrainingSet& examples, const ClassTotals& totals, const Counts& counts)
      : examples_(examples), totals_(totals) {
    held_.resize(examples.feature_count());
    counts.Present().FindEach(examples.hashes(), [&](std::size_t f, const Feature& feature) {
      held_[f] = feature.counts;
    });
  }

  void Fill(std::size_t example, std::uint32_t weight, Inputs* inputs) {
    const LogOdds log_odds = Without(ClassOf(example), weight);
    for (std::size_t g = 0; g < kGroupCount; ++g) {
      const auto group = examples_.group(example, g);
      const auto sketches = examples_.sketches(example);
      left_.resize(group.size() + (g == kWordGroup ? sketches.size() : 0) + 1);
      std::size_t count = 0;
      const auto add = [&](std::uint32_t f) { left_[count++] = Left(example, weight, f); };
      for (const std::uint32_t f : group) add(f);
      if (g == kWordGroup) {
        for (const auto& [sketch, word] : sketches) {
          if (word == TrainingSet::kNoWord || Left(example, weight, word).none()) add(sketch);
        }
      }
      GroupSum sum;
      AddLogOdds(log_odds, left_.data(), count, &sum);
      sum.Finish(group.size(), g, inputs->data());
    }
  }

 private:
  // How many others hold the feature.
  FeatureCounts Left(std::size_t example, std::uint32_t weight, std::uint32_t f) const {
    FeatureCounts counts = held_[f];
    Take(ClassOf(example), weight, &counts);
    return counts;
  }

  Class ClassOf(std::size_t example) const {
    return examples_.spam(example) ? Class::kSpam : Class::kHam;
  }

  LogOdds Without(Class label, std::uint32_t weight) const {
    ClassTotals totals = totals_;
    std::uint64_t& total = label == Class::kSpam ? totals.spam : totals.ham;
    total -= std::min<std::uint64_t>(total, weight);
    return LogOdds(totals);
  }

  const TrainingSet& examples_;
  std::vector<FeatureCounts> held_;
  const ClassTotals totals_;
  std::vector<FeatureCounts> left_;  // of one group
};

TrainingSet TrainingSetOf(const Window::Site& window) {
  std::vector<TrainingSet::Example> examples;
  examples.reserve(window.size());
  for (const WindowExample& example : window) {
    examples.push_back({&example.features, example.label == Class::kSpam});
  }
  return TrainingSet(examples);
}

// What a corrector says of an example that had not been learnt: the input from which the
// combination learns how far to trust it (prequential; Dawid 1984).
double HonestMargin(double first, double left_out, std::size_t examples) {
  const double share =
      std::min(1.0, kFirstMarginShareMin + static_cast<double>(examples) / kFirstMarginExamples);
  return left_out + share * (first - left_out);
}

// Fits the correctors, and gives each example their margins.
void FitCorrectors(const TrainingSet& training, Window::Site* examples, SiteState* state,
                   std::vector<CombinationExample>* fitted) {
  std::vector<Counts::Weight> weights;
  std::vector<double> alphas(examples->size());
  for (std::size_t c = 0; c < kCorrectorCount; ++c) {
    for (std::size_t i = 0; i < alphas.size(); ++i) alphas[i] = (*examples)[i].alphas[c];
    const Corrector corrector = FitCorrector(training, kCorrectorGroups[c], alphas);
    state->corrector_biases[c] = Limited(corrector.bias);
    weights.insert(weights.end(), corrector.weights.begin(), corrector.weights.end());
    for (std::size_t i = 0; i < alphas.size(); ++i) {
      (*examples)[i].alphas[c] = Limited(alphas[i]);
      (*fitted)[i].inputs[kCorrectorInput + c] =
          HonestMargin((*examples)[i].margins[c], corrector.left_out[i], alphas.size());
    }
  }
  state->counts.ReplaceWeights(weights);
}

// What all sites say of one example of a sharing site, itself left out if it was gathered.
double SaidByCommon(const Common& common, const WindowExample& example) {
  std::optional<Class> left_out;
  if (example.position <= common.position) left_out = example.label;
  return Clipped(common.knowledge.SayWithout(example.features, left_out));
}

}  // namespace

CorrectorMargins MarginsOf(const SiteState& site, const Features& features) {
  CorrectorMargins margins = site.corrector_biases;
  const CountsView counts = site.counts.Present();
  for (std::size_t g = 0; g < kGroupCount; ++g) {
    std::int64_t sum = 0;
    for (std::size_t v = kGroups[g].begin; v < kGroups[g].end; ++v) {
      counts.FindEach(features.view(static_cast<View>(v)),
                      [&](std::size_t, const Feature& feature) { sum += feature.weight; });
    }
    margins[CorrectorOf(g)] +=
        static_cast<double>(sum) / kWeightUnits * CorrectorScale(SizeOf(features, kGroups[g]));
  }
  for (double& margin : margins) margin = Limited(margin);
  return margins;
}

void Fold::Impl::FitIfDue(SiteId site) {
  SiteState& state = sites[site];
  const std::uint64_t labels = state.totals.spam + state.totals.ham;
  const std::uint64_t due = std::max<std::uint64_t>(
      {1, labels / kFitShare, window.FeaturesOf(site) / kFitFeaturesALabel});
  if (labels < kFirstFitLabels || state.changes < due) return;
  state.changes = 0;
  ++id.epoch;
  Window::Site& examples = window.Of(site);
  const TrainingSet training = TrainingSetOf(examples);
  std::vector<CombinationExample> fitted(examples.size());
  FitCorrectors(training, &examples, &state, &fitted);
  LeaveOneOut leave_one_out(training, state.totals, state.counts);
  for (std::size_t i = 0; i < fitted.size(); ++i) {
    const WindowExample& example = examples[i];
    Inputs& inputs = fitted[i].inputs;
    leave_one_out.Fill(i, example.weight, &inputs);
    if (common != nullptr && state.shares) inputs[kCommonInput] = SaidByCommon(*common, example);
    std::copy(example.starter.begin(), example.starter.end(), inputs.begin() + kStarterInput);
    fitted[i].spam = training.spam(i);
  }
  FitCombination(fitted, state.totals, &state.combination);
}

void Fold::Impl::Share(SiteId site, bool shares) {
  SiteState& state = sites[site];
  if (state.shares == shares) return;
  state.shares = shares;
  stale.insert(site);
  const std::uint64_t labels = state.totals.spam + state.totals.ham;
  if (shares) {
    ++sharing_sites;
    shared_labels += labels;
  } else {
    --sharing_sites;
    shared_labels -= labels;
    // What a site no longer gives is forgotten at once; what a new one gives can wait.
    shared_changes = std::numeric_limits<std::uint32_t>::max();
  }
}

void Fold::Impl::GatherCommonIfDue() {
  if (sharing_sites < kCommonSitesMin) {
    if (common != nullptr) ++id.epoch;
    common = nullptr;
    return;
  }
  if (shared_changes < std::max(kCommonFirstLabels, shared_labels / kCommonShare)) return;
  shared_changes = 0;
  ++id.epoch;
  common = std::make_shared<const Common>(Common{
      ExamplePosition(), GatherCommon(window, [&](SiteId site) { return sites[site].shares; })});
}

void Fold::Impl::PruneIfLarge() {
  if (feature_count <= kFeaturesMax) return;
  // The largest site gives first, so that what one site is flooded with costs no other its
  // features.
  while (feature_count > kFeaturesMax / 4 * 3) {
    const auto largest =
        std::max_element(sites.begin(), sites.end(), [](const auto& a, const auto& b) {
          return a.second.counts.size() < b.second.counts.size();
        });
    SiteState& state = largest->second;
    feature_count -= state.counts.size();
    state.counts.Prune(state.counts.size() / 4 * 3);
    stale.insert(largest->first);
    feature_count += state.counts.size();
  }
  ++id.epoch;
}

}  // namespace replyguard::classifier
