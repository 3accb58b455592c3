// Where views put their features: hashes always, and for explanations also what each is about: a
// place in the body, or a subject such as the author's name.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "classifier/features.h"
#include "math/hash.h"
#include "normalise/text.h"
#include "views/feature_set.h"

namespace replyguard::classifier {

// What a feature is about, kept only while explaining: characters of the body (where it occurs
// first), or a subject, of a pair two.
struct Trace {
  static constexpr std::uint32_t kNone = 0xffffffff;
  std::uint32_t first = kNone;  // source characters of the body, first to last
  std::uint32_t last = kNone;
  std::uint32_t subject = kNone;  // indices into Sink::subjects()
  std::uint32_t other = kNone;
};

// What else than a place in the body a reason can be about: "2 links". Few of a comment's subjects
// are ever listed, so that their text is written only then.
struct Subject {
  using Write = std::string (*)(const Subject&);

  std::string text() const { return write(*this); }

  View view = View::kShape;
  Write write = nullptr;
  std::array<std::uint64_t, 2> numbers{};
  std::string_view name;  // a literal
  std::string rest;
};

// The name of a feature, hashed where it is compiled.
class FeatureName {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a name is written as a literal
  consteval FeatureName(const char* text) : text_(text), hash_(HashBytes(0x6e616d65, text_)) {}

  std::string_view text() const { return text_; }
  std::uint64_t hash() const { return hash_; }

 private:
  std::string_view text_;
  std::uint64_t hash_;
};

class Sink {
 public:
  // `explain`: keep also a trace of each feature, the subjects and the links.
  void Start(bool explain);

  bool explaining() const { return explain_; }
  static constexpr std::uint64_t Seed(View view) {
    return MixHash(static_cast<std::uint64_t>(view) + 1, kExtractorVersion);
  }

  // Adds a feature of `view` unless it is there already or the view is full.
  void Add(View view, std::uint64_t hash, const Trace& trace) {
    AddLazily(view, hash, [&] { return trace; });
  }
  // Add with a trace that costs something to make.
  template <typename MakeTrace>
  void AddLazily(View view, std::uint64_t hash, const MakeTrace& make_trace) {
    if (set(view).Add(hash)) AddTrace(view, make_trace);
  }

  // For loops that fill a set by themselves and then tell the trace of each feature they added.
  FeatureSet& set(View view) { return sets_[static_cast<std::size_t>(view)]; }
  template <typename MakeTrace>
  void AddTrace(View view, const MakeTrace& make_trace) {
    auto& traces = traces_[static_cast<std::size_t>(view)];
    if (explain_ && traces.size() < kViewFeaturesMax) traces.Push(make_trace());
  }

  // Adds a sketch that stands for the word feature of this index. REQUIRES: no bit of
  // kSketchedWordMask in `hash`.
  template <typename MakeTrace>
  void AddSketch(std::uint64_t hash, std::size_t word, const MakeTrace& make_trace);

  // The index of a new subject. REQUIRES: explaining().
  std::uint32_t AddSubject(Subject subject);
  // A URL or bare domain.
  void AddLink(Word place) {
    if (explain_) links_.push_back(place);
  }

  // A feature without a place: "honeypot filled".
  void AddNamed(View view, FeatureName name);
  // The same with a value after the name: "digits of a number 7".
  void AddNamed(View view, FeatureName name, std::uint64_t value);
  // The same with bytes after the name: "website example.org".
  void AddNamed(View view, FeatureName name, std::string_view rest);

  // Forgets what was added of one view.
  void Drop(View view);

  // Called once.
  void Finish(Features* out);

  // Empty unless explaining. A view's traces are in the order of its features.
  const Scratch<Trace>& traces(View view) const { return traces_[static_cast<std::size_t>(view)]; }
  const std::vector<Subject>& subjects() const { return subjects_; }
  const std::vector<Word>& links() const { return links_; }

 private:
  bool explain_ = false;
  std::array<FeatureSet, kViewCount> sets_;
  std::array<Scratch<Trace>, kViewCount> traces_;
  std::vector<Subject> subjects_;
  std::vector<Word> links_;
  friend class SketchFiller;
  Scratch<std::uint64_t> sketched_;  // the words that the sketches stand for
};

// Adds many features of one view in a loop. REQUIRES: at the end Finish() is called, and the
// sink gets none of this view in between.
class ViewFiller {
 public:
  // `most`: how many features there will be tried at most.
  ViewFiller(View view, std::size_t most, Sink* sink)
      : sink_(sink),
        view_(view),
        explaining_(sink->explaining()),
        filler_(sink->set(view).Fill(most)) {}

  // The feature's index in the view; kViewFeaturesMax if there is no room for it.
  template <typename MakeTrace>
  std::size_t Add(std::uint64_t hash, const MakeTrace& make_trace) {
    const std::uint32_t size = filler_.size();
    if (filler_.full()) return kViewFeaturesMax;
    const std::uint32_t index = filler_.Find(hash);
    if (explaining_ && index == size) sink_->AddTrace(view_, make_trace);
    return index;
  }
  // Adds a feature that is known to be new and has room.
  template <typename MakeTrace>
  void AddNew(std::uint64_t hash, const MakeTrace& make_trace) {
    filler_.Append(hash);
    if (explaining_) sink_->AddTrace(view_, make_trace);
  }
  // Tells the sink.
  void Finish() { sink_->set(view_).Take(filler_); }

 protected:
  std::uint32_t size() const { return filler_.size(); }
  Sink* sink() const { return sink_; }

 private:
  Sink* sink_;
  View view_;
  bool explaining_;
  FeatureSet::Filler filler_;
};

// The same for sketches.
class SketchFiller : private ViewFiller {
 public:
  SketchFiller(std::size_t most, Sink* sink) : ViewFiller(View::kSketch, most, sink) {}

  // Sink::AddSketch.
  template <typename MakeTrace>
  void Add(std::uint64_t hash, std::size_t word, const MakeTrace& make_trace) {
    const std::uint32_t index = size();
    if (ViewFiller::Add(hash, make_trace) == index && size() > index) sink()->sketched_.Push(word);
  }
  using ViewFiller::Finish;
};

template <typename MakeTrace>
void Sink::AddSketch(std::uint64_t hash, std::size_t word, const MakeTrace& make_trace) {
  SketchFiller filler(1, this);
  filler.Add(hash, word, make_trace);
  filler.Finish();
}

}  // namespace replyguard::classifier
