#include "bench/classifier/texts.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

namespace replyguard::classifier {
namespace {

std::vector<LabelledText>& Streams() {
  static std::vector<LabelledText> streams;
  return streams;
}

bool ReadStream(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    return false;
  }
  for (std::string line; std::getline(in, line);) {
    const auto row = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!row.is_object()) continue;
    const std::string label = row.value("label", "");
    if (label != "spam" && label != "ham") continue;
    Streams().push_back({row.value("author", ""), row.value("text", ""),
                         label == "spam" ? Class::kSpam : Class::kHam});
  }
  return true;
}

// Words of 2 to 9 letters, the frequent ones often: a vocabulary of 20,000 with a Zipf-like tail.
std::string Generate(std::mt19937_64* random, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) {
    const double u = std::uniform_real_distribution<double>(0, 1)(*random);
    std::mt19937_64 word(static_cast<std::uint64_t>(20'000 * u * u * u));
    for (std::size_t n = 2 + word() % 8; n > 0; --n) text += static_cast<char>('a' + word() % 26);
    text += (*random)() % 12 == 0 ? ". " : " ";
  }
  text.resize(bytes);
  return text;
}

std::vector<LabelledText> Generated() {
  constexpr std::size_t kComments = 6'000;
  std::mt19937_64 random(1);
  std::vector<LabelledText> comments;
  for (std::size_t i = 0; i < kComments; ++i) {
    const std::size_t bytes = 20 + random() % 260;
    comments.push_back(
        {"author", Generate(&random, bytes), i % 2 == 0 ? Class::kHam : Class::kSpam});
  }
  return comments;
}

// Where `text` may be cut at or before `end`.
std::size_t CharacterEnd(const std::string& text, std::size_t end) {
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
    --end;
  }
  return end;
}

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Half of the words of four letters and more, ended otherwise.
std::string Vary(const std::string& text, std::size_t round, std::mt19937_64* random) {
  constexpr std::size_t kLongLettersMin = 4;
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && IsLetter(text[end])) ++end;
    out.append(text, i, std::max<std::size_t>(end - i, 1));
    if (end - i >= kLongLettersMin && (*random)() % 2 == 0) {
      out[out.size() - 2] = static_cast<char>('a' + (round + (*random)() % 5) % 26);
      out[out.size() - 1] = static_cast<char>('a' + (*random)() % 26);
    }
    i = std::max(end, i + 1);
  }
  return out;
}

}  // namespace

bool UseStreams(const std::vector<std::string>& paths) {
  std::vector<std::filesystem::path> files;
  for (const std::filesystem::path path : paths) {
    if (!std::filesystem::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      if (entry.path().extension() == ".jsonl") files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  const bool read = std::all_of(files.begin(), files.end(), ReadStream);
  if (read && Streams().empty()) std::fprintf(stderr, "no labelled comment in the streams\n");
  return read && !Streams().empty();
}

std::string DescribeTexts() {
  if (Streams().empty()) return "generated: words without meaning, Zipf-like, labels at random";
  return std::to_string(Streams().size()) + " comments of streams";
}

const std::vector<LabelledText>& Comments() {
  static const std::vector<LabelledText> kGenerated =
      Streams().empty() ? Generated() : std::vector<LabelledText>();
  return Streams().empty() ? kGenerated : Streams();
}

std::vector<std::string> TextsOf(std::size_t count, std::size_t bytes) {
  const auto& comments = Comments();
  std::vector<std::string> texts(count);
  // A stride that meets comments from all over the streams.
  const std::size_t stride = comments.size() * 5 / 13 + 1;
  std::size_t next = 0;
  for (std::string& text : texts) {
    while (text.size() < bytes) {
      text.append(text.empty() ? "" : "\n").append(comments[next % comments.size()].text);
      next += stride;
    }
    text.resize(CharacterEnd(text, bytes));
  }
  return texts;
}

std::vector<std::string> ShortComments() {
  std::vector<std::string> texts;
  for (const LabelledText& comment : Comments()) {
    if (comment.text.size() >= 100 && comment.text.size() <= 200) texts.push_back(comment.text);
  }
  if (texts.empty()) std::abort();
  return texts;
}

LabelledText EndlessComments::Next() {
  const auto& comments = Comments();
  const std::size_t round = next_ / comments.size();
  LabelledText comment = comments[next_ % comments.size()];
  std::mt19937_64 random(next_++);
  if (round > 0) comment.text = Vary(comment.text, round, &random);
  return comment;
}

LabelChange FirstLabel(const LabelledText& comment, std::uint64_t position, Extractor* extractor) {
  Document document;
  document.body = comment.text;
  document.author_name = comment.author;
  LabelChange change;
  change.position = position;
  change.site = kSite;
  change.sample = position;
  change.after.emplace();
  change.after->label = comment.label;
  extractor->Extract(document, &change.after->features);
  return change;
}

}  // namespace replyguard::classifier
