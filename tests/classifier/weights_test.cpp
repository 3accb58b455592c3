// Logarithms, log-odds and the fits of weights against what they promise.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "math/exact_math.h"
#include "weights/combination.h"
#include "weights/corrector.h"
#include "weights/log_odds.h"
#include "weights/log_odds_sum.h"

namespace replyguard::classifier {
namespace {

TEST(FastLog, StaysWithinAUnitOfTheLogarithm) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200'000; ++i) {
    const double x = std::exp(std::uniform_real_distribution<double>(-60, 60)(random));
    EXPECT_NEAR(static_cast<double>(FastLogUnits(x)), std::log(x) * kScoreUnitsPerNat, 0.65);
  }
  EXPECT_EQ(FastLogUnits(1), 0);
  EXPECT_EQ(FastLogUnits(2), std::llround(std::log(2) * kScoreUnitsPerNat));
}

TEST(LogOdds, AreRobinsons) {
  const ClassTotals totals{900, 300};
  const LogOdds log_odds(totals);
  EXPECT_EQ(log_odds({0, 0}), 0);
  for (std::uint32_t s = 0; s < 80; s += 3) {
    for (std::uint32_t h = 0; h < 80; h += 3) {
      if (s + h == 0) continue;
      const double ps = s / 901.0;
      const double ph = h / 301.0;
      const double n = s + h;
      const double f = (0.35 + n * ps / (ps + ph)) / (0.7 + n);
      EXPECT_NEAR(Nats(log_odds({s, h})), std::log(f / (1 - f)), 2e-6) << s << " " << h;
    }
  }
}

TEST(LogOdds, AddUpByVectorsToWhatTheyAddUpToOneByOne) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 2'000; ++round) {
    const LogOdds log_odds({random() % 5'000, random() % 5'000});
    std::vector<FeatureCounts> counts(random() % 40);
    GroupSum expected;
    for (FeatureCounts& each : counts) {
      const std::uint64_t most = std::uint64_t{1} << random() % 33;
      each = {static_cast<std::uint32_t>(random() % most),
              static_cast<std::uint32_t>(random() % 4)};
      if (random() % 2 == 0) std::swap(each.spam, each.ham);
      expected.Add(each, log_odds(each));
    }
    const std::size_t size = counts.size();
    counts.push_back({1, 0});  // is written over
    GroupSum sum;
    AddLogOdds(log_odds, counts.data(), size, &sum);
    EXPECT_EQ(sum, expected);
  }
}

std::vector<CombinationExample> RandomExamples(std::mt19937_64& random, std::size_t count) {
  std::vector<CombinationExample> examples(count);
  std::normal_distribution<double> noise(0, 1);
  for (CombinationExample& example : examples) {
    example.spam = random() % 3 == 0;
    for (std::size_t k = 0; k < kInputCount; ++k) {
      if (k % 4 == 3) continue;  // inputs that nobody has
      example.inputs[k] = (example.spam ? 0.45 : -0.3) * (k % 5 == 0 ? -1 : 1) + noise(random);
    }
  }
  return examples;
}

ClassTotals TotalsOf(const std::vector<CombinationExample>& examples) {
  ClassTotals totals;
  for (const CombinationExample& example : examples) ++(example.spam ? totals.spam : totals.ham);
  return totals;
}

// At a minimum another fit moves nothing, wherever it began.
TEST(Combination, ConvergesToOneMinimumWithinItsBounds) {
  std::mt19937_64 random(2);
  for (const std::size_t count : {8U, 60U, 1500U}) {
    const auto examples = RandomExamples(random, count);
    const ClassTotals totals = TotalsOf(examples);
    Combination from_prior;
    FitCombination(examples, totals, &from_prior);
    Combination from_elsewhere;
    for (double& weight : from_elsewhere.weights) weight = 1.5;
    from_elsewhere.bias = -3;
    FitCombination(examples, totals, &from_elsewhere);
    FitCombination(examples, totals, &from_elsewhere);
    EXPECT_NEAR(from_prior.bias, from_elsewhere.bias, 1e-2);
    for (std::size_t k = 0; k < kInputCount; ++k) {
      EXPECT_NEAR(from_prior.weights[k], from_elsewhere.weights[k], 1e-2) << k;
      const bool part = (k >= kPositiveInput && k < kStrongestSpamInput) ||
                        (k >= kRareInput && k < kCorrectorInput);
      if (!part) {
        EXPECT_GE(from_prior.weights[k], 0) << k;
      }
    }
  }
}

