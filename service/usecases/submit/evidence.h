// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "classifier/model.h"
#include "service/policy/evidence.h"
#include "service/usecases/submit/judge.h"
#include "storage/history.h"

namespace replyguard::service {

// What rules match against: refers to `prepared`.
policy::CommentText TextOf(const PreparedComment& prepared);

// What a site's policy decides by: the comment, the past as far as it was looked up (`context` is
// null when the database was not asked), and what the classifier said, if it did. Refers to
// `prepared`. Pure.
policy::Evidence EvidenceOf(const PreparedComment& prepared, const storage::HistoryContext* context,
                            const std::optional<classifier::Result>& said);

}  // namespace replyguard::service
