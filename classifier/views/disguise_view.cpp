#include "views/disguise_view.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "views/reveal.h"

namespace replyguard::classifier {
namespace {

constexpr std::ptrdiff_t kSpacedLettersMin = 3;

std::uint32_t LengthOf(const Word& word) { return word.end - word.begin; }

std::u32string Join(const Text& text, const Word* begin, const Word* end) {
  std::u32string joined;
  for (const Word* word = begin; word < end; ++word) joined += Slice(text, *word);
  return joined;
}

// What is between a word and the next one, at most two characters.
std::u32string_view GapBehind(const Text& text, const Word* word) {
  return Slice(text, {word->end, (word + 1)->begin});
}

// What is between most of the words if it is so for more than half of them.
std::u32string_view UsualGap(const Text& text, const Word* begin, const Word* end) {
  std::u32string_view usual;
  std::size_t votes = 0;
  for (const Word* word = begin; word + 1 < end; ++word) {
    const std::u32string_view gap = GapBehind(text, word);
    if (votes == 0) usual = gap;
    votes += usual == gap ? 1 : std::size_t{0} - 1;
  }
  return usual;
}

// The single letters in a row among words [begin, end), joined as far as the same is between them.
void RevealSpacedOut(const Text& text, const Words& words, const Word* begin, const Word* end,
                     Revealer* revealer) {
  const std::u32string_view gap = UsualGap(text, begin, end);
  for (const Word* word = begin; word < end; ++word) {
    const Word* const first = word;
    while (LengthOf(*word) == 1 && word + 1 < end && LengthOf(*(word + 1)) == 1 &&
           GapBehind(text, word) == gap) {
      ++word;
    }
    if (LengthOf(*word) == 1 && word - first + 1 >= kSpacedLettersMin) {
      const auto at = static_cast<std::size_t>(first - words.places.begin());
      revealer->Add(at, at + static_cast<std::size_t>(word - first), Join(text, first, word + 1),
                    {first->begin, word->end});
    }
  }
}

// Runs of single letters with one or two other characters between them: S P A M, s.p.a.m.
void AddSpacedOut(const Text& text, const Words& words, Revealer* revealer, Sink* sink) {
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
      RevealSpacedOut(text, words, word, end, revealer);
    }
    word = std::max(end, word + 1);
  }
}

enum Way : unsigned { kStyled, kInvisible, kLookalikes, kDigits, kMarkup, kWayCount };

// What is between two letters of the word that nobody sees: a bit a way.
unsigned HiddenIn(const Text& text, const Word& word) {
  unsigned ways = 0;
  if (text.one_to_one) return ways;
  for (std::uint32_t i = word.begin + 1; i < word.end; ++i) {
    const std::uint32_t origin = text.Origin(i);
    if (origin <= text.Origin(i - 1) + 1) continue;
    ways |= 1U << (text.source[origin - 1] == kHiddenMarkup ? kMarkup : kInvisible);
  }
  return ways;
}

// How one word is disguised: a bit a way.
unsigned WaysOf(const Text& text, const Word& word, CharTraits any) {
  const auto holds = [any](auto what) { return (any & TraitOf(what)) != 0; };
  unsigned ways = HiddenIn(text, word);
  if (holds(CharStyle::kStyled)) ways |= 1U << kStyled;
  if (holds(CharStyle::kLookalike) && (any & kLatinLetter) != 0) ways |= 1U << kLookalikes;
  if (holds(CharKind::kLetter) && holds(CharKind::kDigit)) ways |= 1U << kDigits;
  return ways;
}

}  // namespace

void AddDisguise(const Text& text, const Words& words, const Tally& tally, Sink* sink) {
  Revealer revealer(text, words, sink);
  AddSpacedOut(text, words, &revealer, sink);
  RevealLeet(text, words, &revealer, sink);
  RevealJoined(text, words, &revealer);
  RevealRepeats(text, words, tally, &revealer, sink);
  RevealReversed(text, words, &revealer, sink);
  revealer.AddPairs();
  constexpr CharTraits kTelling =
      TraitOf(CharStyle::kStyled) | TraitOf(CharStyle::kLookalike) | TraitOf(CharKind::kDigit);
  const bool invisible = !text.one_to_one;  // there may be
  if (!invisible && (words.text_traits & kTelling) == 0) return;
  constexpr std::uint64_t kSeed = MixHash(Sink::Seed(View::kDisguise), 2);
  constexpr FeatureName kWays[kWayCount] = {
      "a word in styled letters", "invisible characters in a word",
      "look-alike letters among Latin ones", "digits in a word", "markup inside a word"};
  for (std::size_t i = 0; i < words.places.size(); ++i) {
    if (!invisible && (words.traits[i].any & kTelling) == 0) continue;
    const Word& word = words.places[i];
    const unsigned ways = WaysOf(text, word, words.traits[i].any);
    for (unsigned way = 0; way < kWayCount; ++way) {
      if ((ways & (1U << way)) == 0) continue;
      sink->AddNamed(View::kDisguise, kWays[way]);
      // Which word it was matters too: some spell their own name so.
      AddWordPlaced(text, View::kDisguise, MixHash(words.hashes[i], MixHash(kSeed, way)), word,
                    sink);
    }
  }
}

}  // namespace replyguard::classifier
