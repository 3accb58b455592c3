// Text to features.
//
// Deterministic: a function of the document and kExtractorVersion alone. Cost: linear in the text's
// length. Never fails: any bytes are a document.
//
// Thread-safety: an Extractor keeps scratch memory between calls, so that the hot path does not
// allocate per feature; use one a thread (a thread_local or a small pool). Different extractors are
// independent.
#pragma once

#include <memory>
#include <span>

#include "classifier/document.h"
#include "classifier/features.h"

namespace replyguard::classifier {

class Extractor {
 public:
  struct Impl;  // private to the classifier

  Extractor();
  // For experiments: leaves out these views, and the work for them alone. Without View::kDisguise
  // nothing is read that a text hides, in any view. What it extracts is another version's: learn
  // and score with the same.
  explicit Extractor(std::span<const View> without);
  ~Extractor();
  Extractor(Extractor&&) noexcept;
  Extractor& operator=(Extractor&&) noexcept;

  // Replaces `out` by the document's features; reusing `out` reuses its memory.
  void Extract(const Document& document, Features* out);
  Features Extract(const Document& document);

 private:
  friend class Model;  // explains with the scratch memory

  std::unique_ptr<Impl> impl_;
};

}  // namespace replyguard::classifier
