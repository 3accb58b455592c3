// evaluate_streams FOLDER|FILE... [--shuffle SEED] [--flip PERCENT] [--without VIEW]
//
// Experiments on top of `replyguard evaluate`, online from an empty model: the stream in another
// order, labels flipped before they are learnt (measured against the true ones), a view left out.
// The comments are read, masked and scored as that command does it.
#include "service/usecases/evaluate/evaluate.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "classifier/extractor.h"
#include "classifier/fold.h"
#include "service/cli/input/labelled_stream.h"
#include "usecases/classify.h"

namespace replyguard::service {
namespace {

using classifier::Class;
using classifier::Features;
using classifier::kViewCount;
using classifier::View;

constexpr classifier::SiteId kSite = 1;

struct Options {
  std::vector<std::string> files;
  unsigned shuffle = 0;
  unsigned flip_percent = 0;
  std::string without;  // the name of a view to leave out
};

void LeaveOut(const std::string& name, Features* features) {
  std::vector<std::uint64_t> hashes;
  std::array<std::uint32_t, kViewCount + 1> ends{};
  for (std::size_t v = 0; v < kViewCount; ++v) {
    const auto view = features->view(static_cast<View>(v));
    if (name != ViewName(static_cast<View>(v)))
      hashes.insert(hashes.end(), view.begin(), view.end());
    ends[v + 1] = static_cast<std::uint32_t>(hashes.size());
  }
  features->Assign(hashes, ends);
}

absl::StatusOr<std::vector<Judgement>> Online(const Options& options,
                                              const std::vector<Example>& examples) {
  classifier::Fold fold;
  classifier::Extractor extractor;
  std::mt19937 random(1);
  std::vector<Judgement> judgements;
  for (const Example& example : examples) {
    const bool flip = random() % 100 < options.flip_percent;
    classifier::Labelled labelled;
    extractor.Extract(SampleDocument(example.sample).get(), &labelled.features);
    if (!options.without.empty()) LeaveOut(options.without, &labelled.features);
    const auto result = classifier::Model::Finish(fold.Present()->Score(kSite, labelled.features),
                                                  classifier::History{});
    judgements.push_back({result.score, result.probability});
    if (!example.label) continue;
    labelled.label = (*example.label == Class::kSpam) != flip ? Class::kSpam : Class::kHam;
    classifier::LabelChange change;
    change.position = judgements.size();
    change.site = kSite;
    change.sample = change.position;
    change.after = std::move(labelled);
    if (const auto status = fold.Apply(change); !status.ok()) return status;
  }
  return judgements;
}

absl::Status RunStream(const Options& options, const std::string& path) {
  auto examples = cli::ReadLabelledStream(path, std::cin);
  if (!examples.ok()) return examples.status();
  if (options.shuffle != 0) {
    std::mt19937 random(options.shuffle);
    std::shuffle(examples->begin(), examples->end(), random);
  }
  const auto start = std::chrono::steady_clock::now();
  const auto judgements = Online(options, *examples);
  if (!judgements.ok()) return judgements.status();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const Metrics m = Measure(ScoredOf(*examples, *judgements));
  std::printf("%-20s %6zu %6zu %9.3f %7.2f %7.2f %7.2f %7.3f %8.2f %8.2f %9.0f\n",
              std::filesystem::path(path).stem().c_str(), m.n, m.spam, m.one_minus_roca_pct,
              m.error_pct, m.ham_misclassified_pct, m.spam_misclassified_pct, m.ece,
              m.spam_caught_pct_at_0_1, m.spam_caught_pct_at_0_5,
              static_cast<double>(examples->size()) / took.count());
  std::fflush(stdout);
  return absl::OkStatus();
}

bool Parse(int argc, char** argv, Options* options) {
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    const bool has_value = i + 1 < argc;
    if (arg == "--shuffle" && has_value) {
      if (!absl::SimpleAtoi(argv[++i], &options->shuffle)) return false;
    } else if (arg == "--flip" && has_value) {
      if (!absl::SimpleAtoi(argv[++i], &options->flip_percent)) return false;
    } else if (arg == "--without" && has_value) {
      options->without = argv[++i];
    } else if (arg.rfind("--", 0) == 0) {
      return false;
    } else if (std::filesystem::is_directory(arg)) {
      for (const auto& entry : std::filesystem::directory_iterator(arg)) {
        if (entry.path().extension() == ".jsonl") options->files.push_back(entry.path().string());
      }
    } else {
      options->files.push_back(arg);
    }
  }
  std::sort(options->files.begin(), options->files.end());
  return !options->files.empty();
}

}  // namespace
}  // namespace replyguard::service

int main(int argc, char** argv) {
  replyguard::service::Options options;
  if (!replyguard::service::Parse(argc, argv, &options)) {
    std::fprintf(stderr,
                 "usage: evaluate_streams FOLDER|FILE... [--shuffle SEED] [--flip PERCENT] "
                 "[--without VIEW]\n");
    return 2;
  }
  std::printf("%-20s %6s %6s %9s %7s %7s %7s %7s %8s %8s %9s\n", "stream", "n", "spam", "1-ROCA %",
              "error %", "ham %", "spam %", "ECE", "at 0.1%", "at 0.5%", "per s");
  for (const std::string& file : options.files) {
    const absl::Status status = replyguard::service::RunStream(options, file);
    if (!status.ok()) {
      std::fprintf(stderr, "evaluate_streams: %s\n", status.ToString().c_str());
      return 1;
    }
  }
  return 0;
}
