// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#include "storage/comment.h"

namespace replyguard::storage {

CommentRecord Blind(CommentRecord comment) {
  comment.status = CommentStatus::kPending;
  comment.status_source = StatusSource::kMachine;
  comment.status_at = comment.submitted_at;
  comment.report_count = 0;
  comment.assessment = {};
  comment.first_assessment.reset();
  return comment;
}

}  // namespace replyguard::storage
