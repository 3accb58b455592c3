#include "views/sink.h"

#include <algorithm>

namespace replyguard::classifier {
namespace {

std::uint64_t HashName(View view, std::string_view name) {
  std::uint64_t h = MixHash(Sink::Seed(view), 0x6e616d65);
  for (const char c : name) h = MixHash(h, static_cast<unsigned char>(c) + 0x100ULL);
  return h;
}

}  // namespace

const char* ViewName(View view) {
  switch (view) {
    case View::kWord:
      return "word";
    case View::kWordPair:
      return "word pair";
    case View::kChar3:
      return "3 characters";
    case View::kChar4:
      return "4 characters";
    case View::kCompact:
      return "letters alone";
    case View::kShape:
      return "shape";
    case View::kShapePair:
      return "shape pair";
    case View::kLink:
      return "link";
    case View::kDisguise:
      return "disguise";
    case View::kAuthor:
      return "author name";
    case View::kContext:
      return "context";
  }
  return "";
}

void Sink::Start(bool explain) {
  explain_ = explain;
  for (auto& view : hashes_) view.clear();
  for (auto& view : traces_) view.clear();
  subjects_.clear();
  links_.clear();
  seen_count_ = 0;
  ++round_;
}

void Sink::Grow() {
  constexpr std::size_t kLeast = 4096;
  std::vector<Seen> old = std::move(seen_);
  seen_.assign(std::max(kLeast, old.size() * 2), Seen{});
  seen_count_ = 0;
  for (const Seen& entry : old) {
    if (entry.round == round_) Insert(entry.hash);
  }
}

void Sink::AddNamed(View view, std::string_view name) {
  AddLazily(view, HashName(view, name),
            [&] { return Trace{.subject = AddSubject(view, std::string(name))}; });
}

void Sink::AddNamed(View view, std::string_view name, std::uint64_t value) {
  AddLazily(view, MixHash(HashName(view, name), value), [&] {
    return Trace{.subject = AddSubject(view, std::string(name) + " " + std::to_string(value))};
  });
}

std::uint32_t Sink::AddSubject(View view, std::string text) {
  subjects_.push_back({view, std::move(text)});
  return static_cast<std::uint32_t>(subjects_.size() - 1);
}

void Sink::Finish(Features* out) {
  all_.clear();
  std::array<std::uint32_t, kViewCount + 1> ends{};
  for (std::size_t v = 0; v < kViewCount; ++v) {
    const auto& view = hashes_[v];
    all_.insert(all_.end(), view.begin(), view.end());
    ends[v + 1] = static_cast<std::uint32_t>(all_.size());
  }
  out->Assign(all_, ends);
}

}  // namespace replyguard::classifier
