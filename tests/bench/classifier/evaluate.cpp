// evaluate FOLDER|FILE... [--protocol online|cv] [--shuffle SEED] [--flip PERCENT] [--without VIEW]
// [--scores FOLDER] [--format text|json]
//
// online: each comment is scored by exactly what the server would use (Fold, Snapshot, Score,
// Finish), then learnt. cv: stratified five folds. The model always starts empty. --scores writes
// FOLDER/<stream>.tsv: id, label, probability.
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <string_view>

#include "classifier/extractor.h"
#include "classifier/fold.h"
#include "service/usecases/evaluate/metrics.h"
#include "stream.h"

namespace replyguard::classifier {
namespace {

using service::Measure;
using service::Metrics;
using service::Scored;

constexpr SiteId kSite = 1;

struct Options {
  std::vector<std::string> files;
  std::string protocol = "online";
  std::string scores;
  bool json = false;
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

struct Item {
  Labelled labelled;
  bool is_labelled = false;
};

std::vector<Item> ExtractAll(const std::vector<StreamItem>& items, const Options& options) {
  Extractor extractor;
  std::mt19937 random(1);
  std::vector<Item> all;
  for (const StreamItem& item : items) {
    Document document;
    document.body = item.text;
    document.author_name = item.author;
    Item out;
    out.is_labelled = item.labelled;
    const bool flip = random() % 100 < options.flip_percent;
    out.labelled.label = item.spam != flip ? Class::kSpam : Class::kHam;
    extractor.Extract(document, &out.labelled.features);
    if (!options.without.empty()) LeaveOut(options.without, &out.labelled.features);
    all.push_back(std::move(out));
  }
  return all;
}

void Learn(const Item& item, std::uint64_t number, Fold* fold) {
  if (!item.is_labelled) return;
  LabelChange change;
  change.position = number;
  change.site = kSite;
  change.sample = number;
  change.after = item.labelled;
  if (const auto status = fold->Apply(change); !status.ok()) {
    std::fprintf(stderr, "evaluate: %s\n", status.ToString().c_str());
    std::quick_exit(1);
  }
}

Scored ScoreOne(const Model& model, const Item& item, bool spam) {
  const Result result = Model::Finish(model.Score(kSite, item.labelled.features), {});
  return {Nats(result.score), result.probability, spam};
}

std::vector<Scored> Online(const std::vector<StreamItem>& items, const std::vector<Item>& all) {
  Fold fold;
  std::vector<Scored> scored;
  for (std::size_t i = 0; i < all.size(); ++i) {
    scored.push_back(ScoreOne(*fold.Snapshot(), all[i], items[i].spam));
    Learn(all[i], i + 1, &fold);
  }
  return scored;
}

std::vector<Scored> CrossValidate(const std::vector<StreamItem>& items,
                                  const std::vector<Item>& all) {
  constexpr std::size_t kFolds = 5;
  std::vector<std::size_t> fold_of(all.size());
  std::size_t seen[2] = {0, 0};
  for (std::size_t i = 0; i < all.size(); ++i) fold_of[i] = seen[items[i].spam]++ % kFolds;
  std::vector<Scored> scored(all.size());
  for (std::size_t k = 0; k < kFolds; ++k) {
    Fold fold;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (fold_of[i] != k) Learn(all[i], i + 1, &fold);
    }
    const auto model = fold.Snapshot();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (fold_of[i] == k) scored[i] = ScoreOne(*model, all[i], items[i].spam);
    }
  }
  return scored;
}

void WriteScores(const std::string& path, const std::vector<StreamItem>& items,
                 const std::vector<Scored>& scored) {
  std::FILE* out = std::fopen(path.c_str(), "w");
  if (out == nullptr) {
    std::fprintf(stderr, "evaluate: %s cannot be written\n", path.c_str());
    std::quick_exit(1);
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    const char* label = !items[i].labelled ? "" : items[i].spam ? "spam" : "ham";
    std::fprintf(out, "%s\t%s\t%.17g\n", items[i].id.c_str(), label, scored[i].probability);
  }
  std::fclose(out);
}

void Print(const Options& options, const std::string& name, const Metrics& m, double rate) {
  if (options.json) {
    std::printf(
        "{\"stream\": \"%s\", \"protocol\": \"%s\", \"n\": %zu, \"spam\": %zu, "
        "\"one_minus_roca_pct\": %.4f, "
        "\"ham_misclassified_pct\": %.3f, \"spam_misclassified_pct\": %.3f, \"lam_pct\": %.3f, "
        "\"error_pct\": %.3f, "
        "\"brier\": %.5f, \"ece\": %.5f, \"spam_caught_pct_at_0.1\": %.2f, "
        "\"spam_caught_pct_at_0.5\": %.2f, "
        "\"comments_per_second\": %.0f}\n",
        name.c_str(), options.protocol.c_str(), m.n, m.spam, m.one_minus_roca_pct,
        m.ham_misclassified_pct, m.spam_misclassified_pct, m.lam_pct, m.error_pct, m.brier, m.ece,
        m.spam_caught_pct_at_0_1, m.spam_caught_pct_at_0_5, rate);
  } else {
    std::printf("%-20s %6zu %6zu %9.3f %7.2f %7.2f %7.2f %7.3f %8.2f %8.2f %9.0f\n", name.c_str(),
                m.n, m.spam, m.one_minus_roca_pct, m.error_pct, m.ham_misclassified_pct,
                m.spam_misclassified_pct, m.ece, m.spam_caught_pct_at_0_1, m.spam_caught_pct_at_0_5,
                rate);
  }
  std::fflush(stdout);
}

void RunStream(const Options& options, const std::string& path) {
  std::vector<StreamItem> items;
  std::string error;
  if (!ReadStream(path, &items, &error)) {
    std::fprintf(stderr, "evaluate: %s\n", error.c_str());
    std::quick_exit(1);
  }
  if (options.shuffle != 0) {
    std::mt19937 random(options.shuffle);
    std::shuffle(items.begin(), items.end(), random);
  }
  const auto start = std::chrono::steady_clock::now();
  const std::vector<Item> all = ExtractAll(items, options);
  const auto scored = options.protocol == "cv" ? CrossValidate(items, all) : Online(items, all);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::vector<Scored> labelled;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].labelled) labelled.push_back(scored[i]);
  }
  const std::string name = std::filesystem::path(path).stem().string();
  Print(options, name, Measure(labelled), static_cast<double>(items.size()) / took.count());
  if (!options.scores.empty()) WriteScores(options.scores + "/" + name + ".tsv", items, scored);
}

