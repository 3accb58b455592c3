#include "views/gram_views.h"

#include <algorithm>

namespace replyguard::classifier {
namespace {

// Fills `out` by a loop without a branch on the text: each character is written, and only some of
// them are kept.
class Squeezer {
 public:
  Squeezer(std::size_t most, Squeezed* out) : out_(out) {
    out->text.Clear();
    out->origins.Clear();
    text_ = out->text.Room(most + 2 + Squeezed::kPadding);
    origins_ = out->origins.Room(most + 2);
    Put(U' ', Squeezed::kNoOrigin, true);
  }

  char32_t last() const { return last_; }
  void Put(char32_t c, std::uint32_t origin, bool keep) {
    text_[size_] = c;
    origins_[size_] = origin;
    size_ += keep;
    last_ = keep ? c : last_;
  }
  void PutSqueezed(char32_t c, std::uint32_t origin, CharTraits traits) {
    const bool space = IsSpace(traits);
    Put(space ? U' ' : c, origin, !space || last_ != U' ');
  }
  void End() {
    Put(U' ', Squeezed::kNoOrigin, last_ != U' ');
    std::fill_n(text_ + size_, Squeezed::kPadding, U' ');
    out_->text.Take(size_);
    out_->origins.Take(size_);
  }

 private:
  Squeezed* out_;
  char32_t* text_;
  std::uint32_t* origins_;
  std::size_t size_ = 0;
  char32_t last_ = 0;
};

}  // namespace

void SqueezeFolded(const Text& text, Squeezed* out) {
  Squeezer squeezer(text.folded.size(), out);
  const char32_t* const folded = text.folded.data();
  const CharTraits* const traits = text.traits.data();
  const auto size = static_cast<std::uint32_t>(text.folded.size());
  for (std::uint32_t i = 0; i < size; ++i)
    squeezer.PutSqueezed(folded[i], text.Origin(i), traits[i]);
  squeezer.End();
}

void SqueezeSource(const Text& text, Squeezed* out) {
  Squeezer squeezer(text.source.size(), out);
  const char32_t* const source = text.source.data();
  const CharTraits* const traits = text.source_traits().data();
  const auto size = static_cast<std::uint32_t>(text.source.size());
  for (std::uint32_t i = 0; i < size; ++i) squeezer.PutSqueezed(source[i], i, traits[i]);
  squeezer.End();
}

void SqueezeCompact(const Text& text, Squeezed* out) {
  Squeezer squeezer(text.folded.size(), out);
  const char32_t* const folded = text.folded.data();
  const CharTraits* const traits = text.traits.data();
  const auto size = static_cast<std::uint32_t>(text.folded.size());
  bool before = false;
  bool here = size > 0 && IsWordChar(traits[0]);
  for (std::uint32_t i = 0; i < size; ++i) {
    const bool after = i + 1 < size && IsWordChar(traits[i + 1]);
    // A mark reads as a letter only between letters: f@ce, but not wow!
    const bool leet = (traits[i] & kLeet) != 0;
    const char32_t c = leet ? ReadLeet(folded[i]) : folded[i];
    squeezer.Put(c, text.Origin(i), (here | (leet & before & after)) & (c != squeezer.last()));
    before = here;
    here = after;
  }
  squeezer.End();
}

Trace TraceOfGram(const Squeezed& squeezed, std::size_t begin, std::size_t n) {
  const auto origin = [&](std::size_t i) { return squeezed.origins[i]; };
  std::size_t first = begin;
  std::size_t last = begin + n - 1;
  while (first < last && origin(first) == Squeezed::kNoOrigin) ++first;
  while (last > first && origin(last) == Squeezed::kNoOrigin) --last;
  return {.first = origin(first), .last = origin(last)};
}

void AddGrams(const Squeezed& squeezed, View view, std::size_t n, Sink* sink) {
  FeatureSet::Filler filler = sink->set(view).Fill(squeezed.text.size());
  ForEachGram(squeezed.view(), GramSeed(view, n), n, [&](std::size_t i, std::uint64_t hash) {
    const std::uint32_t size = filler.size();
    if (filler.full() || filler.Find(hash) != size) return;
    sink->AddTrace(view, [&] { return TraceOfGram(squeezed, i, n); });
  });
  sink->set(view).Take(filler);
}

}  // namespace replyguard::classifier
