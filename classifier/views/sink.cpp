#include "views/sink.h"

#include <algorithm>

namespace replyguard::classifier {

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
    case View::kChar5:
      return "5 characters";
    case View::kCompact:
      return "letters alone";
    case View::kRaw:
      return "as written";
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

void Sink::AddNamed(View view, FeatureName name) {
  AddLazily(view, MixHash(name.hash(), Seed(view)),
            [&] { return Trace{.subject = AddSubject(view, std::string(name.text()))}; });
}

void Sink::AddNamed(View view, FeatureName name, std::uint64_t value) {
  AddLazily(view, MixHash(MixHash(name.hash(), Seed(view)), value), [&] {
    return Trace{.subject =
                     AddSubject(view, std::string(name.text()) + " " + std::to_string(value))};
  });
}

void Sink::AddNamed(View view, FeatureName name, std::string_view rest) {
  AddLazily(view, MixHash(HashBytes(name.hash(), rest), Seed(view)), [&] {
    return Trace{.subject = AddSubject(view, std::string(name.text()) + std::string(rest))};
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
