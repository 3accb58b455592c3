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

// Where words begin and end. Without a branch on the text, whose words are of any length.
void FindEdges(const CharTraits* traits, std::uint32_t size, Words* words) {
  std::uint32_t* const edges = words->edges.Room(size + 1);
  std::size_t count = 0;
  bool inside = false;
  CharTraits any = 0;
  for (std::uint32_t i = 0; i < size; ++i) {
    const bool word = IsWordChar(traits[i]);
    edges[count] = i;
    count += word != inside;
    inside = word;
    any |= traits[i];
  }
  edges[count] = size;
  words->edges.Take(count + inside);
  words->text_traits = any;
}

}  // namespace

void FindWords(const Text& text, Words* words) {
  words->edges.Clear();
  words->places.Clear();
  words->traits.Clear();
  words->text_traits = 0;
  const CharTraits* const traits = text.traits.data();
  const auto size = static_cast<std::uint32_t>(text.traits.size());
  FindEdges(traits, size, words);
  const std::size_t count = words->edges.size() / 2;
  Word* const places = words->places.Room(count);
  Words::Traits* const of_words = words->traits.Room(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Word word{words->edges[2 * i], words->edges[2 * i + 1]};
    Words::Traits of{0, ~CharTraits{0}};
    for (std::uint32_t k = word.begin; k < word.end; ++k) {
      of.any |= traits[k];
      of.all &= traits[k];
    }
    places[i] = word;
    of_words[i] = of;
  }
  words->places.Take(count);
  words->traits.Take(count);
}

void AddWords(const Text& text, const Words& words, Sink* sink) {
  const std::uint64_t seed = Sink::Seed(View::kWord);
  for (const Word& word : words.places) {
    const std::u32string_view letters = Slice(text, word);
    AddWordPlaced(text, View::kWord, HashCodePoints(seed, letters), word, sink);
    bool has_digit = false;
    const std::uint64_t masked = HashMasked(seed, letters, &has_digit);
    if (has_digit) AddWordPlaced(text, View::kWord, masked, word, sink);
  }
}

void AddWordPairs(const Text& text, const Words& words, Sink* sink) {
  if (words.places.empty()) return;
  const std::uint64_t seed = Sink::Seed(View::kWordPair);
  std::uint64_t previous = seed;
  Word from = words.places[0];
  for (const Word& word : words.places) {
    AddWordPlaced(text, View::kWordPair, HashCodePoints(previous, Slice(text, word)),
                  {from.begin, word.end}, sink);
    previous = HashCodePoints(seed, Slice(text, word));
    from = word;
  }
  AddWordPlaced(text, View::kWordPair, MixHash(previous, 0x656e64), from, sink);
}

}  // namespace replyguard::classifier
