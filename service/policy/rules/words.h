// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace replyguard::service::policy {

// A word of a text: folded (NFKC, case, no invisible characters), and the bytes it came from.
struct Word {
  std::string text;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  // Another reading than the plain one.
  bool disguised = false;
};

// How a 1, | or ! between letters is read.
enum class Stroke { kI, kL };

// A text to be read more than once. All linear. The text must live as long.
class TextReader {
 public:
  explicit TextReader(std::string_view text);

  // The words of the text: runs of letters, marks and digits; every character of a script without
  // spaces (and of Hangul) by itself.
  std::vector<Word> Plain() const;
  // The same with disguises undone: look-alike letters of other scripts and letters with accents as
  // plain Latin; digits and signs inside words as the letters they stand for; three or more single
  // letters, all set apart by the same single character, as one word. Nothing when no word differs
  // from the plain reading.
  std::vector<Word> Undisguised(Stroke stroke) const;

  struct Char {
    char32_t c;
    std::uint32_t begin;
    std::uint32_t end;
  };

 private:
  std::string_view text_;
  std::vector<Char> chars_;  // without the invisible ones
  bool may_be_disguised_;
};

// A text to be read once.
inline std::vector<Word> PlainWords(std::string_view text) { return TextReader(text).Plain(); }
inline std::vector<Word> UndisguisedWords(std::string_view text, Stroke stroke) {
  return TextReader(text).Undisguised(stroke);
}

}  // namespace replyguard::service::policy
