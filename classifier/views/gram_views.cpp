#include "views/gram_views.h"

namespace replyguard::classifier {
namespace {

// Fills `out` by a loop without a branch on the text: each character is written, and only some of
// them are kept.
class Squeezer {
 public:
  Squeezer(std::size_t most, Squeezed* out) : out_(out) {
    out->text.Clear();
    out->origins.Clear();
    text_ = out->text.Room(most + 2);
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

void AddGrams(const Squeezed& squeezed, View view, std::size_t n, Sink* sink) {
  ForEachGram(squeezed.view(), GramSeed(view, n), n, [&](std::size_t i, std::uint64_t hash) {
    sink->AddLazily(view, hash, [&] {
      std::size_t first = i;
      std::size_t last = i + n - 1;
      while (first < last && squeezed.origins[first] == Squeezed::kNoOrigin) ++first;
      while (last > first && squeezed.origins[last] == Squeezed::kNoOrigin) --last;
      return Trace{.first = squeezed.origins[first], .last = squeezed.origins[last]};
    });
  });
}

}  // namespace replyguard::classifier
