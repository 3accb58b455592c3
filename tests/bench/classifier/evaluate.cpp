// evaluate_streams FOLDER|FILE... [--shuffle SEED] [--flip PERCENT] [--without VIEW]...
//
// Experiments on top of `replyguard evaluate`, online from an empty model: the stream in another
// order, labels flipped before they are learnt (measured against the true ones), views left out.
// The comments are read, masked and scored as that command does it.
//
// evaluate_streams FOLDER|FILE... --frontier
//
// What accuracy costs: for everything and with views left out in turn, the (1-ROCA)% of each stream
// beside how long comments of 100 to 200 bytes then take, scored by the stream's model at its end.
#include "service/usecases/evaluate/evaluate.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
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
  std::vector<View> without;
  bool frontier = false;
};

struct Run {
  std::vector<Judgement> judgements;
  double seconds = 0;
  std::shared_ptr<const classifier::Model> model;  // at the end
};

absl::StatusOr<Run> Online(const Options& options, const std::vector<Example>& examples) {
  const auto start = std::chrono::steady_clock::now();
  classifier::Fold fold;
  classifier::Extractor extractor(options.without);
  std::mt19937 random(1);
  Run run;
  for (const Example& example : examples) {
    const bool flip = random() % 100 < options.flip_percent;
    classifier::Labelled labelled;
    extractor.Extract(SampleDocument(example.sample).get(), &labelled.features);
    const auto result = classifier::Model::Finish(fold.Present()->Score(kSite, labelled.features),
                                                  classifier::History{});
    run.judgements.push_back({result.score, result.probability});
    if (!example.label) continue;
    labelled.label = (*example.label == Class::kSpam) != flip ? Class::kSpam : Class::kHam;
    classifier::LabelChange change;
    change.position = run.judgements.size();
    change.site = kSite;
    change.sample = change.position;
    change.after = std::move(labelled);
    if (const auto status = fold.Apply(change); !status.ok()) return status;
  }
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  run.model = fold.Snapshot();
  return run;
}

absl::StatusOr<std::vector<Example>> Read(const Options& options, const std::string& path) {
  auto examples = cli::ReadLabelledStream(path, std::cin);
  if (examples.ok() && options.shuffle != 0) {
    std::mt19937 random(options.shuffle);
    std::shuffle(examples->begin(), examples->end(), random);
  }
  return examples;
}

absl::Status RunStream(const Options& options, const std::string& path) {
  const auto examples = Read(options, path);
  if (!examples.ok()) return examples.status();
  const auto run = Online(options, *examples);
  if (!run.ok()) return run.status();
  const Metrics m = Measure(ScoredOf(*examples, run->judgements));
  std::printf("%-20s %6zu %6zu %9.3f %7.2f %7.2f %7.2f %7.3f %8.2f %8.2f %9.0f\n",
              std::filesystem::path(path).stem().c_str(), m.n, m.spam, m.one_minus_roca_pct,
              m.error_pct, m.ham_misclassified_pct, m.spam_misclassified_pct, m.ece,
              m.spam_caught_pct_at_0_1, m.spam_caught_pct_at_0_5,
              static_cast<double>(examples->size()) / run->seconds);
  std::fflush(stdout);
  return absl::OkStatus();
}

