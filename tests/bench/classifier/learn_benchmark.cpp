// What a label costs: to count it, and with the refits of the epochs that labels bring about.
// Extraction is not in these figures.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <vector>

#include "bench/classifier/models.h"
#include "bench/classifier/texts.h"
#include "classifier/fold.h"

namespace replyguard::classifier {
namespace {

using Clock = std::chrono::steady_clock;

struct Cost {
  double counting_s = 0;  // of the labels that brought no refit
  double epochs_s = 0;    // of those that did
  std::int64_t counted = 0;
  std::int64_t epochs = 0;
};

// Labels `count` comments on top of a fold of `before` labels.
Cost LearnMore(std::size_t before, std::size_t count) {
  EndlessComments comments;
  for (std::size_t i = 0; i < before; ++i) comments.Next();
  Extractor extractor;
  std::vector<LabelChange> changes;
  for (std::size_t i = 1; i <= count; ++i) {
    changes.push_back(FirstLabel(comments.Next(), before + i, &extractor));
  }
  Fold fold = FoldOf(before);
  Cost cost;
  for (const LabelChange& change : changes) {
    const std::uint64_t epoch = fold.id().epoch;
    const auto start = Clock::now();
    if (!fold.Apply(change).ok()) std::abort();
    const double took = std::chrono::duration<double>(Clock::now() - start).count();
    const bool refitted = fold.id().epoch != epoch;
    (refitted ? cost.epochs_s : cost.counting_s) += took;
    ++(refitted ? cost.epochs : cost.counted);
  }
  return cost;
}

void BM_LearnBetweenEpochs(benchmark::State& state) {
  std::int64_t labels = 0;
  for (auto _ : state) {
    const Cost cost = LearnMore(static_cast<std::size_t>(state.range(0)), 500);
    state.SetIterationTime(cost.counting_s);
    labels += cost.counted;
  }
  state.SetItemsProcessed(labels);
}
BENCHMARK(BM_LearnBetweenEpochs)
    ->ArgName("labels_before")
    ->Arg(0)
    ->Arg(4'000)
    ->UseManualTime()
    ->Iterations(2);

// Items are labels, those that brought a refit among them.
void BM_LearnWithEpochs(benchmark::State& state) {
  std::int64_t labels = 0;
  Cost all;
  for (auto _ : state) {
    const Cost cost = LearnMore(static_cast<std::size_t>(state.range(0)), 500);
    state.SetIterationTime(cost.counting_s + cost.epochs_s);
    labels += cost.counted + cost.epochs;
    all.epochs_s += cost.epochs_s;
    all.epochs += cost.epochs;
  }
  state.SetItemsProcessed(labels);
  state.counters["epochs"] =
      static_cast<double>(all.epochs) / static_cast<double>(state.iterations());
  state.counters["ms_per_epoch"] = 1e3 * all.epochs_s / static_cast<double>(all.epochs);
}
BENCHMARK(BM_LearnWithEpochs)
    ->ArgName("labels_before")
    ->Arg(0)
    ->Arg(4'000)
    ->UseManualTime()
    ->Iterations(2)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace replyguard::classifier
