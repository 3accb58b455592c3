// What the views share: words, slices of the folded text, and features with a place in the body.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "normalise/text.h"
#include "views/sink.h"

namespace replyguard::classifier {

// The folded text with every run of white space as one blank, one blank before and one after.
struct Squeezed {
  static constexpr std::uint32_t kNoOrigin = Trace::kNone;
  std::u32string text;
  std::vector<std::uint32_t> origin;  // source index, or kNoOrigin for the blanks at the ends
};

std::string ToUtf8(std::u32string_view text);

// What a character of leetspeak stands for; any other stands for itself.
char32_t ReadLeet(char32_t c);

inline std::u32string_view Slice(const Text& text, Word word) {
  return std::u32string_view(text.folded).substr(word.begin, word.end - word.begin);
}

inline bool IsWordChar(CharKind kind) {
  return kind == CharKind::kLetter || kind == CharKind::kDigit || kind == CharKind::kMark;
}

// 0, 1, 2, 3-4, 5-8, ...
inline std::uint64_t LogBucket(std::uint64_t n) {
  return n < 2 ? n : static_cast<std::uint64_t>(std::bit_width(n - 1)) + 1;
}

// Adds a feature whose place is [word.begin, word.end) of the folded text. REQUIRES: the word is
// not empty.
inline void AddWordPlaced(const Text& text, View view, std::uint64_t hash, Word word, Sink* sink) {
  sink->Add(view, hash, {.first = text.origin[word.begin], .last = text.origin[word.end - 1]});
}

}  // namespace replyguard::classifier
