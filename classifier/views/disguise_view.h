// Disguise as evidence, and what it hides.
#pragma once

#include "views/emit.h"

namespace replyguard::classifier {

void AddDisguise(const Text& text, const Words& words, Sink* sink);

}  // namespace replyguard::classifier
