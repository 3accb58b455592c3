// Copyright 2026 the replyguard authors. SPDX-License-Identifier: Apache-2.0
//
// One page of a search inside a transaction.
//
// Where a term, a likeness, an author or a thread is asked for that few comments have, those are
// taken from its index. Otherwise comments are looked through by the time of receipt, at most
// kSearchLookMax: what is common is found soon.
#pragma once

#include <optional>
#include <vector>

#include "postgres/session.h"
#include "storage/comment_search.h"

namespace replyguard::storage {

struct Walked {
  std::vector<CommentId> ids;  // newest first
  std::optional<CommentId> looked_until;
};

Walked WalkComments(Tx& tx, const SearchQuery& query);

}  // namespace replyguard::storage
