// Words that disguises hide, added beside what stands there as if they stood there plainly, so that
// what was learnt of them counts.
#pragma once

#include <string_view>
#include <vector>

#include "views/emit.h"
#include "views/tally.h"

namespace replyguard::classifier {

// Collects the revealed words of one text.
class Revealer {
 public:
  // All must outlive it.
  Revealer(const Text& text, const Words& words, Sink* sink)
      : text_(text), words_(words), sink_(sink) {}

  // `word` is what the words first to last hide. `place`: where all of them stand.
  void Add(std::size_t first, std::size_t last, std::u32string_view word, Word place);
  // The same of what holds no words, or other than whole ones; the word's hash.
  std::uint64_t AddAlone(std::u32string_view word, Word place);
  // Also what the consonants alone show of `word`, if they do not of what stands there.
  void AddCompact(std::u32string_view word, Word place);
  // Adds the pairs of words that are neighbours once they are revealed. Called once, at the end.
  void AddPairs();

 private:
  struct Revealed {
    std::size_t first, last;  // words
    std::uint64_t hash;
  };

  const Text& text_;
  const Words& words_;
  Sink* sink_;
  std::vector<Revealed> revealed_;
};

// Digits and signs that stand for letters: ch4nn3l, cl@!m, $lots; letters that stand for digits:
// 5OO.
void RevealLeet(const Text& text, const Words& words, Revealer* revealer, Sink* sink);

// One sign within a word: fr*ee, fr-ee, fr🔥ee.
void RevealJoined(const Text& text, const Words& words, Revealer* revealer);

// Stretched and doubled letters: freeee, ffrreeee.
void RevealRepeats(const Text& text, const Words& words, const Tally& tally, Revealer* revealer);

// Letters that are made of several signs: |-|0/\/\e.
void RevealSignLetters(const Text& text, const Words& words, Revealer* revealer);

// Words behind a right-to-left override, which are shown from their end, and such as are written or
// turned so.
void RevealReversed(const Text& text, const Words& words, Revealer* revealer, Sink* sink);

}  // namespace replyguard::classifier
