// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// Whether a model file was exported by this very installation.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "classifier/fold.h"
#include "service/usecases/operate/work_progress.h"
#include "storage/label_log.h"

namespace replyguard::service {

// Rows of the log before a file's position that are looked up in it.
inline constexpr std::int64_t kOwnExportRows = 1'000;

// The position up to which the file (not sealed) has learnt this log: its own, when it holds at
// least half of the labels that the rows before it put in force. 0: it was made elsewhere, or
// begins with a file itself and has learnt nothing since. Reads kOwnExportRows rows. BLOCKS.
// Thread-safe.
absl::StatusOr<std::int64_t> OwnExportPosition(const classifier::Fold& fold,
                                               storage::LabelLog& labels, WorkProgress& progress);

}  // namespace replyguard::service
