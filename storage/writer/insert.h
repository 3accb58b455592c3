// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// The statements that store a batch.
#pragma once

#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "postgres/session.h"
#include "storage/submission_writer.h"

namespace replyguard::storage {

struct NewComment {
  const SubmissionDraft* draft = nullptr;
  const SubmissionOutcome* outcome = nullptr;
  ThreadId thread_id;
};

// A thread that was absent. thread_id is the one to use, and afterwards the one in force: another
// connection may have been faster.
struct NewThread {
  const SubmissionDraft* draft = nullptr;
  ThreadId thread_id;
};

// REQUIRES: distinct (site, key).
void InsertThreads(Tx& tx, std::vector<NewThread>& threads);

// Also enqueues those whose outcome says so. Answers the ids that were stored. The others lost a
// race for their request_id.
std::unordered_set<CommentId> InsertComments(Tx& tx, std::span<const NewComment> comments);

}  // namespace replyguard::storage
