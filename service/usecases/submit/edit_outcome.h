// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "service/usecases/submit/judge.h"
#include "storage/comment.h"
#include "storage/submission_writer.h"

namespace replyguard::service {

// What becomes of a stored comment whose new text was judged so. Pure.
//
// - What a person rejected (spam or trashed) stays rejected, whatever the text now says.
// - What the machine called spam, what a person sent to the queue, and what one of the site's rules
// held goes to the
//   queue at best: trying texts until one passes must not work.
// - A comment that readers reported stays in the queue.
storage::SubmissionOutcome EditOutcome(const storage::CommentRecord& before, Judgement judgement);

}  // namespace replyguard::service
