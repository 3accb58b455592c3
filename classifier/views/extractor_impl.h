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
  Text text;
  Squeezed squeezed;
  std::vector<Word> words;
  std::vector<std::uint64_t> body_words;
  Sink sink;

  // Of explanations.
  Features features;
  std::vector<FeaturePart> parts;
  Wanted named;

  // Fills the sink; the caller finishes it. Keeps the traces of `wanted` alone; null: none.
  void Run(const Document& document, const Wanted* wanted);

 private:
  void RunBody(std::string_view body);
  void RunAuthor(std::string_view name);
};

}  // namespace replyguard::classifier