absl::Status RunEach(const Options& options) {
  std::printf("%-20s %6s %6s %9s %7s %7s %7s %7s %8s %8s %9s\n", "stream", "n", "spam", "1-ROCA %",
              "error %", "ham %", "spam %", "ECE", "at 0.1%", "at 0.5%", "per s");
  for (const std::string& file : options.files) {
    if (absl::Status status = RunStream(options, file); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// How long one comment takes from its text to its probability: in turn over all of them, so that
// none is still known to the processor, the quickest of several times.
class Stopwatch {
 public:
  void Time(const classifier::Model& model, const std::vector<View>& without,
            const std::vector<Example>& examples) {
    constexpr int kRounds = 12;
    constexpr std::size_t kBytesMin = 100;
    constexpr std::size_t kBytesMax = 200;
    classifier::Extractor extractor(without);
    Features features;
    std::vector<classifier::Document> comments;
    for (const Example& example : examples) {
      classifier::Document comment;
      comment.body = SampleDocument(example.sample).get().body;
      if (comment.body.size() >= kBytesMin && comment.body.size() <= kBytesMax)
        comments.push_back(comment);
    }
    double least = std::numeric_limits<double>::infinity();
    for (int round = 0; round < kRounds; ++round) {
      const auto start = std::chrono::steady_clock::now();
      for (const classifier::Document& comment : comments) {
        extractor.Extract(comment, &features);
        const auto result = classifier::Model::Finish(model.Score(kSite, features), {});
        checksum_ += static_cast<std::uint64_t>(result.score);
      }
      const std::chrono::duration<double, std::micro> took =
          std::chrono::steady_clock::now() - start;
      least = std::min(least, took.count());
    }
    if (comments.empty()) return;
    us_ += least;
    comments_ += comments.size();
  }

  double us() const { return comments_ == 0 ? 0 : us_ / static_cast<double>(comments_); }
  // So that nothing is left out as unused.
  std::uint64_t checksum() const { return checksum_; }

 private:
  double us_ = 0;
  std::size_t comments_ = 0;
  std::uint64_t checksum_ = 0;
};

absl::Status RunFrontier(Options options) {
  const std::vector<std::vector<View>> rows = {
      {},
      {View::kChar3},
      {View::kChar4},
      {View::kCompact},
      {View::kWordPair},
      {View::kSketch},
      {View::kDisguise},
      {View::kShapePair},
      {View::kCompact, View::kSketch},
      {View::kChar4, View::kCompact},
      {View::kCompact, View::kSketch, View::kDisguise},
      {View::kChar3, View::kChar4, View::kCompact},
      {View::kChar3, View::kChar4, View::kCompact, View::kSketch, View::kDisguise},
  };
  std::printf("%9s %9s ", "us", "per s");
  for (const std::string& file : options.files) {
    std::printf(" %18s", std::filesystem::path(file).stem().c_str());
  }
  std::printf("  without ((1-ROCA)%% / error %% of each stream)\n");
  for (const std::vector<View>& row : rows) {
    options.without = row;
    Stopwatch stopwatch;
    std::string figures;
    for (const std::string& file : options.files) {
      const auto examples = Read(options, file);
      if (!examples.ok()) return examples.status();
      const auto run = Online(options, *examples);
      if (!run.ok()) return run.status();
      stopwatch.Time(*run->model, row, *examples);
      const Metrics m = Measure(ScoredOf(*examples, run->judgements));
      figures += absl::StrFormat(" %11.3f / %4.2f", m.one_minus_roca_pct, m.error_pct);
    }
    const std::string without =
        row.empty() ? "nothing" : absl::StrJoin(row, ", ", [](std::string* out, View view) {
          out->append(ViewName(view));
        });
    std::printf("%9.2f %9.0f %s  %s\n", stopwatch.us(), 1e6 / stopwatch.us(), figures.c_str(),
                without.c_str());
    std::fflush(stdout);
    if (stopwatch.checksum() == 1) std::printf("\n");
  }
  return absl::OkStatus();
}

bool AddView(const std::string& name, std::vector<View>* views) {
  for (std::size_t v = 0; v < kViewCount; ++v) {
    if (name != ViewName(static_cast<View>(v))) continue;
    views->push_back(static_cast<View>(v));
    return true;
  }
  return false;
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
      if (!AddView(argv[++i], &options->without)) return false;
    } else if (arg == "--frontier") {
      options->frontier = true;
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
                 "[--without VIEW]... | --frontier\n");
    return 2;
  }
  const absl::Status status = options.frontier ? replyguard::service::RunFrontier(options)
                                               : replyguard::service::RunEach(options);
  if (!status.ok()) {
    std::fprintf(stderr, "evaluate_streams: %s\n", status.ToString().c_str());
    return 1;
  }
  return 0;
}
