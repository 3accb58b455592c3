// The shape of a comment: what can be told without reading its words.
#pragma once

#include <vector>

#include "views/emit.h"

namespace replyguard::classifier {

// Adds the shape features and their pairs.
void AddShape(const Text& text, const std::vector<Word>& words, std::size_t link_count, Sink* sink);

}  // namespace replyguard::classifier
