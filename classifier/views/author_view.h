// The author's name, by itself and against the text.
#pragma once

#include <vector>

#include "views/emit.h"

namespace replyguard::classifier {

// The body's words, as hashes, to compare a name with: ascending.
void HashWords(const Text& text, const std::vector<Word>& words,
               std::vector<std::uint64_t>* hashes);

// REQUIRES: `body_words` is what HashWords gave for the body.
void AddAuthor(const Text& name, const std::vector<Word>& words, const Squeezed& squeezed,
               const std::vector<std::uint64_t>& body_words, Sink* sink);

}  // namespace replyguard::classifier
