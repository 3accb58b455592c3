// The extractor's scratch memory.
#pragma once

#include <vector>

#include "classifier/extractor.h"
#include "explain/tokens.h"
#include "normalise/char_table.h"
#include "normalise/text.h"
#include "views/emit.h"
#include "views/sink.h"
#include "weights/feature_part.h"

namespace replyguard::classifier {

struct Extractor::Impl {
  CharTable table;
  Text text;
  Squeezed squeezed;
  std::vector<Word> words;
  std::vector<std::uint64_t> body_words;
  Sink sink;

  // Of explanations.
  Features features;
  std::vector<FeaturePart> parts;
  Tokens tokens;  // of the body

  // Fills the sink; the caller finishes it. `explain`: also the traces and the tokens.
  void Run(const Document& document, bool explain);

 private:
  void RunBody(std::string_view body);
  void RunAuthor(std::string_view name);
};

}  // namespace replyguard::classifier
