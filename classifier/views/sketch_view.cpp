#include "views/sketch_view.h"

#include <array>

namespace replyguard::classifier {
namespace {

// Letters of other scripts share the bits that are left.
constexpr std::uint64_t BitOf(char32_t c) {
  constexpr unsigned kLatin = 26;
  constexpr unsigned kOthers = 37;
  return std::uint64_t{1} << (c >= U'a' && c <= U'z' ? c - U'a' : kLatin + c % kOthers);
}

// Consonants that people write for each other, two that look like others (rn, vv), and what the
// digits 6, 8 and 9 stand for.
constexpr std::u32string_view SoundOf(char32_t c) {
  switch (c) {
    case U'k':
    case U'q':
      return U"c";
    case U'z':
      return U"s";
    case U'm':
      return U"rn";
    case U'w':
      return U"v";
    case U'g':
    case U'6':
      return U"b";
    default:  // not our enum
      return {};
  }
}

// The consonants that a character stands for.
constexpr std::uint64_t ConsonantsOf(char32_t c) {
  const char32_t letter = ReadLeet(c);
  if (IsVowel(letter)) return 0;
  const std::u32string_view sound = SoundOf(letter);
  if (sound.empty()) return BitOf(letter);
  std::uint64_t bits = 0;
  for (const char32_t of : sound) bits |= BitOf(of);
  return bits;
}

constexpr std::size_t kAscii = 128;
constexpr std::array<std::uint64_t, kAscii> kConsonantsOfAscii = [] {
  std::array<std::uint64_t, kAscii> consonants{};
  for (char32_t c = 0; c < kAscii; ++c) consonants[c] = ConsonantsOf(c);
  return consonants;
}();

std::uint64_t ConsonantsOf(std::u32string_view word) {
  std::uint64_t consonants = 0;
  const std::uint64_t* const of_ascii = kConsonantsOfAscii.data();
  for (const char32_t c : word) consonants |= c < kAscii ? of_ascii[c] : ConsonantsOf(c);
  return consonants;
}

// Whether there are two: less is shared by too many words.
bool Tells(std::uint64_t consonants) { return (consonants & (consonants - 1)) != 0; }

std::uint64_t FeatureOf(std::uint64_t consonants) {
  return MixHash(Sink::Seed(View::kSketch), consonants) & ~kSketchedWordMask;
}

// Whether there are signs and no blank between the two words, and few of them.
bool Touch(const Text& text, const Word& first, const Word& second) {
  constexpr std::uint32_t kSignsMax = 2;
  if (second.begin - first.end > kSignsMax) return false;
  for (std::uint32_t i = first.end; i < second.begin; ++i) {
    if (IsSpace(text.traits[i])) return false;
  }
  return true;
}

}  // namespace

void AddSketch(const Text& text, std::u32string_view word, Word place, std::size_t word_index,
               Sink* sink) {
  const std::uint64_t consonants = ConsonantsOf(word);
  if (!Tells(consonants)) return;
  sink->AddSketch(FeatureOf(consonants), word_index, [&] { return PlaceOf(text, place); });
}

void AddSketches(const Text& text, const Words& words, Sink* sink) {
  // A longer row of words is a URL or a list.
  constexpr std::uint32_t kJoinedMax = 40;  // characters
  std::uint64_t row = 0;                    // consonants of the words that touch each other
  Word row_place;
  std::size_t row_words = 0;
  SketchFiller filler(2 * words.places.size(), sink);
  const auto end_row = [&] {
    if (row_words < 2 || row_place.end - row_place.begin > kJoinedMax || !Tells(row)) return;
    filler.Add(FeatureOf(row), kNoSketchedWord, [&] { return PlaceOf(text, row_place); });
  };
  for (std::size_t i = 0; i < words.places.size(); ++i) {
    const Word& word = words.places[i];
    const std::uint64_t consonants = ConsonantsOf(Slice(text, word));
    if (Tells(consonants)) {
      filler.Add(FeatureOf(consonants), words.features[i], [&] { return PlaceOf(text, word); });
    }
    if (i > 0 && Touch(text, words.places[i - 1], word)) {
      row |= consonants;
      row_place.end = word.end;
      ++row_words;
      continue;
    }
    end_row();
    row = consonants;
    row_place = word;
    row_words = 1;
  }
  end_row();
  filler.Finish();
}

}  // namespace replyguard::classifier
