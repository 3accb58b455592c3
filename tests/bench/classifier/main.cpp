// classifier_benchmark [--streams FOLDER|FILE...] [Google Benchmark's flags]
//
// With --streams the texts are those of labelled JSON lines; without, generated ones, so that the
// program runs anywhere.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "bench/classifier/texts.h"

int main(int argc, char** argv) {
  std::vector<std::string> streams;
  std::vector<char*> rest;
  bool in_streams = false;
  for (int i = 0; i < argc; ++i) {
    const std::string_view arg = argv[i];
    if (arg == "--streams") {
      in_streams = true;
    } else if (in_streams && arg.rfind("--", 0) != 0) {
      streams.emplace_back(arg);
    } else {
      in_streams = false;
      rest.push_back(argv[i]);
    }
  }
  if (!streams.empty() && !replyguard::classifier::UseStreams(streams)) return 2;
  int rest_count = static_cast<int>(rest.size());
  rest.push_back(nullptr);
  benchmark::Initialize(&rest_count, rest.data());
  if (benchmark::ReportUnrecognizedArguments(rest_count, rest.data())) return 2;
  benchmark::AddCustomContext("texts", replyguard::classifier::DescribeTexts());
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
