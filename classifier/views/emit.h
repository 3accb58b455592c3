// What the views share: words, slices of the folded text, and features with a place in the body.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "normalise/text.h"
#include "views/sink.h"

namespace replyguard::classifier {

// The words of a text.
struct Words {
  // What the characters of a word are.
  struct Traits {
    CharTraits any = 0;  // of at least one of them
    CharTraits all = 0;
  };

  Scratch<std::uint32_t> edges;  // where a word begins or ends, alternately
  Scratch<Word> places;
  Scratch<Traits> traits;
  Scratch<std::uint64_t> hashes;    // of each word, without a view
  Scratch<std::uint32_t> features;  // of each word its index in View::kWord; AddWords fills it
  CharTraits text_traits = 0;       // of at least one character of the text
  // The most words in a row of one letter, and of one or two.
  std::uint32_t single_row = 0;
  std::uint32_t short_row = 0;
};

std::string ToUtf8(std::u32string_view text);

inline std::u32string_view Slice(const Text& text, Word word) {
  return {text.folded.data() + word.begin, word.end - word.begin};
}

// 0, 1, 2, 3-4, 5-8, ...
inline std::uint64_t LogBucket(std::uint64_t n) {
  // One that costs no branch: of 0 and 1 it is not used.
  const std::uint64_t bucket = static_cast<std::uint64_t>(std::bit_width((n - 1) | 1)) + 1;
  return n < 2 ? n : bucket;
}

// REQUIRES: the word is not empty.
inline Trace PlaceOf(const Text& text, Word word) {
  return {.first = text.Origin(word.begin), .last = text.Origin(word.end - 1)};
}

// Adds a feature whose place is [word.begin, word.end) of the folded text. REQUIRES: the word is
// not empty.
inline void AddWordPlaced(const Text& text, View view, std::uint64_t hash, Word word, Sink* sink) {
  sink->AddLazily(view, hash, [&] { return PlaceOf(text, word); });
}

}  // namespace replyguard::classifier
