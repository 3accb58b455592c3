#include "views/disguise_view.h"

#include <algorithm>

#include "views/gram_views.h"

namespace replyguard::classifier {
namespace {

constexpr std::size_t kSpacedLettersMin = 3;

// The word that a disguise hides, as if it stood there plainly: what was learnt of it counts.
void AddRevealed(const Text& text, std::u32string_view word, Word place, Sink* sink) {
  AddWordPlaced(text, View::kWord, HashCodePoints(Sink::Seed(View::kWord), word), place, sink);
  const std::u32string padded = U" " + std::u32string(word) + U" ";
  for (const GramView& grams : kGramViews) {
    ForEachGram(padded, grams.view, grams.n, [&](std::size_t, std::uint64_t hash) {
      AddWordPlaced(text, grams.view, hash, place, sink);
    });
  }
}

// The single letters in a row among words [begin, end), joined.
void RevealSpacedOut(const Text& text, const std::vector<Word>& words, std::size_t begin,
                     std::size_t end, Sink* sink) {
  for (std::size_t i = begin; i < end; ++i) {
    const std::size_t first = i;
    std::u32string joined;
    while (i < end && words[i].end - words[i].begin == 1) joined += Slice(text, words[i++]);
    if (joined.size() >= kSpacedLettersMin) {
      AddRevealed(text, joined, {words[first].begin, words[i - 1].end}, sink);
    }
  }
}

// Digits and marks that stand for letters inside a word: ch4nn3l, m@rket.
void RevealLeet(const Text& text, const std::vector<Word>& words, Sink* sink) {
  constexpr std::size_t kLettersMin = 2;
  for (std::size_t i = 0; i < words.size(); ++i) {
    Word place = words[i];
    // One mark between two words that touch it.
    while (i + 1 < words.size() && words[i + 1].begin == place.end + 1 &&
           ReadLeet(text.folded[place.end]) != text.folded[place.end]) {
      place.end = words[++i].end;
    }
    std::u32string plain;
    std::size_t letters = 0;
    std::size_t read = 0;
    for (const char32_t c : Slice(text, place)) {
      plain += ReadLeet(c);
      if (plain.back() != c) {
        ++read;
      } else if (c < U'0' || c > U'9') {
        ++letters;
      }
    }
    if (read > 0 && letters >= kLettersMin) AddRevealed(text, plain, place, sink);
  }
}

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
      RevealSpacedOut(text, words, i, end, sink);
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
  RevealLeet(text, words, sink);
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
