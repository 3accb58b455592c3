// The extractor's scratch memory.
#pragma once

#include "classifier/extractor.h"
#include "normalise/char_table.h"
#include "normalise/text.h"
#include "views/emit.h"
#include "views/sink.h"

namespace replyguard::classifier {

struct Extractor::Impl {
  CharTable table;
  Text text;
  Squeezed squeezed;
  std::vector<Word> words;
  std::vector<std::uint64_t> body_words;
  Sink sink;

  // Fills the sink; the caller finishes it.
  void Run(const Document& document, bool tracing);

 private:
  void RunBody(std::string_view body);
  void RunAuthor(std::string_view name);
};

}  // namespace replyguard::classifier
