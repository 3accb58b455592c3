#include "views/sink.h"

#include <array>
#include <span>
#include <string>

namespace replyguard::classifier {
namespace {

std::string NameAndRest(const Subject& subject) { return std::string(subject.name) + subject.rest; }

std::string NameAndNumber(const Subject& subject) {
  return std::string(subject.name) + " " + std::to_string(subject.numbers[0]);
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
    case View::kSketch:
      return "consonants";
    case View::kCompact:
      return "consonants in a row";
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
  for (FeatureSet& set : sets_) set.Start();
  for (auto& view : traces_) view.Clear();
  subjects_.clear();
  sketched_.Clear();
  links_.clear();
}

void Sink::AddNamed(View view, FeatureName name) {
  AddLazily(view, MixHash(name.hash(), Seed(view)), [&] {
    return Trace{.subject = AddSubject({view, NameAndRest, {}, name.text(), {}})};
  });
}

void Sink::AddNamed(View view, FeatureName name, std::uint64_t value) {
  AddLazily(view, MixHash(MixHash(name.hash(), Seed(view)), value), [&] {
    return Trace{.subject = AddSubject({view, NameAndNumber, {value}, name.text(), {}})};
  });
}

void Sink::AddNamed(View view, FeatureName name, std::string_view rest) {
  AddLazily(view, MixHash(HashBytes(name.hash(), rest), Seed(view)), [&] {
    return Trace{.subject = AddSubject({view, NameAndRest, {}, name.text(), std::string(rest)})};
  });
}

std::uint32_t Sink::AddSubject(Subject subject) {
  subjects_.push_back(std::move(subject));
  return static_cast<std::uint32_t>(subjects_.size() - 1);
}

void Sink::Drop(View view) {
  set(view).Start();
  traces_[static_cast<std::size_t>(view)].Clear();
  if (view == View::kSketch) sketched_.Clear();
}

void Sink::Finish(Features* out) {
  std::array<std::span<const std::uint64_t>, kViewCount> views;
  for (std::size_t v = 0; v < kViewCount; ++v) views[v] = sets_[v].hashes();
  // The words' indices become the sketches' hashes, where no table sees them.
  const auto sketches = set(View::kSketch).hashes();
  for (std::size_t i = 0; i < sketches.size(); ++i) sketched_[i] |= sketches[i];
  views[static_cast<std::size_t>(View::kSketch)] = {sketched_.data(), sketched_.size()};
  out->Assign(views);
}

}  // namespace replyguard::classifier
