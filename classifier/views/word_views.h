// Words and neighbouring words.
#pragma once

#include <cstdint>
#include <string_view>

#include "views/emit.h"

namespace replyguard::classifier {

// Runs of letters, digits and marks.
void FindWords(const Text& text, Words* words);

// The hash of a word without a view, and that of the feature "the text holds it".
constexpr std::uint64_t HashWord(std::u32string_view word) { return HashCodePoints(0, word); }
inline std::uint64_t WordFeature(std::uint64_t word_hash) {
  return MixHash(word_hash, Sink::Seed(View::kWord));
}

// The feature "the text holds this word, whichever its digits are".
std::uint64_t MaskedFeature(std::u32string_view word);
// The feature "the text holds these neighbouring words", of their hashes.
inline std::uint64_t WordPairFeature(std::uint64_t first_hash, std::uint64_t second_hash) {
  return MixHash(MixHash(first_hash, Sink::Seed(View::kWordPair)), second_hash);
}

// Each word, and each word that holds digits once more with every digit as 0.
void AddWords(const Text& text, Words* words, Sink* sink);

// Each word with its neighbour; the text's ends are words too.
void AddWordPairs(const Text& text, const Words& words, Sink* sink);

}  // namespace replyguard::classifier
