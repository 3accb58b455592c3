// simulate_blind_sample FOLDER|FILE... [--seeds N]
//
// The bias that the blind sample removes. Comments come in one after the other, in an order of the
// seed's; until the model is trained people label all, then they label what is held, and of what
// the machine decides alone either nothing, or what somebody complains of, or what was drawn blind.
// The truth is what the labels of all comments say.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "classifier/binomial.h"
#include "simulation.h"

namespace replyguard::bench {
namespace {

constexpr double kConfidence = 0.95;
// How likely somebody complains of a wrong decision of the machine's, and of a right one.
constexpr double kFoundWrong = 0.3;
constexpr double kFoundRight = 0.002;

enum class Policy { kHeldOnly, kFound, kBlind };

// Of one kind of comments: a calibration, and the loss at the spam threshold.
class Figures {
 public:
  void Add(double weight, double probability, bool spam) {
    constexpr std::size_t kBins = 10;
    bins_.resize(kBins);
    Bin& bin = bins_[std::min(static_cast<std::size_t>(probability * kBins), kBins - 1)];
    bin.said += weight * probability;
    bin.was += spam ? weight : 0;
    all_ += weight;
    if (!spam) ham_.Add(weight, probability >= kSpamThreshold);
  }
  double LossPct() const { return 100 * classifier::BoundShare(ham_, kConfidence).share; }
  double LossUpperPct() const { return 100 * classifier::BoundShare(ham_, kConfidence).upper; }
  double Ece() const {
    double distance = 0;
    for (const Bin& bin : bins_) distance += std::abs(bin.said - bin.was);
    return all_ > 0 ? distance / all_ : 0;
  }
  // How much more spam was said than there was, as a share of all.
  double Excess() const {
    double excess = 0;
    for (const Bin& bin : bins_) excess += bin.said - bin.was;
    return all_ > 0 ? excess / all_ : 0;
  }

 private:
  struct Bin {
    double said = 0;
    double was = 0;
  };
  std::vector<Bin> bins_;
  classifier::WeightSums ham_;
  double all_ = 0;
};

struct Outcome {
  Figures truth;
  Figures seen;
  std::size_t labels = 0;  // of people, once it was trained
  std::size_t wrong = 0;   // called wrongly at 0.5
  std::size_t all = 0;
};

Outcome RunOnce(const Stream& stream, unsigned seed, Policy policy, double rate) {
  Learning model;
  Outcome out;
  std::mt19937 random(seed * 7919);
  std::uniform_real_distribution<double> draw;
  for (const std::size_t index : Shuffled(stream.comments.size(), seed)) {
    const Comment& comment = stream.comments[index];
    const classifier::Result said = model.Score(comment);
    const double u = draw(random);
    if (!said.training.trained) {
      model.Learn(comment);
      continue;
    }
    const double p = said.probability;
    const bool wrong_at_half = comment.spam != (p >= 0.5);
    ++out.all;
    out.wrong += wrong_at_half;
    out.truth.Add(1, p, comment.spam);
    const bool held = p > kApproveThreshold && p < kSpamThreshold;
    double weight = 0;
    if (held) {
      weight = 1;
    } else if (policy == Policy::kFound) {
      weight = u < (wrong_at_half ? kFoundWrong : kFoundRight) ? 1 : 0;
    } else if (policy == Policy::kBlind) {
      weight = u < rate ? 1 / rate : 0;
    }
    if (weight == 0) continue;
    ++out.labels;
    out.seen.Add(weight, p, comment.spam);
    model.Learn(comment);
  }
  return out;
}

struct Summary {
  double sum = 0;
  double squares = 0;
  void Add(double x) {
    sum += x;
    squares += x * x;
  }
  double Mean(int n) const { return sum / n; }
  double Sd(int n) const { return std::sqrt(std::max(0.0, squares / n - Mean(n) * Mean(n))); }
};

void RunStream(const Stream& stream, int seeds) {
  struct Row {
    const char* name;
    Policy policy;
    double rate;
  };
  for (const Row& row :
       {Row{"held only", Policy::kHeldOnly, 0}, Row{"and found", Policy::kFound, 0},
        Row{"blind 1 %", Policy::kBlind, 0.01}, Row{"blind 5 %", Policy::kBlind, 0.05},
        Row{"blind 20 %", Policy::kBlind, 0.2}}) {
    Summary labels, error, loss, seen_loss, upper, ece, seen_ece, excess, seen_excess;
    int covered = 0;
    for (unsigned seed = 1; seed <= static_cast<unsigned>(seeds); ++seed) {
      const Outcome out = RunOnce(stream, seed, row.policy, row.rate);
      labels.Add(static_cast<double>(out.labels));
      error.Add(100.0 * static_cast<double>(out.wrong) / static_cast<double>(out.all));
      loss.Add(out.truth.LossPct());
      seen_loss.Add(out.seen.LossPct());
      upper.Add(out.seen.LossUpperPct());
      covered += out.truth.LossPct() <= out.seen.LossUpperPct() ? 1 : 0;
      ece.Add(100 * out.truth.Ece());
      seen_ece.Add(100 * out.seen.Ece());
      excess.Add(100 * out.truth.Excess());
      seen_excess.Add(100 * out.seen.Excess());
    }
    std::printf(
        "%-18s %-10s %6.0f %6.2f  %6.2f %6.2f+-%-5.2f %6.2f %4d/%-4d %6.2f %6.2f  %6.2f %6.2f\n",
        stream.name.c_str(), row.name, labels.Mean(seeds), error.Mean(seeds), loss.Mean(seeds),
        seen_loss.Mean(seeds), seen_loss.Sd(seeds), upper.Mean(seeds), covered, seeds,
        excess.Mean(seeds), seen_excess.Mean(seeds), ece.Mean(seeds), seen_ece.Mean(seeds));
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace replyguard::bench

int main(int argc, char** argv) {
  using namespace replyguard::bench;
  Flags flags;
  if (!ParseFlags(argc, argv, &flags)) {
    std::fprintf(stderr, "usage: simulate_blind_sample FOLDER|FILE... [--seeds N]\n");
    return 2;
  }
  std::printf(
      "Means over %d seeds, in %%. loss: good comments at or above the spam threshold, truly, as "
      "estimated (and its standard\n"
      "deviation), and its bound with 95 %% confidence; how often the truth was within. excess: "
      "spam said beyond spam that was.\n",
      flags.seeds);
  std::printf("%-18s %-10s %6s %6s  %6s %13s %6s %9s %6s %6s  %6s %6s\n", "stream", "labelled",
              "labels", "error", "loss", "estimate", "bound", "within", "excess", "est.", "ECE",
              "est.");
  for (const std::string& file : flags.files) {
    const auto stream = ReadStream(file);
    if (!stream.ok()) {
      std::fprintf(stderr, "simulate_blind_sample: %s\n", stream.status().ToString().c_str());
      return 1;
    }
    RunStream(*stream, flags.seeds);
  }
  return 0;
}
