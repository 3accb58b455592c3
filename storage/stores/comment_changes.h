// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What changes a stored comment besides decisions, inside a transaction.
#pragma once

#include "postgres/session.h"
#include "storage/comment_store.h"

namespace replyguard::storage {

absl::StatusOr<CommentRecord> EditComment(Tx& tx, const CommentEdit& edit);
absl::Status EraseComment(Tx& tx, const EraseRequest& request);
absl::StatusOr<ReportResult> ReportComment(Tx& tx, const CommentReport& report);

}  // namespace replyguard::storage