// 0 for what is no whole number.
unsigned Number(std::string_view text) {
  unsigned number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

bool Parse(int argc, char** argv, Options* options) {
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    const bool has_value = i + 1 < argc;
    if (arg == "--protocol" && has_value) {
      options->protocol = argv[++i];
    } else if (arg == "--scores" && has_value) {
      options->scores = argv[++i];
    } else if (arg == "--format" && has_value) {
      options->json = std::string(argv[++i]) == "json";
    } else if (arg == "--shuffle" && has_value) {
      options->shuffle = Number(argv[++i]);
    } else if (arg == "--flip" && has_value) {
      options->flip_percent = Number(argv[++i]);
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
  return !options->files.empty() && (options->protocol == "online" || options->protocol == "cv");
}

}  // namespace
}  // namespace replyguard::classifier

int main(int argc, char** argv) {
  replyguard::classifier::Options options;
  if (!replyguard::classifier::Parse(argc, argv, &options)) {
    std::fprintf(
        stderr,
        "usage: evaluate FOLDER|FILE... [--protocol online|cv] [--shuffle SEED] [--flip PERCENT]\n"
        "                [--scores FOLDER] [--format text|json]\n");
    return 2;
  }
  if (!options.json) {
    std::printf("%-20s %6s %6s %9s %7s %7s %7s %7s %8s %8s %9s\n", "stream", "n", "spam",
                "1-ROCA %", "error %", "ham %", "spam %", "ECE", "at 0.1%", "at 0.5%", "per s");
  }
  for (const std::string& file : options.files) replyguard::classifier::RunStream(options, file);
  return 0;
}
