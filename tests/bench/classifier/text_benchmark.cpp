// From bytes to features: normalise, extract. Beside them two baselines, so that on a busy machine
// ratios can be compared: to copy a text, and to hash no more than its words.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "bench/classifier/texts.h"
#include "classifier/extractor.h"
#include "normalise/text.h"

namespace replyguard::classifier {
namespace {

constexpr std::size_t kTexts = 64;

// Calls measured(text) for texts of range(0) bytes in turn.
template <typename Measured>
void EachText(benchmark::State& state, const Measured& measured) {
  const auto texts = TextsOf(kTexts, static_cast<std::size_t>(state.range(0)));
  std::size_t i = 0;
  std::int64_t bytes = 0;
  for (auto _ : state) {
    const std::string& text = texts[i++ % kTexts];
    measured(text);
    bytes += static_cast<std::int64_t>(text.size());
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(bytes);
  state.SetComplexityN(state.range(0));
}

void Lengths(benchmark::internal::Benchmark* benchmark) {
  for (const std::int64_t bytes : {20, 150, 1'000, 8'000, 65'536}) benchmark->Arg(bytes);
}

void BM_CopyText(benchmark::State& state) {
  std::string copy(static_cast<std::size_t>(state.range(0)), '\0');
  EachText(state, [&](const std::string& text) {
    std::memcpy(copy.data(), text.data(), text.size());
    benchmark::ClobberMemory();
  });
}
BENCHMARK(BM_CopyText)->Apply(Lengths);

void BM_HashWords(benchmark::State& state) {
  EachText(state, [](const std::string& text) {
    std::size_t sum = 0;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find(' ', begin), text.size());
      sum += std::hash<std::string_view>()(std::string_view(text).substr(begin, end - begin));
      begin = end + 1;
    }
    benchmark::DoNotOptimize(sum);
  });
}
BENCHMARK(BM_HashWords)->Apply(Lengths);

void BM_Normalise(benchmark::State& state) {
  CharTable table;
  Text out;
  EachText(state, [&](const std::string& text) {
    DecodeAndFold(text, /*offsets=*/false, table, &out);
    benchmark::DoNotOptimize(out.folded.data());
  });
}
BENCHMARK(BM_Normalise)->Apply(Lengths)->Complexity(benchmark::oN);

void BM_Extract(benchmark::State& state) {
  Extractor extractor;
  Features features;
  EachText(state, [&](const std::string& text) {
    Document document;
    document.body = text;
    extractor.Extract(document, &features);
    benchmark::DoNotOptimize(features);
  });
  state.counters["features"] = static_cast<double>(features.size());
}
BENCHMARK(BM_Extract)->Apply(Lengths)->Complexity(benchmark::oN);

// What looks ahead from each sign must not look far: the sign that costs the most.
void BM_ExtractOfOneSign(benchmark::State& state) {
  Extractor extractor;
  Features features;
  const auto bytes = static_cast<std::size_t>(state.range(0));
  double most_us = 0;
  for (auto _ : state) {
    for (char sign = '!'; sign <= '~'; ++sign) {
      const std::string body(bytes, sign);
      Document document;
      document.body = body;
      const auto began = std::chrono::steady_clock::now();
      extractor.Extract(document, &features);
      const std::chrono::duration<double, std::micro> took =
          std::chrono::steady_clock::now() - began;
      most_us = std::max(most_us, took.count());
    }
  }
  state.SetComplexityN(state.range(0));
  state.counters["most_us"] = most_us;
}
BENCHMARK(BM_ExtractOfOneSign)->Apply(Lengths)->Complexity(benchmark::oN);

}  // namespace
}  // namespace replyguard::classifier
