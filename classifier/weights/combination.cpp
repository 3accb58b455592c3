#include "weights/combination.h"

#include <algorithm>
#include <cmath>

#include "math/exact_math.h"
#include "math/limited.h"

namespace replyguard::classifier {
namespace {

constexpr double kPriorSumWeight = 0.15;
constexpr std::array<double, kCorrectorCount> kPriorCorrectorWeights = {2.5, 1.5};
constexpr double kPriorCommonWeight = 0.5;
constexpr double kPriorStarterWeight = 0.7;
constexpr double kRidge = 2.0;
// Of the strongest and the rare features the ridge is kRidge + (kDetailLabels / labels)^2: in a
// small body of labels what these seem to tell is often chance.
constexpr double kDetailLabels = 2000;
constexpr double kBiasRidge = 0.1;
constexpr double kPriorLabels = 100;
constexpr double kClassWeightMax = 5;

constexpr int kStepsMax = 12;
constexpr double kStepMax = 1;  // of a coordinate: as far as the quadratic model is trusted
constexpr int kHalvingsMax = 6;
constexpr int kSweepsMax = 150;
constexpr double kTolerance = 1e-4;

// Coordinates of the fit: the weights, then the bias.
constexpr std::size_t kBias = kInputCount;
constexpr std::size_t kDimensions = kInputCount + 1;
using Vector = std::array<double, kDimensions>;

double PriorOf(std::size_t input) {
  if (input >= kStarterInput) return kPriorStarterWeight;
  if (input == kCommonInput) return kPriorCommonWeight;
  if (input >= kCorrectorInput) return kPriorCorrectorWeights[input - kCorrectorInput];
  return input < kPositiveInput ? kPriorSumWeight : 0;
}

double RidgeOf(std::size_t input, double labels) {
  if (input < kStrongestSpamInput || input >= kCorrectorInput) return kRidge;
  const double few = kDetailLabels / std::max(labels, 1.0);
  return kRidge + few * few;
}

// Only parts may be weighed down: their views' sums hold them already.
bool MayBeNegative(std::size_t k) {
  return k == kBias || (k >= kPositiveInput && k < kStrongestSpamInput) ||
         (k >= kRareInput && k < kCorrectorInput);
}

double ClassWeight(double of_class, double all) {
  if (of_class <= 0) return 1;
  return std::min(kClassWeightMax,
                  (of_class + kPriorLabels) / (all + 2 * kPriorLabels) * all / of_class);
}

// A quadratic model of the loss around the present weights, and its minimum.
class Fit {
 public:
  Fit(std::span<const CombinationExample> examples, const ClassTotals& totals)
      : examples_(examples) {
    const auto spam = static_cast<double>(totals.spam);
    const auto ham = static_cast<double>(totals.ham);
    spam_weight_ = ClassWeight(spam, spam + ham);
    ham_weight_ = ClassWeight(ham, spam + ham);
    for (std::size_t k = 0; k < kInputCount; ++k) {
      prior_[k] = PriorOf(k);
      ridge_[k] = RidgeOf(k, spam + ham);
    }
    prior_[kBias] = ExactLog((spam + kPriorLabels) / (ham + kPriorLabels));
    ridge_[kBias] = kBiasRidge;
  }

  // One step from `at`, shortened until the loss falls; how much the most changed coordinate
  // changed.
  double Step(Vector* at) {
    Expand(*at);
    const Vector change = Minimum(*at);
    const double before = Loss(*at);
    double share = 1;
    for (int halvings = 0; halvings < kHalvingsMax; ++halvings) {
      const Vector next = Moved(*at, change, share);
      if (Loss(next) > before) {
        share /= 2;
        continue;
      }
      *at = next;
      double most = 0;
      for (const double c : change) most = std::max(most, std::abs(share * c));
      return most;
    }
    return 0;
  }

 private:
  static Vector Moved(const Vector& at, const Vector& change, double share) {
    Vector to = at;
    for (std::size_t k = 0; k < kDimensions; ++k) to[k] += share * change[k];
    return to;
  }

