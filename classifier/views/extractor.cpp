#include "classifier/extractor.h"

#include "views/author_view.h"
#include "views/context_view.h"
#include "views/disguise_view.h"
#include "views/extractor_impl.h"
#include "views/gram_views.h"
#include "views/link_view.h"
#include "views/payloads.h"
#include "views/shape_view.h"
#include "views/sketch_view.h"
#include "views/spaced_out.h"
#include "views/word_views.h"

namespace replyguard::classifier {

Extractor::Extractor() : impl_(std::make_unique<Impl>()) {}
Extractor::Extractor(std::span<const View> without) : Extractor() {
  for (const View view : without) impl_->left_out |= 1U << static_cast<unsigned>(view);
}
Extractor::~Extractor() = default;
Extractor::Extractor(Extractor&&) noexcept = default;
Extractor& Extractor::operator=(Extractor&&) noexcept = default;

void Extractor::Impl::RunBody(std::string_view body) {
  const auto with = [&](View view) { return (left_out >> static_cast<unsigned>(view) & 1) == 0; };
  DecodeAndFold(body, /*offsets=*/sink.explaining(), table, &text);
  FindWords(text, &words);
  if (DecodePayloads(words, table, &text)) FindWords(text, &words);
  if (JoinSpacedOut(words, &text)) FindWords(text, &words);
  AddWords(text, &words, &sink);
  if (with(View::kWordPair)) AddWordPairs(text, words, &sink);
  SqueezeFolded(text, sink.explaining(), &squeezed);
  if (with(View::kChar3)) AddGrams<View::kChar3, 3>(squeezed, &sink);
  if (with(View::kChar4)) AddGrams<View::kChar4, 4>(squeezed, &sink);
  if (with(View::kCompact)) {
    SqueezeCompact(text, words, sink.explaining(), &squeezed);
    AddGrams<View::kCompact, 4>(squeezed, &sink);
  }
  if (with(View::kSketch)) AddSketches(text, words, &sink);
  const Tally tally = tallier.Count(text);
  AddShape(text, words, tally, AddLinks(text, words, &sink), &sink);
  if (with(View::kDisguise)) AddDisguise(text, words, tally, &sink);
}

void Extractor::Impl::RunAuthor(std::string_view name) {
  if (name.empty()) return;
  DecodeAndFold(name, /*offsets=*/false, table, &name_text);
  FindWords(name_text, &name_words);
  SqueezeFolded(name_text, /*origins=*/false, &squeezed);
  AddAuthor(name_text, name_words, squeezed, words, &sink);
}

void Extractor::Impl::Run(const Document& document, bool explain) {
  sink.Start(explain);
  RunBody(document.body);
  RunAuthor(document.author_name);
  AddContext(document, &sink);
  for (std::size_t v = 0; v < kViewCount; ++v) {
    if ((left_out >> v & 1) != 0) sink.Drop(static_cast<View>(v));
  }
}

void Extractor::Extract(const Document& document, Features* out) {
  impl_->Run(document, /*explain=*/false);
  impl_->sink.Finish(out);
}

Features Extractor::Extract(const Document& document) {
  Features features;
  Extract(document, &features);
  return features;
}

}  // namespace replyguard::classifier
