// The author's name, by itself and against the text.
#pragma once

#include <vector>

#include "views/gram_views.h"

namespace replyguard::classifier {

// The body's words, as hashes, to compare a name with.
void HashWords(const Text& text, const Words& words, std::vector<std::uint64_t>* hashes);

// REQUIRES: `body_words` is what HashWords gave for the body.
void AddAuthor(const Text& name, const Words& words, const Squeezed& squeezed,
               const std::vector<std::uint64_t>& body_words, Sink* sink);

}  // namespace replyguard::classifier
