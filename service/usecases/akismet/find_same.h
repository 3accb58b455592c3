// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "storage/akismet_store.h"
#include "storage/submission.h"
#include "storage/submission_hashes.h"

namespace replyguard::service {

// The newest comment of this author, text and thread within kAkismetMatchWindow before `now`;
// nothing when there is none, or no text to tell it by. `hashes`: those of `submission`. BLOCKS.
absl::StatusOr<std::optional<storage::CommentId>> FindSame(storage::AkismetStore& store,
                                                           const storage::SubmissionHashes& hashes,
                                                           const storage::Submission& submission,
                                                           storage::Timestamp now,
                                                           storage::Deadline deadline);

}  // namespace replyguard::service
