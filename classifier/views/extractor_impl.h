// The extractor's scratch memory.
#pragma once

#include <vector>

#include "classifier/extractor.h"
#include "normalise/char_table.h"
#include "normalise/text.h"
#include "views/emit.h"
#include "views/gram_views.h"
#include "views/sink.h"
#include "views/tally.h"
#include "weights/feature_part.h"

namespace replyguard::classifier {

struct Extractor::Impl {
  CharTable table;
  Tallier tallier{table};
  Text text;  // of the body, and its words
  Words words;
  Text name_text;
  Words name_words;
  Squeezed squeezed;
  Sink sink;

  std::uint32_t left_out = 0;  // views, a bit each

  // Of explanations.
  Features features;
  ScoreParts parts;

  // Fills the sink; the caller finishes it. `explain`: also the traces.
  void Run(const Document& document, bool explain);

 private:
  void RunBody(std::string_view body);
  void RunAuthor(std::string_view name);
};

}  // namespace replyguard::classifier
