#include "weights/corrector.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "counts/counts.h"
#include "math/hash.h"
#include "weights/log_odds.h"

namespace replyguard::classifier {
namespace {

constexpr double kCost = 1.0;
constexpr int kPasses = 5;
// How much of an example's own part is left out. All of it is too pessimistic: without the example
// its like would have weighed more.
constexpr double kLeftOutShareMin = 0.5;
constexpr double kLeftOutShareMax = 0.95;
constexpr double kLeftOutExamples = 8000;  // the share rises from the least by one in so many
// How much of a feature's scale its naive Bayes log-odds decide.
constexpr double kScaleByLogOdds = 0.5;

// The examples with features as dense numbers.
class Fit {
 public:
  explicit Fit(const std::vector<CorrectorExample>& examples) : examples_(examples) {
    HashTable<std::uint32_t> numbers;
    for (const CorrectorExample& example : examples) {
      begins_.push_back(numbers_.size());
      for (std::size_t v = 0; v < kViewCount; ++v) {
        const auto hashes = example.features->view(static_cast<View>(v));
        for (const std::uint64_t hash : hashes) {
          std::uint32_t& number = numbers.Upsert(hash);
          if (number == 0) {
            hashes_.push_back(hash);
            number = static_cast<std::uint32_t>(hashes_.size());
          }
          numbers_.push_back(number - 1);
        }
      }
    }
    weights_.assign(hashes_.size(), 0);
    FindScales();
    FindNorms();
    for (std::size_t i = 0; i < examples.size(); ++i) AddTo(i, Sign(i) * *examples[i].alpha);
  }

  void Pass(std::uint64_t seed) {
    std::vector<std::size_t> order(examples_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = order.size(); i > 1; --i) {
      std::swap(order[i - 1], order[MixHash(seed, i) % i]);
    }
    for (const std::size_t i : order) {
      double& alpha = *examples_[i].alpha;
      const double gradient = Sign(i) * Margin(i) - 1 + alpha / (2 * kCost);
      const double next = std::max(0.0, alpha - gradient / (norms_[i] + 1 / (2 * kCost)));
      if (next == alpha) continue;
      AddTo(i, Sign(i) * (next - alpha));
      alpha = next;
    }
  }

  double LeftOut(std::size_t i) const {
    const double share =
        std::min(kLeftOutShareMax,
                 kLeftOutShareMin + static_cast<double>(examples_.size()) / kLeftOutExamples);
    return Margin(i) - share * *examples_[i].alpha * Sign(i) * norms_[i];
  }

  Corrector Result() const {
    auto table = std::make_shared<FeatureWeights>(hashes_.size());
    for (std::size_t f = 0; f < hashes_.size(); ++f) {
      if (weights_[f] != 0) table->Upsert(hashes_[f]) = weights_[f] * scales_[f];
    }
    return {std::move(table), bias_};
  }

 private:
  // Calls use(numbers) for each view of an example that has features, in order.
  template <typename Use>
  void EachView(std::size_t i, const Use& use) const {
    const std::uint32_t* number = numbers_.data() + begins_[i];
    for (std::size_t v = 0; v < kViewCount; ++v) {
      const std::size_t size = examples_[i].features->view(static_cast<View>(v)).size();
      if (size != 0) use(std::span<const std::uint32_t>(number, size));
      number += size;
    }
  }

  void FindScales() {
    ClassTotals totals;
    std::vector<FeatureCounts> held(hashes_.size());
    for (std::size_t i = 0; i < examples_.size(); ++i) {
      const bool spam = examples_[i].spam;
      ++(spam ? totals.spam : totals.ham);
      EachView(i, [&](std::span<const std::uint32_t> view) {
        for (const std::uint32_t f : view) ++(spam ? held[f].spam : held[f].ham);
      });
    }
    const LogOdds log_odds(totals);
    scales_.reserve(held.size());
    for (const FeatureCounts& counts : held) {
      scales_.push_back(1 - kScaleByLogOdds + kScaleByLogOdds * std::abs(Nats(log_odds(counts))));
    }
  }

  void FindNorms() {
    for (std::size_t i = 0; i < examples_.size(); ++i) {
      double norm = 1;  // of the bias
      EachView(i, [&](std::span<const std::uint32_t> view) {
        double squares = 0;
        for (const std::uint32_t f : view) squares += scales_[f] * scales_[f];
        norm += squares / static_cast<double>(view.size());
      });
      norms_.push_back(norm);
    }
  }

  double Sign(std::size_t i) const { return examples_[i].spam ? 1 : -1; }

  double Margin(std::size_t i) const {
    double margin = bias_;
    EachView(i, [&](std::span<const std::uint32_t> view) {
      double sum = 0;
      for (const std::uint32_t f : view) sum += weights_[f] * scales_[f];
      margin += sum * CorrectorScale(view.size());
    });
    return margin;
  }

  void AddTo(std::size_t i, double step) {
    if (step == 0) return;
    bias_ += step;
    EachView(i, [&](std::span<const std::uint32_t> view) {
      const double scaled = step * CorrectorScale(view.size());
      for (const std::uint32_t f : view) weights_[f] += scaled * scales_[f];
    });
  }

  const std::vector<CorrectorExample>& examples_;
  std::vector<std::size_t> begins_;
  std::vector<std::uint32_t> numbers_;
  std::vector<std::uint64_t> hashes_;
  std::vector<double> norms_;
  std::vector<double> scales_;
  std::vector<double> weights_;
  double bias_ = 0;
};

}  // namespace

// IEEE 754 requires an exactly rounded square root: the same bits everywhere.
double CorrectorScale(std::size_t size) {
  return size == 0 ? 0 : 1 / std::sqrt(static_cast<double>(size));
}

Corrector FitCorrector(const std::vector<CorrectorExample>& examples,
                       std::vector<double>* left_out) {
  Fit fit(examples);
  for (int pass = 0; pass < kPasses; ++pass) fit.Pass(static_cast<std::uint64_t>(pass) + 1);
  left_out->clear();
  for (std::size_t i = 0; i < examples.size(); ++i) left_out->push_back(fit.LeftOut(i));
  return fit.Result();
}

}  // namespace replyguard::classifier
