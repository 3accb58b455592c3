// Disguise as evidence, and what it hides.
#pragma once

#include "views/emit.h"
#include "views/tally.h"

namespace replyguard::classifier {

void AddDisguise(const Text& text, const Words& words, const Tally& tally, Sink* sink);

}  // namespace replyguard::classifier
