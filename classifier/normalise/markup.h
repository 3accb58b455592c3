// What stands for other text than it is: HTML entities, tags and comments, BBCode, escapes of
// programs, shortcodes of emoji. All of it at a place in UTF-8, within a bounded number of bytes.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <string_view>

#include "normalise/decoded.h"

namespace replyguard::classifier {

// `&...;`; of an entity with a number also without the semicolon. REQUIRES: utf8[begin] == '&'.
Decoded DecodeEntity(std::string_view utf8, std::size_t begin);

// `:fire:`, of the most used emoji. REQUIRES: utf8[begin] == ':'.
Decoded DecodeShortcode(std::string_view utf8, std::size_t begin);

// `U+0062`, with the blank behind it if another follows. REQUIRES: begin is from FindCodePoint.
Decoded DecodeCodePoint(std::string_view utf8, std::size_t begin);
// The next place from `from` on where one may be; none: npos.
std::size_t FindCodePoint(std::string_view utf8, std::size_t from);

// The end of signs that dress up text in Markdown (`**`) and stand for a letter in a word (`*`); 0
// if what is here, or how much of it, is neither.
std::size_t MarkdownEnd(std::string_view utf8, std::size_t begin);

// `\u0062`, `\u{62}`, and of an ASCII letter or digit `\x62` and `\142`. REQUIRES: utf8[begin] ==
// '\\'.
Decoded DecodeBackslash(std::string_view utf8, std::size_t begin);

// A tag or comment. end = 0: none here.
struct Tag {
  std::size_t end = 0;
  bool is_inline = false;  // does not part words: <b>, a comment
  bool hides = false;      // shows nothing of what is in it
  // What an attribute links to; empty: nothing.
  std::size_t link_begin = 0;
  std::size_t link_end = 0;
};
// What begins with `<`: also the mark where CDATA begins; with `[`: BBCode; `]`: the mark where
// CDATA ends.
Tag ReadTag(std::string_view utf8, std::size_t begin);

}  // namespace replyguard::classifier
