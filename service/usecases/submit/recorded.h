// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What a stored assessment tells of the moment in which it was made, as evidence for judging the
// comment again. It is less than was known then; what is not told is silent.
//
// Thread-safety: pure functions.
#pragma once

#include <optional>
#include <vector>

#include "classifier/model.h"
#include "classifier/score.h"
#include "service/policy/rule_set.h"
#include "service/usecases/assessment_details.h"
#include "storage/comment.h"
#include "storage/history.h"

namespace replyguard::service {

// What the classifier said; nothing when it did not score. Of the training only whether it sufficed
// is known.
std::optional<classifier::Result> RecordedResult(const storage::Assessment& assessment,
                                                 const AssessmentDetails& details);

// `text` with what the history added to the score then.
classifier::Result WithRecordedHistory(const classifier::Partial& text,
                                       const AssessmentDetails& details);

// Floods, duplicates and trust, where these checks spoke up then. Nothing else is set.
storage::HistoryContext RecordedContext(const AssessmentDetails& details);

// Adds those of `rules` about networks that matched then and are not among `matches`: of the
// address only a part is left. They point into `rules`.
void AddRecordedMatches(const AssessmentDetails& details, const std::vector<policy::Rule>& rules,
                        policy::Time now, std::vector<policy::RuleMatch>* matches);

// The hash of the comment's body, to be looked up; empty for none.
std::vector<storage::KeyedHash> RecordedBodyHashes(const storage::CommentRecord& comment);

}  // namespace replyguard::service