  static double Margin(const Vector& at, const CombinationExample& example) {
    double margin = at[kBias];
    for (std::size_t k = 0; k < kInputCount; ++k) margin += at[k] * example.inputs[k];
    return margin;
  }

  double Loss(const Vector& at) const {
    double loss = 0;
    for (std::size_t k = 0; k < kDimensions; ++k) {
      loss += ridge_[k] / 2 * (at[k] - prior_[k]) * (at[k] - prior_[k]);
    }
    for (const CombinationExample& example : examples_) {
      const double margin = example.spam ? Margin(at, example) : -Margin(at, example);
      const double weight = example.spam ? spam_weight_ : ham_weight_;
      // ln(1 + e^-margin)
      loss += weight * (ExactLog(1 + ExactExp(-std::abs(margin))) + std::max(-margin, 0.0));
    }
    return loss;
  }

  // The gradient and the Hessian at `at`.
  void Expand(const Vector& at) {
    constexpr double kCurvatureMin = 1e-3;
    hessian_ = {};
    for (std::size_t k = 0; k < kDimensions; ++k) {
      gradient_[k] = ridge_[k] * (at[k] - prior_[k]);
      hessian_[k][k] = ridge_[k];
    }
    for (const CombinationExample& example : examples_) {
      Vector x;
      std::copy(example.inputs.begin(), example.inputs.end(), x.begin());
      x[kBias] = 1;
      const double p = 1 / (1 + ExactExp(-Margin(at, example)));
      const double weight = example.spam ? spam_weight_ : ham_weight_;
      const double slope = weight * (p - (example.spam ? 1 : 0));
      const double curvature = weight * std::max(p * (1 - p), kCurvatureMin);
      for (std::size_t k = 0; k < kDimensions; ++k) {
        gradient_[k] += slope * x[k];
        const double scaled = curvature * x[k];
        if (scaled == 0) continue;
        for (std::size_t j = 0; j <= k; ++j) hessian_[k][j] += scaled * x[j];
      }
    }
    for (std::size_t k = 0; k < kDimensions; ++k) {
      for (std::size_t j = 0; j < k; ++j) hessian_[j][k] = hessian_[k][j];
    }
  }

  // The change that minimises the model within the bounds, by coordinate descent.
  Vector Minimum(const Vector& at) const {
    Vector change{};
    for (int sweep = 0; sweep < kSweepsMax; ++sweep) {
      double most = 0;
      for (std::size_t k = 0; k < kDimensions; ++k) {
        double slope = gradient_[k];
        for (std::size_t j = 0; j < kDimensions; ++j) slope += hessian_[k][j] * change[j];
        double next = std::clamp(change[k] - slope / hessian_[k][k], -kStepMax, kStepMax);
        if (!MayBeNegative(k)) next = std::max(next, -at[k]);
        most = std::max(most, std::abs(next - change[k]));
        change[k] = next;
      }
      if (most < kTolerance / 10) break;
    }
    return change;
  }

  std::span<const CombinationExample> examples_;
  double spam_weight_ = 1;
  double ham_weight_ = 1;
  Vector prior_{};
  Vector ridge_{};
  Vector gradient_{};
  std::array<Vector, kDimensions> hessian_{};
};

}  // namespace

Combination::Combination() {
  for (std::size_t k = 0; k < kInputCount; ++k) weights[k] = PriorOf(k);
}

void FitCombination(std::span<const CombinationExample> examples, const ClassTotals& totals,
                    Combination* combination) {
  Fit fit(examples, totals);
  Vector at;
  std::copy(combination->weights.begin(), combination->weights.end(), at.begin());
  at[kBias] = combination->bias;
  for (int step = 0; step < kStepsMax; ++step) {
    if (fit.Step(&at) < kTolerance) break;
  }
  for (std::size_t k = 0; k < kInputCount; ++k) combination->weights[k] = Limited(at[k]);
  combination->bias = Limited(at[kBias]);
}

}  // namespace replyguard::classifier
