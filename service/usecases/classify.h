// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Between what is kept and what the classifier reads and answers.
//
// A label's sample is the one form in which text reaches the classifier, for scoring and for
// learning alike: evidence that only one of the two saw would be scored without ever being learnt.
//
// Thread-safety: pure functions.
#pragma once

#include <vector>

#include "classifier/document.h"
#include "classifier/label.h"
#include "classifier/model.h"
#include "service/usecases/assessment_details.h"
#include "storage/comment.h"
#include "storage/label_log.h"
#include "storage/masked_comment.h"

namespace replyguard::service {

storage::LabelSample SampleOf(const storage::MaskedComment& comment);
storage::LabelSample SampleOf(const storage::CommentRecord& comment);

// Views into the sample.
classifier::Document DocumentOf(const storage::LabelSample& sample);

// Stable for ever, as checkpoints hold them: the first eight bytes of a BLAKE2b of the sample's id.
// Never 0.
classifier::SampleId SampleIdOf(std::string_view sample_id);

// The first eight bytes of the author's hash; 0 for none.
classifier::AuthorHash AuthorHashOf(const storage::LabelSample& sample);

// The classifier's reasons, strongest first, then bias and rest. Their scores add up to
// explanation.result.score.
std::vector<AssessmentReason> ReasonsOf(const classifier::Explanation& explanation);

}  // namespace replyguard::service
