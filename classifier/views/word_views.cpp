#include "views/word_views.h"

namespace replyguard::classifier {
namespace {

std::uint64_t HashMasked(std::uint64_t seed, std::u32string_view word, bool* has_digit) {
  std::uint64_t h = MixHash(seed, 0x6d61736b);
  *has_digit = false;
  for (const char32_t c : word) {
    const bool digit = c >= U'0' && c <= U'9';
    *has_digit = *has_digit || digit;
    h = MixHash(h, (digit ? U'0' : c) + 0x100000000ULL);
  }
  return h;
}

}  // namespace

void FindWords(const Text& text, std::vector<Word>* words) {
  words->clear();
  const auto size = static_cast<std::uint32_t>(text.folded.size());
  const auto is_word = [&](std::uint32_t i) {
    return IsWordChar(text.source[text.origin[i]].info->kind);
  };
  for (std::uint32_t i = 0; i < size; ++i) {
    if (!is_word(i)) continue;
    const std::uint32_t begin = i;
    while (i < size && is_word(i)) ++i;
    words->push_back({begin, i});
  }
}

void AddWords(const Text& text, const std::vector<Word>& words, Sink* sink) {
  const std::uint64_t seed = Sink::Seed(View::kWord);
  for (const Word& word : words) {
    const std::u32string_view letters = Slice(text, word);
    AddWordPlaced(text, View::kWord, HashCodePoints(seed, letters), word, sink);
    bool has_digit = false;
    const std::uint64_t masked = HashMasked(seed, letters, &has_digit);
    if (has_digit) AddWordPlaced(text, View::kWord, masked, word, sink);
  }
}

void AddWordPairs(const Text& text, const std::vector<Word>& words, Sink* sink) {
  if (words.empty()) return;
  const std::uint64_t seed = Sink::Seed(View::kWordPair);
  std::uint64_t previous = seed;
  Word from = words.front();
  for (const Word& word : words) {
    AddWordPlaced(text, View::kWordPair, HashCodePoints(previous, Slice(text, word)),
                  {from.begin, word.end}, sink);
    previous = HashCodePoints(seed, Slice(text, word));
    from = word;
  }
  AddWordPlaced(text, View::kWordPair, MixHash(previous, 0x656e64), from, sink);
}

}  // namespace replyguard::classifier
