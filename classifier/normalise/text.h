// Decoded and folded text that remembers where each character came from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "normalise/char_table.h"

namespace replyguard::classifier {

// One source code point.
struct SourceChar {
  char32_t c = 0;
  std::uint32_t begin = 0;  // byte offsets into the source
  std::uint32_t end = 0;
  const CharInfo* info = nullptr;  // owned by the CharTable
};

struct Text {
  std::vector<SourceChar> source;
  std::u32string folded;              // what the source reads as
  std::vector<std::uint32_t> origin;  // folded index -> source index

  void Clear();
};

// A word or another stretch: [begin, end) in Text::folded.
struct Word {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// Replaces `text` by the decoded and folded `utf8`. A byte that is not UTF-8 reads as U+FFFD, an
// HTML entity as what it stands for, a tag without attributes as a newline. `table` must outlive
// `text`.
void DecodeAndFold(std::string_view utf8, CharTable& table, Text* text);

}  // namespace replyguard::classifier
