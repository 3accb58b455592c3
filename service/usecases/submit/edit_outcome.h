// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "service/usecases/submit/judge.h"
#include "storage/comment.h"
#include "storage/comment_store.h"
#include "storage/submission_writer.h"

namespace replyguard::service {

// Sets outcome, edit_floor and keeps_status of `edit`: what becomes of a stored comment whose new
// text was judged so. Pure.
//
// An edit may make a comment worse off, but never lifts a refusal, however often it is repeated
// (storage::CommentRecord::edit_floor carries what stands from one edit to the next):
// - What a person said last (SPAM, TRASHED, or held for the queue) and what a rule of the site said
//   (SPAM or held) stands until a person says otherwise.
// - What the machine called spam goes to the queue at best: trying texts until one passes must not
//   work.
// - A comment that readers reported stays in the queue.
//
// `changed`: whether its text did. The same text judged again is no attempt at anything: what the
// machine said of it before binds nobody.
void SettleEdit(const storage::CommentRecord& before, Judgement judgement,
                storage::CommentEdit& edit, bool changed = true);

}  // namespace replyguard::service
