#include "views/gram_views.h"

#include <algorithm>

namespace replyguard::classifier {
namespace {

// The loops below have no branch on what a character is, as a CPU foretells blanks badly: each
// character is written, and only some of them are kept.

// Two letters and a mark between them: parts of a spaced-out word, rather than one.
constexpr std::uint32_t kSpacedOutMax = 3;

// Where the characters go, after a blank; and their places, or null.
struct Target {
  char32_t* text = nullptr;
  std::uint32_t* places = nullptr;
};

Target Begin(std::size_t most, bool origins, Squeezed* out) {
  out->text.Clear();
  out->origins.Clear();
  Target target;
  target.text = out->text.Room(most + 2 + Squeezed::kPadding);
  target.text[0] = U' ';
  if (!origins) return target;
  target.places = out->origins.Room(most + 2);
  target.places[0] = Squeezed::kNoOrigin;
  return target;
}

// Ends the text of `size` characters with a blank.
void End(const Target& target, std::size_t size, Squeezed* out) {
  if (target.text[size - 1] != U' ') {
    if (target.places != nullptr) target.places[size] = Squeezed::kNoOrigin;
    target.text[size++] = U' ';
  }
  std::fill_n(target.text + size, Squeezed::kPadding, U' ');
  out->text.Take(size);
  if (target.places != nullptr) out->origins.Take(size);
}

// Of places in the folded text makes such in the source.
void MapOrigins(const Text& text, Squeezed* out) {
  for (std::uint32_t& place : out->origins) {
    if (place != Squeezed::kNoOrigin) place = text.Origin(place);
  }
}

void SqueezeBlanks(const Scratch<char32_t>& text, const Scratch<CharTraits>& traits, bool origins,
                   Squeezed* out) {
  const Target to = Begin(text.size(), origins, out);
  const char32_t* const from = text.data();
  const CharTraits* const traits_of = traits.data();
  const std::size_t size = text.size();
  std::size_t written = 1;
  char32_t last = U' ';
  for (std::size_t i = 0; i < size; ++i) {
    const auto space = static_cast<std::uint32_t>(IsSpace(traits_of[i]));
    const char32_t c = from[i] ^ ((from[i] ^ U' ') & (0U - space));
    to.text[written] = c;
    if (to.places != nullptr) to.places[written] = static_cast<std::uint32_t>(i);
    written += 1U - (space & static_cast<std::uint32_t>(last == U' '));
    last = c;
  }
  End(to, written, out);
}

}  // namespace

void SqueezeFolded(const Text& text, bool origins, Squeezed* out) {
  SqueezeBlanks(text.folded, text.traits, origins, out);
  MapOrigins(text, out);
}

void SqueezeCompact(const Text& text, const Words& words, bool origins, Squeezed* out) {
  const Target to = Begin(text.folded.size(), origins, out);
  const char32_t* const folded = text.folded.data();
  std::size_t written = 1;
  char32_t last = U' ';
  const auto put = [&](char32_t c, std::uint32_t place) {
    to.text[written] = c;
    if (to.places != nullptr) to.places[written] = place;
    const bool vowel = IsVowel(c);
    written += static_cast<std::size_t>(c != last) & static_cast<std::size_t>(!vowel);
    last = vowel ? last : c;
  };
  for (std::size_t i = 0; i < words.places.size(); ++i) {
    const auto [begin, end] = words.places[i];
    if ((words.traits[i].any & kLeet) == 0) {
      for (std::uint32_t k = begin; k < end; ++k) put(folded[k], k);
    } else {
      for (std::uint32_t k = begin; k < end; ++k) put(ReadLeet(folded[k]), k);
    }
    // A mark reads as a letter only between letters: f@ce, but neither wow! nor f|a|c|e.
    const bool touches = i + 1 < words.places.size() && words.places[i + 1].begin == end + 1;
    if (touches && (text.traits[end] & kLeet) != 0 &&
        words.places[i + 1].end - begin > kSpacedOutMax) {
      put(ReadLeet(folded[end]), end);
    }
  }
  End(to, written, out);
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
