// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Between what is kept and what the classifier reads and answers.
//
// A label's sample is the one form in which text reaches the classifier, for scoring and for
// learning alike: evidence that only one of the two saw would be scored without ever being learnt.
//
// Thread-safety: pure functions and immutable values.
#pragma once

#include <vector>

#include "classifier/document.h"
#include "classifier/label.h"
#include "classifier/model.h"
#include "service/usecases/assessment_details.h"
#include "service/usecases/comment_context.h"
#include "storage/comment.h"
#include "storage/label_log.h"
#include "storage/masked_comment.h"

namespace replyguard::service {

storage::LabelSample SampleOf(const storage::MaskedComment& comment, const CommentContext& context);
storage::LabelSample SampleOf(const storage::CommentRecord& comment);

// A sample as the classifier reads it.
class SampleDocument {
 public:
  // Refers to the sample, which must outlive it.
  explicit SampleDocument(const storage::LabelSample& sample);
  SampleDocument(const SampleDocument&) = delete;
  SampleDocument& operator=(const SampleDocument&) = delete;

  // Views into the sample and into this.
  const classifier::Document& get() const { return document_; }

 private:
  const CommentContext context_;
  classifier::Document document_;
};

// Stable for ever, as checkpoints hold them: the first eight bytes of a BLAKE2b of the sample's id.
// Never 0.
classifier::SampleId SampleIdOf(std::string_view sample_id);

// The first eight bytes of the author's hash; 0 for none.
classifier::AuthorHash AuthorHashOf(const storage::LabelSample& sample);

// The classifier's reasons, strongest first, then bias and rest. Their scores add up to
// explanation.result.score.
std::vector<AssessmentReason> ReasonsOf(const classifier::Explanation& explanation);

}  // namespace replyguard::service
