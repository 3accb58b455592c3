// The extractor's scratch memory.
#pragma once

#include <vector>

#include "classifier/extractor.h"
#include "normalise/char_table.h"
#include "normalise/text.h"
#include "views/emit.h"
#include "views/sink.h"
#include "weights/feature_part.h"

namespace replyguard::classifier {

struct Extractor::Impl {
  CharTable table;
  Text text;  // of the body, and its words
  std::vector<Word> words;
  Text name_text;
  std::vector<Word> name_words;
  Squeezed squeezed;
  std::vector<std::uint64_t> body_words;
  Sink sink;

  // Of explanations.
  Features features;
  std::vector<FeaturePart> parts;

  // Fills the sink; the caller finishes it. `explain`: also the traces.
  void Run(const Document& document, bool explain);

 private:
  void RunBody(std::string_view body);
  void RunAuthor(std::string_view name);
};

}  // namespace replyguard::classifier
