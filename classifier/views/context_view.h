// Evidence beyond the text. What is absent adds nothing.
#pragma once

#include "classifier/document.h"
#include "views/sink.h"

namespace replyguard::classifier {

void AddContext(const Document& document, Sink* sink);

}  // namespace replyguard::classifier
