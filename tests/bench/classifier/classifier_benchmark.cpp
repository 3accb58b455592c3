// Speed of the classifier on text like its own: no file is read, so the figures repeat anywhere.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "classifier/extractor.h"
#include "classifier/fold.h"

namespace replyguard::classifier {
namespace {

constexpr SiteId kSite = 1;

// Words of 2 to 9 letters, the frequent ones often: a vocabulary of 20,000 with a Zipf-like tail.
std::string MakeText(std::mt19937_64& random, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) {
    const double u = std::uniform_real_distribution<double>(0, 1)(random);
    std::mt19937_64 word(static_cast<std::uint64_t>(20'000 * u * u * u));
    for (std::size_t n = 2 + word() % 8; n > 0; --n) text += static_cast<char>('a' + word() % 26);
    text += random() % 12 == 0 ? ". " : " ";
  }
  text.resize(bytes);
  return text;
}

std::vector<std::string> MakeTexts(std::size_t count, std::size_t bytes) {
  std::mt19937_64 random(1);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) texts.push_back(MakeText(random, bytes));
  return texts;
}

LabelChange MakeChange(Extractor& extractor, const std::string& text, std::uint64_t position) {
  Document document;
  document.body = text;
  LabelChange change;
  change.position = position;
  change.site = kSite;
  change.sample = position;
  change.after.emplace();
  change.after->label = position % 2 == 0 ? Class::kSpam : Class::kHam;
  extractor.Extract(document, &change.after->features);
  return change;
}

Fold& Trained() {
  static Fold fold = [] {
    Fold made;
    Extractor extractor;
    std::uint64_t position = 0;
    for (const std::string& text : MakeTexts(2000, 150)) {
      ++position;
      if (!made.Apply(MakeChange(extractor, text, position)).ok()) std::abort();
    }
    return made;
  }();
  return fold;
}

void BM_Extract(benchmark::State& state) {
  const auto texts = MakeTexts(64, static_cast<std::size_t>(state.range(0)));
  Extractor extractor;
  Features features;
  std::size_t i = 0;
  for (auto _ : state) {
    Document document;
    document.body = texts[i++ % texts.size()];
    extractor.Extract(document, &features);
    benchmark::DoNotOptimize(features);
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_Extract)->Arg(20)->Arg(150)->Arg(1000)->Arg(8000)->Arg(65536);

// Extract, score, finish: what one CheckComment costs.
void BM_Classify(benchmark::State& state) {
  const auto model = Trained().Snapshot();
  const auto texts = MakeTexts(256, static_cast<std::size_t>(state.range(0)));
  Extractor extractor;
  Features features;
  std::size_t i = 0;
  for (auto _ : state) {
    Document document;
    document.body = texts[i++ % texts.size()];
    extractor.Extract(document, &features);
    benchmark::DoNotOptimize(Model::Finish(model->Score(kSite, features), {}));
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_Classify)->Arg(20)->Arg(150)->Arg(1000)->Arg(65536);

void BM_Score(benchmark::State& state) {
  const auto model = Trained().Snapshot();
  const auto texts = MakeTexts(256, 150);
  Extractor extractor;
  std::vector<Features> all;
  for (const auto& text : texts) {
    Document document;
    document.body = text;
    all.push_back(extractor.Extract(document));
  }
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(model->Score(kSite, all[i++ % all.size()]));
}
BENCHMARK(BM_Score);

// Labels with all that goes with them, the refits of epochs included.
void BM_Learn(benchmark::State& state) {
  const auto texts = MakeTexts(1000, 150);
  Extractor extractor;
  std::vector<LabelChange> changes;
  for (std::size_t i = 0; i < texts.size(); ++i)
    changes.push_back(MakeChange(extractor, texts[i], i + 1));
  for (auto _ : state) {
    Fold fold;
    for (const LabelChange& change : changes) benchmark::DoNotOptimize(fold.Apply(change));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(changes.size()));
}
BENCHMARK(BM_Learn)->Unit(benchmark::kMillisecond);

void BM_Explain(benchmark::State& state) {
  const auto model = Trained().Snapshot();
  const auto texts = MakeTexts(16, 150);
  std::size_t i = 0;
  for (auto _ : state) {
    Document document;
    document.body = texts[i++ % texts.size()];
    benchmark::DoNotOptimize(model->Explain(kSite, document));
  }
}
BENCHMARK(BM_Explain);

void BM_Load(benchmark::State& state) {
  const std::string bytes = Trained().Serialize();
  for (auto _ : state) benchmark::DoNotOptimize(Fold::Deserialize(bytes));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
  state.counters["features"] = static_cast<double>(Trained().Snapshot()->feature_count());
  state.counters["model_bytes"] = static_cast<double>(Trained().Snapshot()->memory_bytes());
}
BENCHMARK(BM_Load)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace replyguard::classifier

BENCHMARK_MAIN();
