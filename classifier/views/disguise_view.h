// Disguise as evidence, and what it hides.
#pragma once

#include <vector>

#include "views/emit.h"

namespace replyguard::classifier {

void AddDisguise(const Text& text, const std::vector<Word>& words, Sink* sink);

}  // namespace replyguard::classifier
