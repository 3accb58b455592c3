// Words by their consonants, in any order and however often: what is left of a word whose vowels
// are dropped or replaced, whose letters are swapped, repeated or turned round, or that signs part.
#pragma once

#include <string_view>

#include "views/emit.h"

namespace replyguard::classifier {

// The sketch of one word that stands at `place`, if it has enough consonants to tell anything.
void AddSketch(const Text& text, std::u32string_view word, Word place, Sink* sink);

// Of all words, and of words with nothing but signs between them taken as one.
void AddSketches(const Text& text, const Words& words, Sink* sink);

}  // namespace replyguard::classifier
