// The author's name, by itself and against the text.
#pragma once

#include "views/gram_views.h"

namespace replyguard::classifier {

// `body`: the words of the comment.
void AddAuthor(const Text& name, const Words& words, const Squeezed& squeezed, const Words& body,
               Sink* sink);

}  // namespace replyguard::classifier
