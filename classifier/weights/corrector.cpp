#include "weights/corrector.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "math/hash.h"

namespace replyguard::classifier {
namespace {

constexpr double kCost = 1.0;
constexpr int kPasses = 5;
// How much of an example's own part is left out. All of it is too pessimistic: without the example
// its like would have weighed more.
constexpr double kLeftOutShare = 0.5;

// The examples with features as dense numbers.
class Fit {
 public:
  explicit Fit(const std::vector<CorrectorExample>& examples) : examples_(examples) {
    HashTable<std::uint32_t> numbers;
    for (const CorrectorExample& example : examples) {
      begins_.push_back(numbers_.size());
      double norm = 1;  // of the bias
      for (std::size_t v = 0; v < kViewCount; ++v) {
        const auto hashes = example.features->view(static_cast<View>(v));
        norm += hashes.empty() ? 0 : 1;
        for (const std::uint64_t hash : hashes) {
          std::uint32_t& number = numbers.Upsert(hash);
          if (number == 0) {
            hashes_.push_back(hash);
            number = static_cast<std::uint32_t>(hashes_.size());
          }
          numbers_.push_back(number - 1);
        }
      }
      norms_.push_back(norm);
    }
    weights_.assign(hashes_.size(), 0);
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
    return Margin(i) - kLeftOutShare * *examples_[i].alpha * Sign(i) * norms_[i];
  }

  Corrector Result() const {
    auto table = std::make_shared<FeatureWeights>(hashes_.size());
    for (std::size_t f = 0; f < hashes_.size(); ++f) {
      if (weights_[f] != 0) table->Upsert(hashes_[f]) = weights_[f];
    }
    return {std::move(table), bias_};
  }

 private:
  double Sign(std::size_t i) const { return examples_[i].spam ? 1 : -1; }

  double Margin(std::size_t i) const {
    double margin = bias_;
    const std::uint32_t* number = numbers_.data() + begins_[i];
    for (std::size_t v = 0; v < kViewCount; ++v) {
      const std::size_t size = examples_[i].features->view(static_cast<View>(v)).size();
      double sum = 0;
      for (std::size_t k = 0; k < size; ++k) sum += weights_[*number++];
      margin += sum * CorrectorScale(size);
    }
    return margin;
  }

  void AddTo(std::size_t i, double step) {
    if (step == 0) return;
    bias_ += step;
    const std::uint32_t* number = numbers_.data() + begins_[i];
    for (std::size_t v = 0; v < kViewCount; ++v) {
      const std::size_t size = examples_[i].features->view(static_cast<View>(v)).size();
      const double scaled = step * CorrectorScale(size);
      for (std::size_t k = 0; k < size; ++k) weights_[*number++] += scaled;
    }
  }

  const std::vector<CorrectorExample>& examples_;
  std::vector<std::size_t> begins_;
  std::vector<std::uint32_t> numbers_;
  std::vector<std::uint64_t> hashes_;
  std::vector<double> norms_;
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
