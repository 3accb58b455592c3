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

// The words of a text: runs of letters, marks and digits; every character of a script without
// spaces (and of Hangul) by itself. Linear.
std::vector<Word> PlainWords(std::string_view text);

// How a 1, | or ! between letters is read.
enum class Stroke { kI, kL };

// The same text with disguises undone: look-alike letters of other scripts and letters with accents
// as plain Latin; digits and signs inside words as the letters they stand for; three or more single
// letters, all set apart by the same single character, as one word. Nothing when no word differs
// from the plain reading. Linear.
std::vector<Word> UndisguisedWords(std::string_view text, Stroke stroke);

}  // namespace replyguard::service::policy
