// Links and what else leads away from the page: URLs, bare domains, @handles, #tags, numbers to
// call, prices.
#pragma once

#include "views/emit.h"

namespace replyguard::classifier {

// Adds the features; returns how many URLs and bare domains there are.
std::size_t AddLinks(const Text& text, const Words& words, Sink* sink);

}  // namespace replyguard::classifier
