#include "simulation.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>

#include "absl/strings/numbers.h"
#include "classifier/extractor.h"

namespace replyguard::bench {

bool ParseFlags(int argc, char** argv, Flags* flags) {
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--seeds" && i + 1 < argc) {
      if (!absl::SimpleAtoi(argv[++i], &flags->seeds) || flags->seeds < 1) return false;
    } else if (arg.rfind("--", 0) == 0) {
      return false;
    } else if (std::filesystem::is_directory(arg)) {
      for (const auto& entry : std::filesystem::directory_iterator(arg)) {
        if (entry.path().extension() == ".jsonl") flags->files.push_back(entry.path().string());
      }
    } else {
      flags->files.push_back(arg);
    }
  }
  std::sort(flags->files.begin(), flags->files.end());
  return !flags->files.empty();
}

absl::StatusOr<Stream> ReadStream(const std::string& path) {
  std::ifstream in(path);
  if (!in) return absl::NotFoundError("cannot read " + path);
  Stream stream;
  stream.name = std::filesystem::path(path).stem().string();
  classifier::Extractor extractor;
  for (std::string line; std::getline(in, line);) {
    const auto row = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!row.is_object()) continue;
    const std::string label = row.value("label", "");
    if (label != "spam" && label != "ham") continue;
    const std::string author = row.value("author", "");
    const std::string text = row.value("text", "");
    classifier::Document document;
    document.author_name = author;
    document.body = text;
    Comment comment;
    extractor.Extract(document, &comment.features);
    comment.spam = label == "spam";
    comment.text = std::hash<std::string>()(text);
    stream.comments.push_back(std::move(comment));
  }
  return stream;
}

std::vector<std::size_t> Shuffled(std::size_t size, unsigned seed) {
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937 random(seed);
  std::shuffle(order.begin(), order.end(), random);
  return order;
}

classifier::Result Learning::Score(const Comment& comment) const {
  return classifier::Model::Finish(fold_.Present()->Score(kSite, comment.features), {});
}

void Learning::Learn(const Comment& comment) {
  classifier::LabelChange change;
  change.position = ++position_;
  change.site = kSite;
  change.sample = change.position;
  change.after.emplace();
  change.after->features = comment.features;
  change.after->label = comment.spam ? classifier::Class::kSpam : classifier::Class::kHam;
  if (const auto status = fold_.Apply(change); !status.ok()) {
    std::fprintf(stderr, "cannot learn: %s\n", status.ToString().c_str());
    std::exit(1);
  }
}

}  // namespace replyguard::bench
