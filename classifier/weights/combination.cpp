#include "weights/combination.h"

#include <algorithm>

#include "math/exact_math.h"

namespace replyguard::classifier {
namespace {

constexpr double kPriorSumWeight = 0.15;
constexpr double kPriorCorrectorWeight = 2.0;
constexpr double kRidge = 2.0;
constexpr double kBiasRidge = 0.1;
constexpr double kPriorLabels = 100;
constexpr double kClassWeightMax = 5;
constexpr int kPasses = 20;

double PriorOf(std::size_t input) {
  if (input == kCorrectorInput) return kPriorCorrectorWeight;
  return input < kViewCount ? kPriorSumWeight : 0;
}

// Only the positive parts may be weighed down: their views' sums hold them already.
bool MayBeNegative(std::size_t input) { return input >= kViewCount && input < kCorrectorInput; }

double ClassWeight(double of_class, double all) {
  if (of_class <= 0) return 1;
  return std::min(kClassWeightMax,
                  (of_class + kPriorLabels) / (all + 2 * kPriorLabels) * all / of_class);
}

// The examples with their present margins.
class Fit {
 public:
  Fit(const std::vector<CombinationExample>& examples, const ClassTotals& totals,
      Combination* combination)
      : examples_(examples), combination_(*combination) {
    const auto spam = static_cast<double>(totals.spam);
    const auto ham = static_cast<double>(totals.ham);
    spam_weight_ = ClassWeight(spam, spam + ham);
    ham_weight_ = ClassWeight(ham, spam + ham);
    margins_.reserve(examples.size());
    for (const CombinationExample& example : examples) {
      double margin = combination_.bias;
      for (std::size_t k = 0; k < kInputCount; ++k) {
        margin += combination_.weights[k] * example.inputs[k];
      }
      margins_.push_back(margin);
    }
  }

  void Pass() {
    Step([](const CombinationExample&) { return 1.0; }, kBiasRidge, 0, true, &combination_.bias);
    for (std::size_t k = 0; k < kInputCount; ++k) {
      Step([k](const CombinationExample& example) { return example.inputs[k]; }, kRidge, PriorOf(k),
           MayBeNegative(k), &combination_.weights[k]);
    }
  }

 private:
  // One Newton step of one coordinate.
  template <typename InputOf>
  void Step(const InputOf& input_of, double ridge, double prior, bool may_be_negative,
            double* weight) {
    constexpr double kCurvatureMin = 1e-3;
    double gradient = ridge * (*weight - prior);
    double curvature = ridge;
    for (std::size_t i = 0; i < examples_.size(); ++i) {
      const double x = input_of(examples_[i]);
      if (x == 0) continue;
      const double p = 1 / (1 + ExactExp(-margins_[i]));
      const double weight_of_class = examples_[i].spam ? spam_weight_ : ham_weight_;
      gradient += weight_of_class * (p - (examples_[i].spam ? 1 : 0)) * x;
      curvature += weight_of_class * std::max(p * (1 - p), kCurvatureMin) * x * x;
    }
    double next = *weight - gradient / curvature;
    if (!may_be_negative && next < 0) next = 0;
    const double change = next - *weight;
    *weight = next;
    if (change == 0) return;
    for (std::size_t i = 0; i < examples_.size(); ++i) {
      margins_[i] += change * input_of(examples_[i]);
    }
  }

  const std::vector<CombinationExample>& examples_;
  Combination& combination_;
  double spam_weight_ = 1;
  double ham_weight_ = 1;
  std::vector<double> margins_;
};

}  // namespace

double Damping(std::size_t size) {
  return size == 0 ? 0 : ExactExp(-0.8 * ExactLog(static_cast<double>(size)));
}

Combination::Combination() {
  for (std::size_t k = 0; k < kInputCount; ++k) weights[k] = PriorOf(k);
}

void FitCombination(const std::vector<CombinationExample>& examples, const ClassTotals& totals,
                    Combination* combination) {
  Fit fit(examples, totals, combination);
  for (int pass = 0; pass < kPasses; ++pass) fit.Pass();
}

}  // namespace replyguard::classifier
