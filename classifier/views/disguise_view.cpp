#include "views/disguise_view.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "views/gram_views.h"
#include "views/word_views.h"

namespace replyguard::classifier {
namespace {

constexpr std::ptrdiff_t kSpacedLettersMin = 3;

template <View kView, std::size_t kN>
void AddRevealedGrams(const Text& text, std::u32string_view padded, Word place, Sink* sink) {
  ForEachGram<kN>(padded, GramSeed(kView, kN), [&](std::size_t, std::uint64_t hash) {
    AddWordPlaced(text, kView, hash, place, sink);
  });
}

// The word that a disguise hides, as if it stood there plainly: what was learnt of it counts.
void AddRevealed(const Text& text, std::u32string_view word, Word place, Sink* sink) {
  AddWordPlaced(text, View::kWord, WordFeature(HashWord(word)), place, sink);
  const std::u32string padded = U" " + std::u32string(word) + U" ";
  AddRevealedGrams<View::kChar3, 3>(text, padded, place, sink);
  AddRevealedGrams<View::kChar4, 4>(text, padded, place, sink);
}

std::uint32_t LengthOf(const Word& word) { return word.end - word.begin; }

std::u32string Join(const Text& text, const Word* begin, const Word* end) {
  std::u32string joined;
  for (const Word* word = begin; word < end; ++word) joined += Slice(text, *word);
  return joined;
}

// The single letters in a row among words [begin, end), joined.
void RevealSpacedOut(const Text& text, const Word* begin, const Word* end, Sink* sink) {
  for (const Word* word = begin; word < end; ++word) {
    const Word* const first = word;
    while (word < end && LengthOf(*word) == 1) ++word;
    if (word - first >= kSpacedLettersMin) {
      AddRevealed(text, Join(text, first, word), {first->begin, (word - 1)->end}, sink);
    }
  }
}

// Digits and marks that stand for letters inside a word: ch4nn3l, m@rket.
void RevealLeet(const Text& text, const Words& words, Sink* sink) {
  if ((words.text_traits & kLeet) == 0) return;
  constexpr std::size_t kLettersMin = 2;
  for (std::size_t i = 0; i < words.places.size(); ++i) {
    Word place = words.places[i];
    CharTraits traits = words.traits[i].any;
    const bool last = i + 1 == words.places.size();
    if (((traits | (last ? 0 : text.traits[place.end])) & kLeet) == 0) continue;
    // One mark between two words that touch it.
    while (i + 1 < words.places.size() && words.places[i + 1].begin == place.end + 1 &&
           (text.traits[place.end] & kLeet) != 0) {
      place.end = words.places[++i].end;
      traits |= kLeet;
    }
    if (((traits | words.traits[i].any) & kLeet) == 0) continue;
    std::u32string plain;
    std::size_t letters = 0;
    for (const char32_t c : Slice(text, place)) {
      plain += ReadLeet(c);
      letters += plain.back() == c && (c < U'0' || c > U'9');
    }
    if (letters >= kLettersMin) AddRevealed(text, plain, place, sink);
  }
}

// Runs of single letters with one or two other characters between them: S P A M, s.p.a.m.
void AddSpacedOut(const Text& text, const Words& words, Sink* sink) {
  const std::uint64_t seed = MixHash(Sink::Seed(View::kDisguise), 1);
  const Word* const last = words.places.end();
  for (const Word* word = words.places.begin(); word < last;) {
    const Word* end = word;
    while (end < last && LengthOf(*end) <= 2 && (end == word || end->begin - (end - 1)->end <= 2)) {
      ++end;
    }
    if (end - word >= kSpacedLettersMin) {
      const Word place{word->begin, (end - 1)->end};
      AddWordPlaced(text, View::kDisguise, HashCodePoints(seed, Join(text, word, end)), place,
                    sink);
      sink->AddNamed(View::kDisguise, "a spaced-out word");
      RevealSpacedOut(text, word, end, sink);
    }
    word = std::max(end, word + 1);
  }
}

// Something invisible between two letters of the word.
bool HidesInvisible(const Text& text, const Word& word) {
  if (text.one_to_one) return false;
  for (std::uint32_t i = word.begin + 1; i < word.end; ++i) {
    if (text.Origin(i) > text.Origin(i - 1) + 1) return true;
  }
  return false;
}

// How one word is disguised: a bit a way.
unsigned WaysOf(const Text& text, const Word& word, CharTraits any) {
  const auto holds = [any](auto what) { return (any & TraitOf(what)) != 0; };
  unsigned ways = 0;
  if (holds(CharStyle::kStyled)) ways |= 1;
  if (HidesInvisible(text, word)) ways |= 2;
  if (holds(CharStyle::kLookalike) && (any & kLatinLetter) != 0) ways |= 4;
  if (holds(CharKind::kLetter) && holds(CharKind::kDigit)) ways |= 8;
  return ways;
}

}  // namespace

void AddDisguise(const Text& text, const Words& words, Sink* sink) {
  AddSpacedOut(text, words, sink);
  RevealLeet(text, words, sink);
  constexpr CharTraits kTelling =
      TraitOf(CharStyle::kStyled) | TraitOf(CharStyle::kLookalike) | TraitOf(CharKind::kDigit);
  const bool invisible = !text.one_to_one;  // there may be
  if (!invisible && (words.text_traits & kTelling) == 0) return;
  constexpr std::uint64_t kSeed = MixHash(Sink::Seed(View::kDisguise), 2);
  constexpr FeatureName kWays[] = {"a word in styled letters", "invisible characters in a word",
                                   "look-alike letters among Latin ones", "digits in a word"};
  for (std::size_t i = 0; i < words.places.size(); ++i) {
    if (!invisible && (words.traits[i].any & kTelling) == 0) continue;
    const Word& word = words.places[i];
    const unsigned ways = WaysOf(text, word, words.traits[i].any);
    for (unsigned way = 0; way < 4; ++way) {
      if ((ways & (1U << way)) == 0) continue;
      sink->AddNamed(View::kDisguise, kWays[way]);
      // Which word it was matters too: some spell their own name so.
      AddWordPlaced(text, View::kDisguise, MixHash(words.hashes[i], MixHash(kSeed, way)), word,
                    sink);
    }
  }
}

}  // namespace replyguard::classifier
