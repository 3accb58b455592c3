#include "views/gram_views.h"

#include <algorithm>

namespace replyguard::classifier {
namespace {

// The loops below have no branch on what a character is, as a CPU foretells blanks badly: each
// character is written, and only some of them are kept.

// Two letters and a mark between them: parts of a spaced-out word, rather than one.
constexpr std::uint32_t kSpacedOutMax = 3;

// Where the characters go, after a blank; and their places, if these are asked for.
template <bool kPlaces>
class Target {
 public:
  Target(std::size_t most, Squeezed* out) : out_(out) {
    out->text.Clear();
    out->origins.Clear();
    text_ = out->text.Room(most + 2 + Squeezed::kPadding);
    if constexpr (kPlaces) places_ = out->origins.Room(most + 2);
    Keep(U' ', Squeezed::kNoOrigin, 1);
  }

  // Writes `c`, which counts if `kept` is 1 rather than 0.
  void Keep(char32_t c, std::uint32_t place, std::size_t kept) {
    text_[size_] = c;
    if constexpr (kPlaces) places_[size_] = place;
    size_ += kept;
  }

  // Ends the text with a blank.
  void End() {
    if (text_[size_ - 1] != U' ') Keep(U' ', Squeezed::kNoOrigin, 1);
    std::fill_n(text_ + size_, Squeezed::kPadding, U' ');
    out_->text.Take(size_);
    if constexpr (kPlaces) out_->origins.Take(size_);
  }

 private:
  Squeezed* out_;
  char32_t* text_ = nullptr;
  std::uint32_t* places_ = nullptr;
  std::size_t size_ = 0;
};

// Of places in the folded text makes such in the source.
void MapOrigins(const Text& text, Squeezed* out) {
  for (std::uint32_t& place : out->origins) {
    if (place != Squeezed::kNoOrigin) place = text.Origin(place);
  }
}

template <bool kPlaces>
void SqueezeBlanks(const Text& text, Squeezed* out) {
  Target<kPlaces> to(text.folded.size(), out);
  const char32_t* const from = text.folded.data();
  const CharTraits* const traits_of = text.traits.data();
  const auto size = static_cast<std::uint32_t>(text.folded.size());
  char32_t last = U' ';
  for (std::uint32_t i = 0; i < size; ++i) {
    const auto space = static_cast<std::uint32_t>(IsSpace(traits_of[i]));
    const char32_t c = from[i] ^ ((from[i] ^ U' ') & (0U - space));
    to.Keep(c, i, 1U - (space & static_cast<std::uint32_t>(last == U' ')));
    last = c;
  }
  to.End();
}

constexpr auto kLeetOfAscii = [] {
  std::array<std::uint8_t, kAsciiCount> letters{};
  for (char32_t c = 0; c < kAsciiCount; ++c) letters[c] = static_cast<std::uint8_t>(ReadLeet(c));
  return letters;
}();

template <bool kPlaces>
void SqueezeConsonants(const Text& text, const Words& words, Squeezed* out) {
  Target<kPlaces> to(text.folded.size(), out);
  const char32_t* const folded = text.folded.data();
  const CharTraits* const traits = text.traits.data();
  const std::uint8_t* const leet = kLeetOfAscii.data();
  char32_t last = U' ';
  const auto put = [&](std::uint32_t i, std::uint32_t word) {
    const char32_t c = folded[i] < kAsciiCount ? leet[folded[i]] : folded[i];
    const std::uint32_t consonant = word & static_cast<std::uint32_t>(!IsVowel(c));
    to.Keep(c, i, consonant & static_cast<std::uint32_t>(c != last));
    last = consonant != 0 ? c : last;
  };
  std::uint32_t begin = 0;
  const auto put_words_to = [&](std::uint32_t end) {
    for (; begin < end; ++begin) put(begin, static_cast<std::uint32_t>(IsWordChar(traits[begin])));
  };
  // A mark reads as a letter only between letters: f@ce, but neither wow! nor f|a|c|e.
  for (std::size_t i = 0; i + 1 < words.places.size() && (words.text_traits & kLeet) != 0; ++i) {
    const std::uint32_t end = words.places[i].end;
    if (words.places[i + 1].begin != end + 1 || (traits[end] & kLeet) == 0 ||
        words.places[i + 1].end - words.places[i].begin <= kSpacedOutMax) {
      continue;
    }
    put_words_to(end);
    put(begin++, 1);
  }
  put_words_to(static_cast<std::uint32_t>(text.folded.size()));
  to.End();
}

}  // namespace

void SqueezeFolded(const Text& text, bool origins, Squeezed* out) {
  if (!origins) return SqueezeBlanks<false>(text, out);
  SqueezeBlanks<true>(text, out);
  MapOrigins(text, out);
}

void SqueezeCompact(const Text& text, const Words& words, bool origins, Squeezed* out) {
  if (!origins) return SqueezeConsonants<false>(text, words, out);
  SqueezeConsonants<true>(text, words, out);
  MapOrigins(text, out);
}

Trace TraceOfGram(const Squeezed& squeezed, std::size_t begin, std::size_t n) {
  const auto origin = [&](std::size_t i) { return squeezed.origins[i]; };
  std::size_t first = begin;
  std::size_t last = begin + n - 1;
  while (first < last && origin(first) == Squeezed::kNoOrigin) ++first;
  while (last > first && origin(last) == Squeezed::kNoOrigin) --last;
  return {.first = origin(first), .last = origin(last)};
}

}  // namespace replyguard::classifier
