// simulate_active_learning FOLDER|FILE... [--seeds N]
//
// How many labels it takes to reach a given error, by the order in which moderators read the queue.
//
// Of each stream, in an order of the seed's, the last three tenths are never learnt: the error is
// measured on them. The others come in. Everything is labelled until the model is trained; from
// then on what is held waits, and of each kBlock comments that come in a moderator labels
// kLabelsPerBlock of what waits, then goes on without new ones. As on a server, an item is scored
// once, when it comes in.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "simulation.h"

namespace replyguard::bench {
namespace {

constexpr std::size_t kBlock = 20;
constexpr std::size_t kLabelsPerBlock = 1;
constexpr std::size_t kStep = 20;      // labels between measurements
constexpr std::size_t kTestMax = 600;  // comments to measure the error on
constexpr std::size_t kLabelsMax = 600;

// An item that waits.
struct Item {
  std::size_t index = 0;
  std::size_t arrived = 0;
  double probability = 0;
  std::uint32_t novelty = 0;
  std::size_t copies = 0;  // that waited when it came
};

using Value = std::function<double(const Item&, std::mt19937&)>;  // the greatest is read first

double Unsure(const Item& item) { return 1 - 2 * std::abs(item.probability - 0.5); }

struct Order {
  const char* name;
  Value value;
};

const std::vector<Order>& Orders() {
  static const std::vector<Order> orders = {
      {"oldest", [](const Item& i, auto&) { return -static_cast<double>(i.arrived); }},
      {"newest", [](const Item& i, auto&) { return static_cast<double>(i.arrived); }},
      {"random",
       [](const Item&, auto& random) { return std::uniform_real_distribution()(random); }},
      {"uncertain", [](const Item& i, auto&) { return Unsure(i); }},
      {"novel", [](const Item& i, auto&) { return static_cast<double>(i.novelty); }},
      {"unsure+new", [](const Item& i, auto&) { return Unsure(i) * (1000 + i.novelty); }},
      {"noisy",
       [](const Item& i, auto& random) {
         return Unsure(i) * (1000 + i.novelty) * std::uniform_real_distribution()(random);
       }},
      {"useful",
       [](const Item& i, auto&) {
         return Unsure(i) * (1000 + i.novelty) * static_cast<double>(1 + i.copies);
       }},
  };
  return orders;
}

struct Run {
  const Stream& stream;
  std::vector<std::size_t> order;
  std::size_t test_begin;
  bool holds_all;

  double ErrorPct(const Learning& model) const {
    std::size_t wrong = 0;
    const std::size_t end = std::min(order.size(), test_begin + kTestMax);
    for (std::size_t i = test_begin; i < end; ++i) {
      const Comment& comment = stream.comments[order[i]];
      wrong += comment.spam != (model.Score(comment).probability >= 0.5);
    }
    return 100.0 * static_cast<double>(wrong) / static_cast<double>(end - test_begin);
  }

