#include "classifier/extractor.h"

#include "views/context_view.h"
#include "views/extractor_impl.h"

namespace replyguard::classifier {

Extractor::Extractor() : impl_(std::make_unique<Impl>()) {}
Extractor::~Extractor() = default;
Extractor::Extractor(Extractor&&) noexcept = default;
Extractor& Extractor::operator=(Extractor&&) noexcept = default;

void Extractor::Impl::Run(const Document& document, bool tracing) {
  sink.Start(tracing);
  DecodeAndFold(document.body, table, &text);
  FindWords(text, &words);
  Squeeze(text, &squeezed);
  AddWords(text, words, &sink);
  AddWordPairs(text, words, &sink);
  AddCharGrams(text, squeezed, View::kChar3, 3, &sink);
  AddCharGrams(text, squeezed, View::kChar4, 4, &sink);
  AddCharGrams(text, squeezed, View::kChar5, 5, &sink);
  AddShape(text, words, &sink);
  if (!document.author_name.empty()) {
    DecodeAndFold(document.author_name, table, &text);
    FindWords(text, &words);
    Squeeze(text, &squeezed);
    AddAuthor(text, words, squeezed, &sink);
  }
  AddContext(document, &sink);
}

void Extractor::Extract(const Document& document, Features* out) {
  impl_->Run(document, /*tracing=*/false);
  impl_->sink.Finish(out);
}

Features Extractor::Extract(const Document& document) {
  Features features;
  Extract(document, &features);
  return features;
}

}  // namespace replyguard::classifier
