// Words and neighbouring words.
#pragma once

#include <cstdint>
#include <string_view>

#include "views/emit.h"

namespace replyguard::classifier {

// Runs of letters, digits and marks.
void FindWords(const Text& text, Words* words);

// The hash of a word without a view, and that of the feature "the text holds it".
inline std::uint64_t HashWord(std::u32string_view word) { return HashCodePoints(0, word); }
inline std::uint64_t WordFeature(std::uint64_t word_hash) {
  return MixHash(word_hash, Sink::Seed(View::kWord));
}

// Each word, and each word that holds digits once more with every digit as 0.
void AddWords(const Text& text, const Words& words, Sink* sink);

// Each word with its neighbour; the text's ends are words too.
void AddWordPairs(const Text& text, const Words& words, Sink* sink);

}  // namespace replyguard::classifier
