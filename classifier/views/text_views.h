// The views of a text: words, neighbouring words, character n-grams, shape.
#pragma once

#include <string>
#include <vector>

#include "normalise/text.h"
#include "views/sink.h"

namespace replyguard::classifier {

// A word of the folded text: [begin, end) in Text::folded.
struct Word {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// Runs of letters, digits and marks.
void FindWords(const Text& text, std::vector<Word>* words);

void AddWords(const Text& text, const std::vector<Word>& words, Sink* sink);
void AddWordPairs(const Text& text, const std::vector<Word>& words, Sink* sink);

// The folded text with every run of white space as one blank, one blank before and one after.
struct Squeezed {
  std::u32string text;
  std::vector<std::uint32_t>
      origin;  // index in Text::folded, or kNoOrigin for the blanks at the ends
  static constexpr std::uint32_t kNoOrigin = 0xffffffff;
};
void Squeeze(const Text& text, Squeezed* out);

void AddCharGrams(const Text& text, const Squeezed& squeezed, View view, std::size_t n, Sink* sink);

void AddShape(const Text& text, const std::vector<Word>& words, Sink* sink);

// The author's name: its words and character 4-grams.
void AddAuthor(const Text& name, const std::vector<Word>& words, const Squeezed& squeezed,
               Sink* sink);

}  // namespace replyguard::classifier
