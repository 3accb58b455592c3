// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// One batch of submissions in one transaction: look up, decide, insert. Knows nothing of threads
// and queues.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "postgres/session.h"
#include "storage/submission_writer.h"

namespace replyguard::storage {

// A submission on its way, and its answer.
struct PendingSubmission {
  SubmissionDraft draft;
  DecideFunction decide;
  SubmissionDone done;
};

// Thrown by RunBatch when a member names a site that does not exist; found by halving like any
// other bad row.
struct UnknownSite {};

// What became of a member: nothing means that it lost a race and must be looked at again.
using MemberAnswer = std::optional<absl::StatusOr<SubmissionResult>>;

// Runs the batch up to but without the commit. Answers, in order of the members, what to say once
// the transaction is committed. *wrote tells whether there is anything to commit. Throws what
// libpqxx throws; then nothing was stored.
std::vector<MemberAnswer> RunBatch(Tx& tx, const std::vector<PendingSubmission*>& members,
                                   bool* wrote);

}  // namespace replyguard::storage
