// Words by their consonants, in any order and however often: what is left of a word whose vowels
// are dropped or replaced, whose letters are swapped, repeated or turned round, or that signs part.
// A model reads a word's sketch only if it does not know the word (Knowledge): what is written
// plainly is not judged by what merely resembles it.
#pragma once

#include <string_view>

#include "views/emit.h"

namespace replyguard::classifier {

// The sketch of one word that stands at `place` and is the feature `word_index` of View::kWord, if
// it has enough consonants to tell anything.
void AddSketch(const Text& text, std::u32string_view word, Word place, std::size_t word_index,
               Sink* sink);

// Of all words, and of words with nothing but signs between them taken as one, which stands for no
// word. REQUIRES: AddWords has been called.
void AddSketches(const Text& text, const Words& words, Sink* sink);

}  // namespace replyguard::classifier
