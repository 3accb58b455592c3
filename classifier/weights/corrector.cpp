#include "weights/corrector.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "math/exact_math.h"
#include "math/hash.h"
#include "weights/log_odds.h"

namespace replyguard::classifier {
namespace {

constexpr double kCost = 1.0;
constexpr int kPassesMax = 5;
constexpr double kAlphaTolerance = 1e-3;  // a pass that changes none by more is the last
// How much of an example's own part is left out. All of it is too pessimistic: without the example
// its like would have weighed more.
constexpr double kLeftOutShareMin = 0.5;
constexpr double kLeftOutShareMax = 0.95;
constexpr double kLeftOutExamples = 8000;  // the share rises from the least by one in so many
// How much of a feature's scale its naive Bayes log-odds decide.
constexpr double kScaleByLogOdds = 0.5;

class Fit {
 public:
  Fit(const TrainingSet& examples, Range groups, std::span<double> alphas)
      : examples_(examples),
        groups_(groups),
        alphas_(alphas),
        scales_(Scales(examples, groups)),
        weights_(examples.feature_count(), 0) {
    FindValues();
    for (std::size_t i = 0; i < examples.size(); ++i) AddTo(i, Sign(i) * alphas_[i]);
  }

  // One pass over all examples in an order of `seed`; how much the most changed variable changed.
  double Pass(std::uint64_t seed) {
    std::vector<std::size_t> order(examples_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = order.size(); i > 1; --i) {
      std::swap(order[i - 1], order[MixHash(seed, i) % i]);
    }
    double most = 0;
    for (const std::size_t i : order) {
      double& alpha = alphas_[i];
      const double gradient = Sign(i) * Margin(i) - 1 + alpha / (2 * kCost);
      const double next = std::max(0.0, alpha - gradient / (norms_[i] + 1 / (2 * kCost)));
      if (next == alpha) continue;
      most = std::max(most, std::abs(next - alpha));
      AddTo(i, Sign(i) * (next - alpha));
      alpha = next;
    }
    return most;
  }

  Corrector Result() const {
    Corrector corrector;
    corrector.bias = bias_;
    for (std::uint32_t f = 0; f < weights_.size(); ++f) {
      if (const StoredWeight stored = Stored(weights_[f] * scales_[f]); stored != 0) {
        corrector.weights.push_back({examples_.hash(f), stored});
      }
    }
    const double share =
        std::min(kLeftOutShareMax,
                 kLeftOutShareMin + static_cast<double>(examples_.size()) / kLeftOutExamples);
    for (std::size_t i = 0; i < examples_.size(); ++i) {
      corrector.left_out.push_back(Margin(i) - share * alphas_[i] * Sign(i) * norms_[i]);
    }
    return corrector;
  }

 private:
  static StoredWeight Stored(double weight) {
    constexpr double kMax = 32767;
    return static_cast<StoredWeight>(RoundToScore(std::clamp(weight * kWeightUnits, -kMax, kMax)));
  }

  // Of each feature, by its log-odds in these examples.
  static std::vector<double> Scales(const TrainingSet& examples, Range groups) {
    ClassTotals totals;
    std::vector<FeatureCounts> held(examples.feature_count());
    for (std::size_t i = 0; i < examples.size(); ++i) {
      const bool spam = examples.spam(i);
      ++(spam ? totals.spam : totals.ham);
      for (const std::uint32_t f : examples.groups(i, groups)) {
        ++(spam ? held[f].spam : held[f].ham);
      }
    }
    const LogOdds log_odds(totals);
    std::vector<double> scales;
    scales.reserve(held.size());
    for (const FeatureCounts& counts : held) {
      scales.push_back(1 - kScaleByLogOdds + kScaleByLogOdds * std::abs(Nats(log_odds(counts))));
    }
    return scales;
  }

  // What each feature of each example is multiplied by, and with these the examples' norms.
  void FindValues() {
    for (std::size_t i = 0; i < examples_.size(); ++i) {
      begins_.push_back(values_.size());
      double norm = 1;  // of the bias
      for (std::size_t g = groups_.begin; g < groups_.end; ++g) {
        const auto group = examples_.group(i, g);
        const double scale = CorrectorScale(group.size());
        for (const std::uint32_t f : group) {
          const auto value = static_cast<float>(scales_[f] * scale);
          values_.push_back(value);
          norm += static_cast<double>(value) * value;
        }
      }
      norms_.push_back(norm);
    }
  }

  double Sign(std::size_t i) const { return examples_.spam(i) ? 1 : -1; }

  // Four sums, so that one addition need not wait for another.
  double Margin(std::size_t i) const {
    const auto features = examples_.groups(i, groups_);
    const std::uint32_t* const f = features.data();
    const float* const value = values_.data() + begins_[i];
    const double* const weights = weights_.data();
    const std::size_t size = features.size();
    double sums[4] = {bias_, 0, 0, 0};
    std::size_t k = 0;
    for (; k + 4 <= size; k += 4) {
      sums[0] += weights[f[k]] * value[k];
      sums[1] += weights[f[k + 1]] * value[k + 1];
      sums[2] += weights[f[k + 2]] * value[k + 2];
      sums[3] += weights[f[k + 3]] * value[k + 3];
    }
    for (; k < size; ++k) sums[0] += weights[f[k]] * value[k];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }

  void AddTo(std::size_t i, double step) {
    if (step == 0) return;
    bias_ += step;
    const float* value = values_.data() + begins_[i];
    double* const weights = weights_.data();
    for (const std::uint32_t f : examples_.groups(i, groups_)) weights[f] += step * *value++;
  }

  const TrainingSet& examples_;
  Range groups_;
  std::span<double> alphas_;
  std::vector<double> scales_;
  std::vector<float> values_;        // of each example its features, one after the other
  std::vector<std::size_t> begins_;  // where an example's values begin
  std::vector<double> norms_;
  std::vector<double> weights_;
  double bias_ = 0;
};

}  // namespace

Corrector FitCorrector(const TrainingSet& examples, Range groups, std::span<double> alphas) {
  Fit fit(examples, groups, alphas);
  for (int pass = 1; pass <= kPassesMax; ++pass) {
    if (fit.Pass(static_cast<std::uint64_t>(pass)) <= kAlphaTolerance) break;
  }
  return fit.Result();
}

}  // namespace replyguard::classifier
