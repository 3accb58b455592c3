// Models of ten thousand to a million features: what they take in memory and on disk, and how long
// they are written and read.
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

#include "bench/classifier/models.h"
#include "classifier/fold.h"

namespace replyguard::classifier {
namespace {

void Sizes(benchmark::internal::Benchmark* benchmark) {
  for (const std::int64_t features : {10'000, 100'000, 1'000'000}) benchmark->Arg(features);
  benchmark->ArgName("features")->Unit(benchmark::kMillisecond);
}

const SizedModel& ModelFor(const benchmark::State& state) {
  return ModelOfFeatures(static_cast<std::size_t>(state.range(0)));
}

Fold Load(const SizedModel& model) {
  auto fold = Fold::Deserialize(model.bytes);
  if (!fold.ok()) std::abort();
  return *std::move(fold);
}

// Of this process, without what malloc keeps in hand.
double ResidentBytes() {
  malloc_trim(0);
  std::ifstream statm("/proc/self/statm");
  double pages = 0;
  double resident = 0;
  statm >> pages >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

void BM_Load(benchmark::State& state) {
  const SizedModel& model = ModelFor(state);
  for (auto _ : state) benchmark::DoNotOptimize(Fold::Deserialize(model.bytes));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(model.bytes.size()));

  const double before = ResidentBytes();
  Fold fold = Load(model);
  const auto snapshot = fold.Snapshot();
  const auto features = static_cast<double>(snapshot->feature_count());
  const auto memory = static_cast<double>(snapshot->memory_bytes());
  state.counters["resident_bytes"] = ResidentBytes() - before;
  state.counters["memory_bytes"] = memory;
  state.counters["bytes_per_million_features"] = memory / features * 1e6;
  state.counters["serialised_bytes"] = static_cast<double>(model.bytes.size());
  state.counters["features"] = features;
  state.counters["labels"] = static_cast<double>(model.labels);
}
BENCHMARK(BM_Load)->Apply(Sizes);

void BM_Serialise(benchmark::State& state) {
  const SizedModel& model = ModelFor(state);
  const Fold fold = Load(model);
  for (auto _ : state) benchmark::DoNotOptimize(fold.Serialize());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(model.bytes.size()));
}
BENCHMARK(BM_Serialise)->Apply(Sizes);

}  // namespace
}  // namespace replyguard::classifier
