// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// What the shadow said of a batch.
#pragma once

#include <span>
#include <unordered_set>

#include "postgres/session.h"
#include "storage/types.h"
#include "writer/insert.h"

namespace replyguard::storage {

// Counts what the shadow said of those comments that were stored, and keeps where it differed: one
// statement, and none without a shadow.
void InsertShadowVerdicts(Tx& tx, std::span<const NewComment> comments,
                          const std::unordered_set<CommentId>& stored);

}  // namespace replyguard::storage
