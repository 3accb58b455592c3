// How many characters of each kind a text has.
//
// Thread-safety: const methods may run concurrently.
#pragma once

#include <array>
#include <cstdint>

#include "normalise/text.h"

namespace replyguard::classifier {

// Of the text as written. `lookalike`: letters of other scripts that could pass for ASCII ones; in
// a text of their own script they are what they are.
struct Tally {
  std::uint64_t letters = 0, upper = 0, digits = 0, emoji = 0, styled = 0, lookalike = 0;
  std::uint64_t punctuation = 0, invisible = 0, exclamations = 0, questions = 0, newlines = 0;
  std::uint64_t symbols = 0, dots = 0, accented = 0;
  std::uint64_t repeats = 0;  // runs of three and more of one character
  std::uint64_t doubles = 0;  // characters that are the same as the one before
  // The third character of the first and of the last such run of letters; none: the first is more.
  std::size_t first_letter_repeat = ~std::size_t{0};
  std::size_t last_letter_repeat = 0;
  std::array<std::uint64_t, kScriptCount> scripts{};  // letters by ScriptGroup
};

// Counts with a table of the ASCII characters.
class Tallier {
 public:
  explicit Tallier(CharTable& table);

  Tally Count(const Text& text) const;

 private:
  // For each ASCII character one in the lane of each count that it belongs to.
  std::array<std::uint64_t, kAsciiCount> weights_{};
};

}  // namespace replyguard::classifier
