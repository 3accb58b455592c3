// From a comment to a probability, by a model of 4,000 labels.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "bench/classifier/models.h"
#include "bench/classifier/texts.h"
#include "classifier/extractor.h"
#include "classifier/model.h"

namespace replyguard::classifier {
namespace {

constexpr std::size_t kTexts = 256;
constexpr std::int64_t kCommentBytes = 150;

Document BodyOf(const std::string& text) {
  Document document;
  document.body = text;
  return document;
}

// Extract, score, finish: what one CheckComment costs the classifier.
class Classifier {
 public:
  Result operator()(const std::string& text) {
    extractor_.Extract(BodyOf(text), &features_);
    return Model::Finish(model_->Score(kSite, features_), {});
  }

 private:
  std::shared_ptr<const Model> model_ = Trained();
  Extractor extractor_;
  Features features_;
};

void Classify(benchmark::State& state, const std::vector<std::string>& texts) {
  Classifier classify;
  std::size_t i = static_cast<std::size_t>(state.thread_index()) * 31;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    const std::string& text = texts[i++ % texts.size()];
    benchmark::DoNotOptimize(classify(text));
    bytes += static_cast<std::int64_t>(text.size());
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(bytes);
}

void BM_Classify(benchmark::State& state) {
  Classify(state, TextsOf(kTexts, static_cast<std::size_t>(state.range(0))));
  state.SetComplexityN(state.range(0));
}
BENCHMARK(BM_Classify)
    ->Arg(20)
    ->Arg(kCommentBytes)
    ->Arg(1'000)
    ->Arg(8'000)
    ->Arg(65'536)
    ->Complexity(benchmark::oN);

void BM_ClassifyOnThreads(benchmark::State& state) {
  static const auto kComments = TextsOf(kTexts, kCommentBytes);
  Classify(state, kComments);
}
BENCHMARK(BM_ClassifyOnThreads)
    ->Threads(1)
    ->Threads(static_cast<int>(std::max(2U, std::thread::hardware_concurrency())))
    ->UseRealTime();

// Whole comments of 100 to 200 bytes, each timed by itself; the clock's own 20 to 50 ns are in.
void BM_ClassifyLatency(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  const auto texts = ShortComments();
  Classifier classify;
  std::vector<double> took_us;
  std::size_t i = 0;
  for (auto _ : state) {
    const auto start = Clock::now();
    benchmark::DoNotOptimize(classify(texts[i++ % texts.size()]));
    took_us.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
  }
  std::sort(took_us.begin(), took_us.end());
  state.SetItemsProcessed(state.iterations());
  state.counters["p50_us"] = took_us[took_us.size() / 2];
  state.counters["p99_us"] = took_us[took_us.size() * 99 / 100];
  state.counters["max_us"] = took_us.back();
}
BENCHMARK(BM_ClassifyLatency)->UseRealTime();

void BM_Score(benchmark::State& state) {
  const auto model = Trained();
  Extractor extractor;
  std::vector<Features> all;
  for (const auto& text : TextsOf(kTexts, static_cast<std::size_t>(state.range(0)))) {
    all.push_back(extractor.Extract(BodyOf(text)));
  }
  std::size_t i = 0;
  std::int64_t features = 0;
  for (auto _ : state) {
    const Features& of = all[i++ % all.size()];
    benchmark::DoNotOptimize(model->Score(kSite, of));
    features += static_cast<std::int64_t>(of.size());
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["features/s"] =
      benchmark::Counter(static_cast<double>(features), benchmark::Counter::kIsRate);
}
BENCHMARK(BM_Score)->Arg(20)->Arg(kCommentBytes)->Arg(1'000)->Arg(65'536);

void BM_Explain(benchmark::State& state) {
  const auto model = Trained();
  const auto texts = TextsOf(kTexts, static_cast<std::size_t>(state.range(0)));
  Extractor extractor;
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        model->Explain(kSite, BodyOf(texts[i++ % texts.size()]), {}, &extractor));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Explain)->Arg(kCommentBytes)->Arg(8'000);

}  // namespace
}  // namespace replyguard::classifier
