#include "views/disguise_view.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "views/reveal.h"
#include "views/spaced_out.h"

namespace replyguard::classifier {
namespace {

enum Way : unsigned { kStyled, kInvisible, kLookalikes, kDigits, kMarkup, kSpaced, kWayCount };

// What is between two letters of the word and was read past: a bit a way.
unsigned HiddenIn(const Text& text, const Word& word) {
  constexpr CharTraits kUnseen = TraitOf(CharKind::kIgnorable) | TraitOf(CharKind::kMark);
  unsigned ways = 0;
  if (text.one_to_one) return ways;
  for (std::uint32_t i = word.begin + 1; i < word.end; ++i) {
    const std::uint32_t origin = text.Origin(i);
    if (origin <= text.Origin(i - 1) + 1) continue;
    if (text.source[origin - 1] == kHiddenMarkup) {
      ways |= 1U << kMarkup;
    } else {
      ways |= 1U << ((text.source_traits()[origin - 1] & kUnseen) != 0 ? kInvisible : kSpaced);
    }
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
  RevealSignLetters(text, words, &revealer);
  RevealJoined(text, words, &revealer);
  RevealRepeats(text, words, tally, &revealer);
  RevealReversed(text, words, &revealer, sink);
  revealer.AddPairs();
  constexpr CharTraits kTelling =
      TraitOf(CharStyle::kStyled) | TraitOf(CharStyle::kLookalike) | TraitOf(CharKind::kDigit);
  const bool invisible = !text.one_to_one;  // there may be
  if (!invisible && (words.text_traits & kTelling) == 0) return;
  constexpr std::uint64_t kSeed = MixHash(Sink::Seed(View::kDisguise), 2);
  constexpr FeatureName kWays[kWayCount] = {"a word in styled letters",
                                            "invisible characters in a word",
                                            "look-alike letters among Latin ones",
                                            "digits in a word",
                                            "markup inside a word",
                                            "a word with its letters apart"};
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