TEST(Combination, DrawsTheBiasToTheLabelsAndNotFurther) {
  // Separable: the inputs say all, so that only the prior says where the bias is.
  std::vector<CombinationExample> examples(600);
  for (std::size_t i = 0; i < examples.size(); ++i) {
    examples[i].spam = i % 3 == 0;
    examples[i].inputs[0] = examples[i].spam ? 4 : -4;
  }
  Combination combination;
  FitCombination(examples, TotalsOf(examples), &combination);
  EXPECT_LT(combination.bias, 0);
  EXPECT_GT(combination.bias, -2);
}

TEST(GroupSum, KnowsTheStrongestEachWay) {
  GroupSum sum;
  Inputs inputs{};
  constexpr std::size_t kGroup = 2;
  sum.Finish(0, kGroup, inputs.data());
  EXPECT_EQ(inputs, Inputs{}) << "of no feature";
  for (const double nats : {1.0, 2.5, -0.5, 0.25}) sum.Add({1, 1}, FromNats(nats));
  sum.Finish(4, kGroup, inputs.data());
  EXPECT_NEAR(inputs[kStrongestSpamInput + kGroup], 2.5, 1e-5);
  EXPECT_NEAR(inputs[kStrongestHamInput + kGroup], -0.5, 1e-5);
  EXPECT_NEAR(inputs[kPositiveInput + kGroup] / inputs[kGroup], 3.75 / 3.25, 1e-5);
}

TEST(GroupSum, KnowsWhatFewCommentsHold) {
  GroupSum sum;
  Inputs inputs{};
  sum.Add({kRareMax, 0}, FromNats(2));
  sum.Add({0, kUncommonMax}, FromNats(-1));
  sum.Add({kUncommonMax, 1}, FromNats(0.5));
  sum.Finish(3, 0, inputs.data());
  EXPECT_NEAR(inputs[kRareInput] / inputs[0], 2 / 1.5, 1e-5);
  EXPECT_NEAR(inputs[kUncommonInput] / inputs[0], 1 / 1.5, 1e-5);
}

TEST(Corrector, SeparatesAndLeavesOut) {
  std::mt19937_64 random(4);
  std::vector<Features> all(80);
  std::vector<TrainingSet::Example> examples;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool spam = i % 2 == 0;
    std::vector<std::uint64_t> hashes;
    for (std::uint64_t k = 1; k <= 5; ++k) hashes.push_back(random() % 50 << 32);
    hashes.push_back((spam ? 1000ULL : 2000ULL) << 32);
    std::array<std::uint32_t, kViewCount + 1> ends{};
    for (std::size_t v = 1; v <= kViewCount; ++v)
      ends[v] = static_cast<std::uint32_t>(hashes.size());
    all[i].Assign(hashes, ends);
    examples.push_back({&all[i], spam});
  }
  const TrainingSet training(examples);
  std::vector<double> alphas(all.size(), 0);
  const Corrector corrector = FitCorrector(training, kCorrectorGroups[0], alphas);
  double telling_spam = 0;
  double telling_ham = 0;
  for (const Counts::Weight& weight : corrector.weights) {
    if (weight.hash == 1000ULL << 32) telling_spam = weight.weight;
    if (weight.hash == 2000ULL << 32) telling_ham = weight.weight;
  }
  EXPECT_GT(telling_spam, 0);
  EXPECT_LT(telling_ham, 0);
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_GE(alphas[i], 0);
    EXPECT_EQ(corrector.left_out[i] > 0, training.spam(i)) << i;
  }
  // The other corrector has no group here.
  std::vector<double> none(all.size(), 0);
  EXPECT_TRUE(FitCorrector(training, kCorrectorGroups[1], none).weights.empty());
}

}  // namespace
}  // namespace replyguard::classifier