  // The errors after 0, kStep, 2 kStep, ... labels of the queue.
  std::vector<double> Errors(const Order& by, unsigned seed) const {
    Learning model;
    std::mt19937 random(seed);
    std::vector<Item> queue;
    std::vector<double> errors;
    std::size_t labelled = 0;
    const auto label_next = [&] {
      if (queue.empty() || labelled == kLabelsMax) return false;
      std::size_t best = 0;
      double most = 0;
      for (std::size_t i = 0; i < queue.size(); ++i) {
        const double value = by.value(queue[i], random);
        // Of equal ones the newest, as the queue has it.
        if (i != 0 && value < most) continue;
        best = i;
        most = value;
      }
      model.Learn(stream.comments[queue[best].index]);
      queue.erase(queue.begin() + static_cast<std::ptrdiff_t>(best));
      if (++labelled % kStep == 0) errors.push_back(ErrorPct(model));
      return true;
    };
    bool trained = false;
    std::size_t since = 0;
    for (std::size_t i = 0; i < test_begin; ++i) {
      const Comment& comment = stream.comments[order[i]];
      const classifier::Result said = model.Score(comment);
      if (!said.training.trained) {
        model.Learn(comment);
        continue;
      }
      if (!trained) errors.push_back(ErrorPct(model));
      trained = true;
      const bool held = said.probability > kApproveThreshold && said.probability < kSpamThreshold;
      if (held || holds_all) {
        Item item{order[i], i, said.probability, said.novelty, 0};
        item.copies = static_cast<std::size_t>(std::count_if(
            queue.begin(), queue.end(),
            [&](const Item& other) { return stream.comments[other.index].text == comment.text; }));
        queue.push_back(item);
      }
      if (++since % kBlock != 0) continue;
      for (std::size_t k = 0; k < kLabelsPerBlock; ++k) label_next();
    }
    while (label_next()) {
    }
    return errors;
  }
};

// Means over seeds, as far as every seed went.
std::vector<double> Mean(const std::vector<std::vector<double>>& curves) {
  std::size_t size = curves.front().size();
  for (const auto& curve : curves) size = std::min(size, curve.size());
  std::vector<double> mean(size, 0);
  for (const auto& curve : curves) {
    for (std::size_t i = 0; i < size; ++i) mean[i] += curve[i] / static_cast<double>(curves.size());
  }
  return mean;
}

// The first from which on the error stays at or below it; empty: never.
std::string LabelsTo(const std::vector<double>& curve, double error) {
  std::size_t i = curve.size();
  while (i > 0 && curve[i - 1] <= error) --i;
  return i == curve.size() ? "-" : std::to_string(i * kStep);
}

void RunStream(const Stream& stream, int seeds, bool holds_all) {
  std::map<std::string, std::vector<double>> means;
  for (const Order& order : Orders()) {
    std::vector<std::vector<double>> curves;
    for (unsigned seed = 1; seed <= static_cast<unsigned>(seeds); ++seed) {
      const std::vector<std::size_t> shuffled = Shuffled(stream.comments.size(), seed);
      const Run run{stream, shuffled, shuffled.size() * 7 / 10, holds_all};
      curves.push_back(run.Errors(order, seed));
    }
    means[order.name] = Mean(curves);
  }
  const std::vector<double>& random = means["random"];
  if (random.size() < 3) return;
  const double half = random[(random.size() - 1) / 2];
  const double end = random.back();
  for (const Order& order : Orders()) {
    const std::vector<double>& mean = means[order.name];
    std::printf("%-18s %-5s %-10s", stream.name.c_str(), holds_all ? "all" : "held", order.name);
    for (const std::size_t labels : {0U, 40U, 80U, 160U, 400U}) {
      const std::size_t at = labels / kStep;
      at < mean.size() ? std::printf(" %6.2f", mean[at]) : std::printf("      -");
    }
    std::printf("   %6.2f: %-5s %6.2f: %-5s\n", half, LabelsTo(mean, half).c_str(), end,
                LabelsTo(mean, end).c_str());
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace replyguard::bench

int main(int argc, char** argv) {
  using namespace replyguard::bench;
  Flags flags;
  if (!ParseFlags(argc, argv, &flags)) {
    std::fprintf(stderr, "usage: simulate_active_learning FOLDER|FILE... [--seeds N]\n");
    return 2;
  }
  std::printf(
      "Error %% on comments never learnt, means over %d seeds; then the labels it takes to reach "
      "the error that\n"
      "random order has half-way and at the end.\n",
      flags.seeds);
  std::printf("%-18s %-5s %-10s %6s %6s %6s %6s %6s   %-13s %-13s\n", "stream", "queue", "order",
              "0", "40", "80", "160", "400", "half-way", "end");
  for (const std::string& file : flags.files) {
    const auto stream = ReadStream(file);
    if (!stream.ok()) {
      std::fprintf(stderr, "simulate_active_learning: %s\n", stream.status().ToString().c_str());
      return 1;
    }
    for (const bool holds_all : {false, true}) RunStream(*stream, flags.seeds, holds_all);
  }
  return 0;
}
