#include "views/tally.h"

#include <algorithm>
#include <bit>

namespace replyguard::classifier {
namespace {

// Nine counts in one word, so that a character costs one addition.
enum Lane : unsigned {
  kLetters,
  kUppers,
  kDigits,
  kPunctuation,
  kSymbols,
  kExclamations,
  kQuestions,
  kDots,
  kNewlines,
};
constexpr unsigned kLaneBits = 7;
constexpr std::size_t kLaneMax = (1U << kLaneBits) - 1;

constexpr std::uint64_t One(Lane lane, bool holds) {
  return std::uint64_t{holds} << (lane * kLaneBits);
}

constexpr bool Holds(CharTraits traits, CharKind kind) { return (traits & TraitOf(kind)) != 0; }

std::uint64_t WeightOf(char32_t c, CharTraits traits) {
  return One(kLetters, Holds(traits, CharKind::kLetter)) | One(kUppers, (traits & kUpper) != 0) |
         One(kDigits, Holds(traits, CharKind::kDigit)) |
         One(kPunctuation, Holds(traits, CharKind::kPunctuation)) |
         One(kSymbols, Holds(traits, CharKind::kSymbol)) | One(kExclamations, c == U'!') |
         One(kQuestions, c == U'?') | One(kDots, c == U'.') | One(kNewlines, c == U'\n');
}

void AddLanes(std::uint64_t lanes, Tally* t) {
  const auto lane = [lanes](Lane of) { return lanes >> (of * kLaneBits) & kLaneMax; };
  t->letters += lane(kLetters);
  t->upper += lane(kUppers);
  t->digits += lane(kDigits);
  t->punctuation += lane(kPunctuation);
  t->symbols += lane(kSymbols);
  t->exclamations += lane(kExclamations);
  t->questions += lane(kQuestions);
  t->dots += lane(kDots);
  t->newlines += lane(kNewlines);
}

// What only other characters than ASCII have.
void AddOther(CharTraits traits, Tally* t) {
  const auto holds = [traits](auto what) { return (traits & TraitOf(what)) != 0; };
  t->emoji += holds(CharKind::kEmoji);
  t->invisible += holds(CharKind::kIgnorable);
  t->styled += holds(CharStyle::kStyled);
  t->accented += holds(CharStyle::kAccented);
  t->lookalike += holds(CharStyle::kLookalike);
  if (!holds(CharKind::kLetter)) return;
  constexpr CharTraits kScripts = (1U << kScriptCount) - 1;
  ++t->scripts[static_cast<std::size_t>(std::countr_zero(traits >> kScriptShift & kScripts))];
}

void CountRepeats(const char32_t* text, const CharTraits* traits, std::size_t size, Tally* t) {
  constexpr std::size_t kBits = 64;
  std::uint64_t previous = 0;
  for (std::size_t begin = 0; begin < size; begin += kBits) {
    const std::size_t end = std::min(begin + kBits, size);
    // A bit a character: whether it is the same as the one before.
    std::uint64_t same = 0;
    for (std::size_t i = std::max<std::size_t>(begin, 1); i < end; ++i) {
      same |= std::uint64_t{text[i] == text[i - 1]} << (i - begin);
    }
    t->doubles += static_cast<std::uint64_t>(std::popcount(same));
    std::uint64_t thirds =
        same & (same << 1 | previous >> (kBits - 1)) & ~(same << 2 | previous >> (kBits - 2));
    for (; thirds != 0; thirds &= thirds - 1) {
      const auto at = begin + static_cast<std::size_t>(std::countr_zero(thirds));
      ++t->repeats;
      if (!Holds(traits[at], CharKind::kLetter)) continue;
      t->first_letter_repeat = std::min(t->first_letter_repeat, at);
      t->last_letter_repeat = at;
    }
    previous = same;
  }
}

}  // namespace

Tallier::Tallier(CharTable& table) {
  for (char32_t c = 0; c < kAsciiCount; ++c) weights_[c] = WeightOf(c, table.Lookup(c).traits);
}

Tally Tallier::Count(const Text& text) const {
  Tally t;
  const char32_t* const source = text.source.data();
  const CharTraits* const traits = text.source_traits().data();
  const std::uint64_t* const weights = weights_.data();
  const std::size_t size = text.source.size();
  for (std::size_t begin = 0; begin < size; begin += kLaneMax) {
    const std::size_t end = std::min(begin + kLaneMax, size);
    std::uint64_t lanes = 0;
    for (std::size_t i = begin; i < end; ++i) {
      if (source[i] < kAsciiCount) {
        lanes += weights[source[i]];
      } else {
        lanes += WeightOf(source[i], traits[i]);
        AddOther(traits[i], &t);
      }
    }
    AddLanes(lanes, &t);
  }
  // All letters that AddOther did not see are ASCII ones.
  std::uint64_t seen = 0;
  for (const std::uint64_t letters : t.scripts) seen += letters;
  t.scripts[static_cast<std::size_t>(ScriptGroup::kLatin)] += t.letters - seen;
  CountRepeats(source, traits, size, &t);
  return t;
}

}  // namespace replyguard::classifier
