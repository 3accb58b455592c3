#include "views/word_views.h"

#include <algorithm>

namespace replyguard::classifier {
namespace {

// Where words begin and end, and what their characters are. Without a branch on the text, whose
// words are of any length.
void FindEdges(const CharTraits* traits, std::uint32_t size, Words* words) {
  std::uint32_t* const edges = words->edges.Room(size + 1);
  // What is between two words is written where the second will be.
  Words::Traits* const of_words = words->traits.Room(size / 2 + 2);
  std::size_t count = 0;
  std::uint32_t inside = 0;
  CharTraits any = 0;
  Words::Traits of{0, 0};
  for (std::uint32_t i = 0; i < size; ++i) {
    const CharTraits at = traits[i];
    const auto word = static_cast<std::uint32_t>(IsWordChar(at));
    edges[count] = i;
    count += word ^ inside;
    const CharTraits goes_on = 0U - (word & inside);
    of.any = (of.any & goes_on) | at;
    of.all = (of.all | ~goes_on) & at;
    of_words[count / 2] = of;
    inside = word;
    any |= at;
  }
  edges[count] = size;
  words->edges.Take(count + inside);
  words->traits.Take((count + inside) / 2);
  words->text_traits = any;
}

}  // namespace

std::uint64_t MaskedFeature(std::u32string_view word) {
  constexpr std::uint64_t kSeed = MixHash(Sink::Seed(View::kWord), 0x6d61736b);
  return HashCodePoints(kSeed, word, [](char32_t c) { return c >= U'0' && c <= U'9' ? U'0' : c; });
}

void FindWords(const Text& text, Words* words) {
  words->edges.Clear();
  words->places.Clear();
  words->traits.Clear();
  words->hashes.Clear();
  words->features.Clear();
  FindEdges(text.traits.data(), static_cast<std::uint32_t>(text.traits.size()), words);
  const std::size_t count = words->edges.size() / 2;
  Word* const places = words->places.Room(count);
  std::uint64_t* const hashes = words->hashes.Room(count);
  std::uint32_t singles = 0;
  std::uint32_t shorts = 0;
  words->single_row = 0;
  words->short_row = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Word word{words->edges[2 * i], words->edges[2 * i + 1]};
    const std::uint32_t length = word.end - word.begin;
    singles = length == 1 ? singles + 1 : 0;
    shorts = length <= 2 ? shorts + 1 : 0;
    words->single_row = std::max(words->single_row, singles);
    words->short_row = std::max(words->short_row, shorts);
    places[i] = word;
    hashes[i] = HashWord(Slice(text, word));
  }
  words->places.Take(count);
  words->hashes.Take(count);
}

void AddWords(const Text& text, Words* of_text, Sink* sink) {
  const Words& words = *of_text;
  std::uint32_t* const features = of_text->features.Room(words.places.size());
  ViewFiller filler(View::kWord, 2 * words.places.size(), sink);
  for (std::size_t i = 0; i < words.places.size(); ++i) {
    const Word& word = words.places[i];
    const auto place = [&] { return PlaceOf(text, word); };
    features[i] = static_cast<std::uint32_t>(filler.Add(WordFeature(words.hashes[i]), place));
    if ((words.traits[i].any & kReadsAsDigit) == 0) continue;
    if (((text.traits[word.begin] | text.traits[word.end - 1]) & kReadsAsDigit) == 0) continue;
    filler.Add(MaskedFeature(Slice(text, word)), place);
  }
  of_text->features.Take(words.places.size());
  filler.Finish();
}

void AddWordPairs(const Text& text, const Words& words, Sink* sink) {
  if (words.places.empty()) return;
  constexpr std::uint64_t kSeed = Sink::Seed(View::kWordPair);
  constexpr std::uint64_t kTextEnd = 0x656e64;
  ViewFiller filler(View::kWordPair, words.places.size() + 1, sink);
  std::uint64_t previous = kSeed;
  Word from = words.places[0];
  for (std::size_t i = 0; i < words.places.size(); ++i) {
    const Word& word = words.places[i];
    filler.Add(MixHash(previous, words.hashes[i]), [&] {
      return PlaceOf(text, {from.begin, word.end});
    });
    previous = MixHash(words.hashes[i], kSeed);
    from = word;
  }
  filler.Add(MixHash(previous, kTextEnd), [&] { return PlaceOf(text, from); });
  filler.Finish();
}

}  // namespace replyguard::classifier
