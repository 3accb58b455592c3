#pragma once

#include "classifier/extractor.h"
#include "normalise/char_table.h"
#include "normalise/text.h"
#include "views/sink.h"
#include "views/text_views.h"

namespace replyguard::classifier {

struct Extractor::Impl {
  CharTable table;
  Text text;
  Squeezed squeezed;
  std::vector<Word> words;
  Sink sink;

  // Fills the sink; the caller finishes it.
  void Run(const Document& document, bool tracing);
};

}  // namespace replyguard::classifier
