// Decoded and folded text whose characters remember where they came from.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "normalise/char_table.h"
#include "normalise/scratch.h"

namespace replyguard::classifier {

// Stands in Text::source for tags and comments within a word: no character.
inline constexpr char32_t kHiddenMarkup = 0xFDD0;

// A word or another stretch: [begin, end) in Text::folded.
struct Word {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

struct Text {
  Scratch<char32_t> source;    // the code points as written
  Scratch<char32_t> folded;    // what they read as
  Scratch<CharTraits> traits;  // of `folded`, each character's

  // Most texts fold one to one; only those that do not have these two.
  bool one_to_one = true;
  Scratch<std::uint32_t> origins;      // folded index -> source index
  Scratch<CharTraits> origins_traits;  // of `source`, but TraitsOfReading

  // Where each source character begins in the bytes, and their number. Only if asked for.
  bool has_offsets = false;
  Scratch<std::uint32_t> offsets;

  // The source character that folded character `i` comes from.
  std::uint32_t Origin(std::size_t i) const {
    return one_to_one ? static_cast<std::uint32_t>(i) : origins[i];
  }
  const Scratch<CharTraits>& source_traits() const { return one_to_one ? traits : origins_traits; }
  std::u32string_view reading() const { return {folded.data(), folded.size()}; }

  void Clear();
  // Writes down the origins, which were the places themselves up to now.
  void EndOneToOne();
  // Takes stretches out of the folded text; the text as written keeps them. REQUIRES: in order, not
  // empty, apart; not one_to_one.
  void Drop(std::span<const Word> gaps);
};

// Replaces `text` by the decoded and folded `utf8`. A byte that is not UTF-8 reads as U+FFFD, an
// HTML entity, percent encoding or an emoji's shortcode as what it stands for, a tag as a newline,
// what it links to and another newline; but inline tags and comments within a word as nothing.
// `offsets`: also where each character was. REQUIRES: less than 2^31 bytes.
void DecodeAndFold(std::string_view utf8, bool offsets, CharTable& table, Text* text);

}  // namespace replyguard::classifier
