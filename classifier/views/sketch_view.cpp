#include "views/sketch_view.h"

#include <bit>
#include <string>

namespace replyguard::classifier {
namespace {

// Letters of other scripts share the bits that are left.
constexpr std::uint64_t BitOf(char32_t c) {
  constexpr unsigned kLatin = 26;
  constexpr unsigned kOthers = 37;
  return std::uint64_t{1} << (c >= U'a' && c <= U'z' ? c - U'a' : kLatin + c % kOthers);
}

constexpr std::uint64_t BitsOf(std::u32string_view letters) {
  std::uint64_t bits = 0;
  for (const char32_t c : letters) bits |= BitOf(c);
  return bits;
}

// Consonants that people write for each other, and two that look like others: rn, vv.
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
    default:  // not our enum
      return {};
  }
}

constexpr std::uint64_t kVowels = BitsOf(U"aeiou");

std::uint64_t ConsonantsOf(std::u32string_view word) {
  std::uint64_t letters = 0;
  for (const char32_t c : word) {
    const char32_t letter = ReadLeet(c);
    const std::u32string_view sound = SoundOf(letter);
    letters |= sound.empty() ? BitOf(letter) : BitsOf(sound);
  }
  return letters & ~kVowels;
}

// Fewer are shared by too many words.
bool Tells(std::uint64_t consonants) {
  constexpr int kConsonantsMin = 3;
  return std::popcount(consonants) >= kConsonantsMin;
}

std::uint64_t FeatureOf(std::uint64_t consonants) {
  return MixHash(Sink::Seed(View::kSketch), consonants);
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

void AddSketch(const Text& text, std::u32string_view word, Word place, Sink* sink) {
  const std::uint64_t consonants = ConsonantsOf(word);
  if (!Tells(consonants)) return;
  AddWordPlaced(text, View::kSketch, FeatureOf(consonants), place, sink);
}

void AddSketches(const Text& text, const Words& words, Sink* sink) {
  // A longer row of words is a URL or a list.
  constexpr std::uint32_t kJoinedMax = 40;  // characters
  ViewFiller filler(View::kSketch, 2 * words.places.size(), sink);
  std::uint64_t row = 0;  // consonants of the words that touch each other
  Word row_place;
  std::size_t row_words = 0;
  const auto end_row = [&] {
    if (row_words < 2 || row_place.end - row_place.begin > kJoinedMax || !Tells(row)) return;
    filler.Add(FeatureOf(row), [&] { return PlaceOf(text, row_place); });
  };
  for (std::size_t i = 0; i < words.places.size(); ++i) {
    const Word& word = words.places[i];
    const std::uint64_t consonants = ConsonantsOf(Slice(text, word));
    if (Tells(consonants)) {
      filler.Add(FeatureOf(consonants), [&] { return PlaceOf(text, word); });
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
