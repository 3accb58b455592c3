#include "views/disguise_view.h"

#include <algorithm>

namespace replyguard::classifier {
namespace {

constexpr std::size_t kSpacedLettersMin = 3;

// Runs of single letters with one or two other characters between them: S P A M, s.p.a.m.
void AddSpacedOut(const Text& text, const std::vector<Word>& words, Sink* sink) {
  const std::uint64_t seed = MixHash(Sink::Seed(View::kDisguise), 1);
  std::size_t i = 0;
  while (i < words.size()) {
    std::size_t end = i;
    std::u32string joined;
    while (end < words.size() && words[end].end - words[end].begin <= 2 &&
           (end == i || words[end].begin - words[end - 1].end <= 2)) {
      joined += Slice(text, words[end]);
      ++end;
    }
    if (end - i >= kSpacedLettersMin) {
      const Word place{words[i].begin, words[end - 1].end};
      AddWordPlaced(text, View::kDisguise, HashCodePoints(seed, joined), place, sink);
      sink->AddNamed(View::kDisguise, "a spaced-out word");
    }
    i = std::max(end, i + 1);
  }
}

// How one word is disguised: a bit a way.
unsigned WaysOf(const Text& text, const Word& word) {
  unsigned ways = 0;
  unsigned scripts = 0;
  std::uint32_t letters = 0;
  std::uint32_t digits = 0;
  std::uint32_t lookalike = 0;
  for (std::uint32_t i = word.begin; i < word.end; ++i) {
    const CharInfo& info = *text.source[text.origin[i]].info;
    letters += info.kind == CharKind::kLetter;
    digits += info.kind == CharKind::kDigit;
    lookalike += info.style == CharStyle::kLookalike;
    if (info.style == CharStyle::kStyled) ways |= 1;
    if (info.kind == CharKind::kLetter) scripts |= 1U << static_cast<unsigned>(info.script);
    // Something invisible between two letters of the word.
    if (i > word.begin && text.origin[i] > text.origin[i - 1] + 1) ways |= 2;
  }
  if (lookalike > 0 && (scripts & (1U << static_cast<unsigned>(ScriptGroup::kLatin))) != 0)
    ways |= 4;
  if (letters > 0 && digits > 0) ways |= 8;
  return ways;
}

}  // namespace

void AddDisguise(const Text& text, const std::vector<Word>& words, Sink* sink) {
  AddSpacedOut(text, words, sink);
  const std::uint64_t seed = MixHash(Sink::Seed(View::kDisguise), 2);
  constexpr const char* kWays[] = {"a word in styled letters", "invisible characters in a word",
                                   "look-alike letters among Latin ones", "digits in a word"};
  for (const Word& word : words) {
    const unsigned ways = WaysOf(text, word);
    for (unsigned way = 0; way < 4; ++way) {
      if ((ways & (1U << way)) == 0) continue;
      sink->AddNamed(View::kDisguise, kWays[way]);
      // Which word it was matters too: some spell their own name so.
      AddWordPlaced(text, View::kDisguise, HashCodePoints(MixHash(seed, way), Slice(text, word)),
                    word, sink);
    }
  }
}

}  // namespace replyguard::classifier
